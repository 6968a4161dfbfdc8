"""YAML 1.2 with positions: plain data out, or located faults, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.yaml12 import MAX_DEPTH, Mark, YamlFault, YamlProblem, decode, parse

INKLING = st.text(alphabet="abc:-?[]{},&*!|>'\"%@`#<~.0123456789eE+ \t\n\\yesno", max_size=60)
"""Text that is nearly YAML."""
LEAVES = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
PRINTED = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"], exclude_characters="\ufeff")
LEAVES |= st.text(PRINTED, max_size=8)
KEYS = st.text(PRINTED, max_size=5)
TREES = st.recursive(LEAVES, lambda t: st.lists(t, max_size=4) | st.dictionaries(KEYS, t, max_size=4), max_leaves=12)


def faults_of(raw: str | bytes) -> list[YamlFault]:
    """What is wrong with a text; any exception but YamlProblem fails the test."""
    try:
        parse(raw if isinstance(raw, str) else decode(raw, "any.yaml"), "any.yaml")
    except YamlProblem as problem:
        return problem.faults or [YamlFault(Mark(0, 0, 0), "", "")]
    return []


@given(st.text(max_size=80) | INKLING)
@settings(max_examples=400, deadline=None)
def test_any_text_gives_data_or_located_faults(text: str) -> None:
    lines = len(text.splitlines()) + 2
    assert all(f.message and f.fix and 1 <= f.mark.line <= lines for f in faults_of(text))


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_any_bytes_give_data_or_located_faults(raw: bytes) -> None:
    assert all(f.message and f.mark.line >= 1 and f.mark.column >= 1 for f in faults_of(raw))


@given(TREES)
@settings(deadline=None)
def test_json_is_read_as_json_reads_it(tree: Any) -> None:
    """JSON is YAML 1.2."""
    assert parse(json.dumps(tree, ensure_ascii=False), "tree.yaml").data == tree


@given(st.lists(st.sampled_from(["one", "two", "three", "four"]), unique=True, min_size=1), st.integers(0, 9))
def test_values_stand_where_their_marks_say(names: list[str], number: int) -> None:
    text = "".join(f"{name}:\n  - {number}\n  - {{deep: {number}}}\n" for name in names)
    located = parse(text, "marks.yaml")
    lines = text.splitlines()
    for path, mark in located.values.items():
        if path and path[-1] == "deep":
            assert lines[mark.line - 1][mark.column - 1 : mark.end_column - 1] == str(number)
    for path, mark in located.keys.items():
        assert lines[mark.line - 1][mark.column - 1 :].startswith(str(path[-1]))
    assert set(located.keys) >= {(name,) for name in names}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("~", None),
        ("12:30", "12:30"),
        ("1e24", 1e24),
        (".5", 0.5),
        ("08", 8),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("2026-11-23", "2026-11-23"),
        ("'5'", "5"),
        ("-.inf", float("-inf")),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    found = parse(f"a: {text}", "s.yaml").data["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("a: 1\nb: 2\na: 3", (3, 1), "duplicate key 'a', first given at line 1"),
        ("a: &x 1\nb: *x", (1, 4), "anchors and aliases"),
        ("a: 1\n<<: {b: 2}", (2, 1), "merge keys"),
        ("a: !!python/object:os.system x", (1, 4), "tag"),
        ("a: !!str 5", (1, 4), "tag"),
        ("a: 1\n---\nb: 2", (2, 1), "second document"),
        ("? [a, b]\n: 1", (1, 3), "key must be plain text"),
        ("a: [1, 2", (2, 1), "YAML syntax"),
        ("a: 1\n\tb: 2", (2, 1), "YAML syntax"),
    ],
)
def test_what_is_refused_says_where_and_why(text: str, where: tuple[int, int], said: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        parse(text, "bad.yaml")
    fault = caught.value.faults[0]
    assert said in fault.message
    assert (fault.mark.line, fault.mark.column) == where


def test_all_duplicate_keys_are_named_at_once() -> None:
    with pytest.raises(YamlProblem) as caught:
        parse("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n", "twice.yaml")
    assert [f.mark.line for f in caught.value.faults] == [2, 5]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_not_followed(opening: str) -> None:
    with pytest.raises(YamlProblem, match=f"deeper than {MAX_DEPTH}|YAML syntax"):
        parse(opening * 100_000, "deep.yaml")


def test_an_entity_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{m}, *{m}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(YamlProblem, match="1:4: anchors"):
        parse(bomb, "bomb.yaml")


def test_size_and_bytes_are_checked_before_reading() -> None:
    with pytest.raises(YamlProblem, match="larger than"):
        parse("a" * 2_000_000, "big.yaml")
    with pytest.raises(YamlProblem, match=r"junk.yaml:2:3: this is not UTF-8"):
        decode(b"a: 1\nb:\xff", "junk.yaml")
    with pytest.raises(YamlProblem, match="control character"):
        decode(b"a: \x00", "junk.yaml")
    assert decode(b"\xef\xbb\xbfa: 1", "bom.yaml") == "a: 1"
