"""Programs as MPS: HiGHS reads what was written, to the last digit, and finds the optimum of the engine."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from math import inf
from pathlib import Path

import golden
import highspy
import numpy as np
import pytest
import random_years
import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.blocks import assemble
from planner.model import Model, Peak
from planner.problem import Ppa
from planner.solve import monolithic
from planner.solve.expand import expand
from planner.solve.matrix import Matrix, Named
from planner.solve.monolithic import NoPlan, goal
from planner.solve.mps import names, render
from planner.solve.pulp_highs import quiet_highs, quiet_stdout

HERE = Path(__file__).parent
NUMBER = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-6)


def text(m: Model, objective: tuple[str, ...] = ("cost",)) -> str:
    made = expand(m)
    cost = made.matrix.dense(goal(made, objective[0]))
    return render(made.matrix, cost, made.column_names, made.row_names, ["a test"])


def read(program: str, folder: Path) -> highspy.Highs:
    file = folder / "model.mps"
    file.write_text(program, encoding="utf-8")
    h = quiet_highs({"mip_rel_gap": 1e-9, "random_seed": 0})
    with quiet_stdout():
        assert h.readModel(str(file)) == highspy.HighsStatus.kOk
    return h


def test_screen() -> None:
    place = toys.site(producers=(toys.solar(),), batteries=(toys.battery(),))
    golden.check(HERE / "golden" / "model.mps.txt", text(assemble(toys.problem(sites=(place,)), toys.options())))


@pytest.mark.parametrize("seed", range(8))
def test_the_optimum_is_the_engine_s(seed: int, tmp_path: Path) -> None:
    problem = random_years.problem(seed)
    m = assemble(problem, toys.options())
    h = read(text(m, problem.objective), tmp_path)
    with quiet_stdout():
        h.run()
    try:
        found = monolithic.solve(m, objective=problem.objective[:1], gap=1e-9)
    except NoPlan:
        assert h.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        return
    assert h.getInfo().objective_function_value == pytest.approx(found.objective, rel=1e-6, abs=1e-6)
    lp = h.getLp()
    values = dict(zip(lp.col_names_, h.getSolution().col_value, strict=True))
    assert {c.name.replace(" ", "_") for c in m.columns} <= set(values)


def contracted(seed: int) -> Model:
    """A random year with an agreement that covers imports, and two peaks that count the same hours."""
    base = random_years.problem(seed)
    blows = np.clip(np.random.default_rng(seed).uniform(-0.5, 1, 8760), 0, 1)
    plant = Ppa(
        *("wind", "pay_as_produced", "virtual", 0.05, 0.0, np.full(8760, 0.04), blows, None, 500.0, None),
        *("hourly", True, "toy.yaml:9"),
    )
    place = replace(base.sites[0], contracts=(plant,))
    m = assemble(replace(base, sites=(place,)), toys.options())
    for bus in m.buses.values():
        for i, part in enumerate(bus.imported if bus.balanced else ()):
            tops = [m.column(f"extra.kw[site={bus.site},peak={k}]", origin="toy.yaml:1") for k in (1, 2)]
            for k, top in enumerate(tops):
                m.cost("energy", f"peak {k}", top, unit_price=3.0 + k, origin="toy.yaml:1")
            every = np.ones(len(bus.calendar), dtype=bool)
            bus.imported[i] = replace(part, peaks=(*part.peaks, *(Peak(top, every) for top in tops)))
    return m


@pytest.mark.parametrize("seed", [1, 2])
def test_contracts_and_peaks_too(seed: int, tmp_path: Path) -> None:
    m = contracted(seed)
    program = text(m)
    assert "power.covered[" in program
    assert "power.top[" in program
    h = read(program, tmp_path)
    with quiet_stdout():
        h.run()
    found = monolithic.solve(m, gap=1e-9)
    assert h.getInfo().objective_function_value == pytest.approx(found.objective, rel=1e-6)


def test_every_part_has_its_name() -> None:
    for m in (*(assemble(random_years.problem(seed), toys.options()) for seed in range(8)), contracted(0)):
        made = expand(m)
        for parts, count in ((made.column_names, len(made.matrix.lo)), (made.row_names, len(made.matrix.row_lo))):
            assert all(part.name for part in parts)
            found = names(parts, count)
            assert len(set(found)) == count
            assert not any("unnamed" in name or "~" in name for name in found)


@settings(max_examples=40)
@given(st.data())
def test_numbers_and_bounds_come_back(data: st.DataObject) -> None:
    matrix = Matrix()
    count, rows = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    for i in range(count):
        lo = data.draw(st.sampled_from([0.0, -inf]) | NUMBER)
        hi = data.draw(st.sampled_from([inf, lo if lo > -inf else 0.0, (lo if lo > -inf else 0.0) + 7.25]))
        matrix.add_column(lo, hi, integer=data.draw(st.booleans()), name=f"x.{i}")
    for r in range(rows):
        side = data.draw(NUMBER)
        lo, hi = data.draw(st.sampled_from([(side, side), (side, inf), (-inf, side), (side, side + 0.5)]))
        at = matrix.add_rows(np.array([lo]), np.array([hi]), name=f"r.{r}")
        matrix.put(at, np.arange(count), np.array(data.draw(st.lists(NUMBER, min_size=count, max_size=count))))
    frozen = matrix.freeze()
    cost = np.array(data.draw(st.lists(NUMBER, min_size=count, max_size=count)))
    lines = render(frozen, cost, matrix.column_names, matrix.row_names, [])
    with tempfile.TemporaryDirectory() as folder:
        lp = read(lines, Path(folder)).getLp()
    assert lp.col_names_ == [f"x.{i}" for i in range(count)]
    assert lp.row_names_ == [f"r.{r}" for r in range(rows)]
    np.testing.assert_array_equal(lp.col_cost_, cost)
    np.testing.assert_array_equal(lp.col_lower_, frozen.lo)
    np.testing.assert_array_equal(lp.col_upper_, frozen.hi)
    np.testing.assert_array_equal(lp.row_lower_, frozen.row_lo)
    np.testing.assert_allclose(lp.row_upper_, frozen.row_hi, rtol=1e-12)
    assert [t == highspy.HighsVarType.kInteger for t in lp.integrality_] in (
        [i in frozen.integer for i in range(count)],
        [] if not len(frozen.integer) else None,
    )


def test_names_that_mps_cannot_have() -> None:
    parts = [Named(0, "a b\nc[site=ü]"), Named(1, "a b c[site=x]"), Named(2, "$*"), Named(3, "cost"), Named(4, "cost")]
    found = names([*parts, Named(5, "e[who=a b]", np.array([3, 9]))], 7)
    hours = ["e[who=a_b,t=3]", "e[who=a_b,t=9]"]
    assert found == ["a_b_c[site=_]", "a_b_c[site=x]", "unnamed.2", "cost~2", "cost~3", *hours]
    assert names([Named(0, "a b"), Named(1, "a_b"), Named(2, "h", np.array([4]))], 3) == ["a_b", "a_b~2", "h[t=4]"]
