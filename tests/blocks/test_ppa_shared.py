"""An agreement that sites share, by hand, the same in both engines; and what the law sees."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import golden
import metered
import numpy as np
import pytest
import toys
from block_rows import rows
from hypothesis import given, settings
from hypothesis import strategies as st
from test_contracts import FOUR, HOURS, ppa, series

from planner.audit import audit
from planner.blocks import assemble, prepared
from planner.foresight.run import worth
from planner.plan.schema import Plan
from planner.problem import Ppa, Problem, Shared
from planner.report.why import lines

LIMIT = {"carbon_free": {"share": 0.4, "grid": "excluded"}}


def whole(**changes: Any) -> Ppa:
    """200 kW of `test_contracts.ppa`, a plant in the region of site b, written under site a."""
    shared = {"shares": (0.6, 0.4), "size_kw": 200.0, "max_kw": np.inf, "most_of_load": None} | changes
    return ppa(id="wind", local=False, shared=Shared(at="a", sites=("a", "b"), region="there", **shared))


def two(*contracts: Ppa, limits: dict[str, Any] | None = None, loads: tuple[float, float] = (100.0, 50.0)) -> Problem:
    """Two sites with a load each; the regions `here` and `there`."""
    made = metered.problem(np.ones(8760), FOUR, toys.grid())
    sites, work = [], []
    for id, region, load in zip("ab", ("here", "there"), loads, strict=True):
        grid = toys.grid(region=region, demand_charge_usd_per_kw_month=0.0)
        sites.append(toys.site(id, grid=grid, contracts=contracts if id == "a" else ()))
        values = np.full(8760, load)
        work.append(replace(made.workloads[0], id=f"load {id}", sites=(id,), demand=(load,), series_kw=values))
    keys = {"limits": limits or {}, "origins": {}}
    return prepared(replace(made, sites=tuple(sites), workloads=tuple(work), keys=keys), metered.NONE)[0]


def solved(made: Problem) -> dict[str, Any]:
    return metered.plan(made, *metered.agreed(made))


def amount(plan: dict[str, Any], table: str, name: str, site: str) -> float:
    key, value = {"ledger": ("account", "amount_usd"), "tallies": ("tally", "quantity")}[table]
    return float(sum(x[value] for x in plan[table] if x[key] == name and x["site"] == site))


def kw(plan: dict[str, Any]) -> dict[str, float]:
    return {c["keys"]["site"]: c["value"] for c in plan["columns"] if c["family"] == "ppa.kw"}


def test_stated_shares_part_size_money_and_energy() -> None:
    """As in `test_contracts`: 310 kW x 2190 h at 0.052, sold for 12.3 USD an hour; 60 % of it at a."""
    plan = solved(two(whole()))
    assert kw(plan) == pytest.approx({"a": 120.0, "b": 80.0})
    for site, share in (("a", 0.6), ("b", 0.4)):
        assert amount(plan, "ledger", "ppa", site) == pytest.approx(share * 310 * HOURS * 0.052)
        assert amount(plan, "ledger", "ppa_sale", site) == pytest.approx(-share * 12.3 * HOURS)
        assert amount(plan, "tallies", "matched_kwh", site) == pytest.approx(share * 310 * HOURS)


def test_it_counts_by_the_hour_in_its_region_alone() -> None:
    """At b 4, 50 (80 are delivered), 0 and 40 of 50 kW are covered; at a nothing is."""
    plan = solved(two(whole()))
    assert amount(plan, "tallies", "brown_kwh", "a") == pytest.approx(400 * HOURS)
    assert amount(plan, "tallies", "brown_kwh", "b") == pytest.approx((200 - 4 - 50 - 40) * HOURS)


def test_it_gives_no_power_anywhere() -> None:
    _, answer = metered.agreed(two(whole()))
    for site, load in (("a", 100.0), ("b", 50.0)):
        assert answer.dispatch["power", site, "y1"].imported[0] == pytest.approx(np.full(4, load))


def test_the_plan_gives_shares_where_they_count() -> None:
    """60 kWh are to be covered by the hour, and that is so at b alone: nothing is bought for a."""
    plan = solved(two(whole(shares=None, size_kw=None), limits={"carbon_free": {"share": 0.1, "grid": "excluded"}}))
    assert kw(plan).get("a", 0.0) == pytest.approx(0.0, abs=1e-6)
    assert kw(plan)["b"] == pytest.approx(60 / 1.55, rel=1e-5)


def test_stated_shares_make_the_whole_larger() -> None:
    """The same limit with 40 % at b: so much more for a as well."""
    plan = solved(two(whole(size_kw=None), limits={"carbon_free": {"share": 0.1, "grid": "excluded"}}))
    assert kw(plan) == pytest.approx({"a": 1.5 * 60 / 1.55, "b": 60 / 1.55}, rel=1e-5)


def test_what_earns_is_bought_up_to_the_loads_of_all_its_sites() -> None:
    gain = whole(size_kw=None, shares=None, most_of_load=0.5)
    paid = replace(gain, node_price_usd_per_kwh=series(0.1, 0.1, 0.1, 0.1))
    plan = solved(two(paid))
    assert sum(kw(plan).values()) == pytest.approx(0.5 * 600 / 1.55, rel=1e-6)
    capped = replace(paid, shared=replace(gain.shared, most_of_load=None, max_kw=33.0))  # type: ignore[type-var]
    assert sum(kw(solved(two(capped))).values()) == pytest.approx(33.0)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=6, deadline=None)
def test_shares_of_the_plan_cost_no_more_than_any_stated(seed: int) -> None:
    dice = np.random.default_rng(seed)
    share, load = float(dice.uniform(0.05, 0.95)), float(dice.uniform(20, 200))
    wind = ppa(delivered=series(*dice.uniform(0.1, 1.0, 4)), node_price_usd_per_kwh=series(*dice.uniform(0, 0.05, 4)))
    asked = {"carbon_free": {"share": float(dice.uniform(0.02, 0.2)), "grid": "excluded"}}

    def cost(**changes: Any) -> float:
        agreement = replace(wind, shared=whole(size_kw=None, **changes).shared)
        return metered.agreed(two(agreement, limits=asked, loads=(load, 100.0)))[1].objective

    assert cost(shares=None) <= cost(shares=(share, 1.0 - share)) * (1 + 1e-6)


def test_one_site_with_all_of_it_has_an_agreement_of_its_own() -> None:
    alone = ppa(local=False)
    own = solved(two(alone))
    shared = solved(two(replace(alone, shared=Shared("a", ("a",), (1.0,), "there", 200.0, np.inf, None))))
    for table in ("ledger", "tallies", "flows"):
        assert shared[table] == own[table]


def test_without_the_key_nothing_changes() -> None:
    made = two(ppa())
    assert prepared(made, metered.NONE)[0].sites == made.sites
    assert not [c for c in assemble(made, metered.NONE).columns if c.family.startswith("ppa_shared")]


def test_parts_are_parted_once() -> None:
    made = two(whole())
    assert prepared(made, metered.NONE)[0] == made


def test_its_rows() -> None:
    stated = assemble(two(whole(size_kw=None, max_kw=500.0, most_of_load=0.8)), metered.NONE)
    free = assemble(two(whole(shares=None)), metered.NONE)
    text = f"# shares stated\n{rows(stated, 'ppa_shared')}# shares of the plan\n{rows(free, 'ppa_shared')}"
    golden.check(Path(__file__).parent / "golden" / "ppa_shared.txt", text)


def test_it_is_explained() -> None:
    said = "\n".join(lines(Plan.model_validate(solved(two(whole()))), "wind"))
    assert "shared: wind, 200 kW in all: 60.0% a, 40.0% b" in said
    assert "its sites' shares are stated; counts by the hour at b alone" in said


def test_it_may_stand_under_a_site_that_has_no_part_of_it() -> None:
    shared = Shared("a", ("b",), None, "there", 200.0, np.inf, 4.0)
    plan = solved(two(ppa(local=False, shared=shared)))
    assert kw(plan) == pytest.approx({"b": 200.0})
    assert amount(plan, "tallies", "brown_kwh", "b") == pytest.approx((200 - 10 - 50 - 50) * HOURS)
    said = "\n".join(lines(Plan.model_validate(plan), "wind"))
    assert "shared: wind, 200 kW in all: 100.0% b; the plan chose its sites' shares" in said


def test_foresight_counts_a_part_at_its_site() -> None:
    found = worth(Plan.model_validate(solved(two(whole()))), 2)
    assert found[1].carbon_free_own == pytest.approx(found[0].carbon_free_own)
    assert found[1].more_usd == pytest.approx(0.0, abs=1e-6)


def column(plan: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in plan["columns"] if c["name"] == name)


def part(plan: dict[str, Any], site: str) -> dict[str, Any]:
    return next(s for s in plan["problem"]["sites"] if s["id"] == site)["contracts"][0]  # type: ignore[no-any-return]


def everywhere(plan: dict[str, Any], **changes: Any) -> None:
    for site in "ab":
        part(plan, site)["shared"].update(changes)


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "parts in other shares": lambda p: (
        column(p, "ppa.kw[site=a,ppa=wind]").update(value=100.0),
        column(p, "ppa.kw[site=b,ppa=wind]").update(value=100.0),
    ),
    "a part too large": lambda p: column(p, "ppa.kw[site=b,ppa=wind]").update(value=90.0),
    "another size": lambda p: column(p, "ppa_shared.kw[site=a,ppa=wind]").update(value=210.0),
    "a size over its cap": lambda p: everywhere(p, max_kw=150.0),
    "shares beyond all": lambda p: everywhere(p, shares=[0.6, 0.6]),
    "another price at one site": lambda p: part(p, "b").update(strike_usd_per_kwh=0.01),
    "counted out of its region": lambda p: part(p, "a").update(local=True),
    "a site that it does not name": lambda p: everywhere(p, sites=["a"], shares=[1.0]),
    "more energy than the loads may": lambda p: everywhere(p, most_of_load=0.1),
    "other hours at one site": lambda p: p["hours"][1]["series"].update({"delivered.wind": [0.05, 0.9, 0.0, 0.5]}),
    "nobody's": lambda p: [part(p, site).pop("shared") for site in "ab"],
}


@pytest.mark.parametrize("name", WRONG)
def test_the_law_sees_what_is_wrong(name: str) -> None:
    plan = deepcopy(solved(two(whole())))
    assert audit(plan).accepted
    WRONG[name](plan)
    assert "shared_contracts" in {f.law for f in audit(plan).findings}
