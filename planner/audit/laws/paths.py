"""What the plan says of each site's power train: kW carried, kW left with a module lost, load, stranded feeds.

load = coincident peak IT of its halls,  surviving = (modules - 1) x module kW,  module kW = carried / modules needed
any path lost: (modules - modules on a path) x module kW;  UPS and fuel carry the load and its losses so long as asked
where several trains are on offer: one is taken, it is on offer, all that is built goes through it, and it bears what
    the site asks: a module or a path lost, maintenance, availability
its cost and that of the next in availability: the ledger's lines of the train x price (upkeep, life) over its own
    + IT kWh x (1 / efficiency - 1) x USD of energy and demand charges / kWh drawn  (where the plan holds its hours)
stranded: feeds x (1 - derating), feeds kept free for the loss of one x derating, losses, and what no load uses
    together with the load they are the feeds
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf, isfinite

from planner.audit.loads import fuel_litres, peak_it_kw
from planner.audit.verdict import PRINTED, Check, at_least, equal, true
from planner.audit.view import Record, View, most

NAME = "paths"
NEEDED = {"n": (1, 1, 1), "n_plus_1": (5, 4, 1), "three_n_over_two": (3, 2, 3), "two_n": (2, 1, 2)}
"""Modules built, modules needed and paths, by train, where its row does not count them."""
TAKEN, WHOLE, CENT = 0.5, 1e-6, 0.01
FEED = ("breakers derated", "feeds kept free", "losses in the train", "feed not used")


def check(view: View) -> Iterator[Check]:
    rows = view.plan.get("power_paths", [])
    named = {(r["site"], r["period"]) for r in rows}
    yield equal("power paths", "rows", len(rows), len(named))
    for row in rows:
        yield from _row(view, row)


def _row(view: View, row: Record) -> Iterator[Check]:
    site, where = view.sites[row["site"]], f"{row['site']} in {row['period']}"
    train, peaks = site["power_train"], [peak_it_kw(view, site["id"], h["id"], row["period"]) for h in site["halls"]]
    load = sum(peaks)
    yield equal(where, "load (kW of IT)", row["load_kw"], load, floor=PRINTED)
    built = view.total("facility.built_kw", site=site["id"], period=row["period"])
    yield equal(where, "kW carried", row["built_kw"], max(built, load), floor=PRINTED)
    counted = train.get("modules") or NEEDED.get(train["id"])
    if counted is not None:
        made, needed, paths = counted
        left = (made - 1) * row["built_kw"] / needed
        yield equal(where, "kW with a module lost", row["surviving_kw"], left, floor=PRINTED)
        yield equal(where, "module load", row["module_load"], load / (made * row["built_kw"] / needed), floor=PRINTED)
        yield true(
            where, "survives a module, or not", row["survives_module"] == (row["surviving_kw"] >= row["load_kw"])
        )
        yield true(where, "can be maintained, or not", row["maintainable"] == (row["survives_module"] and paths > 1))
    if row.get("cost_usd") is not None:  # plans of an older format say no more
        yield from _choice(view, row, site, where)
        yield from _autonomy(view, row, site, where)
        yield from _prices(view, row, site, where)
    feeds = [most(h, "feed_kw") * h["feeds"] for h in site["halls"]]
    if all(isfinite(f) for f in feeds):
        spent = sum(row["stranded_kw"].get(cause, 0.0) for cause in FEED)
        yield equal(where, "kW of feeds, stranded or used", spent + load, sum(feeds), floor=PRINTED)
    yield at_least(where, "stranded kW", min(row["stranded_kw"].values(), default=inf), 0.0, floor=PRINTED * 10)


def _bears(train: Record, kw: float) -> tuple[bool, bool, bool]:
    """Whether a train carries `kw`, for which it is built, less a module, less a path, and under maintenance."""
    counted = train.get("modules") or NEEDED.get(train["id"])
    if counted is not None:
        made, needed, paths = counted
    else:
        ratio = train["built_over_needed"]
        needed = next((n for n in range(1, 9) if abs(ratio * n - round(ratio * n)) < WHOLE), 1)
        made, paths = max(1, round(ratio * needed)), 1
    module = (made - 1) / needed >= 1 - WHOLE if kw else True
    path = paths > 1 and (made - ceil(made / paths)) / needed >= 1 - WHOLE
    return module, path, module and paths > 1


def _choice(view: View, row: Record, site: Record, where: str) -> Iterator[Check]:
    train, asked = site["power_train"], site["keys"].get("power")
    yield true(where, f"names {row['train']}, and has {train['id']}", row["train"] == train["id"])
    if asked is None:
        return
    choice = site["train_choice"]
    yield true(where, f"{train['id']} is not on offer", train["id"] in choice or not choice)
    yield true(where, f"{train['id']} was not asked for", not asked["trains"] or train["id"] in asked["trains"])
    module, path, maintained = _bears(train, row["built_kw"])
    bears = {"none": True, "module": module, "path": path}[asked["survives"]]
    yield true(where, f"{train['id']} does not survive the loss of a {asked['survives']}", bears)
    yield true(where, f"{train['id']} cannot be maintained under load", maintained or not asked["maintainable"])
    yield at_least(where, "availability of the train", train["availability"], asked["availability"] or 0.0)
    if len(choice) > 1:
        used = {k["train"] for k, v in view.each("power_train.use", site=site["id"]) if v > TAKEN}
        yield true(where, f"takes {sorted(used)}", used == {train["id"]})
        keys = {"site": site["id"], "period": row["period"]}
        through = view.total("power_train.kw", **keys, train=train["id"])
        yield equal(where, "kW through the train", through, view.total("facility.built_kw", **keys), floor=PRINTED)


def _autonomy(view: View, row: Record, site: Record, where: str) -> Iterator[Check]:
    asked = site["keys"].get("power") or {"ups": None, "generators": None}
    kw = row["load_kw"] / site["power_train"]["efficiency"]
    yield true(where, "batteries nobody asked for, or none", (row["ups_kwh"] is None) == (not asked["ups"]))
    yield true(where, "fuel nobody asked for, or none", (row["fuel_l"] is None) == (not asked["generators"]))
    if row["ups_kwh"] is not None:
        yield equal(where, "kWh of batteries", row["ups_kwh"], kw * asked["ups"] / 3600, floor=PRINTED)
    if row["fuel_l"] is not None:
        f = view.problem["keys"]["figures"]["power"]["values"]
        yield equal(where, "litres of fuel", row["fuel_l"], fuel_litres(f, kw, asked["generators"]), floor=PRINTED)


def _prices(view: View, row: Record, site: Record, where: str) -> Iterator[Check]:
    order = [t["id"] for t in site["trains"]]
    at = order.index(site["power_train"]["id"])
    for change, other in ((1, row["up"]), (-1, row["down"])):
        there = 0 <= at + change < len(order)
        yield true(where, "names a train next to it, or none, where it should not", there == (other is not None))
        if there and other is not None:
            train = site["trains"][at + change]
            yield true(where, f"next is {train['id']}, not {other['train']}", other["train"] == train["id"])
            told = (other["survives_module"], other["survives_path"], other["maintainable"])
            yield true(where, f"says wrongly what {train['id']} bears", told == _bears(train, row["built_kw"]))
            yield true(where, "is on offer, or not", other["on_offer"] == (train["id"] in site["train_choice"]))
            if view.has_hours:
                price = _price(view, site, train)
                yield equal(where, f"USD of {train['id']}", other["cost_usd"], price, floor=CENT)
    if view.has_hours:
        yield equal(where, "USD of its train", row["cost_usd"], _price(view, site, site["power_train"]), floor=CENT)


def _price(view: View, site: Record, train: Record) -> float:
    own, lines = site["power_train"], [x for x in view.plan["ledger"] if x["site"] == site["id"]]

    def paid(*accounts: str, item: str | None = None) -> float:
        return float(sum(x["amount_usd"] for x in lines if x["account"] in accounts and item in (None, x["item"])))

    same = train["usd_per_kw"] / own["usd_per_kw"] if own["usd_per_kw"] else 0.0
    upkeep = train["maintenance_fraction"] / own["maintenance_fraction"] if own["maintenance_fraction"] else 0.0
    found = paid("purchase", "resale", item=own["id"]) * same * own["life_years"] / train["life_years"]
    found += paid("maintenance", item=own["id"]) * same * upkeep
    drawn = view.tally("power_load_kwh", site["id"])
    it = sum(
        t["quantity"] for t in view.plan["tallies"] if t["tally"][:3] == "it_" and t["site"].split("/")[0] == site["id"]
    )
    lost = it * (1 / train["efficiency"] - 1) * paid("energy", "demand_charge") / drawn if drawn else 0.0
    return float(found + lost)
