"""The network that the model chooses is the cheapest of all that can be counted, and it is found at once."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
import toys

from planner.blocks import fabric as block
from planner.estimate.topology import FAMILIES, Wiring, _every, counts, largest, shapes, wiring_of
from planner.estimate.torus import TORI, links_each
from planner.model import Model
from planner.problem import FabricClass
from planner.solve.monolithic import solve

LIMIT_S = 0.5


def case(chance: random.Random) -> tuple[FabricClass, int, float, float]:
    """A family, a switch and its prices, and a number of endpoints it can join, 8 to 100,000."""
    family, ports = chance.choice((*FAMILIES, *TORI)), chance.choice([64, 128, 144])
    if family in TORI:
        d = chance.choice([2, 3])
        links, place = links_each(4, d, family), {"machine": "box", "dimensions": d, "pod": 65_536}
        made = FabricClass("net", toys.switch(ports=ports), 1.0, "", family, ports_per_machine=links, **place)
        endpoints = min(round(8 * (100_000 / 8) ** chance.random()), largest(wiring_of(made)))
        return made, endpoints, chance.uniform(1, 100), chance.uniform(0.01, 5)
    planes, rails = chance.choice([1, 2]), 8 if "rail" in family else 1
    switch = toys.switch(ports=ports)
    made = FabricClass(
        "net", switch, chance.choice([1.0, 2.0]), "", family, 1.0, rails, planes, ports * planes if planes > 1 else 0
    )
    endpoints = min(round(8 * (100_000 / 8) ** chance.random()), largest(wiring_of(made)))
    return made, endpoints, chance.uniform(1, 100), chance.uniform(0.01, 5)


def chosen(fabric: FabricClass, endpoints: int, per_switch: float, per_link: float) -> tuple[float, float]:
    """Least cost by the model, and the seconds it took to solve."""
    m, period = Model(), toys.period()
    assert fabric.switch is not None
    net = block.Net("s", "main", fabric, fabric.switch, (), shapes(wiring_of(fabric), endpoints), endpoints)
    uses = {s.name: block._use(m, net, s.name) for s in net.shapes}
    m.row("fabric.one", dict.fromkeys(uses.values(), 1.0), "<=", 1.0, origin="")
    made = block._topology(m, net, period, uses)
    asked = m.find(f"fabric.endpoints[site=s,hall=main,fabric=net,period={period.name}]")
    assert asked is not None
    m.row("asked", {asked: 1.0}, "==", float(endpoints), origin="")
    m.buses.clear()
    m.cost("purchase", "switches", made["switches"], unit_price=per_switch, origin="")
    for family in ("links", "trunks"):
        m.cost("purchase", family, made[family], unit_price=per_link, origin="")
    begin = time.process_time()
    answer = solve(m, gap=0.0)
    return float(answer.objective), time.process_time() - begin


def least(wiring: Wiring, endpoints: int, per_switch: float, per_link: float) -> float:
    found = [c for s in _every(wiring, endpoints) for c in counts(s, endpoints)]
    return min(per_switch * c.switches + per_link * c.links for c in found)


def compare(seeds: range) -> None:
    for seed in seeds:
        fabric, endpoints, per_switch, per_link = case(random.Random(seed))
        cost, seconds = chosen(fabric, endpoints, per_switch, per_link)
        best = least(wiring_of(fabric), endpoints, per_switch, per_link)
        assert cost == pytest.approx(best, rel=1e-6), (seed, fabric, endpoints)
        assert seconds < LIMIT_S, (seed, fabric, endpoints)


def test_twenty_sizes_equal_full_enumeration() -> None:
    chosen(replace(toys.fabric(), oversubscription=1.0), 8, 1.0, 1.0)  # the solver loads once
    compare(range(20))


@pytest.mark.full
def test_two_hundred_sizes_equal_full_enumeration() -> None:
    chosen(replace(toys.fabric(), oversubscription=1.0), 8, 1.0, 1.0)
    compare(range(1000, 1200))
