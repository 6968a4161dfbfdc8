"""What the plan says its hours add up to is what they add up to.

used = sum of weight x drawn + rented kWh
carbon_free_hourly = (sum of weight x drawn x share(t) + what is clean of rented kWh) / used,  share(t) by `mixture`
carbon_free_annual = (sum of weight x (produced + counted share of imported) + clean rented kWh) / used
co2, embodied, water: tallies / used;   curtailed = curtailed / (curtailed + produced)
full_cycles = sum of weight x discharge / (eta_d x kWh x usable x years);   over_life: x life
0.2 = calendar fade x (1 - usable + mean level / kWh) x days ^ exponent + cycle fade x full_cycles x usable x life
peak = the highest hour,  factor = mean / peak;   energy_cost = energy lines / sum of drawn x value factor
co2_consequential = sum of weight x marginal x (imported - exported) + fuel burnt on site;  avoided: of drawn - that
below_least_load, .._stuck, least_load_costs, part_load_costs, part_load_carbon, starts: see `least`
one_more_costs = ledger of a purchase / (its quantity x years served)
sum over those years of one_more_saves >= sum of costs, where some is bought
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.assets import owned
from planner.audit.laws.carbon import printed_cover, uncovered_kw
from planner.audit.least import below_least
from planner.audit.loads import rented_kw
from planner.audit.mixture import clean_by_source, mixed
from planner.audit.verdict import PRINTED, RELATIVE, Check, Floats, at_most, equal, true
from planner.audit.view import Block, Record, View, by_id

NAME = "measures"
Key = tuple[str, str, str, str]
"""measure, who, site, period"""
SHARES = 1e-5
"""What printing hours to a milliwatt may shift a share by that was followed through a store."""
WORN_OUT, MOST_YEARS = 0.2, 100.0
SMALL = 2e-4
"""Sizes and peaks below this may or may not be listed."""
BILL = ("demand_charge", "capacity_charge", "coincident_peak", "untaken_energy")
CONTRACTS = ("green_tariff", "ppa", "ppa_sale", "certificates")
ENERGY = ("energy", "fuel", *BILL, *CONTRACTS, "export", "wear")
BOUGHT = ("purchase", "resale", "maintenance")
FIRST = "only the first"
OF_YEARS = (
    *("embodied", "energy_cost", "full_cycles", "full_cycles_over_life", "life_by_wear"),
    *("below_least_load", "below_least_load_stuck", "least_load_costs"),
    *("part_load_costs", "part_load_carbon", "starts"),
)
"""What no plan of the first hours of a period (its accuracy's note begins with `FIRST`) can say."""
WORTH = ("one_more_saves", "one_more_costs")
SOLVED = ("life_by_wear", "moving_saves")
"""What no sum of hours says: a life is checked where its cycles are, another solve's cost is as the plan has it."""
PER_USED = {
    "co2_location": "co2_kg",
    "co2_market": "co2_market_kg",
    "embodied": "embodied_kg",
    "water_on_site": "water_l",
    "water_at_plants": "water_grid_l",
}


def check(view: View) -> Iterator[Check]:
    if "measures" not in view.plan or not view.has_hours:
        return
    listed = {(r["measure"], r["who"], r["site"], r["period"]): float(r["value"]) for r in view.plan["measures"]}
    yield equal("measures", "rows", len(listed), len(view.plan["measures"]))
    expected: dict[Key, tuple[float, float]] = {}
    for period in view.periods:
        blocks = [b for b in view.blocks if b.period == period]
        for block in blocks:
            expected |= _ratios(view, [block], block.site, period) | _parts(view, block)
            expected |= {(*key, block.site, period): value for key, value in below_least(view, block).items()}
        if len(blocks) > 1:
            expected |= _ratios(view, blocks, "", period)
    expected |= _costs(view)
    if view.plan["accuracy"]["note"].startswith(FIRST):
        expected = {key: told for key, told in expected.items() if key[0] not in OF_YEARS}
    for key, (value, slack) in expected.items():
        where = " ".join(filter(None, key))
        small = key[0].endswith(("_peak", "_factor")) or key[0] in ("curtailed", "full_cycles", "full_cycles_over_life")
        if key in listed:
            yield equal(where, "it", listed[key], value, floor=slack)
            if key[0] == "full_cycles":
                yield from _life(view, key, listed)
        elif not small:
            yield true(where, "is missing", False)
    for key in listed.keys() - expected.keys():
        yield true(" ".join(filter(None, key)), "is no measure of this plan", key[0] in (*WORTH, *SOLVED))
    yield from _worth(view, listed)


def notes(view: View) -> Iterator[str]:
    if "measures" not in view.plan:
        yield "the plan holds no measures: it was made by an older version"


def _counted(view: View, block: Block) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """What counts as carbon-free of each importer: what is contracted by the hour, and with it the grid's own share."""
    imported = block.flow("imported")
    brown = uncovered_kw(view, block)
    left = np.divide(brown, imported, out=np.ones(len(imported)), where=imported > 0)
    mixed_in = 1 - left * (1 - block.series["carbon_free_fraction"])
    parts = [who for who in block.who("imported") if who == "grid"]
    fuelled = view.sites[block.site].get("generators", ())
    clean = {g["id"]: np.full(len(imported), float(g["carbon_free"])) for g in fuelled}
    return dict.fromkeys(parts, 1 - left) | clean, dict.fromkeys(parts, mixed_in) | clean


def _ratios(view: View, blocks: list[Block], site: str, period: str) -> dict[Key, tuple[float, float]]:
    used = rounded = hidden = 0.0
    by_year: dict[Key, float] = {}
    sums = dict.fromkeys(("hourly_own", "hourly_with_grid", "annual_own", "annual_with_grid"), 0.0)
    for block in blocks:
        load, rented = block.flow("draw"), block.energy(rented_kw(view, block))
        used += block.energy(load) + rented
        rounded += _rounded_kwh(block)
        hidden += _rounded_kwh(block) + printed_cover(view, block)
        stores = by_id(view.sites[block.site]["batteries"])
        mean = block.energy(block.series["carbon_free_fraction"]) / float(block.weight.sum())
        for reading, shares, clean_rented in zip(
            ("own", "with_grid"), _counted(view, block), (0.0, rented * mean), strict=True
        ):
            clean = clean_by_source(block, shares)
            hourly = block.weight * load * mixed(block, clean, stores)
            sums[f"hourly_{reading}"] += float(hourly.sum()) + clean_rented
            if site:
                by_year |= _by_year(view, block, f"carbon_free_hourly_{reading}", hourly, (rented, clean_rented))
            sums[f"annual_{reading}"] += block.energy(clean) + clean_rented
    if used <= PRINTED:
        return {}
    found = {key: (value, SHARES + 2 * hidden / used) for key, value in by_year.items()}
    places = [(b.site, period) for b in blocks]
    for name, value in sums.items():
        found[f"carbon_free_{name}", "", site, period] = value / used, SHARES + hidden / used
    for name, tally in PER_USED.items():
        amount = sum(view.tally(tally, *place) for place in places)
        found[name, "", site, period] = (amount / used, 1e-9 + amount / used * rounded / used)
    return found


def _rounded_kwh(block: Block) -> float:
    """What printing a bus's hours to so many digits may hide of a sum of its flows, kWh."""
    return PRINTED * float(block.weight.sum()) * len(block.dispatch)


def _by_year(
    view: View, block: Block, name: str, hourly: Floats, rented: tuple[float, float]
) -> dict[Key, float]:
    """Shares of each year of a plan of several: `hourly` clean kWh (T,), what is rented, and what of it is clean."""
    years = view.problem.get("years", [])
    used, found = block.weight * block.flow("draw"), {}
    for (begin, end), year in zip(block.stretches, years, strict=True) if len(years) > 1 else ():
        total = float(used[begin:end].sum()) + rented[0] / len(years)
        if total > PRINTED:
            value = (float(hourly[begin:end].sum()) + rented[1] / len(years)) / total
            found[name, str(year), block.site, block.period] = value
    return found


def _parts(view: View, block: Block) -> dict[Key, tuple[float, float]]:
    found: dict[Key, tuple[float, float]] = {}
    place, hours, years = (block.site, block.period), float(block.weight.sum()), view.periods[block.period]["years"]
    for who in block.who("produced"):
        lost, kept = block.energy(block.flow("curtailed", who)), block.energy(block.flow("produced", who))
        if lost + kept > 0:
            found["curtailed", who, *place] = lost / (lost + kept), 1e-6 + PRINTED * hours / (lost + kept)
    for id, store in by_id(view.sites[block.site]["batteries"]).items():
        usable = store["usable_fraction"] * view.total("battery.kwh", battery=id, site=block.site, period=block.period)
        if usable > SMALL / 2:
            through = block.energy(block.flow("discharge", id)) / store["discharge_efficiency"] / usable / years
            slack = PRINTED * hours / usable / years
            found["full_cycles", id, *place] = through, slack
            found["full_cycles_over_life", id, *place] = through * store["life_years"], slack * store["life_years"]
    for name, kw in (("load", block.flow("draw")), ("import", block.flow("imported"))):
        peak = float(kw.max(initial=0.0))
        if peak > SMALL / 2:
            slack = PRINTED * len(block.dispatch)
            found[f"{name}_peak", "", *place] = peak, slack
            found[f"{name}_factor", "", *place] = block.energy(kw) / hours / peak, 2 * slack / peak
    if "marginal_kg_per_kwh" in block.series:
        rate = block.series["marginal_kg_per_kwh"]
        net = block.flow("imported") - block.flow("exported")
        slack = PRINTED * block.energy(np.abs(rate) * len(block.dispatch) + block.flow("draw") + np.abs(net))
        burnt = sum(
            block.energy(block.flow("generated", g["id"])) * g["fuel_kg_per_kwh"] / g["efficiency"]
            for g in view.sites[block.site].get("generators", ())
        )
        slack += PRINTED * hours * len(block.who("generated"))
        found["co2_consequential", "", *place] = block.energy(rate * net) + burnt, slack
        found["co2_avoided", "", *place] = block.energy(rate * (block.flow("draw") - net)) - burnt, slack
    return found


def _life(view: View, cycles: Key, listed: dict[Key, float]) -> Iterator[Check]:
    """A life by wear is that after which a fifth of the capacity is lost, or 100 years."""
    _, id, site, period = cycles
    store, block = by_id(view.sites[site]["batteries"])[id], view.block(site, period)
    years = listed.get(("life_by_wear", id, site, period))
    yield true(f"life_by_wear {id} at {site}", "is there or is not", (years is None) == (not store.get("cycle_fade")))
    if years is None or block is None:
        return
    kwh = view.total("battery.kwh", battery=id, site=site, period=period)
    kept = view.total("outage.reserve_kwh", battery=id, site=site, period=period) * store["usable_fraction"]
    level = (block.energy(block.flow("level", id)) / float(block.weight.sum()) + kept) / kwh
    days, through = 365 * years, listed[cycles] * store["usable_fraction"] * years
    lost = store["calendar_fade"] * (1 - store["usable_fraction"] + level) * days ** store["calendar_exponent"]
    lost += store["cycle_fade"] * through
    slack = SHARES + WORN_OUT * PRINTED / kwh
    if years < MOST_YEARS * (1 - RELATIVE):
        yield equal(f"life_by_wear {id} at {site}", "the part lost", lost, WORN_OUT, floor=slack)
    else:
        yield at_most(f"life_by_wear {id} at {site}", "the part lost", lost, WORN_OUT, floor=slack)


def _costs(view: View) -> dict[Key, tuple[float, float]]:
    found: dict[Key, tuple[float, float]] = {}
    for site in sorted({b.site for b in view.blocks}):
        items = set(_items(view.sites[site]))
        mine = [x for x in view.plan["ledger"] if x["site"] == site]
        lines = [x for x in mine if x["account"] in ENERGY or (x["account"] in BOUGHT and x["item"] in items)]
        blocks = [b for b in view.blocks if b.site == site]
        worth = [view.periods[b.period]["value_factor"] for b in blocks]
        energy = sum(w * b.energy(b.flow("draw")) for w, b in zip(worth, blocks, strict=True))
        rounded = sum(w * _rounded_kwh(b) for w, b in zip(worth, blocks, strict=True))
        if energy > PRINTED:
            size = sum(abs(x["amount_usd"]) for x in lines)
            cost = sum(x["amount_usd"] for x in lines)
            slack = (2e-6 * size + abs(cost) * rounded / energy) / energy * 1e3
            found["energy_cost", "", site, ""] = cost / energy * 1e3, slack
    return found


def _items(site: Record) -> Iterator[str]:
    yield from (p["id"] for part in ("producers", "generators") for p in site.get(part, ()))
    for store in site["batteries"]:
        yield from (f"{store['id']} power", f"{store['id']} energy")


def _worth(view: View, listed: dict[Key, float]) -> Iterator[Check]:
    """Costs against the ledger's lines; and what is bought saves what it costs, but for the distance from the best."""
    solver = view.plan["solver"]
    open_usd = 2 * max(solver["gap"], solver["gap_asked"], RELATIVE) * abs(solver["objective_usd"])
    for thing in owned(view):
        if not thing.need.startswith(("renewables.", "battery.")):
            continue
        item = thing.what.replace(" kWh", " energy").replace(" kW", " power")
        for period, units in thing.purchases(view):
            key = (item, thing.site, period)
            where, costs = f"{item} at {thing.site} in {period}", listed.get((WORTH[1], *key))
            if costs is None or units < 1.0:
                continue
            served = {p["name"]: p["years"] for p in thing.served(view, period)}
            if len(view.periods) == 1:
                due = sum(x["amount_usd"] for x in view.plan["ledger"] if _of(x, item, thing.site))
                yield equal(f"one_more_costs {where}", "it", costs, due / units / sum(served.values()), floor=1e-6)
            saves = sum(listed[WORTH[0], item, thing.site, name] * years for name, years in served.items())
            over = (costs * sum(served.values()) - saves) * units
            yield at_most(f"one_more_saves {where}", "cost of all over it (USD)", over, open_usd)


def _of(line: Record, item: str, site: str) -> bool:
    return bool(line["account"] in BOUGHT and line["item"] == item and line["site"] == site)
