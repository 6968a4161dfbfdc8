"""What the scenario limits stays within its limit, and the table of limits says how far.

budget:      sum of the ledger <= budget;   sum of account purchase <= purchase budget
carbon:      co2_kg + embodied_kg <= cap x years, each period;   water_l likewise
annual:      kWh bought, rented and generated from fuel that is not carbon-free - matched
             <= (1 - share) x (what loads draw + rented kWh), each period
carbon-free: kWh uncovered <= (1 - share) x (what loads draw + rented kWh), each period
each row of the table: value and limit recomputed where the row is of a known kind,
                       slack = limit - value (or value - limit) >= 0
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.audit.bands import bands_of
from planner.audit.domains import halls_of
from planner.audit.laws.facility import carried_on_site
from planner.audit.loads import peak_it_kw, racks_used, unit_served
from planner.audit.verdict import RELATIVE, Check, at_least, at_most, equal, true
from planner.audit.view import Keys, Record, View, by_id, most

NAME = "limits"
HOURS_PER_YEAR = 8760
Numbers = tuple[float, float, float]
"""value, limit, and the size of what went into them"""


def check(view: View) -> Iterator[Check]:
    for where, (value, limit, size) in _asked(view):
        yield at_most(where, "use", value, limit, scale=size)
    for row in view.plan["limits"]:
        yield from _row(view, row)


def notes(view: View) -> Iterator[str]:
    for row in view.plan["limits"]:
        if row["name"].partition("[")[0] not in KNOWN:
            yield f"limit {row['name']!r} was not recomputed: no law knows its kind"


def _asked(view: View) -> Iterator[tuple[str, Numbers]]:
    """The scenario's limits on the whole plan, whether or not the table has a row for them."""
    asked, keys = view.limits, {"period": ""}
    if "budget" in asked:
        yield "budget", _budget(view, keys)
    if "purchase" in asked:
        yield "purchase budget", _purchase(view, keys)
    for period in view.periods:
        for key, compute in YEARLY.items():
            if key in asked:
                yield f"{key} in {period}", compute(view, {"period": period})


def _row(view: View, row: Record) -> Iterator[Check]:
    name, value, limit = row["name"], row["value"], row["limit"]
    family, _, inside = name.partition("[")
    size = max(abs(value), abs(limit))
    if family in KNOWN:
        keys = {p.partition("=")[0]: p.partition("=")[2] for p in inside.removesuffix("]").split(",") if p}
        found, asked, inputs = KNOWN[family](view, keys)
        size = max(size, inputs)
        yield equal(name, "its value", value, found, scale=size, floor=RELATIVE)
        yield equal(name, "its limit", limit, asked, scale=size)
    slack = limit - value if row["sense"] == "<=" else value - limit
    yield true(name, f"sense {row['sense']!r} is none", row["sense"] in ("<=", ">=", "=="))
    yield equal(name, "its slack", row["slack"], slack, scale=size, floor=RELATIVE)
    yield at_least(name, "its slack", slack if row["sense"] != "==" else -abs(slack), 0.0, scale=size, floor=RELATIVE)


def _budget(view: View, keys: Keys) -> Numbers:
    amounts = [x["amount_usd"] for x in view.plan["ledger"]]
    return sum(amounts), view.limits["budget"], sum(map(abs, amounts))


def _purchase(view: View, keys: Keys) -> Numbers:
    value = sum(v for v, _ in view.money("purchase").values())
    return value, view.limits["purchase"], value


def _carbon(view: View, keys: Keys) -> Numbers:
    period = keys["period"]
    value = view.tally("co2_kg", period=period) + view.tally("embodied_kg", period=period)
    return value, view.limits["carbon"] * view.periods[period]["years"], value


def _water(view: View, keys: Keys) -> Numbers:
    value = view.tally("water_l", period=keys["period"])
    return value, view.limits["water"] * view.periods[keys["period"]]["years"], value


def _carbon_free(view: View, keys: Keys) -> Numbers:
    asked, period = view.limits["carbon_free"], keys["period"]
    brown = view.tally("brown_grid_kwh" if asked["grid"] == "included" else "brown_kwh", period=period)
    used = view.tally("power_load_kwh", period=period) + view.tally("rented_kwh", period=period)
    return brown - (1 - asked["share"]) * used, 0.0, used


def _annual_matching(view: View, keys: Keys) -> Numbers:
    share, period = view.limits["annual_matching"], keys["period"]
    used = view.tally("power_load_kwh", period=period) + view.tally("rented_kwh", period=period)
    bought = view.tally("energy_kwh", period=period) + view.tally("rented_kwh", period=period)
    bought += view.tally("generated_brown_kwh", period=period)
    return bought - view.tally("matched_kwh", period=period) - (1 - share) * used, 0.0, used


