"""The only importer of PuLP and HiGHS: mixed-integer programs through PuLP, linear ones straight to HiGHS."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Literal

import numpy as np

from planner.solve.clock import Clock
from planner.solve.matrix import Floats, Frozen

POOL = 100
"""Cuts HiGHS keeps at hand: more of them slow every round on models whose rows are mostly hours."""
HEURISTICS = tuple(
    f"mip_heuristic_run_{name}" for name in ("rins", "rens", "root_reduced_cost", "feasibility_jump")
)
RELIABLE = 4
"""Trials of a branching column, where only a bound is sought, before its own record is believed."""
MISREAD = 1e-5
"""An objective this far, relative, from what the values cost is not theirs."""
Status = Literal["optimal", "limit", "interrupted", "infeasible", "unbounded", "none"]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver said: `values` of the columns (none without a feasible point), its bound, row duals of an LP."""

    status: Status
    values: Floats | None
    objective: float
    bound: float
    duals: Floats | None = None


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Keep native code off file descriptor 1: HiGHS prints a banner at its first construction, whatever the options."""
    sys.stdout.flush()
    saved = os.dup(1)
    try:
        with open(os.devnull, "w") as sink:
            os.dup2(sink.fileno(), 1)
            yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def solve_mip(
    matrix: Frozen,
    cost: Floats,
    *,
    solver: str = "highs",
    gap: float = 1e-4,
    time_limit: float | None = None,
    progress: Progress | None = None,
    start: Floats | None = None,
) -> Answer:
    """Minimise `cost @ x` to a relative `gap`, through PuLP; `solver` is highs, cbc or any PuLP solver's name.

    `start`: a point to begin from, near which HiGHS then does not look for others but proves.
    """
    if len(matrix.integer) == 0 and solver == "highs":
        return solve_lp(matrix, cost, time_limit=time_limit)
    clock = Clock.of(time_limit)
    with quiet_stdout():
        problem, variables = _to_pulp(matrix, cost)
        if solver == "highs":
            answer = _highs(problem, variables, gap, clock, progress, start)
            if start is None or not _misread(answer, cost):
                return answer
            return _highs(*_to_pulp(matrix, cost), gap, clock, progress, None)
        return _other(problem, variables, cost, solver, gap, clock.left(0.1))


def _misread(answer: Answer, cost: Floats) -> bool:
    """Whether the start was taken for a better point than it is: HiGHS 1.16 may lose costs on its way into the
    presolved program, and then ends at once with an objective that its own values do not have."""
    if answer.values is None:
        return False
    true = float(cost @ answer.values)
    return abs(true - answer.objective) > MISREAD * max(1.0, abs(true))


def _to_pulp(matrix: Frozen, cost: Floats) -> tuple[Any, list[Any]]:
    import pulp

    problem = pulp.LpProblem("aiplan", pulp.LpMinimize)
    whole = set(matrix.integer.tolist())
    variables = [
        pulp.LpVariable(
            f"x{i:07d}",
            None if lo == -inf else float(lo),
            None if hi == inf else float(hi),
            pulp.LpInteger if i in whole else pulp.LpContinuous,
        )
        for i, (lo, hi) in enumerate(zip(matrix.lo.tolist(), matrix.hi.tolist(), strict=True))
    ]
    problem.addVariables(variables)
    problem += pulp.LpAffineExpression([(variables[i], float(cost[i])) for i in np.flatnonzero(cost)])
    index, value, start = matrix.index.tolist(), matrix.value.tolist(), matrix.start.tolist()
    for r, (lo, hi) in enumerate(zip(matrix.row_lo.tolist(), matrix.row_hi.tolist(), strict=True)):
        terms = [(variables[index[k]], value[k]) for k in range(start[r], start[r + 1])]
        sense, rhs = (pulp.LpConstraintEQ, lo) if lo == hi else (
            (pulp.LpConstraintLE, hi) if lo == -inf else (pulp.LpConstraintGE, lo)
        )
        problem += pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, f"r{r:07d}", rhs)
    return problem, variables


def _highs(
    problem: Any,
    variables: list[Any],
    gap: float,
    clock: Clock,
    progress: Progress | None,
    start: Floats | None,
) -> Answer:
    import pulp

    how = {"random_seed": 0, "parallel": "off", "mip_pool_soft_limit": POOL}
    if start is not None:
        how |= dict.fromkeys((*HEURISTICS, "mip_allow_cut_separation_at_nodes"), False)
        how["mip_pscost_minreliable"] = RELIABLE
    solver = pulp.HiGHS(msg=False, gapRel=gap, **how)
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    h = problem.solverModel
    if (left := clock.left()) is not None:
        h.setOptionValue("time_limit", left)
    if start is not None:
        _begin(h, variables, start)
    if progress is not None:
        h.setOptionValue("output_flag", True)
        h.setOptionValue("log_to_console", False)
        h.cbMipLogging += _report(progress)
    h.HandleKeyboardInterrupt = True
    interrupted = False
    try:
        h.solve()
    except KeyboardInterrupt:
        interrupted = True
    info = h.getInfo()
    found: Status = "interrupted" if interrupted else status_of(h)
    feasible = info.primal_solution_status == 2
    values = None
    if feasible:
        solution = np.array(h.getSolution().col_value)
        values = solution[[v.index for v in variables]]
    return Answer(found, values, float(info.objective_function_value), float(info.mip_dual_bound))


def _begin(h: Any, variables: list[Any], start: Floats) -> None:
    import highspy

    point = np.zeros(h.getNumCol())
    point[[v.index for v in variables]] = start
    solution = highspy.HighsSolution()
    solution.col_value = point.tolist()
    h.setSolution(solution)


def _report(progress: Progress) -> Callable[[Any], None]:
    """Incumbent, bound and gap, as the solver logs them."""

    def report(event: Any) -> None:
        out = event.data_out
        best, bound = out.mip_primal_bound, out.mip_dual_bound
        gap = f"{out.mip_gap:.2%}" if out.mip_gap < inf else "-"
        shown, least = (f"{x:,.0f}" if abs(x) < inf else "none yet" for x in (best, bound))
        progress(f"incumbent {shown}  bound {least}  gap {gap}")

    return report


def _other(
    problem: Any, variables: list[Any], cost: Floats, solver: str, gap: float, time_limit: float | None
) -> Answer:
    """CBC or any other solver PuLP knows, by name."""
    import pulp

    name = "PULP_CBC_CMD" if solver == "cbc" else solver
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "solver.log"
        options: dict[str, Any] = {"msg": False, "gapRel": gap, "timeLimit": time_limit, "logPath": str(log)}
        engine = pulp.getSolver(name, **options)
        problem.solve(engine)
        text = log.read_text(errors="replace") if log.exists() else ""
    status = {1: "optimal", -1: "infeasible", -2: "unbounded"}.get(problem.status, "none")
    if problem.sol_status == pulp.LpSolutionIntegerFeasible:
        status = "limit"
    if status not in ("optimal", "limit"):
        return Answer(status, None, inf, -inf)  # type: ignore[arg-type]
    values = np.array([float(v.varValue or 0.0) for v in variables])
    objective = float(cost @ values)
    return Answer(status, values, objective, _bound(text, objective, gap))  # type: ignore[arg-type]


def _bound(log: str, objective: float, gap: float) -> float:
    """CBC's own lower bound where it prints one (it does when stopped early); else what its gap promises."""
    found = re.findall(r"^Lower bound:\s+([-+.\deE]+)", log, flags=re.MULTILINE)
    return float(found[-1]) if found else objective - gap * abs(objective)


