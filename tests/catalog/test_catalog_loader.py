"""Loading catalogs: every fault located and in one pass, overlays field by field, a stable hash."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog import CatalogError, CatalogFault, CatalogProblem, bundled, load
from planner.catalog.reader import read_file

BOOKS = load()
HEAD = "kind: {kind}\nas_of: 2026-11-23\nsources:\n  quote: {{ref: a quote, as_of: 2026-10-01}}\nrows:\n"


def overlay(folder: Path, kind: str, *rows: str) -> Path:
    """A folder with one file of one kind; rows as lines of YAML."""
    folder.mkdir(exist_ok=True)
    text = HEAD.format(kind=kind) + "".join(f"  - {row}\n" for row in rows)
    (folder / f"{kind}.yaml").write_text(text)
    return folder


def faults_of(*folders: Path) -> list[str]:
    with pytest.raises(CatalogProblem) as caught:
        load(folders)
    return [str(f) for f in caught.value.faults]


def read(text: str) -> tuple[list[CatalogFault], int]:
    found: list[CatalogFault] = []
    return found, len(read_file(text.encode(), "rows.yaml", found).rows)


FIGURES = """kind: node
as_of: 2026-11-23
sources:
  quote: {ref: a quote}
  memory_low: {ref: from memory}
  bare: {as_of: 2026-01-01}
rows:
  - id: one
    max_w: 500
    idle_w: {value: 5}
    sustained_w: [7, nobody]
    nics: {value: 3, source: quote, low: 4}
    cores: {value: many, source: quote}
    ram_gb: {value: 1, source: quote, sauce: hot}
    rack_units: {value: 1, source: quote, as_of: someday}
    nic_gbps: {value: 1, source: quote, confidence: sure}
    accelerators: {value: 1, source: memory_low, confidence: high}
    shape: {array: [1, x], source: quote}
    empty:
  - name: no id
  - id: "two words"
  - id: three
    tags: wrong
