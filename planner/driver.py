"""The driver reads like the path of a scenario: load, resolve, options, model, solve, plan, audit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import interrupt
from planner.dumps import BEFORE
from planner.errors import AuditFailed, BadInput, Infeasible, Stopped

if TYPE_CHECKING:
    from planner.catalog import Catalog
    from planner.engines import Run
    from planner.model import Model
    from planner.options.types import OptionSet
    from planner.plan.schema import Plan
    from planner.problem import Problem
    from planner.scenario.change import Change
    from planner.scenario.schema import Scenario
    from planner.solve.memory import Memory

Progress = Callable[[str], None]
Watch = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario ready to be modelled."""

    problem: Problem
    options: OptionSet
    over: Callable[[int | None], Problem]
    """The same problem on other hours: so many typical weeks (none: as many as usual), or 0 for every hour."""
    scenario: Scenario
    """As it was written."""
    books: Catalog
    """What it may take."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What several solves have in common: catalogs read, and cuts found."""

    library: dict[tuple[str, ...], Catalog]
    memory: Memory


def solve(
    path: Path,
    *,
    engine: str = "auto",
    solver: str = "highs",
    gap: float | None = None,
    time_limit: float | None = None,
    weeks: int | None = None,
    hours: int | None = None,
    progress: Progress | None = None,
    check_year: bool = True,
    with_hours: bool = True,
    advise: bool = False,
    changes: Sequence[Change] = (),
    shared: Shared | None = None,
    watch: Watch | None = None,
) -> Plan:
    """The audited plan of a scenario file, some of its values changed.

    `advise`: where no plan can exist, the cheapest one without limits is sought too, to say what they would have to be.
    `shared`: what earlier solves of much the same scenario found out, to begin with and to add to.
    `watch`: told every stage (`dumps.STAGES`) by its name, as it is reached.

    Raises BadInput, Infeasible, Stopped or AuditFailed; a plan stopped early has `solver.status` other than optimal.
    """
    from planner.accuracy import accuracy
    from planner.engines import ENGINES, memory
    from planner.plan.extract import extract
    from planner.plan.trains import with_trains
    from planner.solve.clock import Clock
    from planner.solve.monolithic import NoPlan
    from planner.solve.outage import solve as bearing

    if engine not in ENGINES:
        raise BadInput(f"no engine {engine!r}: choose {' or '.join(ENGINES)}")
    say = progress or (lambda text: None)
    say("reading scenario and catalogs")
    whole = engine != "monolithic" and weeks is None
    library = None if shared is None else shared.library
    made = prepare(path, weeks=0 if whole else weeks, hours=hours, changes=changes, library=library)
    say(f"{len(made.options.options)} options; building the model")
    made, m, run, reason = _modelled(made, engine, say, weeks_may=whole and hours is None)
    problem = made.problem if gap is None else replace(made.problem, mip_gap=gap)
    seen = watch or (lambda stage, value: None)
    for stage, value in zip(BEFORE, (made.scenario, made.books, problem, made.options, m), strict=True):
        seen(stage, value)
    how: dict[str, Any] = {"solver": solver, "gap": problem.mip_gap, "time_limit": time_limit, "progress": progress}
    kept = memory(run, m, None if shared is None else shared.memory)
    interrupt.check()
    clock = Clock.of(time_limit)
    try:
        answer = bearing(run, m, objective=problem.objective, memory=kept, **how)
    except NoPlan as none:
        raise _no_plan(none, m, made, say if advise and not clock.out else None, clock.left()) from None
    seen("solution", (m, answer))
    typical = hours is None and weeks != 0 and (not whole or bool(reason))
    asked = say if check_year and typical else None
    every = partial(_on_every_hour, made)
    error = accuracy(m, answer, every, asked, clock, typical=typical, first=hours is not None)
    problem = with_trains(problem, m, answer)
    problem = replace(problem, notes=(*problem.notes, *_memory_notes(problem, m, answer.values)))
    plan = extract(m, answer, problem, made.options, accuracy=error)
    plan = _beside_unmoved(plan, made, run, say, {**how, "time_limit": clock.left(), "objective": problem.objective})
    _check(plan)
    seen("plan", plan)
    return plan if with_hours else plan.model_copy(update={"hours": []})


