"""The power train at its load: what survives, what strands, by hand, and as the audit reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import golden
import pytest
import toys
from block_rows import rows

from planner.audit import audit
from planner.blocks import assemble, prepared
from planner.blocks.power_train import Power, passes
from planner.errors import BadInput
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.plan.trains import with_trains
from planner.resolve.sites import within_strips
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


SPEC = {"n": (1.0, 0.955, 0.99671), "n_plus_1": (1.25, 0.951, 0.99741)}
SPEC |= {"three_n_over_two": (1.5, 0.946, 0.99982), "two_n": (2.0, 0.931, 0.99995)}
"""Built over needed, efficiency and availability, as the catalog has them; USD per kW follow what is built."""
FREE = {"trains": (), "survives": "none", "maintainable": False, "availability": None, "ups": None, "generators": None}
FIGURES = {"fuel_kwh_per_gallon": 40.7, "electric_efficiency_hhv": 0.322, "fuel_usd_per_gallon": 2.0}
FIGURES |= {"fuel_life_years": 20.0, "ups_included_s": 300.0, "ups_usd_per_kwh": 250.0, "ups_life_years": 12.0}
FIGURES |= {"ups_om_fraction": 0.02, "ups_embodied_kgco2e_per_kwh": 100.0}
FUEL = {"power": {"id": "power", "values": FIGURES, "cites": ()}}


def offered() -> tuple[Any, ...]:
    return tuple(
        toys.train(id=id, name=id, built_over_needed=b, efficiency=e, availability=a, usd_per_kw=2400.0 * b)
        for id, (b, e, a) in SPEC.items()
    )


def asks(power: dict[str, Any], *, sites: int = 1, kw: float = 0.1, **work: Any) -> tuple[Any, OptionSet]:
    """Ten machines of 1 kW at a site that may choose; electricity at `kw` USD/kWh."""
    asked = Power.model_construct(set(power), **{**FREE, **power})
    places = tuple(
        toys.site(
            f"s{i}",
            trains=offered(),
            power_train=toys.replace(offered()[1], curve=CURVE),
            grid=toys.grid(price_usd_per_kwh=toys.year(kw)),
            keys={"power": asked},
            halls=(toys.hall(feed_kw=50.0, feeds=2),),
        )
        for i in range(sites)
    )
    web = toys.workload(sites=tuple(s.id for s in places), **{"availability": 0.9, **work})
    problem = toys.problem(
        sites=places,
        fabrics=(toys.FabricClass("none", None, 1.0, ""),),
        tiers=(),
        machines=(toys.machine(failures_per_day=0.0),),
        workloads=(web,),
    )
    keys = {**problem.keys, "figures": FUEL}
    return toys.replace(problem, keys=keys), OptionSet((toys.option(fabric="none"),), ())


def chosen(power: dict[str, Any], **asked: Any) -> Plan:
    problem, options = prepared(*asks(power, **asked))
    m = assemble(problem, options)
    s = solve(m, gap=1e-9)
    problem = with_trains(problem, m, s)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    made = extract(m, s, problem, options, accuracy=none)
    assert audit(json.loads(made.model_dump_json())).findings == ()
    return made


@pytest.mark.parametrize(
    ("power", "train"),
    [
        ({"survives": "none"}, "n"),
        ({"survives": "module"}, "n_plus_1"),
        ({"survives": "path"}, "three_n_over_two"),
        ({"maintainable": True}, "three_n_over_two"),
        ({"maintainable": True, "trains": ("n", "n_plus_1", "two_n")}, "two_n"),
        ({"availability": 0.9999}, "two_n"),
        ({"ups": 300.0}, "n_plus_1"),  # chooses nothing: the site's own
    ],
)
def test_the_cheapest_train_that_bears_what_is_asked(power: dict[str, Any], train: str) -> None:
    (row,) = chosen(power).power_paths
    assert row.train == train


@pytest.mark.parametrize(
    ("target", "train"), [(0.996, "n"), (0.997, "n_plus_1"), (0.9998, "three_n_over_two"), (0.9999, "two_n")]
)
def test_an_availability_target_in_series_decides(target: float, train: str) -> None:
    made = chosen({"survives": "none"}, availability=target, series="site")
    assert made.power_paths[0].train == train
    assert made.availability[0].achieved == pytest.approx(SPEC[train][2])


def test_the_price_beside_it_is_what_the_other_train_would_cost() -> None:
    """Everything else equal, to the little that a lower peak saves of the demand charge's own share."""
    taken, other = (chosen({"trains": (id,)}) for id in ("n_plus_1", "three_n_over_two"))
    (row,) = taken.power_paths
    assert row.up is not None
    assert row.up.train == "three_n_over_two"
    paid = other.solver.objective_usd - taken.solver.objective_usd
    assert row.up.cost_usd - (row.cost_usd or 0.0) == pytest.approx(paid, rel=0.02)


