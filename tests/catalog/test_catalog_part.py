"""A few rows read alone are the rows of the whole."""

from __future__ import annotations

import pytest

from planner.catalog import load
from planner.catalog.part import ids, part

WHOLE = load()


@pytest.mark.parametrize("kind", ["accelerator", "coefficient", "model", "node", "reliability", "price_node"])
def test_ids_are_those_of_the_whole(kind: str) -> None:
    assert ids(kind) == tuple(row.id for row in WHOLE.rows(kind))


@pytest.mark.parametrize(("kind", "id"), [("node", "dgx_h100"), ("accelerator", "google_tpu_v5p"), ("node", "aws_p5")])
def test_a_row_alone_is_the_row(kind: str, id: str) -> None:
    assert part({kind: {id}}).row(kind, id) == WHOLE.row(kind, id)


def test_unknown_ids_are_just_not_there() -> None:
    assert part({"node": {"nothing"}, "nothing": {"x"}}).kinds() == ()
