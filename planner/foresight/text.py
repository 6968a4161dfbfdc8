"""What foresight is worth, as a table for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from planner.foresight.run import Outcome
from planner.report.numbers import share, si, usd


def as_table(found: Sequence[Outcome]) -> str:
    """One column for each way to run the plan."""
    rows = [("", *(o.how for o in found))]
    rows.append(("Cost per year, levelised", *(usd(o.cost_usd) for o in found)))
    rows.append(("  more than the plan", "", *(f"{usd(o.more_usd)} ({_of(o, found[0])})" for o in found[1:])))
    rows.append(("Carbon-free hour by hour, own supply", *(share(o.carbon_free_own) for o in found)))
    rows.append(("Carbon-free hour by hour, with the grid's", *(share(o.carbon_free_with_grid) for o in found)))
    if any(o.short_of_asked is not None for o in found):
        rows.append(("  short of what is asked", *(_points(o.short_of_asked) for o in found)))
    rows.append(("Carbon per year, location-based", *(si(o.co2_kg, "kgCO2e") for o in found)))
    if any(o.over_cap_kg is not None for o in found):
        rows.append(("  with what is embodied, over the cap", *(_over(o) for o in found)))
    rows.append(("Bought per year", *(si(o.imported_kwh, "kWh") for o in found)))
    if any(o.generated_kwh > 0 for o in found):
        rows.append(("Generated from fuel per year", *(si(o.generated_kwh, "kWh") for o in found)))
    if any(o.below_least_load_h > 0 for o in found):
        rows.append(("  below a least load, hours per year", *(f"{o.below_least_load_h:,.0f}" for o in found)))
        rows.append(("  of which with nothing to run higher for", *(f"{o.stuck_h:,.0f}" for o in found)))
        rows.append(("  meeting it in the others costs at most", *(usd(o.least_load_usd) for o in found)))
    rows.append(("Curtailed per year", *(si(o.curtailed_kwh, "kWh") for o in found)))
    rows.append(("Highest hour bought", *(si(o.peak_import_kw, "kW") for o in found)))
    rows.append(("Left in stores, more than at the start", *(si(o.left_kwh, "kWh") for o in found)))
    if any(o.unserved_kwh > 1e-3 for o in found):
        rows.append(("Not served per year", *(si(o.unserved_kwh, "kWh") for o in found)))
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _of(found: Outcome, plan: Outcome) -> str:
    return f"{found.more_usd / plan.cost_usd:+.2%}" if plan.cost_usd else "-"


def _over(found: Outcome) -> str:
    """What is below a millionth of the carbon is a solver's tolerance."""
    over = found.over_cap_kg
    return "-" if over is None else si(over, "kgCO2e") if over > 1e-6 * found.co2_kg else "met"


def _points(short: float | None) -> str:
    """Percentage points; what is below a thousandth of one is a solver's tolerance."""
    return "-" if short is None else f"{100 * short:.1f} points" if short > 1e-5 else "met"


def as_json(found: Sequence[Outcome]) -> str:
    return json.dumps([asdict(o) for o in found], indent=1) + "\n"
