"""What the plan says of each site's power train: kW carried, kW left with a module lost, load, stranded feeds.

load = coincident peak IT of its halls,  surviving = (modules - 1) x module kW,  module kW = carried / modules needed
stranded: feeds x (1 - derating), feeds kept free for the loss of one x derating, losses, and what no load uses
    together with the load they are the feeds
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite

from planner.audit.loads import peak_it_kw
from planner.audit.verdict import PRINTED, Check, at_least, equal, true
from planner.audit.view import Record, View, most

NAME = "paths"
NEEDED = {"n": (1, 1, 1), "n_plus_1": (5, 4, 1), "three_n_over_two": (3, 2, 3), "two_n": (2, 1, 2)}
"""Modules built, modules needed and paths, by train; others are the scenario's own and go unchecked."""
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
    if train["id"] in NEEDED:
        made, needed, paths = NEEDED[train["id"]]
        left = (made - 1) * row["built_kw"] / needed
        yield equal(where, "kW with a module lost", row["surviving_kw"], left, floor=PRINTED)
        yield equal(where, "module load", row["module_load"], load / (made * row["built_kw"] / needed), floor=PRINTED)
        yield true(
            where, "survives a module, or not", row["survives_module"] == (row["surviving_kw"] >= row["load_kw"])
        )
        yield true(where, "can be maintained, or not", row["maintainable"] == (row["survives_module"] and paths > 1))
    feeds = [most(h, "feed_kw") * h["feeds"] for h in site["halls"]]
    if all(isfinite(f) for f in feeds):
        spent = sum(row["stranded_kw"].get(cause, 0.0) for cause in FEED)
        yield equal(where, "kW of feeds, stranded or used", spent + load, sum(feeds), floor=PRINTED)
    yield at_least(where, "stranded kW", min(row["stranded_kw"].values(), default=inf), 0.0, floor=PRINTED * 10)
