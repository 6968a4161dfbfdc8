"""Seeded bugs that break several laws at once; the law named must be among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edits import (
    box,
    cap,
    column,
    dry_pool,
    flow,
    hall,
    lose,
    path,
    put,
    respine,
    second_cooling,
    site,
    spec,
    store,
    web,
)
from settle import line, tally

Plan = dict[str, Any]
Edit = Callable[[Plan], object]

HELD = {"ups_included_s": 300.0, "fuel_kwh_per_gallon": 40.0, "electric_efficiency_hhv": 0.3, "fuel_usd_per_gallon": 2}


def hold(plan: Plan, **hours: float) -> None:
    """The site asks for autonomy that the plan has nothing of."""
    site(plan).update(keys={"power": {"ups": None, "generators": None, **hours}})
    plan["problem"]["keys"]["figures"] = {"power": {"values": HELD}}


def routed(units: dict[str, Any]) -> dict[str, Any]:
    """The same units of work in an hour of a timetable."""
    keys = {**units["keys"], "slot": "0/12"}
    name = f"routing.units[{','.join(f'{k}={v}' for k, v in keys.items())}]"
    return {**units, "name": name, "family": "routing.units", "keys": keys}


LICENCE = {"of": "box", "per_year": 1000, "by": "unit"}
TARIFF = {
    "peak_factor": 1.0,
    "windows": [],
    "ratchet": None,
    "coincident": [],
    "capacity_kw": None,
    "plan_capacity": False,
    "capacity_usd_per_kw_month": 0.0,
    "minimum_share": 0.0,
    "take_kwh_per_year": 0.0,
    "untaken_usd_per_kwh": 0.03,
}
NOBODYS = {
    "name": "ppa_shared.kw[site=s,ppa=wind]",
    "family": "ppa_shared.kw",
    "keys": {"site": "s", "ppa": "wind"},
    "value": 5.0,
    "integer": False,
    "unit": "kW",
    "origin": "small.yaml:7",
}
CERTIFICATES = {"id": "rec", "usd_per_kwh": 0.003, "kwh_per_year": 1000.0, "max_kwh_per_year": None}
GREEN = {"usd_per_kwh": 0.004, "share": 0.5, "hourly": False}
SYSTEM_PEAK = {"id": "cp", "usd_per_kw_year": 60.0, "hours": [0]}
ENGINE = {
    "id": "engine",
    "capex_usd_per_kw": 1000.0,
    "fixed_om_usd_per_kw_year": 20.0,
    "life_years": 20.0,
    "embodied_kg_per_kw": 100.0,
    "efficiency": 0.4,
    "fuel_usd_per_kwh": 0.02,
    "running_usd_per_kwh": 0.01,
    "fuel_kg_per_kwh": 0.18,
    "carbon_free": False,
    "max_kw": 1.0,
    "installed_kw": 1.0,
    "unit_kw": None,
    "spares": 0,
    "full_load_hours": None,
    "backup": True,
}
EVERY_HOUR = {
    "id": "all",
    "usd_per_kw_month": 5.0,
    "months": list(range(12)),
    "weekdays": list(range(7)),
    "hours": list(range(24)),
}


def tariff(plan: Plan, **changes: Any) -> None:
    """Terms that the hand-made plan was not billed by."""
    site(plan)["grid"]["tariff"] = TARIFF | changes


def generate(plan: Plan, **changes: Any) -> None:
    """A generator that runs a little in the first hour, its output sold nowhere and paid by nobody."""
    site(plan)["generators"] = [ENGINE | changes]
    plan["columns"].append(column(plan, "battery.kw") | {
        "name": "generators.kw[site=s,generator=engine,period=y1]",
        "family": "generators.kw",
        "keys": {"site": "s", "generator": "engine", "period": "y1"},
        "value": 1.0,
    })
    hours = plan["hours"][0]["dispatch"]
    first = next(iter(hours.values()))
    hours["generated.engine"] = [0.5, *([0.0] * (len(first) - 1))]


def orchestrate(plan: Plan) -> None:
    """A scenario that asks for control planes, on a plan that has none."""
    keys = plan["problem"]["keys"]
    keys["orchestration"] = {"control_plane": 3, "surge": 0}
    steps = dict.fromkeys(("first_core", "second_core", "next_two_cores", "other_cores"), 0.0)
    values = {f"reserved_{name}_fraction": share for name, share in steps.items()} | {"daemon_cores": 0.0}
    values |= {f"control_cores_{n}_nodes": 1.0 for n in (25, 100, 250)}
    values |= {f"control_ram_gb_{n}_nodes": 1.0 for n in (25, 100, 250)}
    gib = ("first_4", "next_4", "next_8", "next_112", "other")
    values |= {f"reserved_{name}_gib_fraction": 0.0 for name in gib}
    values |= {"pods_per_node": 110.0, "nodes_per_cluster": 5000.0, "eviction_mib": 0.0, "daemon_mib": 0.0}
    keys["figures"] = {"orchestration": {"id": "orchestration", "values": values, "cites": []}}


def watch(plan: Plan) -> None:
    """A scenario that asks for monitoring, on a plan that has none."""
    keys = plan["problem"]["keys"]
    keys["monitoring"] = {"interval": 30.0, "retention": 86400.0, "replicas": 2, "extra_series": 0}
    values = {"series_per_machine": 100.0, "series_per_accelerator": 10.0}
    keys["figures"] = {"monitoring": {"id": "monitoring", "values": values, "cites": []}}


NAMED: list[tuple[str, str, Edit]] = [
    ("a share in the measures", "measures", lambda p: p["measures"][0].update(value=0.6)),
    ("no control plane", "orchestration", orchestrate),
    ("nothing watches", "monitoring", watch),
    ("a stage that nothing feeds", "pipeline", lambda p: web(p).update(kind="stage")),
    ("value factor wrong", "finance", lambda p: p["problem"]["periods"][0].update(value_factor=1.05)),
    ("horizon not the periods' end", "finance", lambda p: p["problem"]["finance"].update(horizon_years=2)),
    ("cost of capital changed", "purchases", lambda p: p["problem"]["finance"].update(cost_of_capital=0.05)),
    ("weight wrong", "calendar", lambda p: p["hours"][0].update(weight=[2920, 2920, 2910])),
    ("an hour lost", "calendar", lambda p: p["hours"][0].update(stretches=[[0, 2]])),
    ("stretches overlap", "calendar", lambda p: p["hours"][0].update(stretches=[[0, 3], [2, 3]], months=[[0], [1]])),
    ("hours skipped", "calendar", lambda p: p["hours"][0].update(hour=[0, 1, 3])),
    ("no hours at the site", "calendar", lambda p: p["hours"][0].update(site="elsewhere")),
    (
        "series shorter than the hours",
        "calendar",
        lambda p: p["hours"][0]["series"].update({"price_usd_per_kwh": [0.1]}),
    ),
    ("negative draw", "calendar", lambda p: flow(p, "draw.gift", -1, -1, -1)),
    ("hours miscounted", "calendar", lambda p: p["solver"].update(hours=8760)),
    ("spares not whole", "columns", lambda p: put(p, "spares.count", 1.5)),
    ("leaves not whole", "columns", lambda p: put(p, "fabric.leaves", 2.5)),
    ("half a cooling", "columns", lambda p: put(p, "cooling.use", 0.6)),
    ("fuel that nobody pays for", "generators", generate),
    ("a generator beyond its offer", "generators", lambda p: generate(p, max_kw=0.2)),
    ("negative size", "columns", lambda p: put(p, "battery.kwh_bought", -5)),
    ("load routed that may not be", "routing", lambda p: p["columns"].append(routed(column(p, "work.units")))),
    ("a column twice", "columns", lambda p: p["columns"].append(dict(column(p, "battery.kw")))),
    ("a column under another name", "columns", lambda p: column(p, "work.units").update(name="work.units[site=t]")),
    ("a spare removed", "pools", dry_pool),
    ("more work than machines", "pools", lambda p: put(p, "servers.working", 3)),
    ("spares not among the machines", "pools", lambda p: (put(p, "servers.total", 4), put(p, "servers_bought", 4))),
    ("machines fail more often", "pools", lambda p: box(p).update(failures_per_day=0.1)),
    ("machines fail more often", "availability", lambda p: box(p).update(failures_per_day=0.1)),
    ("machines fail together", "pools", lambda p: box(p).update(domain_machines=5, domain_down=0.02)),
    ("one crew for all", "pools", lambda p: box(p).update(crews=1, failures_per_day=0.05)),
    ("crews and domains", "failures", lambda p: box(p).update(crews=1, domain_machines=5, domain_down=0.02)),
    (
        "a failure forgotten",
        "failures",
        lambda p: box(p).update(events=[{"kind": "restart", "per_day": 1, "days": 0.01}]),
    ),
    ("a rack whose trays never fail", "failures", lambda p: box(p).update(members=18, least_members=16)),
    ("a power train in series left out", "availability", lambda p: web(p).update(series="site")),
    ("no level in a plan that has some", "redundancy", lambda p: p.update(format_version="1.2", redundancy=[])),
    ("a zone to be lost, and all in it", "domains", lambda p: web(p).update(survive="zone")),
    ("a feed to be cut, and no other", "domains", lambda p: web(p).update(survive="feed")),
    ("no rack to spare", "domains", lambda p: web(p).update(survive="rack")),
    ("a power path twice", "paths", lambda p: p.update(power_paths=[path(), path()])),
    ("a module that carries more", "paths", lambda p: p.update(power_paths=[path(surviving_kw=99)])),
    ("no part of a feed stranded", "paths", lambda p: p.update(power_paths=[path(stranded_kw={})])),
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
    ("links forgotten", "fabric", lambda p: put(p, "fabric.links", 8)),
    ("trunks forgotten", "fabric", lambda p: put(p, "fabric.trunks", 8)),
    ("spare not wired", "fabric", lambda p: put(p, "fabric.endpoints", 8)),
    (
        "one switch for ten ports",
        "fabric",
        lambda p: [p["columns"].remove(column(p, f"fabric.{f}")) for f in ("use", "units", "spines")],
    ),
    ("state kept nowhere", "state", lambda p: web(p)["spec"].update(state={"size": 1e12})),
    ("traffic between sites that nobody sends", "wan", lambda p: line(p, "wear").update(account="wan")),
    ("traffic of no class", "lifecycle", lambda p: line(p, "wear").update(account="traffic")),
    ("a store of more than there is", "stores", lambda p: p.update(stores=[store(units=3)])),
    ("no store in a plan that has some", "stores", lambda p: p.update(format_version="1.2", stores=[])),
    ("a storage unit removed", "storage", lambda p: put(p, "storage.units", 1)),
    (
        "cold data forgotten",
        "storage",
        lambda p: p["columns"].remove([c for c in p["columns"] if c["family"] == "storage.tb"][1]),
    ),
    ("only one copy of two", "storage", lambda p: spec(p).update(copies=2)),
    ("feed too small", "facility", lambda p: hall(p).update(feed_kw=10)),
    ("racks overfull", "facility", lambda p: hall(p).update(racks=1)),
    ("batteries nobody bought", "standby", lambda p: hold(p, ups=7200.0)),
    ("fuel nobody bought", "standby", lambda p: hold(p, generators=7200.0)),
    ("a licence not paid", "licences", lambda p: p["problem"]["keys"].update(licences=[LICENCE])),
    ("switches too high", "facility", lambda p: p["problem"]["fabrics"][1]["switch"].update(rack_units=20)),
    ("connection too small", "facility", lambda p: site(p)["grid"].update(connection_kw=11)),
    ("power cap dropped", "facility", lambda p: cap(p, "power", "peak.cap", 10)),
    ("plant below the peak", "facility", lambda p: put(p, "cooling.plant_kw", 6)),
    ("peak without cooling", "facility", lambda p: put(p, "power.peak_kw", 8.65)),
    ("built smaller than its plant", "running", lambda p: put(p, "facility.built_kw", 6)),
    ("connection under an import", "grid", lambda p: site(p)["grid"].update(connection_kw=8)),
    ("power from nobody", "grid", lambda p: flow(p, "imported.friend", 0, 1, 0)),
    (
        "sold above the purchase price",
        "trade",
        lambda p: p["hours"][0]["series"].update(export_usd_per_kwh=[0.02, 0.09, 0.02]),
    ),
    ("liquid machine under air", "heat", lambda p: box(p).update(liquid=True)),
    ("two coolings in a hall", "columns", second_cooling),
    ("no cooling in a hall", "heat", lambda p: put(p, "cooling.use", 0)),
    ("water counted at the driest hour", "water", lambda p: tally(p, "water_l").update(quantity=50107.2)),
    ("IT energy miscounted", "heat", lambda p: tally(p, "it_air_load_kwh").update(quantity=40000)),
    ("amount is not its product", "ledger", lambda p: line(p, "staff").update(amount_usd=300)),
    ("a ledger line lost", "ledger", lambda p: lose(p, "purchase", "box")),
    ("a ledger line twice", "ledger", lambda p: p["ledger"].append(dict(line(p, "staff")))),
    ("energy contracted and not paid for", "take_or_pay", lambda p: tariff(p, take_kwh_per_year=1e6)),
    ("system peaks not paid for", "coincident_peak", lambda p: tariff(p, coincident=[SYSTEM_PEAK])),
    ("a window not billed", "demand_charge", lambda p: tariff(p, windows=[EVERY_HOUR])),
    ("a minimum not billed", "demand_charge", lambda p: tariff(p, capacity_kw=50.0, minimum_share=0.9)),
    ("import over the contract", "demand_charge", lambda p: tariff(p, capacity_kw=8.0)),
    ("certificates not bought", "contracts", lambda p: site(p).update(certificates=[CERTIFICATES])),
    ("a green tariff not paid", "contracts", lambda p: site(p)["grid"].update(green=GREEN)),
    ("an agreement shared by nobody", "shared_contracts", lambda p: p["columns"].append(NOBODYS)),
    ("more sold than the rules let through", "metering", lambda p: site(p)["grid"].update(net_metering=True)),
    ("carbon at no site", "carbon", lambda p: tally(p, "brown_kwh").update(site="")),
]
