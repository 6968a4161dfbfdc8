"""Every figure of a plan, against the number worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from policy_toys import facts, plan

from planner.policy.facts import Hardware
from planner.policy.figures import FIGURES
from planner.policy.path import LABELS

DAY = 86_400
LEDGER = 10 * 200_000 - 10 * 120_000 + 10 * 10_000 + 400_000 * 0.05 + 60 * 10
BY_HAND = {
    "cost": LEDGER,
    "cost_per_year": LEDGER,
    "net_present_cost": LEDGER,
    "purchases": 2_000_000,
    # 100 requests a second at the peak without surge, three quarters on average, 1,000 tokens each, for a year
    "cost_per_million_tokens": LEDGER / (100 * 0.75 * 1000 * 365 * DAY) * 1e6,
    "energy_cost": 0.0713,
    "energy_per_year": 500_000,
    "carbon_per_year": 89_000,
    "operational_carbon_per_year": 80_000,
    "market_carbon_per_year": 81_000,
    "embodied_carbon_per_year": 9_000,
    "carbon_intensity": 0.16,
    "carbon_free_share": 0.55,
    "carbon_free_share_own": 0.2,
    "water_per_year": 12_500,
    "pue": 1.25,
    "wue": 12_500 / 400_000,
    "peak_power": 80,
    "site_peak": 80,
    "utilisation": 0.79,
    "machine_count": 10,
    "machines": "box",
    "availability": 0.99991,
    "spares": 2,
    "redundancy": "N+2",
    "sites_used": 1,
    "zones_used": 1,
    "feeds": 2,
    "train_survives": "module",
    "train_maintainable": "no",
    "durability": 10.2,
    "recovery_point": 5,
    "recovery_time": 60,
    "gap": 0.0005,
    "solve_status": "optimal",
    "hours_modelled": 1008,
    "confidence": "memory",
    "low_confidence_share": 0.5,
    "catalog_age": (365 * 3) * DAY,  # 2024-02-01 to 2027-01-31, with a leap day
    "machines_offered": "box",
}


def test_every_figure_is_here() -> None:
    assert set(BY_HAND) == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_by_hand(name: str, tmp_path: Path) -> None:
    found = list(FIGURES[name].read(facts(tmp_path, plan())))
    value = found[0].value
    value = value.id if isinstance(value, Hardware) else value
    assert value == (BY_HAND[name] if isinstance(value, str) else pytest.approx(BY_HAND[name], rel=1e-9))


@pytest.mark.parametrize("name", FIGURES)
def test_labels_are_those_that_rules_may_name(name: str, tmp_path: Path) -> None:
    for one in FIGURES[name].read(facts(tmp_path, plan())):
        assert set(FIGURES[name].labels) <= set(one.labels)
        assert set(one.labels) <= set(LABELS)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("pue", {"pue": None}),
        ("carbon_intensity", {"energy_kwh_per_year": 0.0}),
        ("wue", {"it_energy_kwh_per_year": 0.0}),
        ("carbon_free_share", {"carbon_free_share_with_grid": None}),
        ("low_confidence_share", {"columns": [], "sizing": [], "choices": []}),
    ],
)
def test_what_has_no_number_says_none(name: str, changes: dict[str, Any], tmp_path: Path) -> None:
    assert [f.value for f in FIGURES[name].read(facts(tmp_path, plan(**changes)))] == [None]


def test_a_plan_without_language_models_has_no_cost_of_tokens(tmp_path: Path) -> None:
    made = plan()
    made["problem"]["workloads"] = made["problem"]["workloads"][1:]
    assert [f.value for f in FIGURES["cost_per_million_tokens"].read(facts(tmp_path, made))] == [None]


def test_rows_that_are_not_used_do_not_count(tmp_path: Path) -> None:
    rows = {f.labels["row"] for f in FIGURES["catalog_age"].read(facts(tmp_path, plan()))}
    assert rows == {"node/box"}
