"""The modelled hours as CSV: one row per site, period and hour."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def render(plan: Plan) -> str:
    """Inputs and dispatch of every modelled hour; kW, and kWh for levels. Columns are the union over the sites."""
    series = sorted({name for h in plan.hours for name in h.series})
    flows = sorted({name for h in plan.hours for name in h.dispatch})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("bus", "site", "period", "hour_of_year", "weight", *series, *flows))
    for h in plan.hours:
        columns = [h.series.get(n) for n in series] + [h.dispatch.get(n) for n in flows]
        for i, (hour, weight) in enumerate(zip(h.hour, h.weight, strict=True)):
            values = ["" if c is None else c[i] for c in columns]
            writer.writerow((h.bus, h.site, h.period, hour, weight, *values))
    return out.getvalue()