"""


def test_every_fault_of_a_file_is_named_where_it_stands() -> None:
    found, _ = read(FIGURES)
    said = {f.line: f.message for f in found}
    expected = {
        6: "the source 'bare' has no reference",
        9: "`max_w` is neither text nor a figure with a source",
        10: "the figure has no source",
        11: "the source 'nobody' is not among this file's `sources`",
        12: "4 <= 3 does not hold",
        13: "'many' is not a finite number",
        14: "a figure has no 'sauce'",
        15: "'someday' is not a date",
        16: "'sure' is no confidence",
        17: "the sources are memory, the confidence is high",
        18: "an array holds finite numbers only",
        19: "`empty` is empty",
        20: "a row needs an `id` of text",
        21: "'two words' is no id",
        23: "tags are a list of texts",
    }
    assert {line: said.get(line) for line in expected} == expected
    assert len(found) == len(expected)
    assert all(f.fix and f.file == "rows.yaml" for f in found)


PRICES = 'kind: price_node\nas_of: "2026-11-23"\nsources: {quote: {ref: our quote}}\n'
PRICE = "purchase_usd: {value: 12000, source: quote}"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        (f"rows:\n  - id: a\n    figures:\n      {PRICE}\n", 6, 5, "figures stand in their row, not under 'figures'"),
        (f"figures:\n  - id: a\n    {PRICE}\n", 4, 1, "a catalog file has no key 'figures', and no `rows:`"),
        (f"rows:\n  a:\n    {PRICE}\n", 4, 1, "`rows` is a list"),
        ("rows:\n", 4, 1, "`rows` is a list"),
        ("", 1, 1, "a catalog file has a `kind:` and a list of `rows:`"),
    ],
)
def test_a_level_too_many_or_too_few_is_one_fault_at_its_place(text: str, line: int, column: int, said: str) -> None:
    faults: list[CatalogFault] = []
    read_file((PRICES + text).encode(), "own.yaml", faults)
    assert [(f.line, f.column, f.message) for f in faults] == [(line, column, said)]


def test_a_figure_without_a_date_does_not_load() -> None:
    found, rows = read("kind: node\nsources: {q: {ref: x}}\nrows:\n  - {id: a, max_w: [1, q]}\n")
    assert [str(f) for f in found] == [
        "rows.yaml:4:13: the figure has no date. Add `as_of:` to the figure, its source or the file."
    ]
    assert rows == 1


@given(st.integers(0, len(FIGURES) - 1), st.integers(0, 40), st.text(max_size=6))
@settings(max_examples=200, deadline=None)
def test_a_spoiled_file_gives_faults_never_a_traceback(start: int, length: int, junk: str) -> None:
    text = FIGURES[:start] + junk + FIGURES[start + length :]
    found: list[CatalogFault] = []
    read_file(text.encode("utf-8", "surrogatepass"), "spoiled.yaml", found)
    assert all(f.line >= 1 and f.message for f in found)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_junk_gives_faults_never_a_traceback(raw: bytes) -> None:
    found: list[CatalogFault] = []
    read_file(raw, "junk.yaml", found)
    assert found


def test_a_made_up_accelerator_is_a_row_and_its_machine_another(tmp_path: Path) -> None:
    """Adding hardware is data: two rows and a price, no code."""
    mine = tmp_path / "mine"
    overlay(
        mine,
        "accelerator",
        "{id: acme_x1, name: Acme X1, vendor: Acme, family: gpu, bf16_tflops: [3000, quote], mem_gb: [256, quote]}",
    )
    overlay(
        mine,
        "node",
        "{id: acme_box, name: Acme box, vendor: Acme, class: accelerated, accelerator: acme_x1, cooling: air,"
        " accelerators: [8, quote], cores: [96, quote], idle_w: [2000, quote], sustained_w: [8000, quote],"
        " max_w: [11000, quote], rack_units: [8, quote], embodied_kgco2e: [3000, quote], nics: [8, quote],"
        " nic_gbps: [400, quote]}",
    )
    overlay(mine, "price_node", "{id: acme_box, purchase_usd: [300000, quote]}")
    books = load([mine])
    assert books.row("accelerator", "acme_x1").number("bf16_tflops") == 3000
    assert books.row("node", "acme_box").figure("max_w").as_of == "2026-10-01"
    assert not books.row("node", "acme_box").memory
    assert len(books.rows("node")) == len(BOOKS.rows("node")) + 1
    assert books.own == {"mine/accelerator.yaml", "mine/node.yaml", "mine/price_node.yaml"}


def test_an_overlay_wins_field_by_field_and_the_last_one_last(tmp_path: Path) -> None:
    first = overlay(tmp_path / "a", "node", "{id: dgx_h100, sustained_w: [7000, quote], tags: [leased]}")
    last = overlay(tmp_path / "b", "node", "{id: dgx_h100, idle_w: [1500, quote], sustained_w: [7100, quote]}")
    before, after = BOOKS.row("node", "dgx_h100"), load([first, last]).row("node", "dgx_h100")
    assert (after.number("idle_w"), after.number("sustained_w")) == (1500, 7100)
    assert after.number("max_w") == before.number("max_w")
    assert after.name == before.name
    assert after.tags == (*before.tags, "leased")
    assert after.figure("idle_w").source == "a quote"


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("node", "{id: bare, vendor: A, class: cpu, cooling: air}", "node/bare lacks accelerators, cores,"),
        ("node", "{id: dgx_h100, accelerator: nvidia_h100}", "no accelerator of the catalogs. Did you mean 'nvidia_h1"),
        ("node", "{id: dgx_h100, cooling: oil}", "cooling is 'oil'. Use one of air, liquid"),
        ("node", "{id: dgx_h100, max_w: plenty}", "max_w is a figure in catalogs/"),
        (
            "price_node",
            "{id: dgx_h1000, purchase_usd: [5, quote]}",
            "no node 'dgx_h1000' to price. Did you mean",
        ),
        ("nodes", "{id: dgx_h100}", "there is no kind 'nodes'. Did you mean 'node'?"),
    ],
)
def test_rows_that_do_not_hang_together_do_not_load(tmp_path: Path, kind: str, row: str, said: str) -> None:
    found = faults_of(overlay(tmp_path / "mine", kind, row))
    line = 1 if kind == "nodes" else 6
    assert any(said in f and f.startswith(f"mine/{kind}.yaml:{line}:") for f in found), found


def test_faults_of_several_files_and_folders_come_together(tmp_path: Path) -> None:
    broken = overlay(tmp_path / "a", "node", "{id: dgx_h100, max_w: 5}")
    (broken / "junk.yaml").write_bytes(b"kind: \xff")
    twice = overlay(tmp_path / "b", "price_node", "{id: dgx_h100}", "{id: dgx_h100}")
    found = faults_of(broken, twice, tmp_path / "none")
    assert [f.split(": ")[0] for f in found] == [
        f"{(tmp_path / 'none').as_posix()}:1:1",
        "a/junk.yaml:1:7",
        "a/node.yaml:6:20",
        "b/price_node.yaml:7:1",
    ]


def test_the_hash_is_of_the_rows_not_of_the_place(tmp_path: Path) -> None:
    rows = "{id: dgx_h100, idle_w: [1500, quote]}"
    here, there = overlay(tmp_path / "here", "node", rows), overlay(tmp_path / "there", "node", rows)
    other = overlay(tmp_path / "other", "node", rows.replace("1500", "1501"))
    assert load().sha256 == BOOKS.sha256
    assert load([here]).sha256 == load([there]).sha256
    assert len({BOOKS.sha256, load([here]).sha256, load([other]).sha256}) == 3


def test_both_endings_are_read_and_other_files_are_not(tmp_path: Path) -> None:
    mine = overlay(tmp_path / "mine", "node", "{id: dgx_h100, idle_w: [1500, quote]}")
    shutil.move(mine / "node.yaml", mine / "node.yml")
    (mine / "README.md").write_text("kind: [")
    assert load([mine]).row("node", "dgx_h100").number("idle_w") == 1500


def test_what_is_not_there_is_named_with_a_suggestion() -> None:
    with pytest.raises(CatalogError, match="did you mean 'dgx_h100'"):
        BOOKS.row("node", "dgx-h100")
    with pytest.raises(CatalogError, match=r"node/dgx_h100 \(catalogs/.*:\d+\) has no figure 'wheels'"):
        BOOKS.row("node", "dgx_h100").number("wheels")
    assert BOOKS.row("node", "dgx_h100").get("wheels", 4.0) == 4.0
    assert BOOKS.rows("nothing") == ()


def test_the_bundled_catalogs_stand_where_rows_say() -> None:
    row = BOOKS.row("node", "dgx_h100")
    line = (bundled().parent / row.file).read_text().splitlines()[row.line - 1]
    assert line.strip() == "- id: dgx_h100"
