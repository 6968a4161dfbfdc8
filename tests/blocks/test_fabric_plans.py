"""Plans with each family of network: every law holds, and what is built is what counting gives."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import toys

from planner.audit import audit
from planner.blocks import assemble
from planner.estimate.topology import fewest, wiring_of
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.problem import FabricClass, Problem
from planner.solve.monolithic import NoPlan, solve

NONE = FabricClass("none", None, 1.0, "")
PLACE = ("machine", "dimensions", "pod")


def problem(fabric: FabricClass, machines: int, *more: FabricClass) -> tuple[Problem, OptionSet]:
    """So many machines of two ports, none of them spare."""
    box = toys.machine(failures_per_day=0.0, accelerators=4, torus_dimensions=fabric.dimensions)
    work = toys.workload(demand=(100.0 * machines,))
    grid = toys.site(grid=toys.grid(connection_kw=1e6))
    made = toys.problem(machines=(box,), sites=(grid,), workloads=(work,), fabrics=(NONE, fabric, *more))
    return made, toys.options()


def torus(optical: bool = False, ports: int = 16, dimensions: int = 3) -> FabricClass:
    """Machines of four accelerators; at most eight cubes."""
    family, links = ("torus_optical", 3 * dimensions) if optical else ("torus", 4 * dimensions)
    switch = toys.switch(ports=ports if optical else 0, trunk_usd=900.0, trunk_kw=0.05)
    place = {"machine": "box", "dimensions": dimensions, "pod": 8 * 4**dimensions}
    return toys.fabric(switch=switch, family=family, ports_per_machine=links, **place)


TORUS, CIRCUITS = (
    {name: getattr(torus(optical), name) for name in ("switch", "family", "ports_per_machine", *PLACE)}
    for optical in (False, True)
)


def plan(made: Problem, options: OptionSet) -> dict[str, Any]:
    m = assemble(made, options)
    s = solve(m, gap=1e-9)
    note = Accuracy(hours=3, weeks_usd=s.cost_usd, year_usd=None, difference=None, note="")
    found: dict[str, Any] = json.loads(extract(m, s, made, options, accuracy=note).model_dump_json())
    return found


def total(found: dict[str, Any], family: str, fabric: str = "net") -> float:
    return sum(
        float(c["value"]) for c in found["columns"] if c["family"] == family and c["keys"].get("fabric") == fabric
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"oversubscription": 3.0},
        {"above": 3.0},
        {"planes": 2, "split_ports": 16},
        {"family": "rail_optimized", "rails": 2},
        {"family": "rail_only", "rails": 2},
        {"family": "rail_only", "rails": 2, "planes": 2, "split_ports": 16},
        {"family": "dragonfly_plus"},
        {"family": "dragonfly_plus", "above": 2.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("machines", [3, 11, 29])
def test_every_family_is_counted_bought_and_audited(changes: dict[str, Any], machines: int) -> None:
    fabric = toys.fabric(**changes)
    found = plan(*problem(fabric, machines))
    verdict = audit(found)
    assert verdict.findings == ()
    assert not verdict.notes or all("metered" in n for n in verdict.notes)
    best = fewest(wiring_of(fabric), 2 * machines)
    assert best is not None
    assert total(found, "fabric.switches") == best.switches  # a switch costs far more than its links here
    assert total(found, "fabric.links") == 2 * machines


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("machines", [3, 16, 29])
def test_tori_are_whole_cubes_of_links_and_fibres(machines: int, dimensions: int) -> None:
    """A cube of three dimensions has 192 links, 48 of them through 48 circuit switches over 96 fibres."""
    cubes = -(-machines * 4 // 4**dimensions)
    plain, optical = (plan(*problem(torus(o, dimensions=dimensions), machines)) for o in (False, True))
    faces = dimensions * 4 ** (dimensions - 1)
    for found, switches, fibres in ((plain, 0, 0), (optical, faces, 2 * faces * cubes)):
        assert audit(found).findings == ()
        assert total(found, "fabric.switches") == total(found, "fabric.cores") == switches
        assert total(found, "fabric.trunks") == fibres
        assert total(found, "fabric.units") == cubes
    assert total(plain, "fabric.links") == machines * 4 * dimensions
    assert total(optical, "fabric.links") == machines * 3 * dimensions


def test_a_torus_is_no_larger_than_its_pod_or_its_circuit_switches() -> None:
    assert total(plan(*problem(torus(), 128)), "fabric.units") == 8
    for fabric, machines in ((torus(), 129), (torus(optical=True, ports=8), 65)):
        with pytest.raises(NoPlan):
            plan(*problem(fabric, machines))


@pytest.mark.parametrize("optical", [False, True])
def test_no_machine_takes_another_s_place_where_links_are_for_good(optical: bool) -> None:
    """Three machines, each up 99 % of the time, at 99.95 %: with switches between cubes spares stand by."""
    made, options = problem(torus(optical), 3)
    broken = replace(made, machines=tuple(replace(m, failures_per_day=0.01) for m in made.machines))
    if not optical:
        with pytest.raises(NoPlan):
            plan(broken, options)
        return
    found = plan(broken, options)
    assert audit(found).findings == ()
    assert sum(c["value"] for c in found["columns"] if c["family"] == "spares.count") >= 1


def test_cables_between_switches_have_their_own_price_and_power() -> None:
    fabric = toys.fabric(switch=toys.switch(trunk_usd=900.0, trunk_kw=0.05))
    found = plan(*problem(fabric, 8))
    assert audit(found).findings == ()
    trunks = total(found, "fabric.trunks")
    assert trunks == 16  # four leaves of four up
    (line,) = [x for x in found["ledger"] if x["item"] == "sw trunks" and x["account"] == "purchase"]
    assert (line["quantity"], line["unit_price_usd"]) == (16, 900.0)


def test_a_network_beside_the_fabric_has_every_machine_on_it() -> None:
    beside = replace(toys.fabric(), id="storage", ports_per_machine=1, side=True)
    found = plan(*problem(toys.fabric(), 8, beside))
    assert audit(found).findings == ()
    assert total(found, "fabric.links", "storage") == 8
    assert total(found, "fabric.switches", "storage") == 1
    assert total(found, "fabric.links") == 16


def test_storage_hangs_on_its_network_at_ports_that_carry_its_rate() -> None:
    """Units of 10 GB/s take one port of 100 Gb/s, or four of 25; rented classes none."""
    for gbps, ports in ((100.0, 1), (25.0, 4), (80.0, 1), (79.0, 2)):
        side = toys.fabric(id="storage", switch=toys.switch(port_gbps=gbps), ports_per_machine=1, side=True)
        made, options = problem(toys.fabric(), 8, side)
        shelves = (toys.tier(), toys.tier("cloud", rent_usd_per_month=1.0, unit="TB", retrieval_s=1.0))
        stored = replace(made, tiers=shelves, workloads=(*made.workloads, toys.dataset()))
        found = plan(stored, options)
        assert audit(found).findings == ()
        units = sum(c["value"] for c in found["columns"] if c["name"].startswith("storage.units[site=s,tier=flash"))
        assert units >= 3
        assert total(found, "fabric.links", "storage") == pytest.approx(8 + ports * units)
        for column in found["columns"]:
            if column["name"].startswith("storage.units[site=s,tier=flash"):
                column["value"] += 1
        assert "fabric" in {f.law for f in audit(found).findings}


@pytest.mark.parametrize("height", [0.0, 21.0])
def test_switches_stand_in_racks(height: float) -> None:
    """Six switches of half a rack each and eight machines in four tenths of one need four racks."""
    fabric = toys.fabric(switch=toys.switch(rack_units=height))
    made, options = problem(fabric, 8)
    for racks, fits in ((4.0, True), (3.0, not height)):
        hall = toys.hall(racks=racks, rack_kw=20.0)
        placed = replace(made, sites=tuple(replace(s, halls=(hall,)) for s in made.sites))
        if not fits:
            with pytest.raises(NoPlan):
                plan(placed, options)
            continue
        found = plan(placed, options)
        assert audit(found).findings == ()
        assert total(found, "fabric.switches") == 6


def test_no_more_ports_than_three_tiers_have() -> None:
    """Eight ports: 4 x 4 x 8 = 128 endpoints; 65 machines of two ports are too many."""
    with pytest.raises(NoPlan):
        plan(*problem(toys.fabric(), 65))
    assert total(plan(*problem(toys.fabric(), 64)), "fabric.cores") == 16


def scaled(found: dict[str, Any], family: str, value: float) -> None:
    for column in found["columns"]:
        if column["family"] == family and column["keys"].get("fabric") == "net":
            column["value"] = value


@pytest.mark.parametrize(
    ("changes", "machines", "family", "value"),
    [
        ({}, 29, "fabric.cores", 15),  # 16 cores: two of each pod's spines' four uplinks to each
        ({}, 29, "fabric.spines", 14),
        ({}, 29, "fabric.leaves", 12),
        ({}, 29, "fabric.trunks", 90),
        ({}, 29, "fabric.units", 5),
        ({"family": "dragonfly_plus"}, 29, "fabric.trunks", 63),
        ({"family": "dragonfly_plus"}, 29, "fabric.cores", 1),
        ({"family": "rail_only", "rails": 2}, 11, "fabric.leaves", 5),
        ({"family": "rail_optimized", "rails": 2}, 11, "fabric.leaves", 7),
        ({"planes": 2, "split_ports": 16}, 11, "fabric.spines", 3),
        ({}, 3, "fabric.switches", 2),
        (TORUS, 29, "fabric.cores", 1),
        (TORUS, 29, "fabric.units", 1),
        (TORUS, 29, "fabric.trunks", 8),
        (CIRCUITS, 29, "fabric.cores", 47),
        (CIRCUITS, 29, "fabric.trunks", 191),
        (CIRCUITS, 29, "fabric.units", 1),
    ],
    ids=str,
)
def test_a_network_that_cannot_be_wired_is_rejected(
    changes: dict[str, Any], machines: int, family: str, value: float
) -> None:
    found = plan(*problem(toys.fabric(**changes), machines))
    before = total(found, family)
    scaled(found, family, value)
    if before == 0:  # a plan leaves zeros out
        name = f"{family}[site=s,hall=main,fabric=net,period=y1]"
        keys = {"site": "s", "hall": "main", "fabric": "net", "period": "y1"}
        record = {"name": name, "family": family, "keys": keys, "value": value, "integer": False}
        found["columns"].append({**record, "unit": "", "origin": ""})
    assert before != value
    assert {f.law for f in audit(found).findings} >= {"fabric"}
