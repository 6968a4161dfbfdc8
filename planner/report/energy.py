"""Where each kilowatt-hour comes from: sources in, sales and losses out, summing to what the loads draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.report.numbers import share, si
from planner.report.section import Section

if TYPE_CHECKING:
    from planner.plan.schema import Flow, Plan

NAMES = {"imported": "bought", "produced": "made on site", "generated": "from fuel on site", "exported": "sold"}
SIGNS = {"imported": 1.0, "produced": 1.0, "generated": 1.0, "discharge": 1.0, "exported": -1.0, "charge": -1.0}
STORE = ("charge", "discharge")


def energy(plan: Plan) -> Section:
    """Per site and period; shares are of what the loads draw and sum to 100 %, curtailed energy apart."""
    rows: list[tuple[str, ...]] = []
    for site, period in sorted({(f.site, f.period) for f in plan.flows}):
        rows += _site(site, period, [f for f in plan.flows if (f.site, f.period) == (site, period)])
    heads = ("Site", "Period", "Source", "", ">Energy", ">Of what is drawn", ">Peak")
    return Section("Where each kilowatt-hour comes from", heads, rows)


def _site(site: str, period: str, flows: Sequence[Flow]) -> list[tuple[str, ...]]:
    load = sum(f.kwh for f in flows if f.role == "draw")
    rows = [(f.who, NAMES[f.role], SIGNS[f.role] * f.kwh, si(f.peak_kw, "kW")) for f in flows if f.role in NAMES]
    for who in sorted({f.who for f in flows if f.role in STORE}):
        mine = [f for f in flows if f.who == who and f.role in STORE]
        net = sum(SIGNS[f.role] * f.kwh for f in mine)
        rows.append((who, "lost in storing", net, si(max(f.peak_kw for f in mine), "kW")))
    rows.sort(key=lambda row: (-row[2], row[0]))
    rows.append(("all loads", "drawn", load, ""))
    shown: list[tuple[str, ...]] = [
        (site, period, who, text, si(kwh, "kWh"), share(kwh / load if load else None), peak)
        for who, text, kwh, peak in rows
    ]
    left = [f for f in flows if f.role == "curtailed"]
    return shown + [(site, period, f.who, "curtailed", si(f.kwh, "kWh"), "", "") for f in left]
