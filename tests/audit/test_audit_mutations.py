"""Seeded bugs: small wrong edits of a valid plan, each of which the law of its kind must name.

A `consistent` edit leaves books that add up: no law but its own may object, so none of the others covers for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hand_plan
import pytest
from settle import line, settle, tally, total

from planner.audit import audit

Plan = dict[str, Any]
Edit = Callable[[Plan], object]


def flow(plan: Plan, name: str, *kw: float) -> None:
    plan["hours"][0]["dispatch"][name] = list(kw)


def column(plan: Plan, family: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in plan["columns"] if c["family"] == family)
    return found


def put(plan: Plan, family: str, value: float) -> None:
    """Set a column and what `sizing` says of it."""
    column(plan, family)["value"] = value
    for row in plan["sizing"]:
        if row["column"] == column(plan, family)["name"]:
            row["quantity"] = value


def drop(plan: Plan, table: str, key: str, value: str) -> None:
    plan[table] = [row for row in plan[table] if row[key] != value]


def scale(row: dict[str, Any], by: float, *fields: str) -> None:
    for field in fields:
        row[field] *= by


def site(plan: Plan) -> Any:
    return plan["problem"]["sites"][0]


def hall(plan: Plan) -> Any:
    return site(plan)["halls"][0]


def box(plan: Plan) -> Any:
    return plan["problem"]["machines"][0]


def tier(plan: Plan) -> Any:
    return plan["problem"]["tiers"][0]


def web(plan: Plan) -> Any:
    return plan["problem"]["workloads"][0]


def spec(plan: Plan) -> Any:
    return plan["problem"]["workloads"][1]["spec"]


def cap(plan: Plan, key: str, row: str, value: object) -> None:
    """A limit of the scenario that the plan breaks, and whose row was dropped from the table."""
    plan["problem"]["keys"]["limits"][key] = value
    plan["limits"] = [r for r in plan["limits"] if not r["name"].startswith(row)]


def row(plan: Plan, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in plan["limits"] if r["name"].startswith(name))
    return found


def respine(plan: Plan, spines: int) -> None:
    c = column(plan, "fabric.spine_count")
    c["keys"]["spines"] = str(spines)
    c["name"] = c["name"].replace("spines=2", f"spines={spines}")


def shift(plan: Plan) -> None:
    """Energy priced with the price of the hour before: 0.2 x 8.778 + 0.05 x 4.706."""
    usd = (0.2 * 8.778 + 0.05 * 4.706) * 2920
    line(plan, "energy").update(amount_usd=usd, unit_price_usd=usd / 39373.28)


def month(plan: Plan, value: float) -> None:
    """One month's peak, and its charge."""
    column(plan, "grid.month_kw")["value"] = value
    line(plan, "demand_charge").update(quantity=value, amount_usd=10 * value)


def carbon(plan: Plan) -> None:
    """Carbon halved in tally and bill."""
    scale(tally(plan, "co2_kg"), 0.5, "quantity")
    scale(line(plan, "carbon", "operational carbon"), 0.5, "quantity", "amount_usd")


def unload(plan: Plan) -> None:
    """A shell of no carbon."""
    plan["tallies"] = [t for t in plan["tallies"] if t["who"] != "shell"]
    line(plan, "carbon", "embodied carbon").update(quantity=2562 - 175, amount_usd=0.05 * (2562 - 175))


def lose(plan: Plan, account: str, item: str) -> None:
    plan["ledger"].remove(line(plan, account, item))


def flows_lost(plan: Plan) -> None:
    plan["flows"] = plan["flows"][1:]


def second_cooling(plan: Plan) -> None:
    other = {**site(plan)["cooling"][0], "id": "wet"}
    site(plan)["cooling"].append(other)
    hall(plan)["cooling"].append("wet")
    plan["columns"].append(hand_plan.column("cooling.use", 1, {"site": "s", "hall": "main", "cooling": "wet"}, True))


def dry_pool(plan: Plan) -> None:
    """No spare, and one machine fewer bought."""
    plan["columns"].remove(column(plan, "spares.count"))
    for family in ("servers.total", "servers_bought"):
        put(plan, family, 4)


def dense(plan: Plan) -> None:
    """Racks that bear less than one machine."""
    hall(plan).update(rack_kw=0.9, racks=None)
    plan["limits"].remove(row(plan, "racks.room"))


