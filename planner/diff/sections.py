"""Two plans in sections: the headline, what was asked, what is built, what it costs, where energy is from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from planner.diff.changes import Change, Difference, differs
from planner.report.built import REPEATS
from planner.report.numbers import share, si, usd
from planner.report.section import LIST, PERIOD, Section, where, without

SAID = {
    "cost_usd_per_year": "Cost per year, levelised",
    "purchase_usd": "Purchases",
    "energy_kwh_per_year": "Energy per year",
    "pue": "Power usage effectiveness (PUE)",
    "peak_kw": "Peak power, all at once",
    "co2_location_kg_per_year": "Carbon per year, operation, location-based",
    "co2_market_kg_per_year": "Carbon per year, operation, market-based",
    "embodied_kg_per_year": "Carbon per year, embodied",
    "water_l_per_year": "Water per year, on site",
    "carbon_free_share_own": "Carbon-free hour by hour, own supply",
    "carbon_free_share_with_grid": "Carbon-free hour by hour, with the grid's",
}
SHOWN_ASKED = 24
"""Leaves of the question that a table shows; JSON has them all."""
SHOWN_USD = 0.5
MACHINES = ("machine", "machine working", "spare", "machine bought")
TRADED = ("imported", "exported", "produced", "generated", "curtailed", "discharge")
BESIDE = (">Before", ">After", ">Change", ">")


def sections(found: Difference) -> Iterator[Section]:
    """Those that have anything to say; the headline always."""
    one = len({c.period for c in found.changes} - {""}) < 2
    for section in _all(found):
        if section.rows:
            yield without(section, PERIOD) if one else section


def _all(found: Difference) -> Iterator[Section]:
    yield Section(f"{found.names[0]} and {found.names[1]}", ("", *BESIDE), [_head(c) for c in found.headline])
    yield _asked(found)
    yield _taken(found)
    yield _sizes(found, "Machines", lambda kind: kind in MACHINES)
    yield _work(found)
    yield _sizes(found, "Built beside machines", lambda kind: kind not in MACHINES and kind not in REPEATS)
    yield _money(found, "Cost over the horizon by account, levelised", lambda c: c.kind)
    yield _money(found, "By item, owned and run", lambda c: c.item)
    yield _energy(found)
    yield _limits(found)
    yield _notes(found)


def _head(c: Change) -> tuple[str, ...]:
    return SAID[c.item], *beside(c.before, c.after, c.unit)


def beside(before: float | None, after: float | None, unit: str) -> tuple[str, str, str, str]:
    """Before, after, the change with its sign, and how much it is of what was."""
    texts = ["-" if value is None else _said(value, unit) for value in (before, after)]
    was, now = texts
    if before is None or after is None or was == now:
        return was, now, "", ""
    change = after - before
    if unit == "share":
        return was, now, f"{100 * change:+.2f} points", ""
    signed = _said(change, unit) if change < 0 else f"+{_said(change, unit)}"
    return was, now, signed, f"{change / abs(before):+.1%}" if before else "new"


def _said(value: float, unit: str) -> str:
    if unit == "USD":
        return usd(value)
    if unit == "share":
        return share(value, 2)
    return f"{value:.3f}" if unit == "" else si(value, unit)


def _asked(found: Difference) -> Section:
    rows = [(a.name, a.before, a.after) for a in found.asked[:SHOWN_ASKED]]
    if (more := len(found.asked) - SHOWN_ASKED) > 0:
        rows.append((f"and {more:,} more, in `-o json`", "", ""))
    return Section("Asked otherwise, in base units", ("", "Before", "After"), rows)


def _taken(found: Difference) -> Section:
    rows = [(t.kind, where(t.site, t.hall), t.period, t.before or "none", t.after or "none") for t in found.taken]
    return Section("Chosen otherwise", ("", "Where", "Period", "Before", "After"), rows)


def _sizes(found: Difference, title: str, wanted: Callable[[str], bool]) -> Section:
    rows = []
    for c in found.changes:
        if c.table == "sizing" and wanted(c.kind):
            was, now, _, relative = beside(c.before, c.after, c.unit)
            rows.append((c.kind, c.item, where(c.site, c.hall), c.period, was, now, relative))
    return Section(title, ("", "Item", "Where", "Period", ">Before", ">After", ">"), rows)


def _work(found: Difference) -> Section:
    rows = [
        (c.kind, where(c.site, c.hall), c.period, c.item, *beside(c.before, c.after, c.unit))
        for c in _of(found, "work")
    ]
    for c in _of(found, "availability"):
        before, after = (f"{value or 0.0:.4%}" for value in (c.before, c.after))
        change = f"{100 * ((c.after or 0.0) - (c.before or 0.0)):+.4f} points"
        rows.append((c.item, "availability", c.period, "", before, after, change, ""))
    return Section("What runs where", ("Workload", "Where", "Period", "Runs on", *BESIDE), rows)


def _money(found: Difference, title: str, name: Callable[[Change], str]) -> Section:
    """Sums of the ledger that changed, the largest change first; what cancels is left out."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for c in _of(found, "ledger"):
        sums[name(c)][0] += c.before or 0.0
        sums[name(c)][1] += c.after or 0.0
    ranked = sorted(sums.items(), key=lambda kv: (-abs(kv[1][1] - kv[1][0]), kv[0]))
    rows = [
        (who, _signed(after - before))
        for who, (before, after) in ranked
        if differs(before, after) and abs(after - before) >= SHOWN_USD
    ]
    return Section(title, ("", ">Change"), rows)


def _signed(value: float) -> str:
    return usd(value) if value < 0 else f"+{usd(value)}"


def _energy(found: Difference) -> Section:
    rows = [
        (c.site, c.item, c.kind, c.period, *beside(c.before, c.after, c.unit))
        for c in _of(found, "flows")
        if c.kind in TRADED
    ]
    return Section("Energy of a period", ("Site", "Of", "", "Period", *BESIDE), rows)


def _limits(found: Difference) -> Section:
    rows = [
        (f"{c.item} {c.kind.removeprefix('limit ')}", *beside(c.before, c.after, c.unit)) for c in _of(found, "limits")
    ]
    return Section("Limits moved", ("Limit", *BESIDE), rows)


def _notes(found: Difference) -> Section:
    notes = [*found.warnings]
    if found.bounds is not None and not found.same:
        low, high = (_more(usd_per_year) for usd_per_year in found.bounds)
        apart = low if low == high else f"between {low} and {high}"
        notes.append(f"By the proven bounds, the best plan after costs {apart} a year than the best plan before.")
    if found.same:
        notes.append("Nothing differs: what was asked, what is built and what it costs are the same.")
    return Section("Notes", LIST, [(n,) for n in notes])


def _more(value: float) -> str:
    return f"{usd(abs(value))} {'less' if value < 0 else 'more'}"


def _of(found: Difference, table: str) -> Iterable[Change]:
    return (c for c in found.changes if c.table == table)
