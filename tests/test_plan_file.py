"""A plan's file that is none is refused with its place and a way out; every fault of a broken one is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import plan_factory as made
import pytest

from planner import plan_file
from planner.errors import BadInput
from planner.plan.schema import FORMAT_VERSION


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        plan_file.read(path)
    return caught.value.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "plan.json:1:1: not JSON"),
        (b'{"a": 1,\n "b": }', "plan.json:2:7: not JSON: Expecting value"),
        (b'{"a": \xff}', "plan.json:1:7: this is not UTF-8 text"),
        (b"aiplan: 1\n", "plan.json:1:1: not JSON"),
        (b"[1]", "JSON, but no plan: it has no `format_version`"),
        (b'{"format_version": 1.2}', "JSON, but no plan: it has no `format_version`"),
        (b'{"format_version": "7.1"}', "format_version '7.1'; this aiplan reads " + FORMAT_VERSION),
        (b'{"format_version": "1.2", "a": NaN}', "NaN is no number of JSON"),
        (b'{"format_version": "1.2", "a": 1, "a": 2}', "the key 'a' stands twice in one object"),
        (b'{"format_version": "1.2",\n "a": "\\u001b[2J"}', "plan.json:2:8: a control character"),
        (b"[" * 100_000, "nested deeper than any plan"),
        (b'\xef\xbb\xbf{"format_version": "7"}', "format_version '7'"),
    ],
)
def test_what_is_no_plan(tmp_path: Path, text: bytes, words: str) -> None:
    (tmp_path / "plan.json").write_bytes(text)
    said = refused(tmp_path / "plan.json")
    assert words in said
    assert "  expected: a plan, as `aiplan solve SCENARIO -o json=FILE` writes it" in said
    assert "  fix: " in said


def test_every_misfit_is_told_up_to_a_page_of_them(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    good = made.plan().model_dump(mode="json")
    wrong: dict[str, Any] = good | {"name": 3, "extra": 1, "headline": [{}]}
    file.write_text(json.dumps(wrong), encoding="utf-8")
    said = refused(file)
    for words in ("name: Input should be a valid string", "headline.0.peak_kw: Field required", "extra: Extra inputs"):
        assert words in said
    file.write_text(json.dumps(good | {f"x{i}": 1 for i in range(99)}), encoding="utf-8")
    assert "and 79 more" in refused(file)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "a folder" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "missing.json")
    assert "cannot be read" in refused(tmp_path / "nul\0.json")
    if os.path.exists("/dev/zero"):
        assert "not a file" in refused(Path("/dev/zero"))
