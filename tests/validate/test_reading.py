"""Files of measurements: shapes that are read, and junk that is refused where it stands."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import BadInput
from planner.validate.entry import Entry, Excluded
from planner.validate.reading import entries


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "rows.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("text", ["- {id: a}\n- {id: b}\n", "meta: 1\nrows:\n- {id: a}\n- {id: b}\n"])
def test_a_list_and_a_mapping_with_rows_are_the_same(tmp_path: Path, text: str) -> None:
    found = entries(write(tmp_path, text))
    assert [e.data["id"] for e in found] == ["a", "b"]
    assert [e.index for e in found] == [1, 2]
    assert found[1].line == found[0].line + 1


def test_a_mapping_without_rows_is_one_row(tmp_path: Path) -> None:
    assert entries(write(tmp_path, "input: 1\n"))[0].data == {"input": 1}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "rows.yaml:1:1"),
        ("rows: 5\n", "rows.yaml:1:7"),
        ("rows: []\n", "rows.yaml:1:7"),
        ("just text\n", "rows.yaml:1:1"),
        ("rows:\n- {id: a}\n- 5\n", "rows.yaml:3:3"),
        ("rows:\n- {id: a, id: b}\n", "rows.yaml:2:11"),
        ("rows:\n- {id: [}\n", "rows.yaml:2:9"),
        ("a: &x 1\nrows: [*x]\n", "rows.yaml:1:4"),
        (b"rows: \xff\n", "rows.yaml:1:7"),
        ("rows: " + "[" * 60 + "\n", "nested deeper"),
    ],
)
def test_junk_is_refused_where_it_stands(tmp_path: Path, text: str | bytes, where: str) -> None:
    with pytest.raises(BadInput, match=where.replace(".", r"\.")):
        entries(write(tmp_path, text))


def test_no_file_and_a_folder_are_bad_input(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            entries(path)


def test_fields_are_read_with_their_types() -> None:
    e = Entry(
        {
            "n": 3,
            "t": "x",
            "z": 0,
            "nan": float("nan"),
            "yes": True,
            "none": None,
            "m": {"k": 1},
            "big": 1e30,
            "s": "1,024.5",
        }
    )
    assert (e.number("s"), e.text("n")) == (1024.5, "3")
    assert (e.number("n"), e.positive("n"), e.whole("n"), e.text("t")) == (3, 3, 3, "x")
    assert (e.number("none", 7), e.text("none", "d"), e.part("none").data) == (7, "d", {})
    assert e.part("m").number("k") == 1
    assert e.has("n", "t")
    assert not e.has("n", "none")
    for read in ("number", "positive", "whole"):
        for name in ("t", "nan", "yes", "none", "m", "absent"):
            with pytest.raises(Excluded):
                getattr(e, read)(name)
    for read, name in (("positive", "z"), ("whole", "z"), ("whole", "big"), ("text", "m"), ("part", "n")):
        with pytest.raises(Excluded, match=name):
            getattr(e, read)(name)


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_bad_input(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    with suppress(BadInput):
        assert entries(write(tmp_path_factory.mktemp("junk"), raw))
