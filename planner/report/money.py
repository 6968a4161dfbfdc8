"""Where the money goes: by account, by item, and line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.report.numbers import amount, share, usd
from planner.report.section import Section

if TYPE_CHECKING:
    from planner.plan.schema import Line, Plan

CAPITAL = ("purchase", "resale")
"""Accounts of what is bought and what it is still worth at the horizon's end; their sum is the cost of owning it."""
SHOWN_USD = 0.5
"""Items that cost less print as 0 USD."""
MOST = 12
"""Items shown on lines of their own; the others share one."""


def accounts(plan: Plan) -> Section:
    """The ledger by account. Resale is what equipment is still worth at the horizon's end."""
    sums = _sums(plan, lambda line: line.account)
    total = sum(sums.values())
    owned = {a: v for a, v in sums.items() if a in CAPITAL}
    rows = []
    if len(owned) > 1:
        rows = [
            ("purchase", usd(owned["purchase"]), ""),
            ("  less what it is worth at the end", usd(owned["resale"]), ""),
        ]
        sums = {a: v for a, v in sums.items() if a not in CAPITAL} | {"owning equipment": sum(owned.values())}
    rows += [(a, usd(v), _of(v, total)) for a, v in _largest(sums)]
    rows.append(("in all", usd(total), _of(total, total)))
    return Section("Cost over the horizon, levelised", ("Account", ">Amount", ">Share"), rows)


def items(plan: Plan) -> Section:
    """The same sum by item: owning and running each, levelised."""
    sums = _sums(plan, lambda line: "demand charge" if line.account == "demand_charge" else line.item)
    ranked = [(item, value) for item, value in _largest(sums) if abs(value) >= SHOWN_USD]
    total = sum(v for _, v in ranked)
    shown, rest = (ranked, []) if len(ranked) == MOST + 1 else (ranked[:MOST], ranked[MOST:])
    rows = [(item, usd(v), _of(v, total)) for item, v in shown]
    if rest:
        left = sum(v for _, v in rest)
        rows.append((f"{len(rest)} more items", usd(left), _of(left, total)))
    return Section("What the money is for", ("Item", ">Owned and run", ">Share"), rows)


def ledger(plan: Plan) -> Section:
    """Every line: quantity x price x factor = amount."""
    rows = [
        (
            x.account,
            x.item,
            x.site,
            amount(x.quantity, x.unit),
            f"{x.unit_price_usd:,.6g}",
            f"{x.factor:.5f}",
            f"{x.amount_usd:,.2f}",
            x.origin,
        )
        for x in plan.ledger
    ]
    heads = ("Account", "Item", "Site", ">Quantity", ">USD each", ">Factor", ">USD", "From")
    return Section("Ledger", heads, rows)


def _sums(plan: Plan, name: Callable[[Line], str]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for line in plan.ledger:
        sums[name(line)] += line.amount_usd
    return sums


def _largest(sums: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(sums.items(), key=lambda kv: (-kv[1], kv[0]))


def _of(value: float, total: float) -> str:
    return share(value / total if total else None)
