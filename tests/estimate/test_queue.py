from __future__ import annotations

import heapq
from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.queue import largest, usable_load, wait_95_s, wait_s


@given(st.floats(0.06, 0.99), st.floats(0.001, 100))
def test_one_server_is_exact(load: float, service_s: float) -> None:
    """M/M/1: P[wait > x] = load exp(-(1 - load) x / service)."""
    assert wait_95_s(1, service_s, load) == pytest.approx(service_s / (1 - load) * log(load / 0.05))


def test_nobody_waits_at_the_95th_percentile_below_a_load_of_five_percent() -> None:
    assert wait_95_s(1, 10.0, 0.05) == 0.0


def test_full_load_waits_forever() -> None:
    assert wait_95_s(10, 1.0, 1.0) == inf


@given(st.integers(1, 500), st.floats(0.01, 10), st.floats(0.05, 0.9))
def test_more_servers_and_less_load_never_wait_longer(servers: int, service_s: float, load: float) -> None:
    assert wait_95_s(servers + 1, service_s, load) <= wait_95_s(servers, service_s, load) + 1e-12
    assert wait_95_s(servers, service_s, load * 0.9) <= wait_95_s(servers, service_s, load) + 1e-12


def test_usable_load_of_one_server_by_hand() -> None:
    """1 s of service within 4 s: 3 (1 - load) = ln(load / 0.05)."""
    load = usable_load(1, 1.0, 4.0, 0.99)
    assert 3 * (1 - load) == pytest.approx(log(load / 0.05), abs=1e-6)


def test_service_longer_than_the_limit_is_unusable() -> None:
    assert usable_load(8, 2.0, 1.0, 0.9) == 0.0


def test_largest_finds_the_edge() -> None:
    assert largest(10.0, lambda x: x <= 7.3) == pytest.approx(7.3)
    assert largest(10.0, lambda x: True) == 10.0
    assert largest(10.0, lambda x: False) == pytest.approx(0.0, abs=1e-9)


@given(st.integers(1, 100), st.floats(0.05, 0.95), st.floats(1.0, 20.0))
def test_bursts_wait_longer_and_rarer_shares_too(servers: int, load: float, bursts: float) -> None:
    assert wait_s(servers, 1.0, load, 0.05, ca2=bursts) >= wait_s(servers, 1.0, load, 0.05)
    assert wait_s(servers, 1.0, load, 0.5) <= wait_s(servers, 1.0, load, 0.05) <= wait_s(servers, 1.0, load, 0.01)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (8, 0.8), (32, 0.9)])
def test_percentiles_agree_with_a_simulation(servers: int, load: float) -> None:
    """Exponential service, arrivals at random: 200,000 requests, each taking the server that is free first."""
    draw = np.random.default_rng(7)
    count = 200_000
    at = np.cumsum(draw.exponential(1 / (servers * load), count))
    work = draw.exponential(1.0, count)
    free = [0.0] * servers
    waits = np.empty(count)
    for i in range(count):
        earliest = heapq.heappop(free)
        begin = max(earliest, at[i])
        waits[i] = begin - at[i]
        heapq.heappush(free, begin + work[i])
    for late in (0.05, 0.01):
        simulated = float(np.quantile(waits[count // 10 :], 1 - late))
        assert wait_s(servers, 1.0, load, late) == pytest.approx(simulated, rel=0.15, abs=0.05)
