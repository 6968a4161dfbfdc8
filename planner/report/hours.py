"""The modelled hours as CSV: one row per site, period and hour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.cells import table

if TYPE_CHECKING:
    from planner.plan.schema import Hours, Plan


def render(plan: Plan) -> str:
    """Inputs and dispatch of every modelled hour; kW, and kWh for levels. Columns are the union over the sites."""
    return text(plan.hours)


def text(hours: list[Hours]) -> str:
    """The same of some buses."""
    series = sorted({name for h in hours for name in h.series})
    flows = sorted({name for h in hours for name in h.dispatch})
    return table(("bus", "site", "period", "hour_of_year", "weight", *series, *flows), _rows(hours, series, flows))


def _rows(hours: list[Hours], series: list[str], flows: list[str]) -> Iterator[tuple[object, ...]]:
    for h in hours:
        columns = [h.series.get(n) for n in series] + [h.dispatch.get(n) for n in flows]
        for i, (hour, weight) in enumerate(zip(h.hour, h.weight, strict=True)):
            yield (h.bus, h.site, h.period, hour, weight, *(None if c is None else c[i] for c in columns))
