"""Lock files and differences of catalogs: what is kept comes back, what changed is told to the figure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import golden
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.catalog import load
from planner.catalog.compare import Change, compare
from planner.catalog.compare_text import as_json, as_table
from planner.catalog.content import content, digest
from planner.catalog.lock import beside, read, render
from planner.catalog.rows import Figure, Row
from planner.catalog.watch import Watch
from planner.errors import BadInput
from planner.locking import compared

HERE = Path(__file__).parent
BOOKS = load()
ROWS = {row.origin: row for kind in ("price_node", "cooling") for row in BOOKS.rows(kind)}
HOSTILE = 'a "quote", {brace}\nand\ttab \\u0007'


def figure(value: float, **changes: object) -> Figure:
    kept = {"low": None, "high": None, "source": "a quote", "as_of": "2026-10-01", "confidence": "high", "note": ""}
    return Figure(value, **{**kept, **changes})  # type: ignore[arg-type]


def row(id: str, **figures: Figure) -> Row:
    return Row("price_node", id, id, ("new",), {"node": id}, figures, {"shape": (1.0, 0.9)}, "prices.yaml", 7)


BEFORE = {
    "price_node/gone": content(row("gone", purchase_usd=figure(1.0))),
    "price_node/same": content(row("same", purchase_usd=figure(1.0))),
    "price_node/box": content(row("box", purchase_usd=figure(200_000.0), street_usd=figure(5.0), old_usd=figure(3.0))),
}
AFTER = {
    "price_node/new": content(row("new", purchase_usd=figure(1.0))),
    "price_node/same": content(row("same", purchase_usd=figure(1.0))),
    "price_node/box": {
        **content(
            row(
                "box",
                purchase_usd=figure(190_000.0, low=180_000.0, as_of="2026-11-01", source="a better quote"),
                street_usd=figure(5.0, confidence="low"),
                new_usd=figure(4.0),
            )
        ),
        "name": "Box",
        "tags": [],
        "text": {"node": "box", "vendor": "ACME"},
        "arrays": {"shape": [1.0, 0.8]},
    },
}


def test_screen() -> None:
    found = compare(BEFORE, AFTER)
    golden.check(HERE / "golden" / "catalog_diff.txt", as_table(found))
    golden.check(HERE / "golden" / "catalog_diff.json", as_json(found))


def test_screen_of_a_lock() -> None:
    text = render("small.yaml", {"price_node/box": row("box", purchase_usd=figure(2.5, low=2.0)), "a/b": row("b")})
    golden.check(HERE / "golden" / "catalog.lock.txt", text)


def test_a_change_has_its_share() -> None:
    found = {c.field: c for c in compare(BEFORE, AFTER).changes}
    assert found["purchase_usd"].relative == pytest.approx(-0.05)
    assert found["street_usd"].relative == 0.0
    assert found["new_usd"].relative is None
    assert Change("r", "figures", "x", {"value": 0.0}, {"value": 1.0}).relative is None


def test_nothing_differs_from_itself() -> None:
    assert compare(BEFORE, BEFORE).same
    assert as_table(compare(BEFORE, BEFORE)) == "0 rows changed, 0 added, 0 removed\n"


def test_differences_turn_round() -> None:
    there, back = compare(BEFORE, AFTER), compare(AFTER, BEFORE)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert [(c.field, c.before, c.after) for c in there.changes] == [(c.field, c.after, c.before) for c in back.changes]


def test_a_lock_comes_back_whole(tmp_path: Path) -> None:
    file = tmp_path / "small.lock"
    file.write_text(render("small.yaml", ROWS), encoding="utf-8")
    found = read(file)
    assert compare({origin: content(r) for origin, r in ROWS.items()}, found).same
    assert list(found) == sorted(ROWS)
    assert all(said["sha256"] == digest(content(ROWS[origin])) for origin, said in found.items())


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(st.characters(blacklist_categories=("Cs", "Cc"))))
def test_any_figure_comes_back(value: float, text: str) -> None:
    said = content(row("x", purchase_usd=figure(value, note=text, source=HOSTILE)))
    rows = json.loads(render(text, {"price_node/x": row("x", purchase_usd=figure(value, note=text, source=HOSTILE))}))
    kept = rows["rows"]["price_node/x"]
    assert {part: kept[part] for part in said} == said
    assert kept["sha256"] == digest(said)


def test_the_hash_sees_every_part() -> None:
    one = row("x", purchase_usd=figure(1.0))
    others = [
        replace(one, name="y"),
        replace(one, tags=()),
        replace(one, text={}),
        replace(one, arrays={}),
        replace(one, figures={"purchase_usd": figure(1.0, note="n")}),
        replace(one, figures={"purchase_usd": figure(1.0, as_of="2026")}),
    ]
    assert len({digest(content(r)) for r in (one, *others)}) == 1 + len(others)
    assert digest(content(replace(one, file="other.yaml", line=1))) == digest(content(one))


def test_what_is_read_is_used() -> None:
    watch = Watch()
    books = watch(BOOKS)
    books.row("cooling", "air_economizer")
    for kind in ("finance", "node", "cooling"):
        books.rows(kind)
    books.row("node", "dgx_h100")
    used = watch.used({"switch/nvidia_sn5600"})
    assert {"cooling/air_economizer", "switch/nvidia_sn5600"} <= set(used)
    assert {origin.partition("/")[0] for origin in used} == {"cooling", "finance", "switch"}
    assert len([origin for origin in used if origin.startswith("cooling")]) == 1


LOCK = render("small.yaml", {"price_node/box": row("box", purchase_usd=figure(2.5))})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "x.lock:1:2: not JSON"),
        ("[]", "no lock file"),
        ('{"aiplan_lock": "9.0", "rows": {}}', "format '9.0'"),
        ('{"aiplan_lock": "1.0", "rows": {"a/b": 3, "c/d": {}}}', "rows.c/d: not a row"),
        (LOCK.replace("2.5", "2.6"), "rows.price_node/box: its content is not that of its sha256"),
        (LOCK.replace("2.5", '"2.5"'), "rows.price_node/box: purchase_usd: not figures"),
        (LOCK.replace("2.5", "NaN"), "NaN is no number of JSON"),
        (LOCK.replace("a quote", "a \\u001b[2J quote"), "a control character"),
        ("[" * 100_000, "nested deeper than any lock is"),
    ],
)
def test_what_is_no_lock_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "x.lock"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read(file)
    assert said in caught.value.text
    assert "  fix: " in caught.value.text


def test_a_lock_lies_beside_its_scenario() -> None:
    assert beside(Path("a/b.yaml")) == Path("a/b.lock")
    assert beside(Path("a/b.lock")) == Path("a/b.lock.lock")


QUOTES = (
    "kind: price_node\nas_of: 2026-11-23\nsources: {quote: a quote}\n"
    "rows:\n  - id: dgx_h100\n    purchase_usd: [{price}, quote]\n"
)


def overlay(folder: Path, price: str) -> str:
    folder.mkdir()
    (folder / "prices.yaml").write_text(QUOTES.replace("{price}", price), encoding="utf-8")
    return str(folder)


def test_two_folders(tmp_path: Path) -> None:
    found = compared(overlay(tmp_path / "a", "200000"), overlay(tmp_path / "b", "250000"))
    assert [(c.row, c.field, c.relative) for c in found.changes] == [("price_node/dgx_h100", "purchase_usd", 0.25)]


def test_a_folder_over_ours(tmp_path: Path) -> None:
    found = compared("bundled", overlay(tmp_path / "a", "200000"), over=True)
    assert (found.added, found.removed, found.changed) == ((), (), ("price_node/dgx_h100",))
    assert compared("bundled", "bundled").same


def test_beside_a_lock_only_its_rows_count(tmp_path: Path) -> None:
    file = tmp_path / "x.lock"
    file.write_text(render("x.yaml", ROWS), encoding="utf-8")
    assert compared(str(file), "bundled").same
    found = compared(str(file), overlay(tmp_path / "a", "200000"))
    assert (found.added, found.changed) == ((), ("price_node/dgx_h100",))
    assert len(found.removed) == len(ROWS) - 1


def test_what_is_no_catalog_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="neither a folder of rows nor a lock file"):
        compared("bundled", str(tmp_path / "nowhere"))
    with pytest.raises(BadInput, match="neither text nor a figure"):
        compared("bundled", overlay(tmp_path / "a", "200000, nobody"))
