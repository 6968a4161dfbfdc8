"""Why a plan is as it is: options taken, excuses, binding limits, money, and sources behind an item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from planner.report.numbers import plain, usd

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def lines(plan: Plan, item: str) -> Iterator[str]:
    """Everything about an item; without one, what was decided and what binds."""
    wanted = item.lower()
    found = [*_work(plan, wanted), *_choices(plan, wanted), *_limits(plan, wanted), *_money(plan, wanted)]
    found += [*_excuses(plan, wanted)] if wanted else []
    found += [*_sources(plan, wanted)] if wanted else []
    if not found:
        yield f"nothing in this plan is named {item!r}; try a workload, a machine, a site or an account"
    yield from found


def _hit(wanted: str, *names: str) -> bool:
    return not wanted or any(wanted in name.lower() for name in names)


def _work(plan: Plan, wanted: str) -> Iterator[str]:
    options = {str(o["id"]): o for o in plan.options}
    for w in plan.work:
        if _hit(wanted, w.workload, w.machine, w.site):
            yield f"{w.workload}: {plain(w.served)} {w.unit} on {plain(w.machines)} x {w.machine} at {w.site}/{w.hall}"
            option = options.get(w.option, {})
            details: dict[str, Any] = option.get("details") or {}
            shown = ", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in details.items())
            yield f"  {option.get('basis', '')}, per machine x {option.get('low')} to {option.get('high')}: {shown}"
    for a in plan.availability:
        if _hit(wanted, a.workload):
            yield f"{a.workload}: available {a.achieved:.5%}, asked {a.target:.3%}, with {'; '.join(a.pools)}"


def _choices(plan: Plan, wanted: str) -> Iterator[str]:
    for c in plan.choices:
        if _hit(wanted, c.item, c.kind, c.site):
            yield f"{c.kind} at {c.site}/{c.hall}: {c.item} {'chosen' if c.chosen else 'not chosen'} ({c.origin})"


def _limits(plan: Plan, wanted: str) -> Iterator[str]:
    for n in plan.limits:
        tight = abs(n.slack) <= 1e-6 * max(1.0, abs(n.limit))
        if _hit(wanted, n.label, n.name) and (wanted or tight):
            price = f"; one {n.unit} looser saves {plain(n.shadow_price_usd)} USD" if n.shadow_price_usd else ""
            state = "binds" if tight else f"has {plain(n.slack)} {n.unit} to spare"
            yield f"limit {n.label} {n.sense} {plain(n.limit)} {n.unit} {state}{price} ({n.origin})"


def _money(plan: Plan, wanted: str) -> Iterator[str]:
    for x in plan.ledger:
        if wanted and _hit(wanted, x.account, x.item):
            sum_ = f"{plain(x.quantity)} {x.unit} x {x.unit_price_usd:,.6g} USD x {x.factor:.5f}"
            yield f"{x.account} {x.item}: {sum_} = {usd(x.amount_usd)} ({x.origin})"


def _excuses(plan: Plan, wanted: str) -> Iterator[str]:
    for e in plan.excuses:
        if _hit(wanted, str(e["workload"]), str(e["machine"])):
            numbers = ""
            if e.get("value") is not None and e.get("limit") is not None:
                numbers = f" ({plain(e['value'])} against {plain(e['limit'])} {e['unit']})"
            yield f"not {e['machine']} for {e['workload']}: {e['text']}{numbers}"


def _sources(plan: Plan, wanted: str) -> Iterator[str]:
    """Catalog figures of every record of the problem that the item names, with their sources."""
    seen: set[tuple[str, str]] = set()
    for record in _records(plan.problem):
        named = _hit(wanted, str(record.get("id", "")))
        for cite in record.get("cites") or () if named else ():
            if (cite["row"], cite["field"]) not in seen:
                seen.add((cite["row"], cite["field"]))
                yield f"{cite['row']}.{cite['field']} [{cite['confidence']}, {cite['as_of']}]: {cite['source']}"


def _records(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("cites"):
            yield value
        for child in value.values():
            yield from _records(child)
    elif isinstance(value, list):
        for child in value:
            yield from _records(child)
