"""What benchmarks of serving report, from the roofline: a batch that runs to its end, a queue that never empties, users
who ask again as soon as they are answered, and a rate under latency targets.

    static     B O / (prefill(B prompts) + O decode(B))                     B sequences begin and end together
    most       B O / (O decode(B) + B prefill), B what memory holds         prompts enter as answers leave
    closed     TPOT = decode(R) + stall R prefill / O                       U users, each waiting for the answer
               TTFT = f_p prefill alone + f_d decode(R) + f_q (R - 1) prefill + U request + wait for room
               R    = users or what memory holds; wait = (U / R - 1) (f_p prefill alone + O TPOT)
    targets    most, at the largest B whose TPOT holds, times `serving_targets` for arrivals at random

Context is the mean over a request's life, I + O / 2.
"""

from __future__ import annotations

from planner.estimate.model import Transformer
from planner.estimate.queue import largest
from planner.estimate.serving import Engine, among_others_s, decode_s, first_s, prefill_s, room


def static_tokens_per_s(model: Transformer, e: Engine, batch: float, prompt: float, answer: float) -> float:
    """Output tokens/s of a batch that begins and ends together."""
    whole = prefill_s(model, e, prompt, batch) + answer * decode_s(model, e, batch, prompt + answer / 2)
    return batch * answer / whole


def static_first_s(model: Transformer, e: Engine, batch: float, prompt: float) -> float:
    """Seconds to the first token where a whole batch is read first."""
    return prefill_s(model, e, prompt, batch) + first_s(model, e, prompt) - prefill_s(model, e, prompt)


def step_s(model: Transformer, e: Engine, batch: float, prompt: float, answer: float) -> float:
    """Seconds from token to token where prompts of others are read between, as many as answers end."""
    decode = decode_s(model, e, batch, prompt + answer / 2)
    return decode + batch * among_others_s(model, e, prompt) / answer


def most_sequences(model: Transformer, e: Engine, prompt: float, answer: float) -> float:
    """Sequences that memory and software allow one stage; below one where not even one fits."""
    return min(e.largest_batch, room(model, e, prompt + answer) / e.stages)


def most_tokens_per_s(model: Transformer, e: Engine, prompt: float, answer: float) -> float:
    """Output tokens/s of a replica whose queue never empties; 0 where not one sequence fits."""
    batch = most_sequences(model, e, prompt, answer)
    return _rate(model, e, batch, prompt, answer) if batch >= 1 else 0.0


def closed_step_s(model: Transformer, e: Engine, users: float, prompt: float, answer: float) -> float:
    """Seconds from token to token with `users` who ask again as soon as they are answered."""
    running = _running(model, e, users, prompt, answer)
    wait = e.stall * running * among_others_s(model, e, prompt, running) / answer
    return decode_s(model, e, running, prompt + answer / 2) + wait


def closed_first_s(model: Transformer, e: Engine, users: float, prompt: float, answer: float) -> float:
    """Seconds to the first token with `users` who ask again as soon as they are answered."""
    running = _running(model, e, users, prompt, answer)
    alone = e.first_prefill * prefill_s(model, e, prompt)
    joining = e.first_decode * decode_s(model, e, running, prompt + answer / 2)
    ahead = e.first_queue * (running - 1) * among_others_s(model, e, prompt, running)
    stay = alone + answer * closed_step_s(model, e, users, prompt, answer)
    return alone + joining + ahead + users * e.request_s + (users / running - 1) * stay


def _running(model: Transformer, e: Engine, users: float, prompt: float, answer: float) -> float:
    """Sequences decoded together: all users', or as many as memory holds at their mean length; at least one."""
    return max(1.0, min(users, room(model, e, prompt + answer / 2)))


def targeted_tokens_per_s(
    model: Transformer, e: Engine, prompt: float, answer: float, tpot_s: float, share: float
) -> float:
    """Output tokens/s within a time from token to token, times `share`; 0 where one sequence alone is too slow."""
    most = most_sequences(model, e, prompt, answer)
    if most < 1:
        return 0.0
    batch = largest(most, lambda b: step_s(model, e, max(1.0, b), prompt, answer) <= tpot_s)
    return share * _rate(model, e, batch, prompt, answer) if batch >= 1 else 0.0


def _rate(model: Transformer, e: Engine, batch: float, prompt: float, answer: float) -> float:
    return e.stages * batch / step_s(model, e, batch, prompt, answer)