def overcharge(plan: Plan) -> None:
    """The store is filled from the grid while the load stands: 8.778 + 4 kW through 12.5; 3.6 kWh lose two tenths."""
    site(plan)["grid"].update(connection_kw=12.5)
    row(plan, "facility.connection").update(limit=12.5)
    flow(plan, "charge.cell", 4, 0, 0)
    flow(plan, "level.cell", 3.6, 3.24, 0)
    flow(plan, "discharge.cell", 0, 0, 2.916 * 0.8)


CONSISTENT: list[tuple[str, str, Edit]] = [
    ("charging loss forgotten", "battery", lambda p: (flow(p, "level.cell", 0, 2, 0), flow(p, "discharge.cell", 0, 0, 1.44))),
    ("standing loss forgotten", "battery", lambda p: flow(p, "discharge.cell", 0, 0, 1.44)),
    ("discharging loss forgotten", "battery", lambda p: flow(p, "discharge.cell", 0, 0, 1.62)),
    ("store starts full", "battery", lambda p: (flow(p, "level.cell", 3, 4, 0), flow(p, "discharge.cell", 0.5, 0, 2.88))),
    ("store charged over its power", "battery", lambda p: (flow(p, "charge.cell", 0, 4.5, 0), flow(p, "curtailed.solar", 0, 0, 0), flow(p, "produced.solar", 0, 10, 4))),
    ("PUE forgotten", "heat", lambda p: flow(p, "draw.cooled main air air 0", 6.12 * 1.25, 4.92 * 1.25, 6.12 * 1.25)),
    ("train loss forgotten", "heat", lambda p: flow(p, "draw.cooled main air air 0", 6.12 * 1.15, 4.92 * 1.25, 6.12 * 1.35)),
    ("PUE of the hour before", "heat", lambda p: flow(p, "draw.cooled main air air 0", 6.12 * 1.6, 4.92 * 1.4, 6.12 * 1.5)),
    ("fixed overhead forgotten", "heat", lambda p: flow(p, "draw.plant main air", 0, 0, 0)),
    ("weekly shape off by a day", "heat", lambda p: flow(p, "draw.cooled main air air 0", 8.568, 9.18, 9.792)),
    ("sun beyond its capacity factor", "renewables", lambda p: flow(p, "produced.solar", 0, 9.89, 4.5)),
    ("curtailment forgotten", "renewables", lambda p: flow(p, "curtailed.solar", 0, 0, 0)),
    ("export over its limit", "grid", lambda p: site(p)["grid"].update(export_kw=0.2)),
    ("charged over the connection", "grid", overcharge),
]  # fmt: skip

BOOKS: list[tuple[str, str, Edit]] = [
    ("price shifted by an hour", "trade", shift),
    ("export counted twice", "trade", lambda p: scale(line(p, "export"), 2, "quantity", "amount_usd")),
    ("wear forgotten", "trade", lambda p: lose(p, "wear", "cell wear")),
    ("energy line lost", "trade", lambda p: lose(p, "energy", "grid energy")),
    ("month peak too low", "grid", lambda p: month(p, 4.706)),
    ("a month not billed", "grid", lambda p: lose(p, "demand_charge", "month 3")),
    ("carbon halved", "carbon", carbon),
    ("market carbon at the location's intensity", "carbon", lambda p: tally(p, "co2_market_kg").update(quantity=17123.464)),
    ("grid's clean share counted twice", "carbon", lambda p: scale(tally(p, "brown_grid_kwh"), 0.7, "quantity")),
    ("carbon not paid", "carbon", lambda p: lose(p, "carbon", "embodied carbon")),
    ("embodied carbon of the shell forgotten", "purchases", unload),
    ("purchase lost", "purchases", lambda p: lose(p, "purchase", "sw links")),
    ("purchase at present value", "purchases", lambda p: line(p, "purchase", "box").update(factor=1.0, amount_usd=50000)),
    ("resale at full price", "purchases", lambda p: line(p, "resale", "box").update(unit_price_usd=-10000, amount_usd=-50000)),
    ("upkeep forgotten", "purchases", lambda p: lose(p, "maintenance", "solar")),
    ("staff forgotten", "running", lambda p: lose(p, "staff", "operations staff")),
    ("space paid in an own building", "running", lambda p: p["ledger"].append(hand_plan.line("space", "x", 7, 100, 700))),
    ("water at half price", "water", lambda p: scale(line(p, "water"), 0.5, "unit_price_usd", "amount_usd")),
    ("water not paid", "water", lambda p: lose(p, "water", "cooling water")),
]  # fmt: skip

