"""Lint and performance per watt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.catalog import Catalog, Row, load
from planner.catalog.efficiency import rows, table
from planner.catalog.lint import faults, findings, of_overlays

BOOKS = load()
QUOTE = "kind: {kind}\nas_of: {day}\nsources: {{quote: {{ref: a quote}}}}\nrows:\n  - {row}\n"


def with_row(tmp_path: Path, kind: str, row: str, day: str = "2026-11-23") -> Catalog:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "rows.yaml").write_text(QUOTE.format(kind=kind, row=row, day=day))
    return load([folder])


def codes(books: Catalog, id: str) -> set[str]:
    return {f.code for f in findings(books) if f.row.endswith(f"/{id}")}


def test_the_bundled_catalogs_have_no_faults() -> None:
    assert faults(BOOKS) == []
    assert {f.code for f in findings(BOOKS)} <= {"memory", "stale", "no-price", "unit"}


@pytest.mark.parametrize(
    ("kind", "row", "code"),
    [
        ("node", "{id: dgx_h100, idle_w: [9000, quote]}", "power-order"),
        ("node", "{id: dgx_h100, max_w: [5600, quote], sustained_w: [5000, quote]}", "tdp-times-count"),
        ("node", "{id: dgx_h100, accelerators: [0, quote]}", "accelerators"),
        ("price_node", "{id: dgx_h100, purchase_usd: [0, quote]}", "price"),
        ("node", "{id: dgx_h100, rack_units: [-8, quote]}", "negative"),
        ("node", "{id: dgx_h100, maxx_w: [10200, quote]}", "misspelt"),
        ("finance", "{id: default, it_maintenance_fraction: [5, quote]}", "fraction"),
        ("energy", "{id: gas_turbine_on_site, half_load_efficiency_fraction: [0.5, quote]}", "half-load"),
    ],
)
def test_what_cannot_be_is_a_fault(tmp_path: Path, kind: str, row: str, code: str) -> None:
    books = with_row(tmp_path, kind, row)
    found = [f for f in findings(books) if f.level == "fault"]
    assert [f.code for f in found] == [code]
    assert str(found[0]) == faults(books)[0]
    assert str(found[0]).startswith("mine/rows.yaml:5: ")


def test_a_misspelt_field_of_an_overlay_is_named(tmp_path: Path) -> None:
    books = with_row(tmp_path, "price_node", "{id: dgx_h100, purchase_used: [200000, quote]}")
    said = [f.message for f in findings(books) if f.code == "misspelt"]
    assert said == ["purchase_used stands in no other price_node; did you mean purchase_usd?"]


def test_a_quantity_without_a_unit_is_named(tmp_path: Path) -> None:
    assert "unit" in codes(with_row(tmp_path, "node", "{id: dgx_h100, power: [7, quote]}"), "dgx_h100")
    assert "unit" not in codes(BOOKS, "dgx_h100")


def test_old_prices_are_named_and_own_quotes_are_not(tmp_path: Path) -> None:
    row = "{id: dgx_h100, purchase_usd: [200000, quote]}"
    assert "stale" in codes(with_row(tmp_path, "price_node", row, "2024-01-01"), "dgx_h100")
    assert "stale" not in codes(BOOKS, "dgx_h100")
    later = {f.row for f in findings(BOOKS, date(2028, 1, 1)) if f.code == "stale"}
    assert "price_node/dgx_h100" in later


def test_memory_is_of_the_figures_that_plans_read() -> None:
    """The year of release may be remembered; the memory of the chip may not."""
    row = BOOKS.row("accelerator", "nvidia_h100_sxm_80gb")
    chip = replace(row, figures={f: row.figure(f) for f in ("release_year", "mem_gb", "tdp_w")})
    guess = replace(row.figure("tdp_w"), confidence="memory")
    assert not chip.memory
    assert not replace(chip, figures={**chip.figures, "release_year": guess}).memory
    assert replace(chip, figures={**chip.figures, "tdp_w": guess}).memory


def test_performance_per_watt_is_peak_over_power() -> None:
    lines = {(e.kind, e.id): e for e in table(BOOKS)}
    h100 = lines["accelerator", "nvidia_h100_sxm_80gb"]
    assert h100.peak_tflops_per_w == pytest.approx(989 / 700, rel=0.001)
    assert h100.measured_tflops_per_w is not None
    assert h100.measured_tflops_per_w == pytest.approx(0.80 * 989 / 700, rel=0.02)
    node = lines["node", "dgx_b200"]
    assert node.peak_tflops_per_w == pytest.approx(8 * 2250 / 10401)
    assert lines["node", "amd_epyc_9845_2s"].ssj_ops_per_w == pytest.approx(39_400, rel=0.01)
    assert lines["accelerator", "nvidia_t4"].precision == "fp16"
    assert lines["accelerator", "google_tpu_v5e"].memory
    assert not h100.memory


def test_cpu_gpu_and_tpu_stand_side_by_side_best_first() -> None:
    found = table(BOOKS)
    assert [e.family for e in found] == sorted((e.family for e in found), key=["cpu", "gpu", "tpu", "asic"].index)
    chips = [e.peak_tflops_per_w for e in found if e.family == "gpu" and e.kind == "accelerator"]
    assert chips == sorted(chips, reverse=True)  # type: ignore[type-var]
    text = rows(BOOKS)
    assert len(text) == len(found) + 2
    assert all(len(line) < 110 for line in text)


def test_rows_know_their_origin() -> None:
    row: Row = BOOKS.row("switch", "nvidia_sn5600")
    assert row.origin == "switch/nvidia_sn5600"


def test_faults_of_overlays_alone_stop_a_plan(tmp_path: Path) -> None:
    assert of_overlays(BOOKS) == []
    books = with_row(tmp_path, "node", "{id: dgx_h100, maxx_w: [10200, quote], idle_w: [-1, quote], mine: [1, quote]}")
    said = of_overlays(books)
    assert {(f.file, f.line) for f in said} == {("mine/rows.yaml", 5)}
    assert [f.message.partition(": ")[2] for f in said] == [
        "maxx_w stands in no other node; did you mean max_w?",
        "idle_w is -1, below zero",
        "idle_w -1 <= sustained_w 6848 <= max_w 10200 does not hold",
    ]
    assert all(f.fix for f in said)
