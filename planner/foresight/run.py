"""Plan -> what its sizes cost and how carbon-free they are when each hour is decided by looking a day or two ahead.

A plan's dispatch knows every hour of its year. Here the same machines, MW and MWh are run without that knowledge,
twice: with the next hours known exactly (what looking no further costs), and with them guessed to be as the day before
(what not knowing costs too). An operator weighs energy as the plan does: at its price, the carbon price, and the shadow
prices of the plan's limits on carbon, on uncovered energy and on generators' full-load hours. Money, carbon and shares
are then counted as the plan counts them, but for what stores hold at the end and did not at the start.

Connection, contracted capacity, sizes, reserves and full-load hours are kept in every hour. Limits on a year's carbon
and carbon-free share are only priced: the outcome says by how much a share is missed and a cap exceeded. A least load
is relaxed as in the plan, and the outcome says in how many hours one is not met and what that costs at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.errors import BadInput
from planner.foresight.site import SiteYear, Sums

if TYPE_CHECKING:
    from planner.plan.schema import Hours, Plan
    from planner.solve.ahead import Guess


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way to run a plan's sizes; money, energy and carbon by year of the horizon."""

    how: str
    cost_usd: float
    """Of the whole plan."""
    more_usd: float
    """Than the plan."""
    carbon_free_own: float | None
    carbon_free_with_grid: float | None
    co2_kg: float
    imported_kwh: float
    generated_kwh: float
    """By generators on the site."""
    below_least_load_h: float
    """Hours in which a generator runs below its least load, of all sites."""
    stuck_h: float
    """Those of them in which neither the grid nor own supply gives as much as units would have to run higher for."""
    least_load_usd: float
    """What running at the least load in all the others costs at most; it is in none of the money."""
    curtailed_kwh: float
    unserved_kwh: float
    peak_import_kw: float
    left_kwh: float
    """In the stores at the end, more than at the start: it is in none of the money."""
    short_of_asked: float | None
    """By how much the carbon-free share misses what the scenario asks of it; none where it asks nothing."""
    over_cap_kg: float | None
    """By how much operational and embodied carbon exceed their cap; none without one, or of several periods."""


def worth(plan: Plan, window: int, other: Plan | None = None) -> list[Outcome]:
    """The plan, then its sizes with the next `window` hours known, and guessed.

    With an `other` plan of the same sites its sizes run through the hours of that: another year's sun, wind, prices and
    grid; loads stay the plan's own. Raises BadInput where hours are missing or do not fit.
    """
    for given in (plan, other):
        if given is not None and not given.hours:
            raise BadInput(f"{given.name}: the plan holds no hours: solve again without --no-hourly")
    capped = next((n.label for n in plan.limits if n.name.startswith("metering.")), None)
    if capped is not None:
        raise BadInput(f"{plan.name}: {capped}: a limit on a year's sales cannot be kept hour by hour")
    mine = [hours for hours in plan.hours if hours.bus == "power"]
    here = [SiteYear(plan, hours, hours) for hours in mine]
    buses = here if other is None else [SiteYear(plan, hours, _same(hours, other)) for hours in mine]
    year = "" if other is None else "the other year, "
    planned = _sums(bus.count(bus.planned()) for bus in here)
    ways: list[tuple[str, Guess]] = [
        (f"{year}the next {window} hours known", "known"),
        (f"{year}the next {window} hours as the day before", "yesterday"),
    ]
    found = [_outcome(plan, "the plan: the whole year known", planned, planned)]
    for how, guess in ways:
        found.append(_outcome(plan, how, _sums(bus.count(bus.run(window, guess)) for bus in buses), planned))
    return found


def _same(hours: Hours, other: Plan) -> Hours:
    """The other plan's hours of the same bus."""
    place = (hours.bus, hours.site, hours.period)
    found = next((h for h in other.hours if (h.bus, h.site, h.period) == place), None)
    if found is None or found.hour != hours.hour:
        text = f"{other.name} has no such hours of {hours.site} in {hours.period}"
        raise BadInput(f"{text}: give a plan of the same sites, periods and hours")
    return found


def _sums(parts: Iterator[Sums]) -> Sums:
    total = Sums()
    for part in parts:
        for name in Sums.__slots__:
            both = (getattr(total, name), getattr(part, name))
            setattr(total, name, max(both) if name == "peak" else sum(both))
    return total


def _outcome(plan: Plan, how: str, sums: Sums, planned: Sums) -> Outcome:
    head, years = plan.headline[0], float(plan.problem["finance"]["horizon_years"])
    more = (sums.usd - planned.usd) / years
    used = head.energy_kwh_per_year * years

    def share(given: float | None, change: float) -> float | None:
        return None if given is None or not used else given - change / used

    own = share(head.carbon_free_share_own, sums.brown - planned.brown)
    grid = share(head.carbon_free_share_with_grid, sums.brown_grid - planned.brown_grid)
    asked = plan.problem["keys"].get("limits", {}).get("carbon_free")
    reached = own if asked and asked["grid"] != "included" else grid
    return Outcome(
        how=how,
        cost_usd=head.cost_usd_per_year + more,
        more_usd=more,
        carbon_free_own=own,
        carbon_free_with_grid=grid,
        co2_kg=head.co2_location_kg_per_year + (sums.co2 - planned.co2) / years,
        imported_kwh=sums.imported / years,
        generated_kwh=sums.generated / years,
        below_least_load_h=sums.low / years,
        stuck_h=sums.stuck / years,
        least_load_usd=sums.mended / years,
        curtailed_kwh=sums.curtailed / years,
        unserved_kwh=sums.unserved / years,
        peak_import_kw=sums.peak,
        left_kwh=sums.left,
        over_cap_kg=_over(plan, (sums.co2 - planned.co2) / years),
        short_of_asked=None if not asked or reached is None else max(0.0, asked["share"] - reached),
    )


def _over(plan: Plan, more_kg: float) -> float | None:
    """By how much a year's carbon exceeds its cap, where there is one and it is of one period, with `more_kg`."""
    cap = plan.problem["keys"].get("limits", {}).get("carbon")
    if cap is None or len(plan.problem["periods"]) > 1:
        return None
    head = plan.headline[0]
    return max(0.0, head.co2_location_kg_per_year + head.embodied_kg_per_year + more_kg - float(cap))
