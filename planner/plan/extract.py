"""Solution -> Plan: every table of the schema, in a fixed order."""

from __future__ import annotations

from collections import defaultdict
from math import prod

from planner import __version__
from planner.estimate.failures import up
from planner.model import Model, name_of
from planner.options.pools import pools
from planner.options.types import OptionSet
from planner.plan.cautions import notes as cautions
from planner.plan.cautions import whole_units
from planner.plan.encode import jsonable, tidy
from planner.plan.energy import flows, headline, hours
from planner.plan.measures import measures
from planner.plan.pipeline import notes as bottlenecks
from planner.plan.power import power_paths
from planner.plan.redundancy import redundancy
from planner.plan.running import counted, runs
from planner.plan.schema import FIRST, Accuracy, Availability, Plan, Solver, Work
from planner.plan.standing_by import notes as standing_by
from planner.plan.states import states
from planner.plan.stores import stores
from planner.plan.tables import ZERO, books, choices, columns, limits, settle, sizing
from planner.plan.worth import worth
from planner.problem import Problem
from planner.solve.solution import Solution


def extract(
    m: Model, s: Solution, problem: Problem, options: OptionSet, *, accuracy: Accuracy, with_hours: bool = True
) -> Plan:
    """The plan of an answer."""
    s = settle(m, s)
    made = books(m, s)
    used = {keys["option"] for keys in (m.columns[c].keys for _, c in m.family("work.units"))}
    priced = problem.objective[-1] == "cost" and bool(s.duals)
    first = accuracy.note.startswith(FIRST)
    stated = measures(m, s, problem, made, first=first)
    warned = [*cautions(m, s, problem, options), *standing_by(m, s, problem, options), *whole_units(stated)]
    return Plan(
        aiplan_version=__version__,
        name=problem.name,
        description=problem.description,
        scenario_file=problem.scenario_file,
        scenario_sha256=problem.scenario_sha256,
        catalog_sha256=problem.catalog_sha256,
        solver=_solver(m, s, problem),
        accuracy=accuracy,
        headline=[headline(problem, made.ledger, made.tallies, _peak(m, s))],
        sizing=sizing(m, s),
        choices=choices(m, s),
        work=work(m, s, problem, options),
        availability=availability(m, s, problem, options),
        redundancy=redundancy(m, s, problem, options, made.ledger, made.tallies),
        power_paths=power_paths(m, s, problem, made.ledger, made.tallies),
        states=states(m, s, problem, options, made.ledger, made.tallies),
        stores=stores(m, s, problem),
        flows=flows(m, s),
        ledger=made.ledger,
        tallies=made.tallies,
        measures=[*stated, *(worth(m, s, problem) if priced and not first else ())],
        limits=limits(m, s, made, priced=priced),
        notes=[*problem.notes, *bottlenecks(m, s, problem, options), *warned],
        columns=columns(m, s),
        options=[jsonable(o) for o in options.options if o.id in used],
        excuses=[jsonable(e) for e in options.excuses],
        problem=jsonable(problem),
        hours=hours(m, s, problem) if with_hours else [],
    )


def _peak(m: Model, s: Solution) -> float:
    """The sites' peaks together, kW, in the period in which they are highest."""
    found: dict[str, float] = {}
    for _, at in m.family("power.peak_kw"):
        period = m.columns[at].keys["period"]
        found[period] = found.get(period, 0.0) + float(s.values[at])
    return max(found.values(), default=0.0)


def _solver(m: Model, s: Solution, problem: Problem) -> Solver:
    in_usd = problem.objective[0] == "cost"
    return Solver(
        name=s.solver,
        engine=s.engine,
        status=s.status,
        objective=list(problem.objective),
        objective_usd=tidy(s.cost_usd),
        bound_usd=tidy(s.bound if in_usd else s.cost_usd),
        gap=tidy(s.gap),
        gap_asked=problem.mip_gap,
        hours=max(len(b.calendar) for b in m.buses.values()),
    )


def work(m: Model, s: Solution, problem: Problem, options: OptionSet) -> list[Work]:
    """What each workload runs on."""
    by_id = {o.id: o for o in options.options}
    workloads = {w.id: w for w in problem.workloads}
    index = {p.name: i for i, p in enumerate(problem.periods)}
    found = []
    for _, column in sorted(m.family("work.units")):
        units, keys = float(s.values[column]), m.columns[column].keys
        if units > ZERO:
            option = by_id[keys["option"]]
            workload = workloads[option.workload]
            machines = option.block_machines or option.replica_machines
            each = workload.demand[index[keys["period"]]] if option.block_machines else option.per_machine * machines
            found.append(
                Work(
                    workload=workload.id,
                    site=keys["site"],
                    hall=keys["hall"],
                    period=keys["period"],
                    option=option.id,
                    machine=option.machine,
                    served=tidy(units * each),
                    unit=workload.unit,
                    machines=tidy(units * machines),
                )
            )
    return found


def availability(m: Model, s: Solution, problem: Problem, options: OptionSet) -> list[Availability]:
    """Joint availability of all that each workload uses; at the worst site where it must survive a site's loss."""
    found = []
    kept = pools(problem, options)
    for workload in problem.workloads:
        for period in problem.periods:
            used: dict[str, list[tuple[str, float]]] = defaultdict(list)
            trains: dict[str, dict[str, float]] = defaultdict(dict)
            for pool in kept:
                if runs(m, s, pool, workload, period, ZERO):
                    site = pool.site.id if workload.survive_site_loss else ""
                    share = up(pool.failures, *counted(m, s, pool, period))
                    used[site].append((name_of("pool", **pool.keys, period=period.name), share))
                    if workload.series == "site":
                        trains[site][pool.site.id] = pool.site.power_train.availability
            joint = {k: prod(share for _, share in used[k]) * prod(trains[k].values()) for k in used}
            if used:
                worst = min(joint, key=lambda k: joint[k])
                found.append(
                    Availability(
                        workload=workload.id,
                        period=period.name,
                        target=workload.availability,
                        achieved=tidy(joint[worst]),
                        pools=[name for name, _ in used[worst]],
                    )
                )
    return found
