"""Rent, space and staff are paid for as long as they are used.

rent   = sum over rented machines of total x USD per machine-hour x hours
         + sum over rented tiers of TB x USD per month x 12 x years                    each x value factor
space  = built kW of IT x USD per kW-month x 12 x years x value factor                 in a colocation
staff  = built kW of IT x USD per kW-year x years x value factor                       in an own building
built kW of IT of a hall >= plant of its cooling
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import Check, at_least, equal
from planner.audit.view import View

NAME = "running"
MONTHS = 12.0


def check(view: View) -> Iterator[Check]:
    paid = {account: view.money(account) for account in ("rent", "space", "staff")}
    due = {
        (account, site, period): usd
        for site, period in view.places()
        for account, usd in _due(view, site, period).items()
    }
    known = set(due)
    for account, site, period in sorted(known | {(a, *place) for a, found in paid.items() for place in found}):
        value, size = paid[account].get((site, period), (0.0, 0.0))
        asked = due.get((account, site, period), 0.0)
        if account == "rent" and not view.block(site, period) and _rented(view, site, period):
            continue
        yield equal(f"account {account}, {site} {period}", "the sum (USD)", value, asked, scale=size)
    for id, record in view.sites.items():
        for hall, when in ((h["id"], p) for h in record["halls"] for p in view.periods):
            keys = {"site": id, "hall": hall, "period": when}
            built, plant = view.total("facility.built_kw", **keys), view.total("cooling.plant_kw", **keys)
            yield at_least(f"{id}/{hall} in {when}", "built kW of IT", built, plant, floor=1e-6)


def _due(view: View, site: str, period: str) -> dict[str, float]:
    record, when, block = view.sites[site], view.periods[period], view.block(site, period)
    built = view.total("facility.built_kw", site=site, period=period)
    hours = float(block.weight.sum()) if block else 0.0
    rent = hours * sum(view.machines[m]["price_usd"] * n for m, n in _rented(view, site, period))
    for keys, units in view.each("storage.units", site=site, period=period):
        rent += units * view.tiers[keys["tier"]]["rent_usd_per_month"] * MONTHS * when["years"]
    colocation = record["building"] == "colocation"
    space = built * record["space_usd_per_kw_month"] * MONTHS * when["years"] if colocation else 0.0
    staff = 0.0 if colocation else built * record["staff_usd_per_kw_year"] * when["years"]
    return {name: usd * when["value_factor"] for name, usd in (("rent", rent), ("space", space), ("staff", staff))}


def _rented(view: View, site: str, period: str) -> list[tuple[str, float]]:
    found = view.each("servers.total", site=site, period=period)
    return [(k["machine"], v) for k, v in found if view.machines[k["machine"]]["acquisition"] == "rent"]