def _full_load(view: View, keys: Keys) -> Numbers:
    g, hours = by_id(view.sites[keys["site"]]["generators"])[keys["generator"]], 0.0
    energy = view.tally(f"generated.{g['id']}_kwh", keys["site"], keys["period"])
    for block in view.blocks:
        hours += float(block.weight.sum()) if (block.site, block.period) == (keys["site"], keys["period"]) else 0.0
    years = hours / HOURS_PER_YEAR if hours else view.periods[keys["period"]]["years"]
    return energy - view.total("generators.kw", **keys) * g["full_load_hours"] * years, 0.0, energy


def _ppa_volume(view: View, keys: Keys) -> Numbers:
    ppa = by_id(view.sites[keys["site"]]["contracts"])[keys["ppa"]]
    energy = sum(
        t["quantity"]
        for t in view.plan["tallies"]
        if (t["tally"], t["who"], t["site"], t["period"])
        == ("contracted_kwh", keys["ppa"], keys["site"], keys["period"])
    )
    drawn = view.tally("power_load_kwh", keys["site"], keys["period"])
    return energy - ppa["most_of_load"] * drawn, 0.0, drawn


def _shared_volume(view: View, keys: Keys) -> Numbers:
    """Of an agreement that several sites share."""
    mine = (p for s in view.sites.values() for p in s.get("contracts", ()) if p["id"] == keys["ppa"])
    shared = next(p["shared"] for p in mine if p.get("shared") and p["shared"]["at"] == keys["site"])
    energy = sum(
        t["quantity"]
        for t in view.plan["tallies"]
        if (t["tally"], t["who"], t["period"]) == ("contracted_kwh", keys["ppa"], keys["period"])
        and t["site"] in shared["sites"]
    )
    drawn = sum(view.tally("power_load_kwh", site, keys["period"]) for site in shared["sites"])
    return energy - shared["most_of_load"] * drawn, 0.0, drawn


def _traded(view: View, keys: Keys) -> tuple[float, float, float]:
    """kWh sold, bought and drawn at a site in a period."""
    names = ("export_kwh", "energy_kwh", "power_load_kwh")
    sold, bought, drawn = (view.tally(name, keys["site"], keys["period"]) for name in names)
    return sold, bought, drawn


def _net(view: View, keys: Keys) -> Numbers:
    sold, bought, _ = _traded(view, keys)
    return sold - bought, 0.0, sold + bought


def _sold(view: View, keys: Keys) -> Numbers:
    hours = sum(float(b.weight.sum()) for b in view.blocks if (b.site, b.period) == (keys["site"], keys["period"]))
    asked = view.sites[keys["site"]]["grid"]["export_kwh_per_year"] * hours / 8760
    return _traded(view, keys)[0], asked if hours else _row_limit(view, "metering.volume", keys), 0.0


def _row_limit(view: View, family: str, keys: Keys) -> float:
    """A row's own limit, where the hours that it follows from are not there."""
    rows = (r for r in view.plan["limits"] if r["name"].partition("[")[0] == family)
    return float(next(r for r in rows if all(f"{k}={v}" in r["name"] for k, v in keys.items()))["limit"])


def _share_sold(view: View, keys: Keys) -> Numbers:
    """Of own generation: what loads draw and what is sold, less what is bought, losses in stores aside."""
    grid, (sold, bought, drawn) = view.sites[keys["site"]]["grid"], _traded(view, keys)
    base = drawn if grid["export_share_of"] == "load" else drawn + sold - bought
    return sold - grid["export_share"] * base, 0.0, sold + bought + drawn


def _reserve(view: View, keys: Keys) -> Numbers:
    """What the worst outage takes of the first store, over what its reserve still gives at the end of it."""
    site, needed = view.sites[keys["site"]], view.total("outage.needed_kwh", **keys)
    given = 0.0
    for store in site["batteries"][:1]:
        kept = view.total("outage.reserve_kwh", battery=store["id"], **keys) * store["usable_fraction"]
        hours = site["keys"]["outage"]["duration"] / 3600
        given = kept * (1 - store["standing_loss_per_hour"]) ** hours * store["discharge_efficiency"]
    return needed - given, 0.0, needed


def _heat_sold(view: View, keys: Keys) -> Numbers:
    return view.total("heat_reuse.kw", **keys), view.sites[keys["site"]]["keys"]["heat_reuse"]["most"], 0.0


def _energy_reuse(view: View, keys: Keys) -> Numbers:
    drawn = view.tally("power_load_kwh", period=keys["period"])
    return view.tally("heat_sold_kwh", period=keys["period"]) - view.limits["energy_reuse"] * drawn, 0.0, drawn


