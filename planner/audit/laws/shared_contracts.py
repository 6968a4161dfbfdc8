"""An agreement that sites share is one: one size, one price, one plant; its parts add up, each counting at home alone.

sum over its sites of kw(s) = whole kw;  kw(s) = share(s) x whole kw where shares are stated, which add up to one
whole kw is what was given, or at most its cap;  energy of the whole <= share x what the loads of its sites draw
every site that it names has a part and no other has; parts have the same terms, and the same hours in a period
a part counts by the hour only where the plant's region is the site's
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.verdict import PRINTED, RELATIVE, Check, at_most, equal, true
from planner.audit.view import Record, View, most

NAME = "shared_contracts"
TERMS = ("kind", "settlement", "strike_usd_per_kwh", "fee_usd_per_kwh", "counts", "shared")
Parts = dict[str, Record]


def check(view: View) -> Iterator[Check]:
    wholes: dict[tuple[str, str], Parts] = {}
    for id, site in view.sites.items():
        for ppa in site.get("contracts", ()):
            if ppa.get("shared"):
                wholes.setdefault((ppa["shared"]["at"], ppa["id"]), {})[id] = ppa
    for (at, id), parts in wholes.items():
        yield from _terms(view, f"{id} of {at}", parts)
        yield from _sizes(view, at, id, parts)
        yield from _hours(view, id, parts)
        yield from _volume(view, at, id, parts)
    strange = [k for k, _ in view.each("ppa_shared.kw") if (k["site"], k["ppa"]) not in wholes]
    yield true("shared agreements", f"{strange} are of no site", not strange)


def _terms(view: View, where: str, parts: Parts) -> Iterator[Check]:
    first = next(iter(parts.values()))
    named = list(first["shared"]["sites"])
    yield true(where, f"is of {sorted(named)} and has parts at {sorted(parts)}", sorted(named) == sorted(parts))
    for site, ppa in parts.items():
        strange = [name for name in TERMS if ppa[name] != first[name]]
        yield true(f"{where} at {site}", f"{strange} differ between its parts", not strange)
        home = ppa["shared"]["region"] == view.sites[site]["grid"]["region"]
        yield true(f"{where} at {site}", "counts by the hour away from its region", home or not ppa["local"])


def _sizes(view: View, at: str, id: str, parts: Parts) -> Iterator[Check]:
    shared, where = next(iter(parts.values()))["shared"], f"{id} of {at}"
    whole = view.total("ppa_shared.kw", site=at, ppa=id)
    kw = {site: view.total("ppa.kw", site=site, ppa=id) for site in shared["sites"]}
    slack = PRINTED + RELATIVE * whole
    yield equal(where, "the sum of its parts (kW)", sum(kw.values()), whole, floor=slack)
    shares = shared["shares"]
    if shares is not None:
        yield equal(where, "the sum of its shares", sum(shares), 1.0, floor=1e-6)
        for (site, part), share in zip(kw.items(), shares, strict=True):
            yield equal(f"{where} at {site}", "its part (kW)", part, share * whole, floor=slack)
    if shared["size_kw"] is not None:
        yield equal(where, "its size (kW)", whole, shared["size_kw"], floor=PRINTED)
    yield at_most(where, "its size (kW)", whole, most(shared, "max_kw"), floor=PRINTED)


def _hours(view: View, id: str, parts: Parts) -> Iterator[Check]:
    """What a kW delivers, and what it is worth at the node, is the same for every site."""
    for period in view.periods:
        blocks = [b for site in parts if (b := view.block(site, period)) is not None]
        for name in (f"delivered.{id}", f"node_price.{id}"):
            alike = all(np.array_equal(b.series[name], blocks[0].series[name]) for b in blocks)
            yield true(f"{id} in {period}", f"{name} differs between its sites", alike)


def _volume(view: View, at: str, id: str, parts: Parts) -> Iterator[Check]:
    shared = next(iter(parts.values()))["shared"]
    if shared["most_of_load"] is None:
        return
    whole = view.total("ppa_shared.kw", site=at, ppa=id)
    for period in view.periods:
        block = next((b for site in parts if (b := view.block(site, period)) is not None), None)
        if block is not None:
            energy, hours = whole * block.energy(block.series[f"delivered.{id}"]), float(block.weight.sum())
            drawn = sum(view.tally("power_load_kwh", site, period) for site in shared["sites"])
            limit, floor = shared["most_of_load"] * drawn, PRINTED * hours * (1 + whole)
            yield at_most(f"{id} in {period}", "energy against the loads (kWh)", energy, limit, floor=floor)
