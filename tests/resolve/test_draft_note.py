"""What a plan says of a stated speed-up whose draft nobody described."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import driver

SCENARIO = """aiplan: 1
name: draft
sites:
  - {id: texas, location: {latitude: 32.45, longitude: -99.73}, region: us_ercot_texas}
workloads:
  - {kind: serving, id: chat, model: llama-3.1-8b, requests: 20 req/s, input_tokens: 1000, output_tokens: 250,
     ttft: 1 s, tpot: 50 ms, STATED}
"""


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("decode_speedup: 1.8", True),
        ("decode_speedup: 1.8, draft_params_b: 1.2", False),
        ("decode_speedup: 1.8, draft_params_b: 0", False),
        ("decode_speedup: 1", False),
    ],
)
def test_memory_that_is_not_counted_is_named(tmp_path: Path, stated: str, said: bool) -> None:
    file = tmp_path / "draft.yaml"
    file.write_text(SCENARIO.replace("STATED", stated), encoding="utf-8")
    notes = driver.prepare(file, hours=24).problem.notes
    assert any("draft_params_b" in note for note in notes) == said