ALONE: list[tuple[str, str, Edit]] = [
    ("objective is not the ledger's sum", "ledger", lambda p: p["headline"][0].update(levelised_cost_usd=66000)),
    ("bound above the objective", "gap", lambda p: p["solver"].update(bound_usd=67000, gap=0)),
    ("gap understated", "gap", lambda p: p["solver"].update(gap=1e-6)),
    ("optimal beyond the gap asked for", "gap", lambda p: (p["solver"].update(gap_asked=1e-5), p["problem"].update(mip_gap=1e-5))),
    ("year's difference wrong", "gap", lambda p: p["accuracy"].update(difference=0.002)),
    ("something else was minimised", "gap", lambda p: p["problem"].update(objective=["carbon"])),
    ("durability short", "storage", lambda p: spec(p).update(durability=11)),
    ("hot data on a slow tier", "storage", lambda p: tier(p).update(retrieval_s=60)),
    ("reads too slow", "storage", lambda p: tier(p).update(read_gb_per_s=0.4)),
    ("writes too slow", "storage", lambda p: tier(p).update(write_gb_per_s=0.04)),
    ("data on fewer units than the code has domains", "storage", lambda p: tier(p).update(failure_domains=6)),
    ("checkpoints too fast for the tier", "storage", lambda p: p["options"][0].update(storage_write_gb_per_s=3)),
    ("unit smaller than what it holds", "storage", lambda p: tier(p).update(raw_tb=50)),
    ("rack power over cooling's", "heat", dense),
    ("cooling not allowed in the hall", "heat", lambda p: hall(p).update(cooling=["other"])),
    ("carbon cap dropped", "limits", lambda p: cap(p, "carbon", "carbon.cap", 10000)),
    ("budget dropped", "limits", lambda p: cap(p, "budget", "budget.total", 60000)),
    ("purchase budget dropped", "limits", lambda p: cap(p, "purchase", "budget.purchase", 200000)),
    ("water cap dropped", "limits", lambda p: cap(p, "water", "water.cap", 60000)),
    ("carbon-free share dropped", "limits", lambda p: cap(p, "carbon_free", "carbon_free", {"share": 0.9, "grid": "included"})),
    ("grid's clean share where it is excluded", "limits", lambda p: cap(p, "carbon_free", "carbon_free", {"share": 0.6, "grid": "excluded"})),
    ("slack misreported", "limits", lambda p: row(p, "peak.cap").update(slack=5)),
    ("limit misreported", "limits", lambda p: row(p, "facility.feed").update(limit=20, slack=20 - 8.65)),
    ("use misreported", "limits", lambda p: row(p, "racks.room").update(value=1, slack=2)),
    ("PUE in the headline", "headline", lambda p: p["headline"][0].update(pue=1.1)),
    ("clean share in the headline", "headline", lambda p: p["headline"][0].update(carbon_free_share_own=0.9)),
    ("energy in the headline", "headline", lambda p: p["headline"][0].update(it_energy_kwh_per_year=60000)),
    ("present cost in the headline", "headline", lambda p: p["headline"][0].update(net_present_cost_usd=66965)),
    ("sizing of another size", "tables", lambda p: p["sizing"][0].update(quantity=2)),
    ("sizing leaves the store out", "tables", lambda p: drop(p, "sizing", "column", column(p, "battery.kwh")["name"])),
    ("a choice denied", "tables", lambda p: p["choices"][0].update(chosen=False)),
    ("flow lost from the table", "trade", flows_lost),
    ("flow's peak wrong", "trade", lambda p: p["flows"][0].update(peak_kw=1)),
    ("availability overstated", "availability", lambda p: p["availability"][0].update(achieved=0.99999)),
    ("availability of another pool", "availability", lambda p: p["availability"][0].update(pools=["pool[site=t]"])),
    ("availability not reported", "availability", lambda p: p.update(availability=[])),
    ("work at a site closed to it", "demand", lambda p: web(p).update(sites=[])),
    ("work table of another size", "demand", lambda p: p["work"][0].update(machines=3)),
    ("a site's loss cannot be survived", "demand", lambda p: web(p).update(survive_site_loss=True)),
    ("machines bought are dead", "purchases", lambda p: box(p).update(life_years=0.5)),
    ("cabinets bought with a discount", "purchases", lambda p: tier(p).update(price_usd=19000)),
    ("sun beyond the roof", "renewables", lambda p: site(p)["producers"][0].update(max_kw=15)),
    ("store beyond its offer", "battery", lambda p: site(p)["batteries"][0].update(max_kwh=4)),
    ("store fuller than usable", "battery", lambda p: site(p)["batteries"][0].update(usable_fraction=0.3)),
    ("a switch too small", "fabric", lambda p: p["problem"]["fabrics"][1]["switch"].update(ports=6)),
    ("oversubscribed", "fabric", lambda p: p["problem"]["fabrics"][1].update(oversubscription=0.5)),
]  # fmt: skip

