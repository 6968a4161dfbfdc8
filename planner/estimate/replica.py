"""One replica under its latency targets: the largest batch, and the request rate it can plan on.

    TPOT     decode(B) / speed-up + B prefill / output <= target, B sequences' caches in memory    per stage, k stages
    closed   k B / (output TPOT(B))                                                           requests/s, never idle
    TTFT(95) prefill + decode(B) + wait for one of k B places + wait for the prefill ahead <= target
    rate     closed x the largest load at which that holds, no more than `serving_under_arrivals`

Prefill is of the tokens that no prefix cache holds. The speed-up of decoding is what a user states of speculative
decoding: tokens a step yields, its draft's time taken off. The draft's weights, of the engine's precision, take memory
of each replica where a user says how many parameters it has; its cache, a layer's for heads trained on the model, is
not counted.

Waits: planner/estimate/queue.py, arrivals at random (Poisson) or in bursts, lengths that vary like exponentials. The
load is found as though every step were as long as one of a full batch. What is then reported knows that fewer run most
of the time, and faster (chain.py): TTFT and TPOT that a share of requests exceeds,

    TTFT     prefill + decode(usual n) + wait for a place
             + (ca2 + 1) / 2 s (1 + q (1 - 1 / c)) / (1 - q) ln(sqrt(q) / share)
             q: rate x prefill, c: prompts read in one pass, none done before all are, s: prefill and its part of a step
    TPOT     decode(n) / speed-up + n prefill / output, n running that a share of sequences finds exceeded

and where such a TTFT is beyond its target, the load is less.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log, sqrt
from statistics import NormalDist

from planner.estimate.chain import Chain, chain, leaving
from planner.estimate.coefficients import Coefficients
from planner.estimate.model import BYTES, Transformer
from planner.estimate.queue import LATE, largest, wait_s
from planner.estimate.serving import CHUNK_TOKENS, Engine, among_others_s, cache_bytes, decode_s, prefill_s, room

BATCHES = tuple(sorted({round(2 ** (k / 4)) for k in range(48)}))
"""Batches tried beside the largest: a smaller one waits less for a step, and may bear a higher load."""
NEARLY = 0.999
"""Of all time spent on prompts, at most: beyond, the first token waits forever."""
SHARES = (0.5, LATE, 0.01)
"""Requests that are later than the percentiles reported: 50th, 95th, 99th."""
NOBODY = 1e-6
"""A load at which nobody waits."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked: tokens per request, latency targets in s."""

    input_tokens: float
    output_tokens: float
    ttft_s: float
    tpot_s: float
    arrivals_cv2: float = 1.0
    """Squared coefficient of variation of the times between requests: 1 at random, more in bursts."""
    prefix_hits: float = 0.0
    """Share of prompt tokens found in a prefix cache."""
    decode_speedup: float = 1.0
    """Tokens a decode step yields with speculative decoding."""
    draft_parameters: float = 0.0
    """Of the draft that speculative decoding takes its guesses from."""

    @property
    def read_tokens(self) -> float:
        """Tokens of a prompt that must be read; the last always is."""
        return max(1.0, self.input_tokens * (1 - self.prefix_hits))

    @property
    def cached_tokens(self) -> float:
        return self.input_tokens - self.read_tokens

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
    ttft_p50_s: float
    ttft_p95_s: float
    ttft_p99_s: float
    tpot_p50_s: float
    tpot_p95_s: float
    tpot_p99_s: float
    tpot_s: float
    """Of the full batch."""
    prefill_s: float
    prefill_share: float
    """Of a stage's busy time."""
    limit: str
    """What keeps the batch from growing: memory, tpot, ttft or batch (the engine's own largest)."""
    split: Split | None = None
    """How prefill and decode are kept apart, where they are."""


@dataclass(frozen=True, slots=True)
class Split:
    """Engines that read prompts and engines that decode, on machines that share the work (disaggregated.py)."""

    machines: int
    prefill_engines: int
    decode_engines: int
    transfer_s: float
    """Of a prompt's cache from one to the other."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a replica cannot be: the number that failed and its limit."""

    reason: str
    value: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one stage's work for a job, by batch."""

    model: Transformer
    e: Engine
    job: Job
    first_s: float
    """One prompt alone."""
    each_s: float
    """One prompt among a chunk of them."""

    def tpot(self, batch: float) -> float:
        decode = decode_s(self.model, self.e, batch, self.job.context) / self.job.decode_speedup
        return decode + batch * self.each_s / self.job.output_tokens

    def ttft(self, batch: float) -> float:
        """Without waiting: the prompt's own prefill and the step it joins."""
        return self.first_s + decode_s(self.model, self.e, batch, self.job.context)

    def closed(self, batch: float) -> float:
        """Requests/s of a replica that never runs out of them."""
        return self.e.stages * batch / (self.job.output_tokens * self.tpot(batch))

    def leaving(self, batch: int) -> list[float]:
        """Requests/s that end, by how many run on all stages together."""
        k = self.e.stages
        return leaving(k * batch, self.job.output_tokens, lambda n: self.tpot(max(1.0, n / k)))

    def first(self, found: Chain, batch: int, load: float, share: float) -> float:
        """TTFT that a share of requests exceeds, by what runs at a load."""
        k, together = self.e.stages, max(1.0, CHUNK_TOKENS / self.job.read_tokens)
        step = decode_s(self.model, self.e, max(1.0, found.running(0.5) / k), self.job.context)
        busy = min(NEARLY, load * self.closed(batch) * self.each_s / k)
        each = (self.each_s + step / together) / k * (1 + busy * (1 - 1 / together)) / (1 - busy)
        ahead = (self.job.arrivals_cv2 + 1) / 2 * each * log(max(1.0, sqrt(busy) / share))
        return self.first_s + step + found.wait_s(share) + ahead

    def late(self, batch: float, load: float, share: float = LATE) -> float:
        """TTFT that a share of requests exceeds: its own work, a place among k B, and the prefill ahead."""
        bursts = self.job.arrivals_cv2
        places = wait_s(self.e.stages * batch, self.job.output_tokens * self.tpot(batch), load, share, ca2=bursts)
        prefill = self.each_s / self.e.stages
        busy = min(1.0, load * self.closed(batch) * prefill)
        return self.ttft(batch) + places + wait_s(1, prefill, busy, share, ca2=bursts)


