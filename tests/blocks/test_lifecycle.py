"""Heat bands added up on paper: moves, recalls and what rented classes charge, from toy to audited plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import toys

from planner.audit import audit
from planner.blocks import assemble
from planner.options.bands import bands
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.problem import Problem, StorageTier
from planner.solve.monolithic import solve

DAY_S, MONTH_S = 86_400.0, 8760 * 3600 / 12
CLASS = {
    "stay_days": 90.0,
    "retrieval_usd_per_gb": 0.02,
    "egress_usd_per_gb": 0.08,
    "write_usd_per_1000": 0.03,
    "read_usd_per_1000": 0.01,
}


def rented(**changes: Any) -> StorageTier:
    far = {"rent_usd_per_month": 4.0, "price_usd": 0.0, "kw": 0.0, "raw_tb": 1.0, "usable_fraction": 1.0, "unit": "TB"}
    made = {"failure_domains": 1, "durability_nines": 11.0, "retrieval_s": 0.05, "read_gb_per_s": 0.1}
    return toys.tier("class", **(far | made | {"write_gb_per_s": 0.1, "heat": "cold"} | CLASS | changes))


def band(heat: str, share: float, **changes: Any) -> dict[str, Any]:
    made = {"read": 0.0, "write": 0.0, "operations": 0.0, "retrieval": None, "stay": None, "recalled": 0.0}
    return {"heat": heat, "share": share, **made, **changes}


def problem(*given: dict[str, Any], tiers: tuple[StorageTier, ...], **spec: Any) -> Problem:
    lake = toys.dataset("lake")
    own = {"bands": list(given), "rehydrate": DAY_S, "object_size": 1e8, "reduction": 1.0, "hot": 0.0}
    lake = replace(lake, demand=(1000e12,), spec=lake.spec | {"size": 1000e12} | own | spec)
    return toys.problem(workloads=(lake,), tiers=tiers)


def plan(asked: Problem) -> Plan:
    options = OptionSet((), ())
    m = assemble(asked, options)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    made = extract(m, solve(m, gap=1e-9), asked, options, accuracy=none)
    verdict = audit(json.loads(made.model_dump_json()))
    assert verdict.findings == ()
    return made


def account(made: Plan, item: str) -> float:
    return sum(x.amount_usd / x.factor for x in made.ledger if x.account == "traffic" and x.item == item)


def test_what_leaves_a_band_is_read_there_and_written_to_the_next() -> None:
    hot = band("hot", 0.1, read=2e9, write=1e9, stay=10 * DAY_S)
    cold = band("cold", 0.9, recalled=0.04)
    asked = problem(hot, cold, tiers=(toys.tier(),))
    first, last = bands(asked, asked.workloads[0], 0)
    moved, recall = 100e3 / (10 * DAY_S), 0.04 * 900e3 / DAY_S
    assert first.read_gb_per_s == pytest.approx(2 + moved)
    assert first.write_gb_per_s == pytest.approx(1 + recall)
    assert last.read_gb_per_s == pytest.approx(recall)
    assert last.write_gb_per_s == pytest.approx(moved)


def test_a_rented_class_charges_for_all_that_moves() -> None:
    hot, cold = band("hot", 0.1, stay=10 * DAY_S), band("cold", 0.9, stay=30 * DAY_S, recalled=0.02)
    made = plan(problem(hot, cold, tiers=(toys.tier(), rented())))
    placed = {s.item: s.quantity for s in made.sizing if s.kind == "data placed"}
    assert placed == {"lake hot on flash": 100.0, "lake cold on class": 900.0}
    recalled_gb = 12 * 0.02 * 900e3
    moved_gb = 12 * 100e3 / (10 * DAY_S) * MONTH_S
    assert account(made, "class retrieval") == pytest.approx(recalled_gb * 0.02)
    assert account(made, "class egress") == pytest.approx(recalled_gb * 0.08)
    assert account(made, "class reads") == pytest.approx(recalled_gb / 0.1 / 1000 * 0.01)
    assert account(made, "class writes") == pytest.approx(moved_gb / 0.1 / 1000 * 0.03)
    assert account(made, "class early deletion") == pytest.approx(12 * 900 * 4.0 * (90 / 30 - 1))


def test_bytes_that_stay_long_enough_pay_no_early_deletion() -> None:
    made = plan(problem(band("cold", 1.0, stay=90 * DAY_S), tiers=(rented(),)))
    assert account(made, "class early deletion") == 0


def test_a_class_that_charges_dear_for_reading_is_left() -> None:
    still = plan(problem(band("cold", 1.0), tiers=(toys.tier(), rented())))
    read = plan(problem(band("cold", 1.0, recalled=1.0), tiers=(toys.tier(), rented(egress_usd_per_gb=0.5))))
    assert [x.tier for x in still.stores] == ["class"]
    assert [x.tier for x in read.stores] == ["flash"]


def test_reduction_stores_fewer_bytes_than_users_see() -> None:
    made = plan(problem(band("hot", 1.0), tiers=(toys.tier(),), reduction=2.0))
    (store,) = made.stores
    assert (store.stored_tb, store.effective_tb) == (500.0, 1000.0)
    assert store.usable_tb == store.raw_tb / 4 >= 500
    assert store.units == 20


@pytest.mark.parametrize(
    ("changes", "by", "units"),
    [
        ({}, "capacity", 40),
        ({"read": 450e9}, "read", 45),
        ({"write": 250e9}, "write", 50),
        ({"operations": 6e6}, "operations", 60),
    ],
)
def test_the_store_names_what_sizes_it(changes: dict[str, float], by: str, units: int) -> None:
    made = plan(problem(band("hot", 1.0, **changes), tiers=(toys.tier(operations_per_s=1e5),)))
    assert [(x.binding, x.units) for x in made.stores] == [(by, units)]


def test_a_small_store_is_sized_by_its_failure_domains() -> None:
    lake = replace(
        toys.dataset("lake"), demand=(1e12,), spec=toys.dataset().spec | {"size": 1e12, "read": 0, "write": 0}
    )
    made = plan(toys.problem(workloads=(lake,)))
    assert [(x.binding, x.units, x.domains_to_heal) for x in made.stores] == [("failure domains", 3, 4)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("raw_tb", 1.0), ("usable_tb", 1.0), ("effective_tb", 7.0), ("binding", "read"), ("stored_tb", 3.0), ("units", 1)],
)
def test_the_audit_sees_a_store_misprinted(field: str, value: object) -> None:
    made = json.loads(plan(problem(band("hot", 1.0), tiers=(toys.tier(),))).model_dump_json())
    made["stores"][0][field] = value
    assert {f.law for f in audit(made).findings} == {"stores"}


def test_the_audit_sees_traffic_that_nobody_pays() -> None:
    made = json.loads(plan(problem(band("cold", 1.0, recalled=0.1), tiers=(rented(),))).model_dump_json())
    made["ledger"] = [x for x in made["ledger"] if "egress" not in x["item"]]
    assert "lifecycle" in {f.law for f in audit(made).findings}
