"""Performance per watt of CPU, GPU, TPU and other accelerators, side by side.

Accelerators: dense BF16 (FP16 where a part has no BF16) TFLOP/s over board power, at the vendor's peak and at the
measured matrix-multiply ceiling (mamf); accelerated nodes: their accelerators' peak over the sustained power at the
node's wall. CPU servers: SPECpower ssj_ops per watt, median of published results over eleven load levels. TFLOP/s and
ssj_ops do not convert: each scale ranks its own kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.catalog.catalog import Catalog
from planner.catalog.rows import MEMORY, Figure, Row

FAMILIES = ("cpu", "gpu", "tpu", "asic")


@dataclass(frozen=True, slots=True)
class Efficiency:
    """One line: what it is, the watts it is divided by, and performance per watt; None where no figure is known."""

    family: str
    id: str
    name: str
    kind: str
    """`accelerator` (board power) or `node` (sustained power at the wall)."""
    watts: float
    precision: str
    """`bf16`, `fp16`, or empty for CPU servers."""
    peak_tflops_per_w: float | None
    measured_tflops_per_w: float | None
    fp8_tflops_per_w: float | None
    ssj_ops_per_w: float | None
    memory: bool
    """Whether a figure behind the line rests on memory."""


def table(books: Catalog) -> tuple[Efficiency, ...]:
    """Accelerators, accelerated nodes and CPU servers; by family, best first."""
    found = [*_chips(books), *_nodes(books), *_servers(books)]
    return tuple(sorted(found, key=lambda e: (FAMILIES.index(e.family), e.kind, -_rank(e), e.id)))


def rows(books: Catalog) -> list[str]:
    """`table` as lines of plain text, a header first."""
    head = f"{'family':<7}{'id':<34}{'per W of':<13}{'peak':>10}{'measured':>10}{'fp8':>8}{'ssj_ops/W':>11}"
    lines = [f"{'':54}{'BF16 TFLOP/s per W, dense':>28}", head]
    for e in table(books):
        of = "board" if e.kind == "accelerator" else "node, wall"
        cells = f"{_cell(e.peak_tflops_per_w):>10}{_cell(e.measured_tflops_per_w):>10}{_cell(e.fp8_tflops_per_w):>8}"
        ssj = "-" if e.ssj_ops_per_w is None else f"{e.ssj_ops_per_w:,.0f}"
        marks = (" fp16" if e.precision == "fp16" else "") + (" (memory)" if e.memory else "")
        lines.append(f"{e.family:<7}{e.id:<34}{of:<13}{cells}{ssj:>11}{marks}")
    return lines


def _chips(books: Catalog) -> Iterator[Efficiency]:
    for row in books.rows("accelerator"):
        peak = _peak(row)
        if peak is not None and row.get("tdp_w", 0):
            yield _accelerated(row, row, peak, row.figure("tdp_w"), 1.0)


def _nodes(books: Catalog) -> Iterator[Efficiency]:
    chips = {row.id: row for row in books.rows("accelerator")}
    for node in books.rows("node"):
        chip = chips.get(str(node.text.get("accelerator", "")))
        peak = None if chip is None else _peak(chip)
        if chip is not None and peak is not None:
            yield _accelerated(node, chip, peak, node.figure("sustained_w"), node.number("accelerators"))


def _accelerated(row: Row, chip: Row, peak: str, watts: Figure, count: float) -> Efficiency:
    used = [watts, chip.figure(peak)]

    def per_watt(field: str) -> float | None:
        return chip.number(field) * count / watts.value if field in chip.figures else None

    return Efficiency(
        str(chip.text["family"]),
        row.id,
        row.name,
        row.kind,
        watts.value,
        peak.removesuffix("_tflops"),
        per_watt(peak),
        per_watt("mamf_bf16_tflops"),
        per_watt("fp8_tflops"),
        None,
        any(f.confidence == MEMORY for f in used),
    )


def _servers(books: Catalog) -> Iterator[Efficiency]:
    for row in books.rows("node"):
        if "ssj_ops_per_w" in row.figures:
            ops, watts = row.figure("ssj_ops_per_w"), row.figure("sustained_w")
            remembered = MEMORY in (ops.confidence, watts.confidence)
            yield Efficiency("cpu", row.id, row.name, "node", watts.value, "", None, None, None, ops.value, remembered)


def _peak(row: Row) -> str | None:
    return next((f for f in ("bf16_tflops", "fp16_tflops") if row.get(f, 0) > 0), None)


def _rank(e: Efficiency) -> float:
    return e.ssj_ops_per_w if e.peak_tflops_per_w is None else e.peak_tflops_per_w  # type: ignore[return-value]


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
