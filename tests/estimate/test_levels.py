from __future__ import annotations

import pytest

from planner.estimate.levels import level_name


@pytest.mark.parametrize(
    ("systems", "spares", "name"),
    [
        (1, [0], "N"),
        (1, [2, 3], "N+2"),
        (2, [0, 0], "2N"),
        (2, [1, 1], "2(N+1)"),
        (2, [2, 0], "2N"),
        (3, [0, 0, 0], "3N/2"),
        (4, [1, 1, 2, 1], "4(N+1)/3"),
        (1, [], "N"),
    ],
)
def test_levels_are_named_as_people_write_them(systems: int, spares: list[int], name: str) -> None:
    assert level_name(systems, spares) == name
