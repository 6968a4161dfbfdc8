"""A few machines hang on one small switch, and many on a network: whichever is cheapest, by every way tried."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toys

from planner import driver
from planner.audit import audit
from planner.blocks import assemble
from planner.estimate.topology import _every, counts, wiring_of
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.problem import FabricClass, Switch
from planner.solve.monolithic import solve

FREE = {"kw": 0.0, "link_kw": 0.0, "maintenance_fraction": 0.0}
SMALL = toys.switch(id="small", name="small", ports=4, price_usd=500.0, link_usd=50.0, **FREE)
MIDDLE = replace(SMALL, id="middle", ports=6, price_usd=1500.0, link_usd=20.0)
LARGE = toys.switch(ports=8, link_usd=100.0, **FREE)


def plan(machines: int, fabric: FabricClass, **changes: Any) -> Plan:
    """So many machines of two ports each that never fail, 100 of demand a machine."""
    web = toys.workload(demand=(100.0 * machines,))
    box = toys.machine(failures_per_day=0.0)
    problem = toys.problem(machines=(box,), fabrics=(fabric,), tiers=(), workloads=(web,), **changes)
    options = OptionSet((toys.option(fabric=fabric.id),), ())
    m = assemble(problem, options)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    made = extract(m, solve(m, gap=1e-9), problem, options, accuracy=none)
    assert audit(json.loads(made.model_dump_json())).findings == ()
    return made


def bought(made: Plan) -> dict[str, float]:
    return {s.item: s.quantity for s in made.sizing if s.kind in ("switch bought", "cable bought") and s.quantity}


def network(*lesser: Switch, **changes: Any) -> FabricClass:
    return replace(toys.fabric(), switch=replace(LARGE, **changes), lesser=lesser)


@pytest.mark.parametrize(
    ("machines", "switch", "links"),
    [(1, "small", 2), (2, "small", 4), (3, "middle", 6), (4, "sw", 8)],
)
def test_the_smallest_switch_that_has_a_port_for_each(machines: int, switch: str, links: int) -> None:
    assert bought(plan(machines, network(SMALL, MIDDLE))) == {switch: 1, f"{switch} links": links}


def test_a_small_switch_whose_links_are_dear_is_left() -> None:
    dear = replace(SMALL, link_usd=50_000.0)
    assert set(bought(plan(2, network(dear)))) == {"sw", "sw links"}


def test_any_prices_give_the_cheapest_of_all_that_can_be_counted() -> None:
    for seed in range(12):
        chance = random.Random(seed)
        machines, price = chance.randint(1, 12), chance.uniform(300, 20_000)
        few = [
            replace(SMALL, id=f"few{i}", ports=chance.randint(2, 24), price_usd=chance.uniform(100, price),
                    link_usd=chance.uniform(1, 500))
            for i in range(3)
        ]  # fmt: skip
        fabric = network(*few, price_usd=price)
        ends, big = 2 * machines, fabric.switch
        assert big is not None
        ways = [price * c.switches + 100.0 * c.links for s in _every(wiring_of(fabric), ends) for c in counts(s, ends)]
        ways += [s.price_usd + s.link_usd * ends for s in few if s.ports >= ends]
        made = plan(machines, fabric)
        prices = {s.id: s.price_usd for s in (*few, big)} | {f"{s.id} links": s.link_usd for s in (*few, big)}
        paid = sum(n * prices.get(item, 100.0) for item, n in bought(made).items())
        assert paid == pytest.approx(min(ways)), (seed, bought(made))


@pytest.mark.parametrize(("nic_gbps", "few"), [(100.0, {"fast"}), (400.0, {"fast"}), (25.0, {"small", "fast"})])
def test_work_over_several_machines_counts_on_ports_as_fast_as_its_own(nic_gbps: float, few: set[str]) -> None:
    slow, fast = replace(SMALL, port_gbps=25.0), replace(SMALL, id="fast", price_usd=600.0)
    web = toys.workload(demand=(100.0,))
    problem = toys.problem(
        machines=(toys.machine(failures_per_day=0.0, nic_gbps=nic_gbps),),
        fabrics=(network(slow, fast),),
        tiers=(),
        workloads=(web,),
    )
    options = OptionSet((toys.option(fabric="net", replica_machines=2),), ())
    m = assemble(problem, options)
    names = {m.columns[c].keys["switch"] for _, c in m.family("fabric.alone")}
    assert names == few


def without(made: Plan, family: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.model_dump_json())
    for column in found["columns"]:
        if column["family"] == family:
            column["value"] = 0.0
    return found


@pytest.mark.parametrize("family", ["fabric.alone", "fabric.alone_links", "fabric.alone_bought", "fabric.use"])
def test_the_audit_sees_one_forgotten(family: str) -> None:
    assert audit(without(plan(2, network(SMALL)), family)).findings


def test_the_audit_sees_more_machines_than_ports() -> None:
    found = json.loads(plan(2, network(SMALL)).model_dump_json())
    (fabric,) = found["problem"]["fabrics"]
    fabric["lesser"][0]["ports"] = 3
    assert "fabric" in {f.law for f in audit(found).findings}


EDGE = """aiplan: 1
name: shop
hardware: {{allow: [amd_epyc_9654_2s]}}
sites:
  - id: shop
    location: {{latitude: 39.04, longitude: -77.49}}
    region: us_pjm_virginia
    cooling: [air_chilled_water]
workloads:
  - {{kind: service, id: web, work: web, rate: {rate} req/s, availability: 95%}}
"""


def test_one_server_at_the_edge_buys_no_switch_of_a_data_center(tmp_path: Path) -> None:
    found = {}
    for rate in (3_000, 400_000):
        (tmp_path / "s.yaml").write_text(EDGE.format(rate=rate), encoding="utf-8")
        made = driver.solve(tmp_path / "s.yaml", hours=24, check_year=False)
        found[rate] = {s.item for s in made.sizing if s.kind == "switch bought" and s.quantity}
    assert found[3_000] == {"mikrotik_crs504"}
    assert not any(item.startswith("mikrotik") for item in found[400_000])
