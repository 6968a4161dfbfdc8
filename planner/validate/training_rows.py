"""A row of a training measurement as a question to the step model: architecture, chip, layout, what was measured.

What a source does not say is filled in by rules that hold for every row alike:

- layout unknown, or one that could not fit by far: the planner's own choice for that many accelerators and that batch;
- micro-batch unknown: one sequence where tensors or layers are split; else the whole batch of an accelerator, at most
  eight sequences; accelerators beyond the sequences of a batch split them (context parallelism);
- recomputation unknown: as much of the forward pass as memory asks for;
- interleaving not published, as notes say: layer by layer;
- shape of a dense model unknown: the common one of its parameters; precision unknown: bf16;
  sequence unknown: 4,096 tokens;
- precision fp16: a stack before fused attention and overlapped gradients (2021 and 2022).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from planner.estimate.chip import Chip
from planner.estimate.model import Transformer
from planner.estimate.training_memory import bytes_needed
from planner.estimate.training_step import Layouts
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.models import architecture, named

PRECISION = {
    "bf16": "bf16",
    "fp16": "fp16",
    "fp8": "fp8",
    "mxfp8": "fp8",
    "int8": "int8",
    "nvfp4": "fp4",
    "fp4": "fp4",
    "tf32": "tf32",
    "fp32": "fp32",
}
"""Formats of a row by the precision whose peak they run at."""
AGAIN = {"full": 1.0, "selective": 0.0, "selective-ac": 0.5, "none": 0.0, "minimal": 0.0}
"""Share of the forward pass done again. torchtitan's selective mode does every second layer's again."""
MOST_TOGETHER = 8
"""Sequences an accelerator takes at once where the source does not say."""
COMMON_SEQUENCE = 4096
"""Tokens of a sequence where the source does not say (Llama 2 and most runs since)."""
BEYOND = 1.05
"""Times the memory that a layout may need by our count and still be believed."""
ACCUMULATED_FROM = 2022.12
"""From when Megatron-LM adds up gradients in the matrix multiplication (@83b1e42f30, 13 February 2022)."""
_WIRED = re.compile(r"\b(\d+) Gb(?:/s|ps) per node")
_CONTAINER = re.compile(r"\b(\d\d)\.(0[1-9]|1[0-2])(?:\.\d+)? (?:NeMo|is FP8)")
_PAPER = re.compile(r"\barXiv:? ?(\d\d)(0[1-9]|1[0-2])\.\d{4,5}")
_UNSAID = re.compile(r"\bvp\b[^;]*\b(unpublished|not published)")


@dataclass(frozen=True, slots=True)
class Case:
    """A row, ready to be estimated. `layout` is none where the source does not give one."""

    model: Transformer
    chip: Chip
    precision: str
    sequence: float
    accelerators: int
    sequences: float
    """Sequences of one global batch."""
    layout: Layouts | None
    fused: bool
    fsdp: bool
    frozen: bool
    """Only adapters are trained (LoRA)."""
    sequence_parallel: bool = True
    accumulated: bool = True
    """Matrix multiplications add up gradients themselves."""
    year: float | None = None
    """When its software was current, where the row says."""


def case(entry: Entry, books: Books) -> Case:
    """The question a row asks. Raises Excluded with what is missing or unknown."""
    chip = _wired(books.chip(books.accelerator(entry.text("accelerator"))), entry.text("notes", ""))
    written = entry.text("precision", "bf16").lower()
    precision = PRECISION.get(written)
    if precision is None or not chip.flops(precision):
        raise Excluded(f"no peak of {chip.id} at precision {written!r}")
    model, sequence = architecture(entry, books.catalog), _sequence(entry)
    spread = entry.part("parallelism")
    count = entry.whole("count")
    known = not spread.data.get("unknown") and any(spread.data.get(k) for k in ("microbatch", "fsdp", "global_batch"))
    split = {k: spread.whole(k, 1) for k in ("tp", "pp", "ep", "cp", "vp")}
    if split["pp"] > 1 and _UNSAID.search(entry.text("notes", "")):
        split["vp"] = max(1, model.layers // split["pp"])
    fsdp, fused = bool(spread.data.get("fsdp")), written != "fp16"
    micro = spread.whole("microbatch", 0) if spread.data.get("microbatch") else 0
    dp = max(1.0, count / (split["tp"] * split["pp"] * split["cp"]))
    batch = spread.whole("global_batch", 0) if spread.data.get("global_batch") else (micro or MOST_TOGETHER / 2) * dp
    frozen = "lora" in named(entry).lower()
    layout = None
    if known:
        again = entry.text("recompute", "unknown")
        layout = _layout(split, dp, batch, micro, model, chip, sequence, fsdp, frozen, again)
    if layout is not None and not fsdp:
        least = float(bytes_needed(model, _with(layout, 1.0), sequence, frozen=frozen))
        layout = layout if least <= BEYOND * chip.memory else None
    year = stack_year(entry)
    return Case(
        model,
        chip,
        precision,
        sequence,
        count,
        batch,
        layout,
        fused,
        fsdp,
        frozen,
        sequence_parallel=fused or bool(spread.data.get("seq_par")),
        accumulated=fused or (year is not None and year >= ACCUMULATED_FROM),
        year=year,
    )


def _sequence(entry: Entry) -> int:
    """Tokens of a sequence: of the model's mapping, else of the row, else what is common. Raises Excluded."""
    model = entry.part("model") if isinstance(entry.data.get("model"), dict) else entry
    return model.whole("seq_len") if model.has("seq_len") else entry.whole("seq_len", COMMON_SEQUENCE)


