"""The power train at its load: what survives, what strands, by hand, and as the audit reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import toys

from planner.audit import audit
from planner.blocks import assemble
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.solve.monolithic import solve

CURVE = ((0.5, 0.931), (0.8, 0.951), (1.0, 0.955))


def plan(train: str, **hall: Any) -> Plan:
    """Ten machines of 1 kW at their peak, 4 to a rack of 4.5 kW."""
    room = toys.hall(**{"feed_kw": 50.0, "racks": 10.0, "rack_kw": 4.5, **hall})
    site = toys.site(halls=(room,), power_train=toys.train(id=train, curve=CURVE))
    machine = toys.machine(failures_per_day=0.0)
    problem = toys.problem(
        sites=(site,), fabrics=(toys.FabricClass("none", None, 1.0, ""),), tiers=(), machines=(machine,)
    )
    options = OptionSet((toys.option(fabric="none"),), ())
    m = assemble(problem, options)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    made = extract(m, solve(m, gap=1e-9), problem, options, accuracy=none)
    assert audit(json.loads(made.model_dump_json())).findings == ()
    return made


@pytest.mark.parametrize(
    ("train", "left", "survives", "maintainable", "load"),
    [
        ("n", 0.0, False, False, 1.0),
        ("n_plus_1", 10.0, True, False, 0.8),
        ("three_n_over_two", 10.0, True, True, 2 / 3),
        ("two_n", 10.0, True, True, 0.5),
    ],
)
def test_what_is_left_with_a_module_lost(
    train: str, left: float, survives: bool, maintainable: bool, load: float
) -> None:
    (row,) = plan(train).power_paths
    assert (row.load_kw, row.built_kw) == (pytest.approx(10.0), pytest.approx(10.0))
    assert row.surviving_kw == pytest.approx(left)
    assert (row.survives_module, row.maintainable) == (survives, maintainable)
    assert row.module_load == pytest.approx(load)
    assert 0.93 <= row.efficiency_at_load <= 0.955


def test_kw_strand_by_cause() -> None:
    (row,) = plan("two_n", feeds=2, feed_kw=20.0).power_paths
    losses = 10 / 0.95 - 10
    assert row.stranded_kw == {
        "breakers derated": pytest.approx(0.2 * 40),
        "feed not used": pytest.approx(0.8 * 20 - 10 / 0.95),
        "feeds kept free": pytest.approx(0.8 * 20),
        "losses in the train": pytest.approx(losses),
        "racks of whole machines": pytest.approx(10 / 4 * 0.5),
    }


@pytest.mark.parametrize(
    "edit", [{"surviving_kw": 12.0}, {"maintainable": True}, {"load_kw": 9.0}, {"module_load": 0.5}]
)
def test_the_audit_sees_a_path_misprinted(edit: dict[str, Any]) -> None:
    made = json.loads(plan("n_plus_1").model_dump_json())
    made["power_paths"][0].update(edit)
    assert {f.law for f in audit(made).findings} == {"paths"}
