"""One replica under its latency targets: the largest batch, and the request rate it can plan on.

    TPOT     decode(B) + B prefill / output <= target, B sequences' caches in memory          per stage, k stages
    closed   k B / (output TPOT(B))                                                           requests/s, never idle
    TTFT(95) prefill + decode(B) + wait for one of k B places + wait for the prefill ahead <= target
    rate     closed x the largest load at which that holds, no more than `serving_under_arrivals`

Waits: planner/estimate/queue.py, arrivals at random (Poisson), lengths that vary like exponentials.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer
from planner.estimate.queue import largest, wait_95_s
from planner.estimate.serving import Engine, decode_s, prefill_s, room

CHUNK_TOKENS = 8192.0
"""Tokens of prompts that engines read in one pass (default of vLLM and TensorRT-LLM; confidence: memory)."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked: tokens per request, latency targets in s."""

    input_tokens: float
    output_tokens: float
    ttft_s: float
    tpot_s: float

    @property
    def context(self) -> float:
        """Tokens in cache, mean over a request's life."""
        return self.input_tokens + self.output_tokens / 2


@dataclass(frozen=True, slots=True)
class Replica:
    """One replica: requests/s it can plan on, and the latencies there."""

    engine: Engine
    batch: int
    """Sequences decoded together by each stage."""
    requests_per_s: float
    load: float
    ttft_p95_s: float
    tpot_s: float
    prefill_s: float
    prefill_share: float
    """Of a stage's busy time."""
    limit: str
    """What keeps the batch from growing: memory, tpot, ttft or batch (the engine's own largest)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a replica cannot be: the number that failed and its limit."""

    reason: str
    value: float
    limit: float
    unit: str


def replica(model: Transformer, e: Engine, job: Job, c: Coefficients) -> Replica | Refusal:
    """The best replica on an engine for a job."""
    fits = room(model, e, job.input_tokens + job.output_tokens) / e.stages
    if fits < 1:
        need = model.weight_bytes(e.precision)
        need += e.stages * model.kv_bytes_per_token(e.kv_precision) * (job.input_tokens + job.output_tokens)
        return Refusal("memory", need / 1e9, e.stages * e.memory / 1e9, "GB")
    first = prefill_s(model, e, job.input_tokens)
    prompts = max(1.0, CHUNK_TOKENS / job.input_tokens)
    each = prefill_s(model, e, job.input_tokens, prompts) / prompts

    def tpot(batch: float) -> float:
        return decode_s(model, e, batch, job.context) + batch * each / job.output_tokens

    def ttft(batch: float) -> float:
        return first + decode_s(model, e, batch, job.context)

    if ttft(1) > job.ttft_s:
        return Refusal("latency", ttft(1), job.ttft_s, "s TTFT")
    if tpot(1) > job.tpot_s:
        return Refusal("latency", tpot(1), job.tpot_s, "s TPOT")
    bounds = {
        "memory": fits,
        "batch": c.constant("largest_batch"),
        "tpot": largest(fits, lambda b: tpot(max(1.0, b)) <= job.tpot_s),
        "ttft": largest(fits, lambda b: ttft(max(1.0, b)) <= job.ttft_s),
    }
    limit = min(bounds, key=lambda k: bounds[k])
    batch = max(1, int(bounds[limit]))
    closed = e.stages * batch / (job.output_tokens * tpot(batch))

    def late(load: float) -> float:
        places = wait_95_s(e.stages * batch, job.output_tokens * tpot(batch), load)
        ahead = wait_95_s(1, each / e.stages, min(1.0, load * closed * each / e.stages))
        return ttft(batch) + places + ahead

    load = largest(c.constant("serving_under_arrivals"), lambda u: late(u) <= job.ttft_s)
    if load <= 0:
        return Refusal("latency", late(1e-6), job.ttft_s, "s TTFT")
    share = closed * each / e.stages
    return Replica(e, batch, closed * load, load, late(load), tpot(batch), first, share, limit)
