"""One scenario solved once for every value of one of its keys.

Catalogs are read once; the engine's cuts on what a year of energy costs are kept from one value to the next, since they
say nothing of the limit that is varied. Each point is a plan of its own, audited, with its own proven gap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner.errors import BadInput, Infeasible, Stopped

if TYPE_CHECKING:
    from planner.plan.schema import Headline, Plan
    from planner.scenario import Problem

Status = Literal["optimal", "limit", "interrupted", "infeasible", "stopped"]
BUILT = ("generation", "battery", "machine", "spare")
"""Kinds of the sizing table that a front shows."""
MAX_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """One value and its plan in a few numbers; none of them where no plan was found, and `reasons` why."""

    value: str
    status: Status
    gap: float | None
    headline: Headline | None
    sizes: dict[tuple[str, str, str], float]
    """Quantity by kind, item and unit, summed over sites; zero where another point has some."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Front:
    """The points in the order they were asked for."""

    scenario: str
    name: str
    key: str
    points: tuple[Point, ...]
    asked: int
    """How many were asked for; fewer are there after Ctrl-C."""


def between(first: float, last: float, count: int) -> list[str]:
    """`count` values from `first` to `last`, evenly spaced, as short as they can be written."""
    if count < 2:
        return [f"{first:.12g}"]
    return [f"{first + (last - first) * k / (count - 1):.12g}" for k in range(count)]


def sweep(
    path: Path,
    key: str,
    values: Sequence[str],
    *,
    gap: float | None = None,
    hours: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> Front:
    """Solve for every value. Raises BadInput where the scenario or a value is at fault; no plan is a point, not an end.

    `time_limit`: seconds for each point.
    """
    from planner import driver
    from planner.scenario.change import Change
    from planner.solve.memory import Memory

    if not values or len(values) > MAX_POINTS:
        raise BadInput(f"a sweep has 1 to {MAX_POINTS:,} values, not {len(values):,}")
    say = progress or (lambda text: None)
    _examine(path, key, values)
    every = partial(driver.solve, path, gap=gap, hours=hours, time_limit=time_limit, progress=progress)
    solve = partial(every, shared=driver.Shared({}, Memory()), with_hours=False)
    points, name = [], ""
    for k, value in enumerate(values):
        say(f"{key} = {value} ({k + 1} of {len(values)})")
        try:
            plan = solve(changes=[Change(key, value)])
        except KeyboardInterrupt:
            break
        except (Infeasible, Stopped) as none:
            points.append(_unmet(value, none))
        else:
            name = plan.name
            points.append(Point(value, plan.solver.status, plan.solver.gap, plan.headline[0], _sizes(plan)))
        if points[-1].status == "interrupted":
            break
    known = sorted({size for point in points for size in point.sizes})
    whole = [p if p.headline is None else _filled(p, known) for p in points]
    return Front(path.as_posix(), name, key, tuple(whole), len(values))


def _unmet(value: str, none: Infeasible | Stopped) -> Point:
    """The point of a value without a plan."""
    if isinstance(none, Infeasible):
        return Point(value, "infeasible", None, None, {}, tuple(none.reasons))
    status: Status = "interrupted" if "interrupted" in none.text else "stopped"
    return Point(value, status, None, None, {}, (none.text,))


def _examine(path: Path, key: str, values: Sequence[str]) -> None:
    """BadInput with the faults that any of the values brings, before the first is solved."""
    from planner.driver import fragments
    from planner.scenario import ScenarioProblems, render
    from planner.scenario.change import Change
    from planner.scenario.loader import examine

    found: list[Problem] = []
    for value in values:
        try:
            found += examine(path, fragments(), changes=[Change(key, value)]).problems
        except ScenarioProblems as wrong:
            found += wrong.problems
    if found:
        raise BadInput(render(list(dict.fromkeys(found))))


def _sizes(plan: Plan) -> dict[tuple[str, str, str], float]:
    found: dict[tuple[str, str, str], float] = {}
    for size in plan.sizing:
        if size.kind in BUILT:
            at = (size.kind, size.item, size.unit)
            found[at] = found.get(at, 0.0) + size.quantity
    return found


def _filled(point: Point, known: Sequence[tuple[str, str, str]]) -> Point:
    return replace(point, sizes={size: point.sizes.get(size, 0.0) for size in known})
