from __future__ import annotations

import pytest
import toys
from estimate_toys import accelerated, coefficients, spread
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.service import Throughput, TooSlow, throughput
from planner.estimate.stream import MIB, per_broker

SERVICES = {
    "scoring": {"ssj_ops_per_request": spread(1000.0, 500.0, 4000.0, "estimated")},
    "vision": {"chip": spread(5000.0, basis="measured"), "latency_s": spread(0.015, basis="estimated")},
}
C = coefficients(SERVICES)
CPU = toys.machine(cores=64, performance={"ssj_ops": 1e7})


def test_the_scenarios_own_number_is_taken_at_its_word() -> None:
    found = throughput(CPU, "scoring", 123.0, 0.001, C)
    assert isinstance(found, Throughput)
    assert (found.planned, found.basis, found.low, found.high) == (123.0, "measured", 1.0, 1.0)


def test_processors_by_ssj_operations() -> None:
    found = throughput(CPU, "scoring", None, None, C)
    assert isinstance(found, Throughput)
    assert found.maximum == 10_000.0
    assert found.planned == pytest.approx(7000.0)
    assert (found.low, found.high) == (0.25, 2.0)


def test_a_latency_target_lowers_the_load_and_then_rules_out() -> None:
    """A request holds a core for 64 / 10,000 s = 6.4 ms."""
    loose, tight = throughput(CPU, "scoring", None, 0.1, C), throughput(CPU, "scoring", None, 0.0064001, C)
    assert isinstance(loose, Throughput)
    assert isinstance(tight, Throughput)
    assert tight.load <= loose.load == 0.7
    assert throughput(CPU, "scoring", None, 0.005, C) == TooSlow(0.0064, 0.005)


def test_published_server_figures_hold_whole_at_their_bound() -> None:
    found = throughput(accelerated(), "vision", None, 0.015, C)
    assert isinstance(found, Throughput)
    assert (found.planned, found.basis) == (20_000.0, "measured")
    assert throughput(accelerated(), "vision", None, 0.010, C) == TooSlow(0.015, 0.010)


def test_nobody_measured_it() -> None:
    assert throughput(accelerated(), "scoring", None, None, C) is None
    assert throughput(CPU, "vision", None, None, C) is None
    assert throughput(CPU, "", None, None, C) is None


STREAM = {"replication": 3, "consumers": 4, "retention": 3600.0, "event_size": 1000.0, "processing": "none"}
BROKER = toys.machine(cores=64, nvme_tb=10.0, nics=2, nic_gbps=100.0)


def test_every_bound_of_a_broker_by_hand() -> None:
    found = per_broker(BROKER, STREAM, C)
    assert found["capacity"] == pytest.approx(10e12 * 0.5 / (3 * 3600))
    assert found["drives"] == pytest.approx(2e9 / 3)
    assert found["network"] == pytest.approx(25e9 * 0.5 / (4 + 3 - 1))
    assert found["cores"] == pytest.approx(64 / (1 / (5 * MIB) + 4 / (15 * MIB)))


def test_processing_takes_cores_by_the_event() -> None:
    found = per_broker(BROKER, {**STREAM, "processing": "rocksdb"}, C)
    assert found["cores"] == pytest.approx(64 / (1 / (5 * MIB) + 4 / (15 * MIB) + 1 / (1e4 * 1000)))


@given(st.sampled_from(["replication", "consumers", "retention"]), st.integers(1, 5))
def test_asking_more_never_lets_more_in(key: str, more: int) -> None:
    harder = per_broker(BROKER, {**STREAM, key: STREAM[key] + more}, C)  # type: ignore[operator]
    assert min(harder.values()) <= min(per_broker(BROKER, STREAM, C).values()) + 1e-6


@given(st.sampled_from(["cores", "nvme_tb", "nics"]), st.integers(2, 5))
def test_a_bigger_broker_never_takes_less(figure: str, factor: int) -> None:
    bigger = toys.machine(**{"cores": 64, "nvme_tb": 10.0, "nics": 2, "nic_gbps": 100.0} | {figure: 64 * factor})
    assert min(per_broker(bigger, STREAM, C).values()) >= min(per_broker(BROKER, STREAM, C).values()) - 1e-6
