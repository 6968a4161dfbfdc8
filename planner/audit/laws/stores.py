"""Raw, usable and effective bytes of every store, and the need that asks for its units, as the plan prints them.

    raw = units x raw TB,  usable = raw x usable fraction,  stored = sum of TB placed there
    effective = sum of TB placed x reduction of its dataset
    needs: stored / usable of a unit, rates / those of a unit, failure domains of the scheme
    binding: a need that no other exceeds; `machines` only where machines have rates of their own and every need of the
    data is met by one unit less
A tier in use at a site has exactly one row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.bands import bands_of
from planner.audit.verdict import RELATIVE, Check, at_least, at_most, equal, true
from planner.audit.view import Record, View

NAME = "stores"
NOISE = 2e-6
"""TB and units below which a column is solver noise."""


def check(view: View) -> Iterator[Check]:
    rows = view.plan.get("stores", [])
    keys = [(r["site"], r["tier"], r["period"]) for r in rows]
    yield equal("stores", "rows", len(keys), len(set(keys)))
    used = {(k["site"], k["tier"], k["period"]) for k, n in view.each("storage.units") if n > NOISE}
    older = view.plan["format_version"] in ("1.0", "1.1")  # which had no stores
    yield true("stores", "tiers in use have no row", used <= set(keys) or (older and not rows))
    for row in rows:
        yield from _row(view, row)


def _row(view: View, row: Record) -> Iterator[Check]:
    tier, where = view.tiers[row["tier"]], f"{row['tier']} at {row['site']} in {row['period']}"
    keys = {"site": row["site"], "tier": row["tier"], "period": row["period"]}
    units, load = view.total("storage.units", **keys), _load(view, keys)
    usable = tier["raw_tb"] * tier["usable_fraction"]
    yield equal(where, "units", row["units"], units, floor=NOISE)
    yield equal(where, "raw TB", row["raw_tb"], units * tier["raw_tb"], floor=NOISE)
    yield equal(where, "usable TB", row["usable_tb"], units * usable, floor=NOISE)
    yield equal(where, "stored TB", row["stored_tb"], load["tb"], floor=NOISE)
    yield equal(where, "effective TB", row["effective_tb"], load["logical"], floor=NOISE)
    yield at_most(where, "nines", row["nines"], tier["durability_nines"])
    needs = row["needs"]
    each = {"capacity": ("tb", usable), "read": ("read", tier["read_gb_per_s"])}
    each |= {"write": ("write", tier["write_gb_per_s"]), "operations": ("operations", tier["operations_per_s"])}
    for what, (asked, gives) in each.items():
        yield equal(where, f"units for {what}", needs[what] * gives, load[asked], floor=NOISE)
    apart = load["tb"] > NOISE or view.total("storage.machines_gb_per_s", **keys) > NOISE
    spread = tier["failure_domains"] if tier["failure_domains"] > 1 and apart else 0
    yield equal(where, "units for failure domains", needs["failure domains"], spread)
    if row["binding"] == "machines":
        streams = any(view.options[k["option"]]["storage_write_gb_per_s"] for k, _ in view.each("work.units"))
        streams |= any(view.options[k["option"]]["storage_read_gb_per_s"] for k, _ in view.each("work.units"))
        yield true(where, "is held to rates that no machine has", streams)
        yield at_most(where, "units that its data needs", max(needs.values()), units - 1, floor=NOISE)
    else:
        yield at_least(where, "the binding need", needs[row["binding"]] * (1 + RELATIVE), max(needs.values()))


def _load(view: View, keys: dict[str, str]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for dataset in (w for w in view.workloads.values() if w["kind"] == "dataset"):
        for band in bands_of(view, dataset, keys["period"]):
            tb = view.total("storage.tb", **keys, dataset=dataset["id"], band=band.name)
            part = tb / band.tb if band.tb else 0.0
            found["tb"] += tb
            found["logical"] += tb * (dataset["spec"].get("reduction") or 1.0)
            found["read"] += band.read * part
            found["write"] += band.write * part
            found["operations"] += band.operations * part
    return found
