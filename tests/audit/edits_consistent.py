"""Seeded bugs in plans whose books add up otherwise, and in single numbers: only the law named may object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hand_plan
from edits import (
    box,
    cap,
    carbon,
    column,
    dense,
    drop,
    flow,
    flows_lost,
    hall,
    lose,
    month,
    overcharge,
    row,
    scale,
    shift,
    site,
    spec,
    tier,
    unload,
    web,
)
from settle import line, tally

Plan = dict[str, Any]
Edit = Callable[[Plan], object]

CONSISTENT: list[tuple[str, str, Edit]] = [
    (
        "charging loss forgotten",
        "battery",
        lambda p: (flow(p, "level.cell", 0, 2, 0), flow(p, "discharge.cell", 0, 0, 1.44)),
    ),
    ("standing loss forgotten", "battery", lambda p: flow(p, "discharge.cell", 0, 0, 1.44)),
    ("discharging loss forgotten", "battery", lambda p: flow(p, "discharge.cell", 0, 0, 1.62)),
    (
        "store starts full",
        "battery",
        lambda p: (flow(p, "level.cell", 3, 4, 0), flow(p, "discharge.cell", 0.5, 0, 2.88)),
    ),
    (
        "store charged over its power",
        "battery",
        lambda p: (
            flow(p, "charge.cell", 0, 4.5, 0),
            flow(p, "curtailed.solar", 0, 0, 0),
            flow(p, "produced.solar", 0, 10, 4),
        ),
    ),
    ("PUE forgotten", "heat", lambda p: flow(p, "draw.cooled main air air 0", 6.12 * 1.25, 4.92 * 1.25, 6.12 * 1.25)),
    (
        "train loss forgotten",
        "heat",
        lambda p: flow(p, "draw.cooled main air air 0", 6.12 * 1.15, 4.92 * 1.25, 6.12 * 1.35),
    ),
    (
        "PUE of the hour before",
        "heat",
        lambda p: flow(p, "draw.cooled main air air 0", 6.12 * 1.6, 4.92 * 1.4, 6.12 * 1.5),
    ),
    ("fixed overhead forgotten", "heat", lambda p: flow(p, "draw.plant main air", 0, 0, 0)),
    ("weekly shape off by a day", "heat", lambda p: flow(p, "draw.cooled main air air 0", 8.568, 9.18, 9.792)),
    ("sun beyond its capacity factor", "renewables", lambda p: flow(p, "produced.solar", 0, 9.89, 4.5)),
    ("curtailment forgotten", "renewables", lambda p: flow(p, "curtailed.solar", 0, 0, 0)),
    ("export over its limit", "grid", lambda p: site(p)["grid"].update(export_kw=0.2)),
    ("charged over the connection", "grid", overcharge),
]

BOOKS: list[tuple[str, str, Edit]] = [
    ("price shifted by an hour", "trade", shift),
    ("export counted twice", "trade", lambda p: scale(line(p, "export"), 2, "quantity", "amount_usd")),
    ("wear forgotten", "trade", lambda p: lose(p, "wear", "cell wear")),
    ("energy line lost", "trade", lambda p: lose(p, "energy", "grid energy")),
    ("month peak too low", "demand_charge", lambda p: month(p, 4.706)),
    ("a month not billed", "demand_charge", lambda p: lose(p, "demand_charge", "month 3")),
    ("carbon halved", "carbon", carbon),
    (
        "market carbon at the location's intensity",
        "carbon",
        lambda p: tally(p, "co2_market_kg").update(quantity=17123.464),
    ),
    ("grid's clean share counted twice", "carbon", lambda p: scale(tally(p, "brown_grid_kwh"), 0.7, "quantity")),
    ("carbon not paid", "carbon", lambda p: lose(p, "carbon", "embodied carbon")),
    ("embodied carbon of the shell forgotten", "purchases", unload),
    ("purchase lost", "purchases", lambda p: lose(p, "purchase", "sw links")),
    (
        "purchase at present value",
        "purchases",
        lambda p: line(p, "purchase", "box").update(factor=1.0, amount_usd=50000),
    ),
    (
        "resale at full price",
        "purchases",
        lambda p: line(p, "resale", "box").update(unit_price_usd=-10000, amount_usd=-50000),
    ),
    ("upkeep forgotten", "purchases", lambda p: lose(p, "maintenance", "solar")),
    ("staff forgotten", "running", lambda p: lose(p, "staff", "operations staff")),
    (
        "space paid in an own building",
        "running",
        lambda p: p["ledger"].append(hand_plan.line("space", "x", 7, 100, 700)),
    ),
    ("water at half price", "water", lambda p: scale(line(p, "water"), 0.5, "unit_price_usd", "amount_usd")),
    ("water not paid", "water", lambda p: lose(p, "water", "cooling water")),
]

ALONE: list[tuple[str, str, Edit]] = [
    ("objective is not the ledger's sum", "ledger", lambda p: p["headline"][0].update(levelised_cost_usd=66000)),
    ("bound above the objective", "gap", lambda p: p["solver"].update(bound_usd=67000, gap=0)),
    ("gap understated", "gap", lambda p: p["solver"].update(gap=1e-6)),
    (
        "optimal beyond the gap asked for",
        "gap",
        lambda p: (p["solver"].update(gap_asked=1e-5), p["problem"].update(mip_gap=1e-5)),
    ),
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
    (
        "carbon-free share dropped",
        "limits",
        lambda p: cap(p, "carbon_free", "carbon_free", {"share": 0.9, "grid": "included"}),
    ),
    (
        "grid's clean share where it is excluded",
        "limits",
        lambda p: cap(p, "carbon_free", "carbon_free", {"share": 0.6, "grid": "excluded"}),
    ),
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
    ("an outage not borne", "outage", lambda p: site(p).update(keys={"outage": {"duration": 3600.0, "share": 1.0}})),
    ("work moved that may not", "flexible", lambda p: flow(p, "behind.web", 0, 0, 0)),
    (
        "heat sold that nobody takes",
        "heat_reuse",
        lambda p: p["columns"].append(
            {**column(p, "battery.kw"), "name": "heat_reuse.kw[site=s,medium=air,period=y1]", "family": "heat_reuse.kw",
             "keys": {"site": "s", "medium": "air", "period": "y1"}, "value": 0.5}
        ),
    ),
    ("store beyond its offer", "battery", lambda p: site(p)["batteries"][0].update(max_kwh=4)),
    ("store fuller than usable", "battery", lambda p: site(p)["batteries"][0].update(usable_fraction=0.3)),
    ("a switch too small", "fabric", lambda p: p["problem"]["fabrics"][1]["switch"].update(ports=6)),
    ("oversubscribed", "fabric", lambda p: p["problem"]["fabrics"][1].update(oversubscription=0.5)),
]
