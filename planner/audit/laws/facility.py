"""Feeds, breakers, plant, racks and the grid connection bear the coincident peak, not the average.

peak IT of a hall = sum of machines x idle + working x (peak - idle) + switches + links + storage
plant of its cooling in use >= peak IT
peak IT / train efficiency <= feed x (feeds less one, where there are several) x breaker derating
kW of a rack <= its PDUs less one, where there are several, x breaker derating
peak of the site = sum over halls of peak IT / efficiency + plant x (design + fixed overhead) + metered peaks
                 (and what metered loads make up for) <= grid connection + generators, and the scenario's cap on
                 power;  without a connection (0 kW) the power of the stores counts too
racks: sum over machines of 1 / (whole machines in a rack, by power and by height) + storage and switches by height
       <= racks of the hall
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from planner.audit.loads import heat_pump_kw, metered, peak_it_kw, racks_used
from planner.audit.verdict import PRINTED, Check, at_least, at_most, equal
from planner.audit.view import Record, View, most

NAME = "facility"


def check(view: View) -> Iterator[Check]:
    for site, period in view.places():
        record = view.sites[site]
        train, total = record["power_train"], 0.0
        for hall in record["halls"]:
            keys, where = {"site": site, "hall": hall["id"], "period": period}, f"{site}/{hall['id']} in {period}"
            peak, plant = peak_it_kw(view, site, hall["id"], period), view.total("cooling.plant_kw", **keys)
            yield at_least(where, "plant (kW of IT)", plant, peak, floor=PRINTED)
            feed = most(hall, "feed_kw") * max(1, hall["feeds"] - 1) * train["breaker_derating"]
            yield at_most(where, "peak on the feed (kW)", peak / train["efficiency"], feed, floor=PRINTED)
            if hall.get("pdu_kw") is not None:
                strips = hall["pdu_kw"] * train["breaker_derating"] * max(1, hall["pdus"] - 1)
                yield at_most(where, "kW of a rack, one of its PDUs cut", most(hall, "rack_kw"), strips)
            total += peak / train["efficiency"] + _plant_kw(view, record, keys)
            yield from _racks(view, site, hall, period)
        yield from _site(view, site, period, total)


def _plant_kw(view: View, site: Record, keys: dict[str, str]) -> float:
    share = {c["id"]: c["design_overhead"] + c["fixed_overhead"] for c in site["cooling"]}
    return sum(kw * float(share[k["cooling"]]) for k, kw in view.each("cooling.plant_kw", **keys))


def _site(view: View, site: str, period: str, halls: float) -> Iterator[Check]:
    peak, where = view.total("power.peak_kw", site=site, period=period), f"{site} in {period}"
    outside = sum(view.demand(id, period) for id in metered(view, site))
    outside += sum(view.total("flexible.kw", site=site, workload=id, period=period) for id in metered(view, site))
    outside += heat_pump_kw(view, site, period)
    yield equal(where, "peak (kW)", peak, halls + outside, floor=PRINTED * 10)
    carried = most(view.sites[site]["grid"], "connection_kw") + carried_on_site(view, site, period)
    yield at_most(where, "peak (kW) on the connection", peak, carried, floor=PRINTED)
    yield at_most(where, "peak (kW) under the cap", peak, float(view.limits.get("power", inf)))


def carried_on_site(view: View, site: str, period: str) -> float:
    """kW that generators carry of a site's peak and, where it has no connection, its stores."""
    place = {"site": site, "period": period}
    stores = view.total("battery.kw", **place) if view.sites[site]["grid"]["connection_kw"] == 0 else 0.0
    return view.total("generators.kw", **place) + stores


def _racks(view: View, site: str, hall: Record, period: str) -> Iterator[Check]:
    for cooling in view.cooling_used(site, hall["id"])[:1] if hall["racks"] is not None else ():
        used = racks_used(view, site, hall, period, cooling)
        yield at_most(f"{site}/{hall['id']} in {period}", "racks", used, hall["racks"], floor=1e-6)
