"""Every scenario that is shipped: what its plan keeps spare holds what was asked, worked out again from its JSON."""

from __future__ import annotations

import json
from functools import cache
from math import comb, prod
from pathlib import Path
from typing import Any

import pytest

from planner import driver

FOLDER = Path(__file__).parent.parent.parent / "scenarios"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def solved(name: str) -> dict[str, Any]:
    plan = driver.solve(FOLDER / f"{name}.yaml", hours=4, check_year=False, gap=1e-2)
    found: dict[str, Any] = json.loads(plan.model_dump_json())
    return found


def up(working: int, spares: int, down: float) -> float:
    """Share of time that at most `spares` of all machines are down, each down apart from the others."""
    total = working + spares
    return sum(comb(total, k) * down**k * (1 - down) ** (total - k) for k in range(spares + 1))


def pools(plan: dict[str, Any]) -> dict[str, float]:
    """Availability of each pool of machines, by its name in the plan."""
    machines = {m["id"]: m for m in plan["problem"]["machines"]}
    kept = [c for c in plan["columns"] if c["family"] == "spares.count"]
    spares = {c["name"].replace("spares.count", "pool"): c["value"] for c in kept}
    found = {}
    for column in (c for c in plan["columns"] if c["family"] == "servers.working"):
        machine = machines[column["keys"]["machine"]]
        assert not machine["domain_down"]
        assert not machine["crews"]
        busy = machine["failures_per_day"] * machine["repair_days"]
        name = column["name"].replace("servers.working", "pool")
        found[name] = up(round(column["value"]), round(spares.get(name, 0)), busy / (1 + busy))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_joint_availability_worked_out_again_holds_the_target(name: str) -> None:
    plan = solved(name)
    known, asked = pools(plan), {w["id"]: w["availability"] for w in plan["problem"]["workloads"]}
    rows = {row["workload"]: row for row in plan["availability"]}
    promised = {id for id, target in asked.items() if target and any(w["workload"] == id for w in plan["work"])}
    assert set(rows) >= promised
    assert rows
    for id, row in rows.items():
        joint = prod(known[pool] for pool in row["pools"])
        assert joint == pytest.approx(row["achieved"], abs=1e-9), id
        assert joint >= row["target"] - 1e-12, id
        assert row["target"] == pytest.approx(asked[id]), id


def test_every_shipped_scenario_is_among_them() -> None:
    assert {"pretrain-405b", "fraud-detection", "quickstart"} < set(NAMES)
    assert len(NAMES) >= 7


def test_a_spare_fewer_would_not_hold() -> None:
    """The test can fail: without the spares of its pools the fraud plan is below its target."""
    plan = json.loads(json.dumps(solved("fraud-detection")))
    plan["columns"] = [c for c in plan["columns"] if c["family"] != "spares.count"]
    known = pools(plan)
    assert any(prod(known[p] for p in row["pools"]) < row["target"] for row in plan["availability"])
