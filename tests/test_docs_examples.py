"""Scenarios in the documentation are read without a fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.checking import check

DOCS = Path(__file__).resolve().parents[1] / "docs"
EXAMPLES = [
    (path.name, text)
    for path in sorted(DOCS.glob("*.md"))
    for text in re.findall(r"```yaml\n(aiplan: 1\n.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL)
]


def test_there_are_some() -> None:
    assert "clusters-and-pipelines.md" in {name for name, _ in EXAMPLES}


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(EXAMPLES)])
def test_every_workload_of_an_example_has_a_machine(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    (found,) = check([path])
    assert not found.problems
    assert found.workloads
