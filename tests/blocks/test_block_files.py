"""Each concern is one block file with its equations, one law of the audit, and one golden of its rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import golden
import pytest
import toys
from block_rows import rows

from planner.audit.run import all_laws
from planner.blocks import all_blocks, assemble
from planner.options.types import OptionSet

HERE = Path(__file__).parent
LAW_OF = {"spares": "pools"}
"""Laws that have another name than their block: spares are the pools' business."""
CONCERNS = ("fabric", "spares", "storage", "pipeline", "orchestration", "monitoring", "state", "wan", "power_train")
CONCERNS += ("standby",)
LAW_OF |= {"power_train": "paths"}


@pytest.mark.parametrize("concern", CONCERNS)
def test_a_concern_is_one_block_one_law_and_one_golden(concern: str) -> None:
    (block,) = [b for b in all_blocks() if b.name == concern]
    assert "<=" in block.doc or "=" in block.doc
    assert "| symbol | name in code | unit | meaning |" in block.doc
    assert f"'{concern}." in block.doc or f"`{concern}" in block.doc or f"{concern}." in block.doc
    (law,) = [x for x in all_laws() if x.name == LAW_OF.get(concern, concern)]
    assert law.doc.strip()
    assert (HERE / "golden" / f"{concern}.txt").stat().st_size > 1


@pytest.mark.parametrize("concern", ["fabric", "spares", "storage"])
def test_rows_are_those_of_the_golden(concern: str) -> None:
    """Two machines' work on one switch, with a dataset and checkpoints beside it."""
    web = toys.workload(demand=(200.0,))
    lake = replace(toys.dataset(), demand=(2e12,), spec=toys.dataset().spec | {"size": 2e12})
    option = toys.option(storage_write_gb_per_s=0.5)
    m = assemble(toys.problem(workloads=(web, lake)), OptionSet((option,), ()))
    golden.check(HERE / "golden" / f"{concern}.txt", rows(m, concern))