def _modelled(made: Prepared, engine: str, say: Progress, *, weeks_may: bool) -> tuple[Prepared, Model, Run, str]:
    """The model and its engine; on typical weeks, and why, where they may stand for the year and must."""
    from planner.blocks import assemble
    from planner.engines import choose

    m = assemble(made.problem, made.options)
    run, reason = choose(engine, m, made.problem.objective)
    if reason and weeks_may:
        if len(made.problem.years) > 1:
            raise BadInput(f"{reason}: every hour of several years is more than the reference engine can hold")
        say(f"{reason}: typical weeks stand for the year")
        note = f"Typical weeks stand for the year, since {reason}."
        made = replace(made, problem=replace(made.over(None), notes=(*made.problem.notes, note)))
        m = assemble(made.problem, made.options)
    return made, m, run, reason


def _on_every_hour(made: Prepared) -> Model:
    from planner.blocks import assemble

    return assemble(made.over(0), made.options)


def _check(plan: Plan) -> None:
    """Raises AuditFailed where the plan breaks a law."""
    from planner.audit import audit

    verdict = audit(json.loads(plan.model_dump_json()))
    if not verdict.accepted:
        raise AuditFailed("the answer broke a law, which is a bug:\n" + "\n".join(f"  {f}" for f in verdict.findings))


def _beside_unmoved(plan: Plan, made: Prepared, run: Run, say: Progress, how: Any) -> Plan:
    """The plan with what moving work saves: the same scenario solved again with all work where it falls."""
    from planner.blocks import assemble
    from planner.engines import memory
    from planner.plan.encode import tidy
    from planner.plan.schema import Measure
    from planner.solve.monolithic import NoPlan
    from planner.solve.outage import solve as bearing

    asked = [w.id for w in made.problem.workloads if w.spec.get("flexible") or w.spec.get("routing")]
    if not asked:
        return plan
    say("solving again with all work where it falls")
    still = tuple(replace(w, spec=_unmoved(w.spec)) for w in made.problem.workloads)
    names, years = ", ".join(asked), made.problem.finance.horizon_years
    m = assemble(replace(made.problem, workloads=still), made.options)
    try:
        other = bearing(run, m, memory=memory(run, m, None), **how)
    except NoPlan as none:
        found = "can meet this scenario" if none.status == "infeasible" else "was found in time"
        note = f"With all work of {names} where it falls no plan {found}: what moving it saves has no number."
        return plan.model_copy(update={"notes": [*plan.notes, note]})
    saves = (other.cost_usd - plan.solver.objective_usd) / years
    doubt = (plan.solver.gap * abs(plan.solver.objective_usd) + other.gap * abs(other.cost_usd)) / years
    text = f"saves {saves:,.0f} USD a year ({saves * years / other.cost_usd:.2%}), give or take {doubt:,.0f}"
    note = f"Moving {names} {text}: so much more costs the plan of a second solve, with all work where it falls."
    row = Measure(measure="moving_saves", who=names, site="", period="", value=tidy(saves), unit="USD per year")
    return plan.model_copy(update={"notes": [*plan.notes, note], "measures": [*plan.measures, row]})


