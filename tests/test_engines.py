"""Which engine answers: the year's engine, the reference where it must, and the reason said."""

from __future__ import annotations

from dataclasses import replace

import pytest
import toys

from planner import engines
from planner.blocks import assemble
from planner.errors import BadInput
from planner.model import Model
from planner.solve import decomposed, monolithic


def model(hours: int, batteries: int = 1) -> Model:
    cells = tuple(toys.battery(id=f"cell{k}") for k in range(batteries))
    place = toys.site(batteries=cells)
    year = replace(toys.period(), calendar=toys.calendar(hours))
    return assemble(toys.problem(sites=(place,), periods=(year,)), toys.options())


def test_few_hours_are_written_out() -> None:
    assert engines.choose("auto", model(engines.FEW_HOURS), ("cost",)) == (monolithic.solve, "")


def test_many_hours_are_cut() -> None:
    assert engines.choose("auto", model(engines.FEW_HOURS + 1), ("cost",)) == (decomposed.solve, "")
    assert engines.choose("decomposed", model(24), ("cost",)) == (decomposed.solve, "")


def test_several_stores_are_no_reason_for_typical_weeks() -> None:
    assert engines.choose("auto", model(engines.FEW_HOURS + 1, batteries=2), ("cost",)) == (decomposed.solve, "")


def test_what_the_oracle_cannot_hold_is_said() -> None:
    run, reason = engines.choose("auto", model(engines.FEW_HOURS + 1, batteries=9), ("cost",))
    assert run is monolithic.solve
    assert "9 stores" in reason
    with pytest.raises(BadInput, match="9 stores"):
        engines.choose("decomposed", model(24, batteries=9), ("cost",))
