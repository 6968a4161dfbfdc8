"""Every byte lies somewhere that is big, fast and safe enough.

    sum over sites and tiers of TB placed >= TB of the band x copies,  at most one copy at a site
    units x raw TB x usable fraction >= sum of TB on the tier
    units x read rate >= sum of read rates of what lies there;  writes likewise
    units >= failure domains of the tier's scheme, where it holds anything, checkpoints too
    a tier that holds data answers in time (hot: as fast as flash) and is as durable as asked
    units x operations a second >= sum of those of what lies there
    reads by the step: accelerators x utilisation x batch x record / step
    a rented class holds only cold data that is neither read nor written at a rate, for that traffic has no price;
    a dataset with `bands` may use one at a rate, and pays for it
    rates that machines need for their own (checkpoints) <= what data leaves of the site's own fast tiers together;
    what a tier gives machines and data together <= units x rate
A dataset's reads and writes fall on its hot band; where nothing is hot, on the cold one. With `bands` each has its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.bands import AT_ONCE_S, Band, bands_of
from planner.audit.loads import unit_machines
from planner.audit.verdict import Check, at_least, at_most, true
from planner.audit.view import Record, View

NAME = "storage"


def check(view: View) -> Iterator[Check]:
    yield from _fed(view)
    for period in view.periods:
        bands = [b for w in view.workloads.values() if w["kind"] == "dataset" for b in bands_of(view, w, period)]
        for band in bands:
            yield from _placed(view, band, period)
        known = {(b.dataset["id"], b.name) for b in bands}
        for keys, _ in view.each("storage.tb", period=period):
            band_known = (keys["dataset"], keys["band"]) in known
            yield true(f"{keys['dataset']} {keys['band']} in {period}", "is no data of the scenario", band_known)
        for site in view.sites:
            for tier in view.tiers.values():
                yield from _carried(view, bands, site, tier, period)
            yield from _streams(view, bands, site, period)


def _fed(view: View) -> Iterator[Check]:
    """Reads by the step are among what a dataset is read at."""
    for id, w in view.workloads.items():
        f = w["spec"].get("feeds") if w["kind"] == "dataset" else None
        if f:
            rate = f["accelerators"] * f["utilisation"] * f["batch"] * f["record"] / f["step"]
            yield at_least(id, "bytes/s read", w["spec"]["read"], rate)


def _placed(view: View, band: Band, period: str) -> Iterator[Check]:
    spec, id = band.dataset["spec"], band.dataset["id"]
    keys, where = {"dataset": id, "band": band.name, "period": period}, f"{id} {band.name} in {period}"
    yield at_least(where, "TB placed", view.total("storage.tb", **keys), band.tb * spec["copies"])
    for site in view.sites:
        here = view.total("storage.tb", **keys, site=site)
        yield at_most(where, f"TB at {site}", here, band.tb if site in band.dataset["sites"] else 0.0, floor=1e-6)
    for k, _ in view.each("storage.tb", **keys):
        tier = view.tiers[k["tier"]]
        yield at_most(where, f"seconds to the first byte on {tier['id']}", tier["retrieval_s"], band.wait_s)
        yield at_least(where, f"nines of {tier['id']}", tier["durability_nines"], spec["durability"])
        used = (band.name == "hot" or band.read + band.write > 0) and not band.far
        far = bool(tier["rent_usd_per_month"]) and used
        yield true(where, f"is used at a rate from {tier['id']}, which is rented", not far)


def _asked(view: View, bands: list[Band], keys: dict[str, str]) -> tuple[float, float, float, float]:
    """TB that lie on a tier; GB/s read and written, and operations a second, that they ask of it."""
    held = read = write = operations = 0.0
    for band in bands:
        tb = view.total("storage.tb", **keys, dataset=band.dataset["id"], band=band.name)
        part = tb / band.tb if band.tb else 0.0
        held += tb
        read += band.read * part
        write += band.write * part
        operations += band.operations * part
    return held, read, write, operations


def _carried(view: View, bands: list[Band], site: str, tier: Record, period: str) -> Iterator[Check]:
    keys, where = {"site": site, "tier": tier["id"], "period": period}, f"{tier['id']} at {site} in {period}"
    units = view.total("storage.units", **keys)
    held, read, write, operations = _asked(view, bands, keys)
    saved = {flow: view.total("storage.machines_gb_per_s", **keys, flow=flow) for flow in ("read", "write")}
    read, write = read + saved["read"], write + saved["write"]
    if max(held, *saved.values()) > 1e-6 and not tier["rent_usd_per_month"]:
        yield at_least(where, "units, one to a failure domain", units, tier["failure_domains"])
    yield at_most(where, "TB held", held, units * tier["raw_tb"] * tier["usable_fraction"], floor=1e-6)
    yield at_most(where, "GB/s read", read, units * tier["read_gb_per_s"], floor=1e-6)
    yield at_most(where, "GB/s written", write, units * tier["write_gb_per_s"], floor=1e-6)
    yield at_most(where, "operations a second", operations, units * tier["operations_per_s"], floor=1e-6)


def _streams(view: View, bands: list[Band], site: str, period: str) -> Iterator[Check]:
    fast = [t for t in view.tiers.values() if t["retrieval_s"] <= AT_ONCE_S and not t["rent_usd_per_month"]]
    for at, what in ((1, "read"), (2, "write")):
        need = there = 0.0
        for keys, units in view.each("work.units", site=site, period=period):
            option = view.options[keys["option"]]
            need += units * unit_machines(option) * option[f"storage_{what}_gb_per_s"]
        for tier in fast:
            place = {"site": site, "tier": tier["id"], "period": period}
            gives = view.total("storage.units", **place) * tier[f"{what}_gb_per_s"]
            there += max(0.0, gives - _asked(view, bands, place)[at])
        yield at_most(f"machines at {site} in {period}", f"GB/s of {what}", need, there, floor=1e-6)
