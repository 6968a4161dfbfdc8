"""Batteries and fuel carry a site's peak as long as it asks, and are bought.

kw = peak IT of halls that are built and owned / efficiency of the train
batteries = kw x (hours asked - those that come with a train);  fuel = kw x hours / (kWh per litre x efficiency)
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.loads import fuel_litres, peak_it_kw
from planner.audit.verdict import Check, equal
from planner.audit.view import View

NAME = "standby"
EDGE = 1e-6


def check(view: View) -> Iterator[Check]:
    for id, site in sorted(view.sites.items()):
        asked = (site.get("keys") or {}).get("power") or {"ups": None, "generators": None}
        own = [h["id"] for h in site["halls"] if not h["built"]] if site["building"] == "own" else []
        for period in view.periods:
            kw = sum(peak_it_kw(view, id, hall, period) for hall in own) / site["power_train"]["efficiency"]
            hours = litres = 0.0
            if asked["ups"] or asked["generators"]:
                f = view.problem["keys"]["figures"]["power"]["values"]
                hours = max(0.0, (asked["ups"] or 0.0) - f.get("ups_included_s", asked["ups"] or 0.0)) / 3600
                litres = fuel_litres(f, kw, asked["generators"] or 0.0) if "fuel_usd_per_gallon" in f else 0.0
            where = f"{id} in {period}"
            found = {what: view.total(f"standby.{what}", site=id, period=period) for what in ("ups_kwh", "fuel_l")}
            yield equal(where, "kWh of batteries bought", found["ups_kwh"], kw * hours, floor=EDGE)
            yield equal(where, "litres of fuel bought", found["fuel_l"], litres, floor=EDGE)
