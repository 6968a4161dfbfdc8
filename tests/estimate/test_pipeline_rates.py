"""What flows ask of machines: windows, batches, catching up (by simulation), and the published bound on brokers."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pytest
import toys
from estimate_toys import coefficients
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.estimate.pipeline import per_machine, stage_rate, worst_mean
from planner.options import stream

C = coefficients()
WEEKS = st.lists(st.floats(0, 1e9), min_size=168, max_size=168).map(np.array)


@settings(max_examples=30, deadline=None)
@given(WEEKS, st.integers(1, 200))
def test_the_worst_window_is_the_worst_of_all(rate: Any, hours: int) -> None:
    windows = min(168, hours)
    every = [np.mean([rate[(at + i) % 168] for i in range(windows)]) for at in range(168)]
    assert worst_mean(rate, hours * 3600.0) == pytest.approx(max(every))


def test_a_batch_works_off_what_came_in_since_the_last() -> None:
    flat = np.full(168, 100.0)
    assert stage_rate(flat, {"every": 86400.0, "within": 7200.0}) == pytest.approx(1200.0)
    assert stage_rate(flat, {}) == 100.0


def test_a_batch_of_a_day_is_planned_for_the_worst_day() -> None:
    week = np.concatenate([np.full(24, 300.0), np.full(144, 100.0)])
    assert stage_rate(week, {"every": 86400.0, "within": 86400.0}) == pytest.approx(300.0)


@settings(max_examples=40, deadline=None)
@given(WEEKS, st.integers(1, 48), st.integers(1, 48))
def test_what_stood_still_is_caught_up_in_time(rate: Any, outage: int, clear: int) -> None:
    """Hour by hour, an outage at any hour of the week: what is left after the time to catch up is nothing."""
    planned = stage_rate(rate, {"outage": outage * 3600.0, "catch_up": clear * 3600.0})
    for begin in range(168):
        backlog = sum(rate[(begin + i) % 168] for i in range(outage))
        for i in range(clear):
            backlog = max(0.0, backlog + rate[(begin + outage + i) % 168] - planned)
        assert backlog <= 1e-6 * max(1.0, planned)


def test_a_stage_by_hand() -> None:
    box = toys.machine(cores=64, nics=2, nic_gbps=100.0)
    found = per_machine(box, {"processing": "heap", "output": 3.0}, 1000.0, C)
    assert found["cores"] == pytest.approx(64 * C.constant("stream_heap_per_core") * 1000.0)
    assert found["network"] == pytest.approx(25e9 * C.constant("broker_nic_share") / 3)
    measured = per_machine(box, {"throughput": {"box": 2e9}, "processing": "heap"}, 1000.0, C)
    assert measured["measured"] == 2e9
    assert "cores" not in measured
    assert per_machine(toys.machine("other"), {"throughput": {"box": 2e9}}, 1000.0, C) == {}


@settings(max_examples=100, deadline=None)
@given(
    ingress=st.floats(1e6, 5e10),
    groups=st.integers(1, 12),
    copies=st.integers(1, 5),
    nics=st.sampled_from([1, 2, 4]),
    gbps=st.sampled_from([10.0, 25.0, 100.0]),
)
def test_brokers_are_those_of_the_published_bound(
    ingress: float, groups: int, copies: int, nics: int, gbps: float
) -> None:
    """AWS: sustained write <= min(storage x b / r, network x b / (consumer groups + r - 1)), linear in brokers b."""
    broker = toys.machine(cores=10**7, nvme_tb=1e9, nics=nics, nic_gbps=gbps)
    spec = {"replication": copies, "consumers": groups, "retention": 3600.0, "event_size": 1000.0}
    work = toys.workload("topic", kind="stream", demand=(ingress,), spec=spec, unit="B/s")
    (option,) = stream.options(toys.problem(machines=(broker,)), work, broker, C)
    storage = C.constant("disk_write_gb_per_s") * 1e9
    network = nics * gbps / 8 * 1e9 * C.constant("broker_nic_share")
    brokers = 1
    while brokers < 10**6 and ingress > min(storage * brokers / copies, network * brokers / (groups + copies - 1)):
        step = max(ingress * copies / storage, ingress * (groups + copies - 1) / network)
        brokers = max(brokers + 1, ceil(step) - 1)
    assert ceil(ingress / option.per_machine - 1e-9) == brokers  # type: ignore[union-attr]


@given(st.integers(1, 10), st.integers(1, 5))
def test_more_groups_of_readers_never_ask_for_fewer_brokers(groups: int, more: int) -> None:
    broker = toys.machine(cores=64, nvme_tb=100.0, nics=1, nic_gbps=10.0)

    def each(count: int) -> float:
        spec = {"replication": 3, "consumers": count, "retention": 3600.0, "event_size": 1000.0}
        work = toys.workload("topic", kind="stream", spec=spec)
        (option,) = stream.options(toys.problem(), work, broker, C)
        return option.per_machine  # type: ignore[union-attr]

    assert each(groups + more) <= each(groups)
