"""Monitoring: series of every machine, on machines whose memory, drives and cores hold them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import golden
import pytest
import toys
from block_rows import rows
from orchestrated_toys import DEFAULTS, ROWS, monitored, planned

from planner.audit import audit
from planner.blocks import assemble, prepared
from planner.blocks.monitoring import DAY_S, Monitoring, holds, series_of

F = ROWS["monitoring"]
HERE = Path(__file__).parent


def test_disk_is_the_published_formula() -> None:
    """needed_disk_space = retention_time_seconds x ingested_samples_per_second x bytes_per_sample."""
    asked = Monitoring.model_construct(**{**DEFAULTS, "retention": 15 * DAY_S, "interval": 30.0})
    series = holds(toys.machine(nvme_tb=10.0), asked, F)["drives"]
    assert 15 * DAY_S * (series / 30.0) * F["bytes_per_sample"] == pytest.approx(10e12 * F["disk_fill_fraction"])


def test_what_was_published_of_50_nodes_comes_out() -> None:
    """50 nodes with 36 pods each: 6.3 GB a day with a fifth of margin, about one core."""
    series = 50 * series_of(toys.machine(), F)
    assert series / 30.0 * DAY_S * F["bytes_per_sample"] * 1.2 == pytest.approx(6.3e9, rel=1e-4)
    cores = toys.machine(cores=1)
    assert holds(cores, Monitoring(), F)["cores"] == pytest.approx(series)


def test_accelerators_have_series_of_their_own() -> None:
    more = series_of(toys.machine(accelerators=8), F) - series_of(toys.machine(), F)
    assert more == 8 * F["series_per_accelerator"]


@pytest.mark.parametrize(
    ("machine", "binding"),
    [
        ({"ram_gb": 1.0}, "memory"),
        ({"nvme_tb": 0.001}, "drives"),
        ({"cores": 1, "ram_gb": 9e9, "nvme_tb": 9e9}, "cores"),
    ],
)
def test_what_binds(machine: dict[str, Any], binding: str) -> None:
    found = holds(toys.machine(**machine), Monitoring(), F)
    assert min(found, key=lambda k: found[k]) == binding


def test_longer_and_finer_take_more_disk_in_proportion() -> None:
    def drives(**asked: float) -> float:
        return holds(toys.machine(), Monitoring.model_construct(**{**DEFAULTS, **asked}), F)["drives"]

    assert drives() / drives(retention=30 * DAY_S) == pytest.approx(2)
    assert drives() / drives(interval=15.0) == pytest.approx(2)


def test_without_the_key_nothing_changes() -> None:
    problem, options = toys.problem(), toys.options()
    assert prepared(problem, options) == (problem, options)


def plan_of(**asked: Any) -> dict[str, Any]:
    made = (toys.machine(), toys.machine("thin", ram_gb=0.0))
    return planned(monitored(toys.problem(machines=made), **asked), toys.options())


def test_a_plan_passes_every_law_and_nothing_is_unread() -> None:
    plan = plan_of()
    verdict = audit(plan)
    assert verdict.accepted, verdict.findings
    assert not [n for n in verdict.notes if "read by no law" in n]
    assert {e["reason"] for e in plan["excuses"] if e["machine"] == "thin"} >= {"no-figure"}


def held(plan: dict[str, Any]) -> float:
    return sum(w["served"] for w in plan["work"] if w["workload"] == "monitoring.s")


def test_every_replica_holds_what_the_machines_give() -> None:
    for replicas in (1, 3):
        plan = plan_of(replicas=replicas, extra_series=1_000_000)
        machines = sum(s["quantity"] for s in plan["sizing"] if s["kind"] == "machine")
        assert held(plan) >= replicas * (machines * F["series_per_machine"] + 1_000_000)


def test_replicas_stand_on_machines_of_their_own() -> None:
    small = monitored(toys.problem(workloads=(toys.workload(demand=(10.0,)),)), replicas=4)
    plan = planned(small, toys.options())
    assert audit(plan).accepted, audit(plan).findings
    assert sum(s["quantity"] for s in plan["sizing"] if s["kind"] == "machine working") >= 4


def test_rows() -> None:
    problem, options = prepared(monitored(), toys.options())
    options = replace(options, options=tuple(replace(o, fabric="net") for o in options.options))
    golden.check(HERE / "golden" / "monitoring.txt", rows(assemble(problem, options), "monitoring"))


Edit = Callable[[dict[str, Any]], None]
EDITS: dict[str, Edit] = {
    "memory forgotten": lambda p: p["problem"]["machines"][0].update(ram_gb=0.01),
    "retention forgotten": lambda p: p["problem"]["keys"]["monitoring"].update(retention=1e12),
    "cores forgotten": lambda p: p["problem"]["machines"][0].update(cores=0.001),
    "series of your own forgotten": lambda p: p["problem"]["keys"]["monitoring"].update(extra_series=10**10),
    "one replica instead of many": lambda p: p["problem"]["keys"]["monitoring"].update(replicas=1000),
}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return plan_of()


@pytest.mark.parametrize("name", list(EDITS))
def test_the_law_sees(name: str, whole: dict[str, Any]) -> None:
    plan = copy.deepcopy(whole)
    EDITS[name](plan)
    assert "monitoring" in {f.law for f in audit(plan).findings}
