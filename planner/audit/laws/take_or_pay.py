"""Energy contracted for is paid for, taken or not.

untaken_kwh + energy_kwh >= minimum x modelled hours / 8760
account untaken_energy   = untaken_kwh x its price x value factor
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import PRINTED, Check, at_least, equal
from planner.audit.view import View

NAME = "take_or_pay"
HOURS_PER_YEAR = 8760


def check(view: View) -> Iterator[Check]:
    paid = view.money("untaken_energy")
    for site, period in sorted(set(paid) | set(view.places())):
        tariff = view.sites[site]["grid"].get("tariff") or {"take_kwh_per_year": 0.0, "untaken_usd_per_kwh": 0.0}
        untaken, block = view.total("grid.untaken_kwh", site=site, period=period), view.block(site, period)
        value, size = paid.get((site, period), (0.0, 0.0))
        due = untaken * tariff["untaken_usd_per_kwh"] * view.periods[period]["value_factor"]
        yield equal(f"account untaken_energy, {site} {period}", "the sum (USD)", value, due, scale=size)
        if tariff["take_kwh_per_year"] and block is not None:
            hours = float(block.weight.sum())
            least, taken = tariff["take_kwh_per_year"] * hours / HOURS_PER_YEAR, block.energy(block.flow("imported"))
            floor = PRINTED * hours
            yield at_least(f"{site} in {period}", "energy taken or paid for (kWh)", untaken + taken, least, floor=floor)