def _connection(view: View, keys: Keys) -> Numbers:
    limit = most(view.sites[keys["site"]]["grid"], "connection_kw")
    return _peak(view, keys) - carried_on_site(view, keys["site"], keys["period"]), limit, _peak(view, keys)


def _cap(view: View, keys: Keys) -> Numbers:
    return _peak(view, keys), view.limits["power"], 0.0


def _peak(view: View, keys: Keys) -> float:
    return view.total("power.peak_kw", site=keys["site"], period=keys["period"])


def _hall(view: View, keys: Keys) -> Record:
    halls: list[Record] = view.sites[keys["site"]]["halls"]
    return next(h for h in halls if h["id"] == keys["hall"])


def _feed(view: View, keys: Keys) -> Numbers:
    train = view.sites[keys["site"]]["power_train"]
    peak = peak_it_kw(view, keys["site"], keys["hall"], keys["period"]) / train["efficiency"]
    hall = _hall(view, keys)
    return peak, most(hall, "feed_kw") * max(1, hall["feeds"] - 1) * train["breaker_derating"], 0.0


def _racks(view: View, keys: Keys) -> Numbers:
    """Only the row of the cooling in use binds; it may be lifted by the same amount on both sides."""
    hall, row = _hall(view, keys), _found(view, keys)
    cooling = next(c for c in view.sites[keys["site"]]["cooling"] if c["id"] == keys["cooling"])
    if cooling not in view.cooling_used(keys["site"], keys["hall"]):
        return row["value"], row["limit"], 0.0
    lifted = row["limit"] - hall["racks"]
    return racks_used(view, keys["site"], hall, keys["period"], cooling) + lifted, row["limit"], 0.0


def _found(view: View, keys: Keys) -> Record:
    rows = (r for r in view.plan["limits"] if r["name"].partition("[")[0] == "racks.room")
    return next(r for r in rows if all(f"{k}={v}" in r["name"] for k, v in keys.items()))


def _demand(view: View, keys: Keys) -> Numbers:
    return _served(view, keys, ""), view.demand(keys["workload"], keys["period"]), 0.0


def _survive(view: View, keys: Keys) -> Numbers:
    return _served(view, keys, keys["without"]), view.demand(keys["workload"], keys["period"]), 0.0


def _without(view: View, keys: Keys) -> Numbers:
    """What halls outside a domain serve."""
    lost = halls_of(view, view.workloads[keys["workload"]]).get(keys["without"], set())
    total = 0.0
    for k, units in view.each("work.units", period=keys["period"]):
        option = view.options[k["option"]]
        if option["workload"] == keys["workload"] and (k["site"], k["hall"]) not in lost:
            total += units * unit_served(view, option, keys["period"])
    return total, view.demand(keys["workload"], keys["period"]), 0.0


def _served(view: View, keys: Keys, lost: str) -> float:
    total = 0.0
    for k, units in view.each("work.units", period=keys["period"]):
        option = view.options[k["option"]]
        if option["workload"] == keys["workload"] and k["site"] != lost:
            total += units * unit_served(view, option, keys["period"])
    return total


def _placed(view: View, keys: Keys) -> Numbers:
    dataset = view.workloads[keys["dataset"]]
    tb = sum(b.tb for b in bands_of(view, dataset, keys["period"]) if b.name == keys["band"])
    return view.total("storage.tb", **keys), tb * dataset["spec"]["copies"], 0.0


YEARLY: dict[str, Callable[[View, Keys], Numbers]] = {
    "carbon": _carbon,
    "water": _water,
    "carbon_free": _carbon_free,
    "annual_matching": _annual_matching,
}
KNOWN: dict[str, Callable[[View, Keys], Numbers]] = {
    "budget.total": _budget,
    "budget.purchase": _purchase,
    "carbon.cap": _carbon,
    "water.cap": _water,
    "carbon_free.share": _carbon_free,
    "annual.matching": _annual_matching,
    "ppa.volume": _ppa_volume,
    "ppa_shared.volume": _shared_volume,
    "metering.net": _net,
    "metering.volume": _sold,
    "metering.share": _share_sold,
    "outage.reserve": _reserve,
    "heat_reuse.most": _heat_sold,
    "heat_reuse.share": _energy_reuse,
    "facility.connection": _connection,
    "facility.feed": _feed,
    "generators.hours": _full_load,
    "peak.cap": _cap,
    "racks.room": _racks,
    "serve.demand": _demand,
    "serve.survive": _survive,
    "storage.placed": _placed,
    "survive.without": _without,
}
