"""The year's engine: a small master program, and exact hourly dispatches that send it cuts.

1. Relax the whole numbers. A level method: the bound is the master's optimum over the cuts; the next trial is the point
   nearest the best one whose value over the cuts lies a good part of the way down to the bound.
2. Solve the mixed-integer master over the cuts that were tight; its bound is the proof. Of a large one a good answer
   comes first, and the proof from it at the next turn (staged.py).
3. Hold its whole numbers and run the level method again: the exact cost of those whole numbers.
4. Until bound and best meet within the gap asked for, return to 2 with the cuts that 3 made.

The best answer is a real dispatch of every hour; the bound is below every plan of the same model.
"""

from __future__ import annotations

import time
from math import inf

import numpy as np

from planner.model import Model
from planner.solve.condense import Condensed, condense
from planner.solve.effort import Effort
from planner.solve.master import Master, OutOfTime, Trial
from planner.solve.matrix import Floats
from planner.solve.memory import Memory
from planner.solve.mix import mixed_dispatch
from planner.solve.monolithic import HOLD, NoPlan, goal, names_of_conflict
from planner.solve.pulp_highs import Progress
from planner.solve.search import Search, level
from planner.solve.solution import Dispatch, Solution
from planner.solve.staged import solve_staged

RELAXED = 0.7
"""How exactly the relaxation is solved before whole numbers are asked for, in gaps: its cuts matter, not its value."""
HELD = 0.2
"""How exactly held whole numbers are priced, in gaps; where a dispatch is dear, until the gap is closed."""
SEARCHED, PROVEN = 0.5, 0.75
"""How exactly the mixed-integer master is solved, in gaps: before and after the cost of some whole numbers is known."""
ROUNDS = 12
RAISES = 2
"""How often shortage and excess are made a hundred times dearer; after the first answer with some, it is asked whether
there is a plan at all."""
FLOOR = 1e-4
"""Shortage and excess, in percent, below which a plan is there."""
REST = 1e-6
"""Shortage or excess, as a part of the whole, that counts as none."""


def solve(
    m: Model,
    *,
    objective: tuple[str, ...] = ("cost",),
    solver: str = "highs",
    gap: float = 1e-4,
    time_limit: float | None = None,
    progress: Progress | None = None,
    memory: Memory | None = None,
) -> Solution:
    """Solve a model to a proven relative `gap`. Raises NoPlan, and NotDecomposable where a bus is beyond the oracle.

    `memory`: cuts of earlier solves to begin with; those of this one are added to it.
    """
    say = progress or (lambda text: None)
    deadline = inf if time_limit is None else time.monotonic() + time_limit
    c, effort = condense(m, objective), Effort()
    say("loading the hourly dispatch; a first run compiles it, some seconds")
    first: Search | None = None
    held: tuple[Floats, float] | None = None
    search: Search | None = None
    for aim in objective:
        aimed = c.matrix.dense(goal(c, aim))
        names = [column.name for column in m.columns]
        master = Master(c, aimed, held, memory=memory, names=names, effort=effort)
        if not master.feasible:
            raise NoPlan("infeasible", names_of_conflict(c.matrix, c.row))
        search = Search(master, gap, solver, deadline, say)
        if not run(search):
            if first is None or first.best is None:
                raise NoPlan(search.stopped or "infeasible", _blamed(c, search))
            search = first
            break
        if memory is not None and search.best is not None:
            master.remember(memory, search.best.x)
        first = first or search
        if first is search and len(objective) > 1:
            held = (aimed, search.value + HOLD * max(1.0, abs(search.value)))
        if search.stopped:
            break
    assert first is not None
    assert search is not None
    say(effort.line())
    return _solution(m, c, first, search, objective[0], solver)


def run(s: Search) -> bool:
    """Search until the gap is closed, the time is up or no plan can be; whether there is a plan."""
    s.master.check = s.check
    try:
        for raised in range(RAISES + 1):
            _rounds(s, fresh=not raised)
            if s.best is None:
                s.stopped = "" if s.infeasible else "limit"
                return False
            if _real(s.master, s.best):
                return True
            s.best = None
            if raised == 0 and s.master.extra is None and _impossible(s):
                return False
            s.master.dearer(100.0)
        s.stopped = "limit"
        return False
    except OutOfTime:
        s.stopped = "limit"
    except KeyboardInterrupt:
        s.stopped = "interrupted"
    if s.best is not None and not _real(s.master, s.best):
        s.best = None
    return s.best is not None