NAMED: list[tuple[str, str, Edit]] = [
    ("value factor wrong", "finance", lambda p: p["problem"]["periods"][0].update(value_factor=1.05)),
    ("horizon not the periods' end", "finance", lambda p: p["problem"]["finance"].update(horizon_years=2)),
    ("cost of capital changed", "purchases", lambda p: p["problem"]["finance"].update(cost_of_capital=0.05)),
    ("weight wrong", "calendar", lambda p: p["hours"][0].update(weight=[2920, 2920, 2910])),
    ("an hour lost", "calendar", lambda p: p["hours"][0].update(stretches=[[0, 2]])),
    ("stretches overlap", "calendar", lambda p: p["hours"][0].update(stretches=[[0, 3], [2, 3]], months=[[0], [1]])),
    ("hours skipped", "calendar", lambda p: p["hours"][0].update(hour=[0, 1, 3])),
    ("no hours at the site", "calendar", lambda p: p["hours"][0].update(site="elsewhere")),
    ("series shorter than the hours", "calendar", lambda p: p["hours"][0]["series"].update({"price_usd_per_kwh": [0.1]})),
    ("negative draw", "calendar", lambda p: flow(p, "draw.gift", -1, -1, -1)),
    ("hours miscounted", "calendar", lambda p: p["solver"].update(hours=8760)),
    ("spares not whole", "columns", lambda p: put(p, "spares.count", 1.5)),
    ("leaves not whole", "columns", lambda p: put(p, "fabric.leaves", 2.5)),
    ("half a cooling", "columns", lambda p: put(p, "cooling.use", 0.6)),
    ("negative size", "columns", lambda p: put(p, "battery.kwh_bought", -5)),
    ("a column twice", "columns", lambda p: p["columns"].append(dict(column(p, "battery.kw")))),
    ("a column under another name", "columns", lambda p: column(p, "work.units").update(name="work.units[site=t]")),
    ("a spare removed", "pools", dry_pool),
    ("more work than machines", "pools", lambda p: put(p, "servers.working", 3)),
    ("spares not among the machines", "pools", lambda p: (put(p, "servers.total", 4), put(p, "servers_bought", 4))),
    ("machines fail more often", "pools", lambda p: box(p).update(failures_per_day=0.1)),
    ("machines fail more often", "availability", lambda p: box(p).update(failures_per_day=0.1)),
    ("demand halved", "demand", lambda p: put(p, "work.units", 2)),
    ("growth forgotten", "demand", lambda p: web(p).update(demand=[480])),
    ("machine used and not bought", "owned", lambda p: put(p, "servers_bought", 4)),
    ("switches used and not bought", "owned", lambda p: put(p, "fabric.switches_bought", 4)),
    ("sun used and not bought", "owned", lambda p: put(p, "renewables.kw_bought", 10)),
    ("plant used and not bought", "owned", lambda p: put(p, "cooling.plant_bought", 6)),
    ("bought of what cannot be", "owned", lambda p: hall(p).update(built=True)),
    ("spines do not divide uplinks", "fabric", lambda p: (respine(p, 3), put(p, "fabric.switches", 6))),
    ("one spine has too few ports", "fabric", lambda p: (respine(p, 1), put(p, "fabric.switches", 4))),
    ("too few leaves", "fabric", lambda p: put(p, "fabric.leaves", 2)),
    ("links forgotten", "fabric", lambda p: put(p, "fabric.links", 10)),
    ("spare not wired", "fabric", lambda p: put(p, "fabric.endpoints", 8)),
    ("one switch for ten ports", "fabric", lambda p: [p["columns"].remove(column(p, f"fabric.{f}")) for f in ("use", "leaves", "spine_count")]),
    ("a storage unit removed", "storage", lambda p: put(p, "storage.units", 1)),
    ("cold data forgotten", "storage", lambda p: p["columns"].remove([c for c in p["columns"] if c["family"] == "storage.tb"][1])),
    ("only one copy of two", "storage", lambda p: spec(p).update(copies=2)),
    ("feed too small", "facility", lambda p: hall(p).update(feed_kw=10)),
    ("racks overfull", "facility", lambda p: hall(p).update(racks=1)),
    ("connection too small", "facility", lambda p: site(p)["grid"].update(connection_kw=11)),
    ("power cap dropped", "facility", lambda p: cap(p, "power", "peak.cap", 10)),
    ("plant below the peak", "facility", lambda p: put(p, "cooling.plant_kw", 6)),
    ("peak without cooling", "facility", lambda p: put(p, "power.peak_kw", 8.65)),
    ("built smaller than its plant", "running", lambda p: put(p, "facility.built_kw", 6)),
    ("connection under an import", "grid", lambda p: site(p)["grid"].update(connection_kw=8)),
    ("power from nobody", "grid", lambda p: flow(p, "imported.friend", 0, 1, 0)),
    ("sold above the purchase price", "trade", lambda p: p["hours"][0]["series"].update(export_usd_per_kwh=[0.02, 0.09, 0.02])),
    ("liquid machine under air", "heat", lambda p: box(p).update(liquid=True)),
    ("two coolings in a hall", "columns", second_cooling),
    ("no cooling in a hall", "heat", lambda p: put(p, "cooling.use", 0)),
    ("water counted at the driest hour", "water", lambda p: tally(p, "water_l").update(quantity=50107.2)),
    ("IT energy miscounted", "heat", lambda p: tally(p, "it_air_load_kwh").update(quantity=40000)),
    ("amount is not its product", "ledger", lambda p: line(p, "staff").update(amount_usd=300)),
    ("a ledger line lost", "ledger", lambda p: lose(p, "purchase", "box")),
    ("a ledger line twice", "ledger", lambda p: p["ledger"].append(dict(line(p, "staff")))),
    ("carbon at no site", "carbon", lambda p: tally(p, "brown_kwh").update(site="")),
]  # fmt: skip