@pytest.mark.parametrize("id", list(SPEC))
def test_choosing_from_all_is_no_dearer_than_any_named(id: str) -> None:
    free, named = chosen({"survives": "none"}), chosen({"trains": (id,)})
    assert free.solver.objective_usd <= named.solver.objective_usd * (1 + 1e-9)
    if free.power_paths[0].train == id:
        assert free.solver.objective_usd == pytest.approx(named.solver.objective_usd, rel=1e-9)


def test_each_site_has_its_own() -> None:
    problem, options = asks({"survives": "none"}, sites=2, survive="site", survive_site_loss=True)
    second = toys.replace(
        problem.sites[1], keys={"power": Power.model_construct({"maintainable"}, **{**FREE, "maintainable": True})}
    )
    problem, options = prepared(toys.replace(problem, sites=(problem.sites[0], second)), options)
    m = assemble(problem, options)
    s = solve(m, gap=1e-9)
    assert [x.power_train.id for x in with_trains(problem, m, s).sites] == ["n", "three_n_over_two"]


def test_what_a_train_bears_is_counted_and_not_read_off_its_name() -> None:
    """Four modules of which three carry all, each on a path of its own, under the name of one that bears nothing."""
    asked = Power.model_construct({"survives"}, **{**FREE, "survives": "path"})
    counted = toys.train(id="n", modules=(4, 3, 4))
    assert passes(counted, asked)
    assert not passes(toys.replace(counted, modules=(4, 4, 4)), asked)
    assert not passes(toys.replace(counted, modules=(4, 3, 1)), asked)
    assert not passes(toys.replace(counted, modules=(4, 3, 2)), asked)  # two modules on a path


def test_autonomy_by_hand() -> None:
    (row,) = chosen({"trains": ("n",), "ups": 300.0, "generators": 172_800.0}).power_paths
    kw = 10 / 0.955
    assert row.ups_kwh == pytest.approx(kw / 12)
    assert row.fuel_l == pytest.approx(kw * 48 / (40.7 * 0.322) * 3.785411784)


def test_what_no_train_bears_is_said() -> None:
    with pytest.raises(BadInput, match=r"s0: no power train on offer \(n, n_plus_1\) bears"):
        prepared(*asks({"trains": ("n", "n_plus_1"), "maintainable": True}))


def test_rows_are_those_of_the_golden() -> None:
    m = assemble(*prepared(*asks({"trains": ("n", "two_n"), "survives": "none"}, series="site")))
    golden.check(Path(__file__).parent / "golden" / "power_train.txt", rows(m, "power_train"))


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: p["power_paths"][0].update(train="two_n"),
        lambda p: p["power_paths"][0].update(cost_usd=1.0),
        lambda p: p["power_paths"][0].update(ups_kwh=1.0),
        lambda p: p["power_paths"][0].update(fuel_l=None),
        lambda p: p["power_paths"][0]["up"].update(cost_usd=1.0),
        lambda p: p["power_paths"][0]["up"].update(maintainable=False),
        lambda p: p["power_paths"][0].update(down=None),
        lambda p: p["problem"]["sites"][0]["keys"]["power"].update(survives="path"),
        lambda p: p["problem"]["sites"][0]["keys"]["power"].update(availability=0.9999),
        lambda p: p["problem"]["sites"][0].update(train_choice=["n", "two_n"]),
        lambda p: p.update(columns=[c for c in p["columns"] if c["family"] != "power_train.kw"]),
    ],
)
def test_the_audit_sees_a_choice_gone_wrong(edit: Any) -> None:
    made = json.loads(chosen({"survives": "module", "ups": 300.0, "generators": 3600.0}).model_dump_json())
    edit(made)
    assert "paths" in {f.law for f in audit(made).findings}


@pytest.mark.parametrize(("count", "limit"), [(1, 4.0), (2, 4.0), (3, 8.0)])
def test_racks_bear_what_their_strips_do_with_one_cut(count: int, limit: float) -> None:
    """Strips of 5 kW at 80 %, one of several cut; whole machines of 1 kW within that; the rest strands by cause."""
    room = within_strips(toys.hall(racks=10.0, rack_kw=9.0, pdu_kw=5.0, pdus=count), 0.8)
    assert room.rack_kw == pytest.approx(limit)
    (row,) = plan("two_n", racks=10.0, rack_kw=room.rack_kw, pdu_kw=5.0, pdus=count).power_paths
    racks = 10 / limit
    assert row.stranded_kw["PDUs derated"] == pytest.approx(racks * count * 5.0 * 0.2)
    assert row.stranded_kw["PDUs kept free"] == pytest.approx(racks * (5.0 * 0.8 if count > 1 else 0.0))
    assert row.stranded_kw["racks of whole machines"] == pytest.approx(0.0, abs=1e-9)


def test_the_audit_sees_a_rack_that_draws_more_than_its_strips_bear() -> None:
    made = json.loads(plan("two_n", racks=10.0, rack_kw=4.0, pdu_kw=5.0, pdus=2).model_dump_json())
    made["problem"]["sites"][0]["halls"][0]["pdu_kw"] = 4.9
    assert {f.law for f in audit(made).findings} == {"facility"}