def _impossible(s: Search) -> bool:
    """Whether it is proven that shortage or excess must remain: with everything else free, their least is something."""
    c = s.master.c
    master = Master(c, np.zeros(len(c.matrix.lo)), s.master.extra, free=True, effort=s.master.effort)
    proof = Search(master, 1e-3, s.solver, s.deadline, lambda text: None, floor=FLOOR)
    master.check = proof.check
    _rounds(proof, fresh=True)
    s.excess = np.zeros(0) if proof.best is None or proof.best.mixed is None else proof.best.mixed.excess
    return proof.bound > FLOOR


def _real(master: Master, trial: Trial) -> bool:
    """Whether nothing in a trial is artificial."""
    if trial.short() > REST * sum(master.loads):
        return False
    if trial.mixed is None:
        return True
    room = np.abs(master.priced.room) + np.abs(master.priced.fixed * trial.x).sum(axis=1)
    return bool((trial.mixed.excess <= REST * np.maximum(room, master.activity)).all())


def _rounds(s: Search, *, fresh: bool) -> None:
    """Relaxation (where `fresh`), then mixed-integer rounds."""
    master, whole = s.master, s.master.base.integer
    if fresh or not len(whole):
        tolerance = RELAXED * s.gap if len(whole) else s.gap
        relaxed = level(s, tolerance, master.start, keep=not len(whole))
        s.bound = max(s.bound, relaxed.bound)
        s.infeasible = relaxed.infeasible
    if s.infeasible or not len(whole) or s.bound > s.floor > 0.0:
        return
    seen: set[bytes] = set()
    finer = 1.0
    for _ in range(ROUNDS):
        known = None if s.best is None else master.program_point(s.best.x)
        program, limit = master.whole_program(), _left(s.deadline)
        mip_gap = finer * (SEARCHED if known is None else PROVEN) * s.gap
        with master.effort.on("milp_s"):
            answer = solve_staged(program, master.cost, solver=s.solver, gap=mip_gap, time_limit=limit, start=known)
        master.effort.programs += 1
        if answer.status == "interrupted":
            raise KeyboardInterrupt
        if answer.values is None:
            if answer.status != "infeasible":
                raise OutOfTime
            s.infeasible = s.best is None
            return
        s.bound = max(s.bound, answer.bound * master.unit)
        held = np.round(answer.values[whole])
        master.hold(held)
        try:
            x = master.real(answer.values)
            x[whole] = held
            level(s, HELD * s.gap, x, keep=True, bar=s.value)
        finally:
            master.hold(None)
        s.report("whole numbers")
        if s.open <= s.gap or s.value - s.bound <= s.floor or s.bound > s.floor > 0.0:
            return
        if answer.status != "optimal":
            s.check()
        if held.tobytes() in seen:
            finer /= 2
        seen.add(held.tobytes())


def _left(deadline: float) -> float | None:
    """Seconds the mixed-integer program may take: the rest is for finding out what its answer costs."""
    return None if deadline == inf else max(0.1, 0.6 * (deadline - time.monotonic()))


def _blamed(c: Condensed, s: Search) -> list[str]:
    """Rows that cannot hold together: of the master alone, else those that stayed exceeded."""
    alone = names_of_conflict(c.matrix, c.row)
    if alone or s.stopped:
        return alone
    names = {at: name for name, at in c.row.items()}
    over = s.excess > 1e-9 if len(s.excess) else np.ones(len(s.master.priced.row), dtype=bool)
    return [names[r] for r in s.master.priced.row[over].tolist() if r in names]


def _solution(m: Model, c: Condensed, first: Search, last: Search, aim: str, solver: str) -> Solution:
    trial = last.best
    assert trial is not None
    full = trial.x.copy()
    full[c.matrix.integer] = np.round(full[c.matrix.integer])
    dispatch: dict[tuple[str, str, str], Dispatch] = {}
    values = full[c.column]
    for b, (key, part) in enumerate(c.parts.items()):
        shares = trial.shares(b)
        outcomes = trial.seen[b]
        full[part.quantity] = 0.0
        full[part.quantity[0]] = sum(w * o.quantities for w, o in zip(shares, outcomes, strict=True))
        dispatch[key] = mixed_dispatch(shares, [o.dispatch for o in outcomes])
    ledger, aimed = c.matrix.dense(c.ledger()), c.matrix.dense(goal(c, aim))
    scale = last.master.unit / last.master.row_scale
    duals = {n: float(last.duals[r] * scale[r]) for n, r in c.row.items()} if len(last.duals) else {}
    objective = float(aimed @ full)
    return Solution(
        first.stopped or last.stopped or "optimal" if last.open <= last.gap or last.stopped else "limit",
        "decomposed",
        solver,
        values,
        float(ledger @ full),
        objective,
        min(first.bound, objective),
        dispatch,
        duals,
        last.reduced[c.column] if len(last.reduced) else last.reduced,
        last.master.effort,
    )
