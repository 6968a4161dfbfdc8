"""The plan's ledger, tallies, limits, sizing, choices and columns: the model's own records times the answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from planner.model import Column, Cost, Export, Import, Model, Row, TallyKey
from planner.plan.encode import tidy
from planner.plan.schema import Choice, Limit, Line, Size, Tally, Value
from planner.solve.solution import Floats, Solution

ZERO = 1e-9
"""Below this a continuous value is solver noise and counts as nothing."""
SHOWN = 1e-4
"""Sizes below this (a tenth of a watt, of a kWh's thousandth) are left over from the solver's tolerance, not built."""
WHAT = {"imported": "energy", "generated": "fuel and running"}
"""What a line of the ledger says of what is bought or generated."""
UNITS = {"kg": "kgCO2e", "l": "L", "kwh": "kWh", "kwyear": "kW-years"}


@dataclass(frozen=True, slots=True)
class Books:
    """What was posted, in numbers."""

    ledger: list[Line]
    tallies: list[Tally]


def settle(m: Model, s: Solution) -> Solution:
    """The answer with the columns that follow from its tallies."""
    if not m.settled:
        return s
    values = s.values.copy()
    values[[made.column for made in m.settled]] = 0.0
    amounts = _amounts(m, replace(s, values=values))
    for made in m.settled:
        sums = [sum(by * total(amounts, key) for key, by in parts.items()) for parts in made.sums]
        values[made.column] = max(0.0, min(sums))
    return replace(s, values=values)


def columns(m: Model, s: Solution) -> list[Value]:
    """Every column that is not zero, by name."""
    found = []
    for column, value in sorted(zip(m.columns, s.values.tolist(), strict=True), key=lambda cv: cv[0].name):
        if abs(value) > ZERO:
            c: Column = column
            found.append(
                Value(
                    name=c.name,
                    family=c.family,
                    keys=c.keys,
                    value=tidy(value),
                    integer=c.integer,
                    unit=c.unit,
                    origin=c.origin,
                )
            )
    return found


def sizing(m: Model, s: Solution) -> list[Size]:
    """What is built, bought, rented or run."""
    found = []
    for c, value in _named(m, s):
        if c.kind and not c.choice and value > SHOWN:
            keys = c.keys
            found.append(
                Size(
                    kind=c.kind,
                    item=c.item,
                    site=keys.get("site", ""),
                    hall=keys.get("hall", ""),
                    period=keys.get("period", ""),
                    quantity=tidy(value),
                    unit=c.unit,
                    column=c.name,
                    origin=c.origin,
                )
            )
    return found


def choices(m: Model, s: Solution) -> list[Choice]:
    """Yes-or-no decisions, taken and not."""
    return [
        Choice(
            kind=c.kind,
            item=c.item,
            site=c.keys.get("site", ""),
            hall=c.keys.get("hall", ""),
            period=c.keys.get("period", ""),
            chosen=value > 0.5,
            column=c.name,
            origin=c.origin,
        )
        for c, value in _named(m, s)
        if c.choice
    ]


def _named(m: Model, s: Solution) -> list[tuple[Column, float]]:
    return sorted(zip(m.columns, s.values.tolist(), strict=True), key=lambda cv: cv[0].name)


def books(m: Model, s: Solution) -> Books:
    """The ledger and the tallies of an answer."""
    amounts = _amounts(m, s)
    lines = [_line(s, cost) for cost in m.ledger if abs(s.values[cost.column]) > ZERO]
    lines += _dispatch_lines(m, s)
    for price in m.tally_prices:
        quantity = total(amounts, price.key)
        if abs(quantity) > ZERO:
            lines.append(
                _money(
                    price.account,
                    price.item,
                    price.key[1],
                    price.key[2],
                    quantity,
                    price.unit,
                    price.unit_price,
                    price.factor,
                    price.origin,
                )
            )
    lines.sort(key=lambda x: (x.account, x.site, x.period, x.item, x.origin, x.amount_usd))
    tallies = [
        Tally(tally=name, who=who, site=site, period=period, quantity=tidy(amount), unit=_unit(name))
        for (name, site, period, who), amount in sorted(amounts.items())
        if abs(amount) > ZERO
    ]
    return Books(lines, tallies)


def _unit(tally: str) -> str:
    return UNITS.get(tally.rsplit("_", 1)[-1], "")


def _line(s: Solution, cost: Cost) -> Line:
    quantity = float(s.values[cost.column]) * cost.quantity
    return _money(
        cost.account,
        cost.item,
        cost.site,
        cost.period,
        quantity,
        cost.unit,
        cost.unit_price,
        cost.factor,
        cost.origin,
    )


def _money(
    account: str,
    item: str,
    site: str,
    period: str,
    quantity: float,
    unit: str,
    price: float,
    factor: float,
    origin: str,
) -> Line:
    return Line(
        account=account,
        item=item,
        site=site,
        period=period,
        quantity=tidy(quantity),
        unit=unit,
        unit_price_usd=tidy(price),
        factor=tidy(factor),
        amount_usd=tidy(quantity * price * factor),
        origin=origin,
    )


def _dispatch_lines(m: Model, s: Solution) -> list[Line]:
    """Energy bought, sold and worn: kWh at the average price of the hours it flowed in."""
    lines = []
    for key, dispatch in sorted(s.dispatch.items()):
        bus = m.buses[key]
        weight = bus.calendar.weight
        trades: list[tuple[Import | Export, Floats, float, str]] = [
            (p, kw, 1.0, WHAT[p.role]) for p, kw in zip(bus.imported, dispatch.imported, strict=True)
        ]
        trades += [(p, kw, -1.0, "sale") for p, kw in zip(bus.exported, dispatch.exported, strict=True)]
        for part, kw, sign, what in trades:
            kwh, usd = float(weight @ kw), sign * float((weight * part.price) @ kw)
            if kwh > ZERO:
                item, price = f"{part.who} {what}", usd / kwh
                line = _money(part.account, item, bus.site, bus.period, kwh, "kWh", price, part.factor, part.origin)
                lines.append(line)
        for store, out in zip(bus.stores, dispatch.discharge, strict=True):
            kwh = float(weight @ out)
            if store.wear and kwh > ZERO:
                lines.append(
                    _money(
                        store.account,
                        f"{store.who} wear",
                        bus.site,
                        bus.period,
                        kwh,
                        "kWh",
                        store.wear,
                        store.factor,
                        store.origin,
                    )
                )
    return lines


Amounts = dict[tuple[str, str, str, str], float]


def _amounts(m: Model, s: Solution) -> Amounts:
    """Tallies by (tally, site, period, who)."""
    amounts: Amounts = defaultdict(float)
    for count in m.counts:
        amounts[count.tally, count.site, count.period, count.who] += count.per_unit * float(s.values[count.column])
    for key, dispatch in s.dispatch.items():
        bus = m.buses[key]
        parts: list[tuple[Import | Export, Floats]] = list(zip(bus.imported, dispatch.imported, strict=True))
        parts += zip(bus.exported, dispatch.exported, strict=True)
        for part, kw in parts:
            for name, profile in part.tallies.items():
                amounts[name, bus.site, bus.period, part.who] += float((bus.calendar.weight * profile) @ kw)
        for bought, kw in zip(bus.imported, dispatch.imported, strict=True):
            covered = bought.covered(kw, s.values)
            for name, profile in bought.cover.tallies.items() if bought.cover else ():
                amounts[name, bus.site, bus.period, bought.who] -= float((bus.calendar.weight * profile) @ covered)
    return amounts


def total(amounts: Amounts, key: TallyKey) -> float:
    """A tally summed over who; an empty site or period means all of them."""
    name, site, period = key
    return sum(
        v
        for (n, s, p, _), v in sorted(amounts.items())
        if n == name and (not site or s == site) and (not period or p == period)
    )


def limits(m: Model, s: Solution, made: Books, *, priced: bool) -> list[Limit]:
    """Labelled rows with their use, slack and (where cost was minimised) shadow price."""
    amounts = _amounts(m, s)
    found = []
    for row in sorted((r for r in m.rows if r.label), key=lambda r: r.name):
        value = _activity(row, s, amounts, made)
        slack = row.rhs - value if row.sense == "<=" else value - row.rhs
        dual = s.duals.get(row.name, 0.0)
        price = (-dual if row.sense == "<=" else dual) if priced else None
        found.append(
            Limit(
                name=row.name,
                label=row.label,
                sense=row.sense,
                value=tidy(value),
                limit=tidy(row.rhs),
                slack=tidy(slack if abs(slack) > ZERO * max(1.0, abs(row.rhs)) else 0.0),
                shadow_price_usd=None if price is None else tidy(price),
                unit=row.unit,
                origin=row.origin,
            )
        )
    return found


def _activity(row: Row, s: Solution, amounts: Amounts, made: Books) -> float:
    value = sum(coefficient * float(s.values[column]) for column, coefficient in row.terms.items())
    value += sum(coefficient * total(amounts, key) for key, coefficient in row.tallies.items())
    if row.accounts is not None:
        value += sum(x.amount_usd for x in made.ledger if not row.accounts or x.account in row.accounts)
    return value
