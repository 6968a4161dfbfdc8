"""Intervals of serving predictions, from rows that were left out of the fit, and how often they hold.

A range holds the order statistics of measured over predicted that leave `MISSED` of n rows out at either end, at ranks
floor((n + 1) missed): of a row like those, as many lie outside (split conformal prediction). Rows of one software or
accelerator lie off alike, and there are but a dozen of either: the next one is given WIDTHS root mean square errors at
least, each software or accelerator left out counting once, however many rows it has.
Ranges are taken apart by quantity and by how far a question is from what was measured:

    software, accelerator with rows      their own rows, predicted by a fit without a fifth of all rows
    expert models                        the same of expert models' throughput
    source that is new to its software   every row of software with several sources, by a fit without its own
    software without rows                every row, predicted by a fit without its software
    accelerator without rows             every row, predicted by a fit without its accelerator

How often they hold is counted on rows of which neither the fit nor the range knows: ranges are made anew without each
fifth, each source, each software and each accelerator.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from serving_fit import FEWEST, Numbers
from serving_holdout import FOLDED, UNFIT, WAYS, Member, without

from planner.estimate.coefficients import DEFAULT, OTHER, RELEASE, Coefficients, Spread
from planner.validate.books import Books
from planner.validate.serving import ERRORS, MOE_ERROR, interval
from planner.validate.serving_cases import Case
from planner.validate.serving_fields import THROUGHPUT, TTFT

MISSED = {FOLDED: 0.08, "source": 0.05, "software": 0.05, "accelerator": 0.05}
"""Share of rows left outside at either end, by how they were left out."""
WIDTHS = 2.2
"""Of one more of a normal population of which five are known, 5 % beyond either end: t of five x sqrt(1 + 1 / 5)."""
EXPERTS_MISSED = 0.05
"""The same of expert models: few rows, and software that changes fast."""
LEAST = 0.1
"""Ranges are never narrower than this either way: submitters with the same hardware differ by about 5 % in the mean."""
STEADY = 10
"""Rows from which a range is taken from the rows themselves; below it is at least that of all rows."""
Place = tuple[str, str, str]
"""Kind of the catalog row, its id, and the figure."""
Range = tuple[float, float]
Mask = NDArray[np.bool_]
PLACES = {"source": ("engine", RELEASE), "software": ("engine", OTHER)}
"""Catalog rows of ranges by how rows were left out, where they are not those of accelerators."""
QUANTITIES = {**{name: quantity for quantity, name in ERRORS.items()}, "serving_first_error": TTFT}


def span(ratios: Numbers, missed: float) -> Range:
    """The ratios at ranks floor((n + 1) missed) from either end, LEAST away from one at least."""
    ordered = np.sort(ratios)
    rank = max(0, math.floor((len(ordered) + 1) * missed) - 1)
    return min(float(ordered[rank]), 1 - LEAST), max(float(ordered[-1 - rank]), 1 + LEAST)


def unseen(ratios: Numbers, whose: NDArray[np.str_], missed: float) -> Range:
    """The same of a software or accelerator without rows, from those of others: `whose` each ratio (n,) is."""
    low, high = span(ratios, missed)
    each = [float((np.log(ratios[whose == one]) ** 2).mean()) for one in sorted(set(whose))]
    wide = math.exp(WIDTHS * math.sqrt(sum(each) / len(each)))
    return min(low, 1 / wide), max(high, wide)


def ranges(members: Sequence[Member], out: Mapping[str, Numbers], kept: Mask) -> dict[Place, Range]:
    """Every range from the rows kept, by the place of its figure."""
    found: dict[Place, Range] = {}
    cases = [case for _, case in members]
    dense = {name: np.array([_is(case, name) for case in cases]) for name in QUANTITIES}
    experts = np.array([case.moe and case.quantity == THROUGHPUT for case in cases])
    for way in MISSED:
        use, ratios = kept & (np.abs(out[way]) < UNFIT), np.exp(-out[way])
        table, id = PLACES.get(way, ("coefficient", DEFAULT))
        whose = np.array([str(part) for part in WAYS[way](members)])
        if way == "source":
            use &= _measured_twice(members)
        moe = use & experts
        if moe.sum() >= FEWEST and way == FOLDED:
            found[table, id, MOE_ERROR] = span(ratios[moe], EXPERTS_MISSED)
        elif moe.sum() >= FEWEST and way in PLACES:
            found[table, id, MOE_ERROR] = unseen(ratios[moe], whose[moe], EXPERTS_MISSED)
        for name, right in dense.items():
            mine = use & right
            if way != FOLDED and mine.sum() < FEWEST:
                continue
            if way != FOLDED:
                found[table, id, name] = unseen(ratios[mine], whose[mine], MISSED[way])
                continue
            found |= _own(cases, ratios, mine, name)
    return found


def _measured_twice(members: Sequence[Member]) -> Mask:
    """Rows of software that other sources measured too."""
    sources: dict[str, set[object]] = {}
    for (_, case), source in zip(members, WAYS["source"](members), strict=True):
        sources.setdefault(case.software, set()).add(source)
    return np.array([len(sources[case.software]) > 1 for _, case in members])


def _is(case: Case, name: str) -> bool:
    return case.quantity == QUANTITIES[name] and not (case.moe and case.quantity == THROUGHPUT)


def _own(cases: Sequence[Case], ratios: Numbers, mine: Mask, name: str) -> dict[Place, Range]:
    """Ranges of each software, and of each accelerator's throughput."""
    found: dict[Place, Range] = {}
    wide = span(ratios[mine], MISSED[FOLDED])
    for table, of in (("engine", "software"), ("coefficient", "accelerator")):
        if table == "coefficient" and name != ERRORS[THROUGHPUT]:
            continue
        whose = np.array([getattr(case, of) for case in cases])
        for id in sorted(set(whose[mine])):
            inside = ratios[mine & (whose == id)]
            if len(inside) >= FEWEST:
                low, high = span(inside, MISSED[FOLDED])
                few = len(inside) < STEADY
                found[table, str(id), name] = (min(low, wide[0]), max(high, wide[1])) if few else (low, high)
    return found