def _unmoved(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A workload's spec with all its work where and when it falls: put off by nothing, the same share at every hour."""
    routing = spec.get("routing")
    stays = {"routing": {**routing, "share": 0.0}} if routing else {}
    return {**spec, "flexible": None, **stays}


def prepare(
    path: Path,
    *,
    weeks: int | None = None,
    hours: int | None = None,
    changes: Sequence[Change] = (),
    library: dict[tuple[str, ...], Catalog] | None = None,
    through: Callable[[Catalog], Catalog] = lambda books: books,
) -> Prepared:
    """Load, check ids, resolve and enumerate options; catalogs are read as `through` gives them."""
    from planner.blocks import prepared
    from planner.catalog import CatalogError
    from planner.estimate.coefficients import from_catalog
    from planner.options.enumerate import enumerate_options
    from planner.options.frontend import wire
    from planner.options.least import raised
    from planner.resolve import resolve
    from planner.series.weather import WeatherError

    scenario, books = read(path, changes, library)
    books = through(books)
    try:
        build = partial(resolve, scenario, books, folder=path.parent, fragments=fragments())
        problem = build(weeks=weeks, hours=hours)
        problem = replace(problem, notes=(*problem.notes, *(f"Changed from the file: {c}." for c in changes)))
    except (CatalogError, WeatherError) as error:
        raise BadInput(f"{path.as_posix()}: {error}") from None
    plain = enumerate_options(problem, from_catalog(books))
    problem, found = prepared(problem, plain)
    options = wire(problem, found)

    def over(count: int | None) -> Problem:
        return raised(prepared(build(weeks=count), plain)[0], options)

    return Prepared(raised(problem, options), options, over, scenario, books)


def read(
    path: Path, changes: Sequence[Change] = (), library: dict[tuple[str, ...], Catalog] | None = None
) -> tuple[Any, Catalog]:
    """The typed scenario of a file and its catalogs, or BadInput with every fault of every file located."""
    from planner import intake
    from planner.scenario import ScenarioProblems, render

    try:
        return intake.read(path, fragments(), changes, library)
    except ScenarioProblems as found:
        said = f"with {', '.join(map(str, changes))} in place of what the file says:\n\n" if changes else ""
        raise BadInput(said + render(found.problems), found.problems) from None


def fragments() -> tuple[Any, ...]:
    """The scenario keys that blocks bring."""
    from planner.blocks import all_blocks

    return tuple(key for block in all_blocks() for key in block.keys)


def _memory_notes(problem: Problem, m: Model, values: Any) -> tuple[str, ...]:
    from planner.resolve import remembered

    used: set[str] = set()
    for column, value in zip(m.columns, values.tolist(), strict=True):
        if value > 1e-9 and column.kind:
            used |= set(column.keys.values()) | {column.item}
    return remembered(problem, used)


def _no_plan(none: Any, m: Model, made: Prepared, say: Progress | None, left: float | None) -> Exception:
    if none.status != "infeasible":
        return Stopped(f"stopped ({none.status}) before any plan was found; try a longer --time-limit or a wider --gap")
    from planner.noplan import hopeless
    from planner.noplan import reasons as plain
    from planner.unlimited import WEEKS, needed

    reasons = plain(made.problem, made.options, m, none.rows)
    text = "no plan can meet this scenario"
    if reasons:
        text += "; these cannot hold together:" if len(reasons) > 1 else ":"
        text += "".join(f"\n  - {r}" for r in reasons)
    if say is not None and len(made.problem.years) < 2 and not next(hopeless(made.problem, made.options), None):
        say("solving without limits, to say what they would have to be")
        told = needed(made.over(WEEKS), made.options, left)
        text += "\nthe cheapest plan without limits (two typical weeks, to 1 %):" if told else ""
        text += "".join(f"\n  - {line}" for line in told)
    return Infeasible(text, reasons)


def math() -> list[tuple[str, str]]:
    """Every block's name and its documentation: what it decides, its equations, its symbols."""
    from planner.blocks import all_blocks

    return [(block.name, block.doc.strip()) for block in all_blocks()]


def catalog(folders: Sequence[Path] = ()) -> Catalog:
    """The bundled catalogs with overlays. Raises BadInput with every fault."""
    from planner.catalog import CatalogProblem, load
    from planner.catalog.lint import of_overlays

    try:
        books = load(folders)
    except CatalogProblem as faults:
        raise BadInput(str(faults)) from None
    if found := of_overlays(books):
        raise BadInput(str(CatalogProblem(found)))
    return books