def _wired(chip: Chip, notes: str) -> Chip:
    """The accelerator at the network that notes name, else at its machine's own."""
    found = _WIRED.search(notes)
    return replace(chip, scale_out=float(found.group(1)) / 8 * 1e9 / chip.count) if found else chip


def stack_year(entry: Entry) -> float | None:
    """When the software was current, in years: by NVIDIA's container, else by the number of the paper; else none."""
    found = _CONTAINER.search(entry.text("notes", "")) or _PAPER.search(entry.text("url_or_repo_path", ""))
    return 2000 + int(found.group(1)) + (int(found.group(2)) - 0.5) / 12 if found else None


def _layout(
    split: dict[str, int],
    dp: float,
    batch: float,
    micro: float,
    model: Transformer,
    chip: Chip,
    sequence: float,
    fsdp: bool,
    frozen: bool,
    recompute: str,
) -> Layouts:
    share = batch / dp
    each = micro or (1.0 if split["tp"] > 1 or split["pp"] > 1 else MOST_TOGETHER)
    each = min(each, share) if share >= 1 else share
    lay = Layouts(
        tp=split["tp"], pp=split["pp"], cp=split["cp"], ep=split["ep"], vp=split["vp"], dp=dp,
        micro=each, count=max(1.0, share / each), recompute=0.0,
    )  # fmt: skip
    again = AGAIN.get(recompute.lower())
    return _with(lay, _needed(model, chip, lay, sequence, fsdp, frozen) if again is None else again)


def _needed(model: Transformer, chip: Chip, lay: Layouts, sequence: float, fsdp: bool, frozen: bool) -> float:
    """The share of the forward pass that must be done again for a layout to fit in memory."""
    room = 0.9 * chip.memory
    least, most = (float(bytes_needed(model, _with(lay, r), sequence, fsdp=fsdp, frozen=frozen)) for r in (1.0, 0.0))
    return float(np.clip((most - room) / max(1.0, most - least), 0.0, 1.0))


def _with(lay: Layouts, recompute: float) -> Layouts:
    return Layouts(lay.tp, lay.pp, lay.cp, lay.ep, lay.vp, lay.dp, lay.micro, lay.count, recompute)