def laid(c: Coefficients, found: Mapping[Place, Range]) -> Coefficients:
    """The coefficients with these ranges and no others of serving's."""
    names = {*QUANTITIES, MOE_ERROR}
    tables = {"coefficient": c.table, "engine": c.engines}
    made = {
        kind: {id: {n: s for n, s in row.items() if n not in names} for id, row in table.items()}
        for kind, table in tables.items()
    }
    for (kind, id, name), (low, high) in found.items():
        made[kind].setdefault(id, {})[name] = Spread(1.0, low, high, "calibrated")
    return replace(c, table=made["coefficient"], engines=made["engine"])


def held(members: Sequence[Member], errors: Numbers, out: Mapping[str, Numbers], way: str, known: Books) -> list[bool]:
    """Whether each measured value lies in the interval that its prediction would carry, its part left out of both."""
    parts = WAYS[way](members) if way in WAYS else [None] * len(members)
    inside = np.zeros(len(members), dtype=bool)
    for part in sorted(set(parts), key=str):
        mine = np.array([p == part for p in parts])
        rest = ~mine if way in WAYS else mine
        c = laid(known.coefficients, ranges(members, out, rest))
        used = {members[i][1].software for i in np.flatnonzero(rest)}
        if way == "accelerator":
            c = replace(c, table={id: row for id, row in c.table.items() if id != part})
        for place in np.flatnonzero(mine):
            case = replace(members[place][1], fresh=way == "source")
            low, high = interval(case if case.software in used else without(members[place], known), c)
            inside[place] = low <= math.exp(-errors[place]) <= high
    return [bool(i) for i in inside]
