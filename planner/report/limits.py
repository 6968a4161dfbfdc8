"""Limits with slack and shadow price, and why other machines were left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.report.numbers import plain, si, usd_per
from planner.report.section import Section

if TYPE_CHECKING:
    from planner.plan.schema import Limit, Plan

TIGHT = 1e-6
"""A slack below this share of the limit is solver tolerance."""
WORTHLESS_USD = 1e-9
"""Shadow prices below this are solver tolerance."""


def binds(limit: Limit) -> bool:
    """Whether the plan stands at the limit; one with a price stands there even where rounding hides it."""
    return abs(limit.slack) <= TIGHT * max(1.0, abs(limit.limit)) or priced(limit)


def priced(limit: Limit) -> bool:
    return limit.shadow_price_usd is not None and abs(limit.shadow_price_usd) > WORTHLESS_USD


def limits(plan: Plan, *, everything: bool) -> Section:
    """Limits that bind, or all of them."""
    rows = []
    for n in plan.limits:
        if binds(n) or everything:
            price = usd_per(n.shadow_price_usd or 0.0, n.unit) if priced(n) else "-"
            slack = "none" if binds(n) else si(n.slack, n.unit)
            rows.append((n.label, f"{n.sense} {si(n.limit, n.unit)}", slack, price))
    heads = ("Limit", ">", ">To spare", ">Looser by one saves")
    return Section("Limits" if everything else "Limits that bind", heads, rows)


def excuses(plan: Plan) -> Section:
    """Machines left out, by workload and reason."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for e in plan.excuses:
        groups[str(e["workload"]), str(e["reason"]), numbers(e)].append(str(e["machine"]))
    rows = [(workload, ", ".join(names), text) for (workload, _, text), names in groups.items()]
    return Section("Why not these machines", ("Workload", "Machines", "Because"), rows)


def numbers(excuse: Mapping[str, object]) -> str:
    """What an excuse says, with its number and the limit it failed against."""
    value, limit = excuse.get("value"), excuse.get("limit")
    text = str(excuse["text"])
    if isinstance(value, int | float) and isinstance(limit, int | float):
        return f"{text} ({plain(value)} against {plain(limit)} {excuse['unit']})"
    return text