def quiet_highs(options: dict[str, object]) -> Any:
    """A HiGHS of its own that prints nothing and runs on one thread."""
    import highspy

    with quiet_stdout():
        h = highspy.Highs()
        for name, value in {"output_flag": False, "parallel": "off", **options}.items():
            h.setOptionValue(name, value)
    return h


def status_of(h: Any) -> Status:
    """What a run of HiGHS ended with."""
    import highspy

    s = highspy.HighsModelStatus
    named: dict[Any, Status] = {s.kOptimal: "optimal", s.kInfeasible: "infeasible", s.kUnbounded: "unbounded"}
    named |= {s.kUnboundedOrInfeasible: "infeasible", s.kInterrupt: "interrupted"}
    return named.get(h.getModelStatus(), "limit")


def _finished(h: Any) -> bool:
    """Solve; whether it ran to its end rather than to a Ctrl-C."""
    h.HandleKeyboardInterrupt = True
    try:
        with quiet_stdout():
            h.solve()
    except KeyboardInterrupt:
        return False
    return True


def solve_lp(matrix: Frozen, cost: Floats, *, time_limit: float | None = None, method: str = "choose") -> Answer:
    """Minimise `cost @ x` over a linear program, straight in HiGHS; whole numbers are taken as they come."""
    h = quiet_highs({"solver": method, **({} if time_limit is None else {"time_limit": float(time_limit)})})
    h.passModel(to_highs(matrix, cost))
    if not _finished(h):
        return Answer("interrupted", None, inf, -inf)
    status = status_of(h)
    if status == "optimal":
        solution, objective = h.getSolution(), float(h.getInfo().objective_function_value)
        return Answer("optimal", np.array(solution.col_value), objective, objective, np.array(solution.row_dual))
    return Answer(status, None, inf, inf if status == "infeasible" else -inf)


def solve_lp_roughly(
    matrix: Frozen, cost: Floats, *, tolerance: float, iterations: int, time_limit: float | None = None
) -> Answer:
    """A large linear program by a first-order method, to a relative `tolerance`; stops after `iterations`, not seconds,
    so that every machine gives the same answer, but where a time limit is given."""
    options = {"solver": "pdlp", "pdlp_iteration_limit": iterations}
    options |= {} if time_limit is None else {"time_limit": time_limit}
    h = quiet_highs({**options, "kkt_tolerance": tolerance, "pdlp_optimality_tolerance": tolerance})
    h.passModel(to_highs(matrix, cost))
    if not _finished(h):
        return Answer("interrupted", None, inf, -inf)
    if status_of(h) != "optimal":
        return Answer("none", None, inf, -inf)
    objective = float(h.getInfo().objective_function_value)
    return Answer("optimal", np.array(h.getSolution().col_value), objective, -inf)


def to_highs(matrix: Frozen, cost: Floats) -> Any:
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(matrix.lo), len(matrix.row_lo)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, matrix.lo, matrix.hi
    lp.row_lower_, lp.row_upper_ = matrix.row_lo, matrix.row_hi
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.start.astype(np.int32)
    lp.a_matrix_.index_ = matrix.index.astype(np.int32)
    lp.a_matrix_.value_ = matrix.value
    return lp


def conflict(matrix: Frozen, cost: Floats, time_limit: float) -> list[int]:
    """Rows of an irreducible infeasible subset of the relaxation, empty where none is found in time."""
    import highspy

    h = quiet_highs({"iis_strategy": 2, "time_limit": time_limit})
    h.passModel(to_highs(matrix, cost))
    with quiet_stdout():
        status, iis = h.getIis()
    return sorted(iis.row_index_) if status == highspy.HighsStatus.kOk else []