def laws(plan: Plan) -> set[str]:
    verdict = audit(json.loads(json.dumps(plan)))
    assert verdict.accepted == (not verdict.findings)
    return {f.law for f in verdict.findings}


def named(cases: list[tuple[str, str, Edit]]) -> Any:
    return pytest.mark.parametrize(("law", "edit"), [pytest.param(law, edit, id=f"{name}-{law}") for name, law, edit in cases])


def test_valid_plan_passes() -> None:
    verdict = audit(hand_plan.plan())
    assert verdict.findings == ()
    assert verdict.accepted
    assert verdict.notes == ()
    assert all(count > 0 for _, count in verdict.checked)


def test_settling_a_valid_plan_keeps_it_valid() -> None:
    assert laws(settle(hand_plan.plan())) == set()


@named(CONSISTENT)
def test_only_its_law_sees_a_consistent_error(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert laws(settle(plan)) == {law}


def test_only_the_balance_sees_power_from_nowhere() -> None:
    plan = hand_plan.plan()
    flow(plan, "imported.grid", 8.778, 0.01, 4.706)
    assert laws(settle(plan, balance=False)) == {"balance"}


@named(BOOKS)
def test_only_its_law_sees_wrong_books_that_add_up(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert laws(total(plan)) == {law}


@named(ALONE)
def test_only_its_law_sees_a_local_error(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert laws(plan) == {law}


@named(NAMED)
def test_its_law_is_among_those_that_object(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert law in laws(plan)


def test_every_law_is_broken_alone_or_named_by_some_edit() -> None:
    from planner.audit.run import all_laws

    covered = {"balance"} | {law for cases in (CONSISTENT, BOOKS, ALONE, NAMED) for _, law, _ in cases}
    assert covered == {law.name for law in all_laws()}
