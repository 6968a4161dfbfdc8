"""The six scenarios: enough survives pruning, every kind of decision is taken somewhere, and each has its price.

Flips are found on the scarcest week alone (`weeks=1`), which is quick.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from planner import driver
from planner.options.pools import carries, pools
from planner.plan.schema import Plan

FOLDER = Path(__file__).parent.parent.parent / "scenarios"
SIX = (
    "fraud-detection",
    "gpu-tpu-choice",
    "green-campus",
    "precision-medicine",
    "pretrain-70b",
    "quickstart",
)
KINDS = {"machine", "spare", "fabric", "storage", "cooling", "solar", "wind", "battery"}
QUOTE = "as_of: 2026-10-01\nsources: {quote: {ref: a made-up price}}\nrows:\n"


@cache
def base(name: str) -> Plan:
    return driver.solve(FOLDER / f"{name}.yaml", engine="decomposed", weeks=1, check_year=False)


def changed(name: str, folder: Path, edit: tuple[str, str] = ("", ""), **rows: str) -> Plan:
    """The scenario with one text replaced, or with one catalog row's price: `kind="id field value"`."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert edit[0] in text
    text = text.replace(*edit, 1) if edit[0] else text
    if rows:
        (folder / "mine").mkdir()
        text = text.replace("\nsites:", "\ncatalogs: [mine]\nsites:", 1)
    for kind, row in rows.items():
        id, field, value = row.split()
        line = f"  - {{id: {id}, {field}: [{value}, quote]}}\n"
        (folder / "mine" / f"{kind}.yaml").write_text(f"kind: {kind}\n{QUOTE}{line}", encoding="utf-8")
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    return driver.solve(folder / "s.yaml", engine="decomposed", weeks=1, check_year=False)


def taken(plan: Plan) -> dict[str, dict[str, float]]:
    """Amounts by kind of decision and item; what is chosen counts one."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for size in plan.sizing:
        kind = size.kind
        if kind == "generation":
            kind = next(k for k in ("solar", "wind", "battery") if k in size.item)
        if kind in KINDS and size.quantity > 1e-6:
            found[kind][size.item] += size.quantity
    for choice in plan.choices:
        if choice.chosen and choice.kind == "fabric":
            found["fabric"][choice.item] += 1
    return found


@pytest.mark.parametrize("name", SIX)
def test_three_machines_and_two_coolings_survive_pruning(name: str) -> None:
    made = driver.prepare(FOLDER / f"{name}.yaml", weeks=1)
    usable = {pool.machine.id for pool in pools(made.problem, made.options)}
    assert len(usable) >= 3
    for site in made.problem.sites:
        for hall in site.halls:
            machines = [made.problem.machine(id) for id in usable]
            fit = {c.id for c in site.cooling if c.id in hall.cooling and any(carries(c, hall, m) for m in machines)}
            assert len(fit) >= 2


def test_a_machine_and_its_spares_flip_with_its_price(tmp_path: Path) -> None:
    before = taken(base("gpu-tpu-choice"))
    machine = max(before["spare"], key=lambda id: (before["machine"][id], id))
    assert before["machine"][machine] > before["spare"][machine] > 0
    dear = f"prices: {{machines: {{{machine}: 900000 USD}}}}\nhardware:"
    after = taken(changed("gpu-tpu-choice", tmp_path, ("hardware:", dear)))
    assert not after["machine"][machine]
    assert not after["spare"][machine]
    assert sum(after["spare"].values()) >= 1


def test_the_fabric_flips_with_the_price_of_its_switch(tmp_path: Path) -> None:
    before = taken(base("pretrain-70b"))["fabric"]
    switch = next(s.item for s in base("pretrain-70b").sizing if s.kind == "switch bought")
    after = taken(changed("pretrain-70b", tmp_path, price_switch=f"{switch} price_usd 9000000"))["fabric"]
    assert set(before) != set(after)


def test_the_tier_flips_with_its_rent(tmp_path: Path) -> None:
    before = taken(base("precision-medicine"))
    assert before["storage"]["cloud_gcs_archive"]
    after = taken(changed("precision-medicine", tmp_path, price_storage="cloud_gcs_archive rent_usd_per_month 90"))
    assert not after["storage"]["cloud_gcs_archive"]


def test_the_cooling_flips_with_the_price_of_its_plant(tmp_path: Path) -> None:
    before = taken(base("gpu-tpu-choice"))
    assert set(before["cooling"]) == {"air_evaporative"}
    after = taken(changed("gpu-tpu-choice", tmp_path, cooling="air_evaporative plant_usd_per_kw 2600"))
    assert set(after["cooling"]) == {"air_economizer"}


def test_solar_flips_with_its_cost(tmp_path: Path) -> None:
    assert taken(base("green-campus"))["solar"]
    assert not taken(changed("green-campus", tmp_path, energy="solar_pv_utility capex_usd_per_kw 30000"))["solar"]


def test_wind_flips_with_its_cost(tmp_path: Path) -> None:
    assert not taken(base("precision-medicine"))["wind"]
    assert taken(changed("precision-medicine", tmp_path, energy="wind_onshore capex_usd_per_kw 300"))["wind"]


def test_the_battery_flips_with_its_cost(tmp_path: Path) -> None:
    assert taken(base("quickstart"))["battery"]
    dear = changed("quickstart", tmp_path, energy="battery_li_ion_utility power_usd_per_kw 20000")
    assert not taken(dear)["battery"]


def test_every_kind_of_decision_is_taken_in_a_whole_year() -> None:
    found: set[str] = set()
    for name in SIX:
        plan = driver.solve(FOLDER / f"{name}.yaml")
        assert plan.solver.gap <= 1e-3
        found |= {kind for kind, items in taken(plan).items() if sum(items.values()) > 0}
    assert found == KINDS
