"""Which solvers this installation has, by the names that `solve` takes."""

from __future__ import annotations

OURS = {"highs": "HiGHS", "cbc": "PULP_CBC_CMD"}
"""Our names of the two that usually come along, and PuLP's."""


def solvers() -> list[str]:
    """`highs`, `cbc` where PuLP brings it, then every other solver that PuLP finds installed, by PuLP's own name."""
    import pulp

    from planner.solve.pulp_highs import quiet_stdout

    with quiet_stdout():
        found = pulp.listSolvers(onlyAvailable=True)
    return [ours for ours, theirs in OURS.items() if theirs in found] + sorted(set(found) - set(OURS.values()))
