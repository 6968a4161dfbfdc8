"""What stands by for a loss counts as busy, and the plan says by how much that is too high."""

from __future__ import annotations

from typing import Any

import pytest
import toys

from planner.blocks import assemble
from planner.plan.standing_by import notes
from planner.solve.monolithic import solve


def said(**changes: Any) -> list[str]:
    work = toys.workload(sites=("s", "t"), demand=(100.0,), **changes)
    problem = toys.problem(sites=(toys.site("s"), toys.site("t")), workloads=(work,))
    options = toys.options(toys.option(per_machine=10.0, busy_kw=0.6))
    m = assemble(problem, options)
    return list(notes(m, solve(m, gap=1e-9), problem, options))


def test_a_survived_site_doubles_what_is_busy_and_the_mean_surplus_is_stated() -> None:
    shape = toys.workload().shape
    (text,) = said(survive="site", survive_site_loss=True)
    assert text.startswith("web (y1) has 2.00 times the capacity that it needs, so that it survives the loss of a site")
    over = 20 * 0.6 * float(shape[:3].mean()) / 2
    assert f"up to {over:,.1f} kW of IT" in text
    assert "`routing`" in text


@pytest.mark.parametrize("changes", [{}, {"survive": "none"}])
def test_without_a_loss_to_survive_there_is_nothing_to_say(changes: dict[str, Any]) -> None:
    assert said(**changes) == []
