"""First and later tokens under arrivals, against a replica simulated step by step; the chain by hand.

In each step the simulation reads the prompts that found a place, as many as one pass takes, and gives every running
sequence a token; lengths of prompts and answers vary like exponentials.
"""

from __future__ import annotations

from collections import deque
from math import factorial

import numpy as np
import pytest
from estimate_toys import accelerated, coefficients, model
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from planner.estimate.chain import chain, leaving
from planner.estimate.chip import chip_of
from planner.estimate.replica import SHARES, Job, Replica, replica, timing
from planner.estimate.serving import CHUNK_TOKENS, Engine, decode_s, engine

COUNT = 6000
Times = NDArray[np.float64]


def one() -> Engine:
    chip = chip_of(accelerated())
    assert chip is not None
    made = engine(chip, 1, 1, "bf16", coefficients())
    assert made is not None
    return made


def simulated(job: Job, batch: int, rate: float) -> tuple[Times, Times]:
    """TTFT of every request and TPOT of those with long answers, seconds, without the start and the end."""
    t, draw, shape = timing(model(), one(), job), np.random.default_rng(3), 1 / job.arrivals_cv2
    at = np.cumsum(draw.gamma(shape, 1 / (rate * shape), COUNT))
    answers = np.maximum(1, np.ceil(draw.exponential(job.output_tokens, COUNT))).astype(int)
    prompts = draw.exponential(1.0, COUNT)
    now, arrived, done = 0.0, 0, 0
    first, end = np.zeros(COUNT), np.zeros(COUNT)
    queue: deque[int] = deque()
    left: dict[int, int] = {}
    while done < COUNT:
        while arrived < COUNT and at[arrived] <= now:
            queue.append(arrived)
            arrived += 1
        if not queue and not left:
            now = float(at[arrived])
            continue
        joined: list[int] = []
        room = CHUNK_TOKENS / job.read_tokens
        while queue and len(left) + len(joined) < batch and (not joined or prompts[queue[0]] <= room):
            room -= prompts[queue[0]]
            joined.append(queue.popleft())
        now += decode_s(t.model, t.e, len(left) + len(joined), job.context) / job.decode_speedup
        now += float(prompts[joined].sum()) * t.each_s
        left |= {request: int(answers[request]) for request in joined}
        first[joined] = now
        for request in list(left):
            left[request] -= 1
            if not left[request]:
                del left[request]
                end[request], done = now, done + 1
    kept = slice(COUNT // 10, COUNT - COUNT // 10)
    steps = (end - first) / np.maximum(1, answers - 1)
    return (first - at)[kept], steps[kept][(answers >= job.output_tokens)[kept]]


@pytest.mark.parametrize(
    ("job", "near"),
    [
        (Job(1000, 250, 1.0, 0.05), 0.2),
        (Job(500, 500, 0.5, 0.02), 0.2),
        (Job(2000, 200, 10.0, 0.1), 0.2),
        (Job(1000, 250, 5.0, 0.05, arrivals_cv2=4.0), 0.45),
    ],
)
def test_percentiles_agree_with_a_simulation(job: Job, near: float) -> None:
    """At the load planned on; of bursts the 95th and 99th percentile, within a wider margin."""
    found = replica(model(), one(), job, coefficients())
    assert isinstance(found, Replica)
    shares = SHARES if job.arrivals_cv2 == 1 else SHARES[1:]
    said = {
        "ttft": (found.ttft_p50_s, found.ttft_p95_s, found.ttft_p99_s)[-len(shares) :],
        "tpot": (found.tpot_p50_s, found.tpot_p95_s, found.tpot_p99_s)[-len(shares) :],
    }
    first, steps = simulated(job, found.batch, found.requests_per_s)
    for name, times in (("ttft", first), ("tpot", steps)):
        for share, value in zip(shares, said[name], strict=True):
            assert value == pytest.approx(float(np.quantile(times, 1 - share)), rel=near), (name, share)


def test_the_chain_of_places_that_do_not_slow_each_other_is_erlangs() -> None:
    """M/M/3 with a second each, two a second: chance of waiting by Erlang's C formula, waits end at 3 - 2 a second."""
    found = chain(leaving(3, 1.0, lambda n: 1.0), 2.0, 1.0)
    beyond = 2.0**3 / factorial(3) * 3 / (3 - 2)
    erlang = beyond / (sum(2.0**n / factorial(n) for n in range(3)) + beyond)
    assert found.waits == pytest.approx(erlang)
    assert found.ending == pytest.approx(1.0)
    assert found.wait_s(0.01) == pytest.approx(np.log(erlang / 0.01))
    assert sum(found.chances) + found.waits == pytest.approx(1.0)


@given(st.integers(1, 300), st.floats(0.05, 0.99), st.floats(1, 20), st.floats(0, 0.1))
def test_rarer_moments_run_more_and_bursts_wait_longer(places: int, load: float, bursts: float, slower: float) -> None:
    def tpot(n: float) -> float:
        return 0.01 * (1 + slower * n)

    rate = load * places / (100 * tpot(places))
    found, worse = (chain(leaving(places, 100.0, tpot), rate, cv2) for cv2 in (1.0, bursts))
    at = [found.running(late) for late in SHARES]
    assert 1 <= at[0] <= at[1] <= at[2] <= places
    assert worse.wait_s(0.01) >= found.wait_s(0.01) * (1 - 1e-9)


def test_more_than_can_leave_wait_forever() -> None:
    assert chain(leaving(4, 10.0, lambda n: 0.1), 4.1, 1.0).wait_s(0.05) == np.inf


def test_no_percentile_of_the_first_token_is_beyond_its_target() -> None:
    for ttft in (0.05, 0.1, 0.3, 1.0):
        found = replica(model(), one(), Job(4096, 20, ttft * 5, 0.5), coefficients())
        if isinstance(found, Replica):
            assert found.ttft_p95_s <= ttft * 5 * (1 + 1e-6)
