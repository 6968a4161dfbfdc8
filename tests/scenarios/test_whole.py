"""Properties of whole scenarios, from file to audited plan: solvers agree, rows only help, demand only costs."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from planner import driver
from planner.plan.schema import Plan
from planner.solve.available import solvers

FOLDER = Path(__file__).parent.parent.parent / "scenarios"
GAP = 1e-9
ROW = """kind: node
as_of: 2026-10-01
sources: {{quote: {{ref: a made-up machine}}}}
rows:
  - id: made_up
    name: Made-up server
    vendor: ACME
    class: cpu
    cooling: air
    accelerators: [0, quote]
    cores: [128, quote]
    embodied_kgco2e: [1500, quote]
    idle_w: [{idle}, quote]
    sustained_w: [{busy}, quote]
    max_w: [{busy}, quote]
    nic_gbps: [100, quote]
    nics: [2, quote]
    rack_units: [2, quote]
    ram_gb: [768, quote]
    local_nvme_tb: [8, quote]
"""
PRICE = """kind: price_node
as_of: 2026-10-01
sources: {{quote: {{ref: a made-up price}}}}
rows:
  - {{id: made_up, purchase_usd: [{price}, quote]}}
"""


def solved(path: Path, solver: str = "highs") -> Plan:
    return driver.solve(path, weeks=1, check_year=False, gap=GAP, solver=solver, engine="monolithic")


def text(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def fraud(folder: Path, *edits: tuple[str, str]) -> float:
    made = text("fraud-detection")
    for old, new in edits:
        assert old in made
        made = made.replace(old, new)
    (folder / "s.yaml").write_text(made, encoding="utf-8")
    return solved(folder / "s.yaml").solver.objective_usd


@pytest.mark.skipif("cbc" not in solvers(), reason="CBC is not installed")
@pytest.mark.parametrize("name", ["gpu-tpu-choice", "precision-medicine"])
def test_highs_and_cbc_agree_on_real_hardware(name: str) -> None:
    highs, cbc = (solved(FOLDER / f"{name}.yaml", solver) for solver in ("highs", "cbc"))
    assert highs.solver.objective_usd == pytest.approx(cbc.solver.objective_usd, rel=1e-8)


@pytest.mark.parametrize(
    ("price", "speed", "idle"), [(9_000, 30_000, 150), (20_000, 90_000, 300), (400_000, 1_000, 900)]
)
def test_another_row_never_costs(tmp_path: Path, price: int, speed: int, idle: int) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "node.yaml").write_text(ROW.format(idle=idle, busy=3 * idle), encoding="utf-8")
    (tmp_path / "mine" / "price.yaml").write_text(PRICE.format(price=price), encoding="utf-8")
    before = fraud(tmp_path)
    measured = ("amd_epyc_9654_2s: 42000 req/s", f"amd_epyc_9654_2s: 42000 req/s\n      made_up: {speed} req/s")
    after = fraud(tmp_path, ("\nsites:", "\ncatalogs: [mine]\nsites:"), measured)
    assert after <= before * (1 + 2 * GAP)
    assert (after < before * 0.999) == (price < 100_000)


def test_more_demand_never_saves(tmp_path: Path) -> None:
    rates = [250_000, 251_000, 300_000, 500_000]
    costs = [fraud(tmp_path, ("rate: 250000 req/s", f"rate: {rate} req/s")) for rate in rates]
    assert all(more >= less * (1 - 2 * GAP) for less, more in pairwise(costs))
    assert costs[-1] > costs[0]