def replica(model: Transformer, e: Engine, job: Job, c: Coefficients) -> Replica | Refusal:
    """The best replica on an engine for a job."""
    e = beside_draft(e, job)
    whole = job.input_tokens + job.output_tokens
    fits = room(model, e, whole) / e.stages
    if fits < 1:
        need = model.weight_bytes(e.precision) + e.stages * cache_bytes(model, e) * whole
        return Refusal("memory", need / 1e9, e.stages * e.memory / 1e9, "GB")
    t = timing(model, e, job)
    if t.ttft(1) > job.ttft_s:
        return Refusal("latency", t.ttft(1), job.ttft_s, "s TTFT")
    if t.tpot(1) > job.tpot_s:
        return Refusal("latency", t.tpot(1), job.tpot_s, "s TPOT")
    bounds = {
        "memory": fits,
        "batch": e.largest_batch,
        "tpot": largest(fits, lambda b: t.tpot(max(1.0, b)) <= job.tpot_s),
        "ttft": largest(fits, lambda b: t.ttft(max(1.0, b)) <= job.ttft_s),
    }
    limit = min(bounds, key=lambda k: bounds[k])
    most = max(1, int(bounds[limit]))
    best = _loaded(t, most, limit, c)
    for batch in reversed(BATCHES):
        if batch < most:
            smaller = _loaded(t, batch, "ttft", c)
            if smaller.requests_per_s <= best.requests_per_s:
                break
            best = smaller
    return best if best.load > NOBODY else Refusal("latency", t.late(1, NOBODY), job.ttft_s, "s TTFT")


def beside_draft(e: Engine, job: Job) -> Engine:
    """The engine with what memory its draft's weights leave, held once by all stages together."""
    taken = job.draft_parameters * BYTES[e.precision] / e.stages
    return replace(e, memory=e.memory - taken) if taken else e


def timing(model: Transformer, e: Engine, job: Job) -> Timing:
    first = prefill_s(model, e, job.read_tokens, cached=job.cached_tokens)
    return Timing(model, e, job, first, among_others_s(model, e, job.read_tokens, cached=job.cached_tokens))


def running(batch: float, load: float, bursts: float, late: float) -> float:
    """Sequences decoded at once that a share `late` of moments exceeds."""
    mean = batch * load
    deviations = NormalDist().inv_cdf(1 - late)
    return min(batch, max(1.0, mean + deviations * sqrt(mean * (bursts + 1) / 2)))


def _loaded(t: Timing, batch: int, limit: str, c: Coefficients) -> Replica:
    """A batch at the largest load that keeps the first token in time."""
    load = largest(c.constant("serving_under_arrivals"), lambda u: t.late(batch, u) <= t.job.ttft_s)
    gone, bursts = t.leaving(batch), t.job.arrivals_cv2

    def at(u: float) -> Chain:
        return chain(gone, u * t.closed(batch), bursts)

    if t.first(at(load), batch, load, LATE) > t.job.ttft_s:
        load = largest(load, lambda u: t.first(at(u), batch, u, LATE) <= t.job.ttft_s)
    found = at(load)
    closed = t.closed(batch)
    share = closed * t.each_s / t.e.stages
    first = [t.first(found, batch, load, late) for late in SHARES]
    steps = [t.tpot(max(1.0, found.running(late) / t.e.stages)) for late in SHARES]
    return Replica(
        engine=t.e,
        batch=batch,
        requests_per_s=closed * load,
        load=load,
        ttft_p50_s=first[0],
        ttft_p95_s=first[1],
        ttft_p99_s=first[2],
        tpot_p50_s=steps[0],
        tpot_p95_s=steps[1],
        tpot_p99_s=steps[2],
        tpot_s=t.tpot(batch),
        prefill_s=t.first_s,
        prefill_share=share,
        limit=limit,
    )
