"""Accelerators with links of their own: a fat tree, a torus wired for good, or one over circuit switches."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_run import written

from planner import driver
from planner.errors import BadInput, Infeasible
from planner.plan.schema import Plan

ALL = "network: {families: [fat_tree, torus, torus_optical], circuit_switch: 100000 USD}"


def solved(folder: Path, *, usd: int, tokens: str = "6T", availability: str = "95%", network: str = ALL) -> Plan:
    head = f"prices: {{machines: {{tpu_v5p_host: {usd} USD}}}}\nhardware: {{allow: [tpu_v5p_host]}}"
    more = f"availability: {availability}"
    file = written(folder / "pods.yaml", head=head, network=network, tokens=tokens, more=more)
    return driver.solve(file, hours=24, check_year=False)


def taken(plan: Plan) -> str:
    (item,) = [c.item for c in plan.choices if c.kind == "fabric" and c.chosen]
    return item


def count(plan: Plan, family: str) -> float:
    return sum(c.value for c in plan.columns if c.family == family)


def test_dear_machines_are_joined_by_the_torus_that_needs_fewer(tmp_path: Path) -> None:
    """A large run needs spares, so cubes that can be exchanged: circuit switches, where machines are dear enough."""
    cheap, dear = solved(tmp_path, usd=60_000), solved(tmp_path, usd=400_000)
    assert "to1 leaf-spine" in taken(cheap)
    assert taken(dear) == "torus_optical_tpu_v5p_host torus-optical"
    assert count(dear, "servers.working") < count(cheap, "servers.working")
    assert count(dear, "spares.count") > 0
    assert count(dear, "fabric.cores") == 48
    assert count(dear, "fabric.trunks") == 96 * count(dear, "fabric.units")


def test_a_small_run_takes_the_torus_wired_for_good(tmp_path: Path) -> None:
    plan = solved(tmp_path, usd=400_000, tokens="300B", availability="80%")
    assert taken(plan) == "torus_tpu_v5p_host torus"
    assert count(plan, "spares.count") == 0
    assert count(plan, "fabric.switches") == 0


def test_wired_for_good_a_large_run_is_up_too_little(tmp_path: Path) -> None:
    with pytest.raises(Infeasible):
        solved(tmp_path, usd=400_000, network="network: {families: [torus]}")


def test_a_circuit_switch_has_no_public_price(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="circuit_switch: 100000 USD") as fault:
        solved(tmp_path, usd=60_000, network="network: {families: [torus_optical]}")
    assert "pods.yaml:5:" in str(fault.value)
