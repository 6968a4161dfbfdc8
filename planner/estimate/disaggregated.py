"""Prefill and decode on engines of their own, which share machines: P engines read prompts, D decode.

    prefill   P / prefill                                                 requests/s; prompts of a chunk read together
    decode    D B / (output decode(B) / speed-up), decode(B) / speed-up <= TPOT target, B sequences' caches in memory
    transfer  min(P, D) link / cache bytes of a prompt                    link: NICs of one engine, over the network's
                                                                          oversubscription; within one machine the
                                                                          scale-up links
    closed    the least of the three, over 1, 2, 4 or 8 machines and every P + D = engines on them
    TTFT(95)  wait for one of P + prefill + cache bytes / link + wait for one of D B places + decode(B) <= target
    rate      closed x the largest load at which that holds, no more than `serving_under_arrivals`

Nobody's tokens wait for the prompts of others: that is what is gained. What is lost: engines of one kind idle where the
other kind is short. Both kinds are of one size and precision.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from planner.estimate.chip import Chip
from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer
from planner.estimate.queue import LATE, largest, wait_s
from planner.estimate.replica import (
    BATCHES,
    NOBODY,
    Job,
    Refusal,
    Replica,
    Split,
    Timing,
    beside_draft,
    running,
    timing,
)
from planner.estimate.serving import LINK_SHARE, Engine, decode_s, room

if TYPE_CHECKING:
    from planner.estimate.network import Between

MACHINES = (1, 2, 4, 8)
WORTH = 1.03
"""More machines share the work only where each then does this much more: small groups are easier to fill."""


def disaggregated(
    model: Transformer,
    chip: Chip,
    e: Engine,
    job: Job,
    c: Coefficients,
    over: tuple[int, ...] = MACHINES,
    between: Between | None = None,
) -> Replica | Refusal:
    """The best split of some machines between engines like `e`, or why there is none.

    `over`: numbers of machines tried; `between`: what joins them, else their NICs at full rate.
    """
    e = beside_draft(e, job)
    fits = room(model, e, job.input_tokens + job.output_tokens)
    if fits < 1:
        return Refusal("memory", model.weight_bytes(e.precision) / 1e9, e.memory / 1e9, "GB")
    t = timing(model, e, job)
    if _tpot(t, 1) > job.tpot_s:
        return Refusal("latency", _tpot(t, 1), job.tpot_s, "s TPOT")
    bounds = {
        "memory": fits,
        "batch": e.largest_batch,
        "tpot": largest(fits, lambda b: _tpot(t, max(1.0, b)) <= job.tpot_s),
    }
    limit = min(bounds, key=lambda k: bounds[k])
    most = max(1, int(bounds[limit]))
    best: Replica | None = None
    for machines in over:
        for batch in (most, *(b for b in reversed(BATCHES) if b < most)):
            made = _loaded(t, chip, machines, batch, limit if batch == most else "ttft", c, between)
            if made is None or made.load <= NOBODY:
                continue
            if best is not None and _each(made) <= _each(best) * (WORTH if machines > _machines(best) else 1):
                break
            best = made
    return best or Refusal("latency", t.ttft(1), job.ttft_s, "s TTFT")


def _each(made: Replica) -> float:
    return made.requests_per_s / _machines(made)


def _machines(made: Replica) -> int:
    assert made.split is not None
    return made.split.machines


def _tpot(t: Timing, batch: float) -> float:
    return decode_s(t.model, t.e, batch, t.job.context) / t.job.decode_speedup


def _link(t: Timing, chip: Chip, machines: int, between: Between | None) -> float:
    """Bytes/s between two engines."""
    out = chip.scale_out if between is None else between.rate(chip, machines)
    return t.e.accelerators * (chip.scale_up * LINK_SHARE if machines == 1 else out)


def _loaded(
    t: Timing, chip: Chip, machines: int, batch: int, limit: str, c: Coefficients, between: Between | None
) -> Replica | None:
    """The best division of the engines on some machines at a batch; none where there is but one, or no link."""
    job, engines = t.job, machines * (chip.count // t.e.accelerators)
    link = _link(t, chip, machines, between)
    delay = 0.0 if between is None or machines == 1 else between.delay_s(chip, machines)
    if engines < 2 or link <= 0:
        return None
    cache = t.model.kv_bytes_per_token(t.e.kv_precision) * t.model.seen(job.input_tokens)
    places = batch / (job.output_tokens * _tpot(t, batch))

    def closed(readers: int) -> float:
        return min(readers / t.each_s, (engines - readers) * places, min(readers, engines - readers) * link / cache)

    readers = max(range(1, engines), key=lambda p: (closed(p), -p))
    split = Split(machines, readers, engines - readers, cache / link + delay)
    rate = closed(readers)

    def late(load: float, share: float = LATE) -> float:
        return _late(t, split, batch, load * rate, share)

    load = largest(c.constant("serving_under_arrivals"), lambda u: late(u) <= job.ttft_s)
    busy = load * rate / (split.decode_engines * places)

    def tpot(share: float) -> float:
        return _tpot(t, running(batch, busy, job.arrivals_cv2, share))

    return Replica(
        engine=t.e,
        batch=batch,
        requests_per_s=rate * load,
        load=load,
        ttft_p50_s=late(load, 0.5),
        ttft_p95_s=late(load),
        ttft_p99_s=late(load, 0.01),
        tpot_p50_s=tpot(0.5),
        tpot_p95_s=tpot(LATE),
        tpot_p99_s=tpot(0.01),
        tpot_s=_tpot(t, batch),
        prefill_s=t.first_s,
        prefill_share=rate * t.each_s / split.prefill_engines,
        limit=limit,
        split=split,
    )


def _late(t: Timing, split: Split, batch: int, requests_per_s: float, share: float) -> float:
    """TTFT that a share of requests exceeds."""
    job, stay = t.job, t.job.output_tokens * _tpot(t, batch)
    reading = requests_per_s * t.each_s / split.prefill_engines
    decoding = requests_per_s * stay / (split.decode_engines * batch)
    if max(reading, decoding) >= 1:
        return inf
    ahead = wait_s(split.prefill_engines, t.each_s, reading, share, ca2=job.arrivals_cv2)
    place = wait_s(split.decode_engines * batch, stay, decoding, share, ca2=job.arrivals_cv2)
    return ahead + t.first_s + split.transfer_s + place + decode_s(t.model, t.e, batch, job.context)
