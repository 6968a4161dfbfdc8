"""Fit the training coefficients anew and write them into catalogs/physics/coefficient.yaml.

    python benchmarks/refit_training.py [--dry]          half a minute

The fit: training_fit.py. The ranges (`training_error`, `training_moe_error`) are the 5th and 95th percentile of
measured over predicted throughput of rows left out of it, with their source or their accelerator: of those that other
rows know, and of the others (validate_holdout.py). Lines of other coefficients are not touched.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from training_fit import SAME_CHIP, Fitted, fit, unfitted, with_overhead
from training_steps import Row, measured
from validate_holdout import RESULTS, Held, held, summary, write
from validate_holdout import lines as lines_of

from planner.estimate.coefficients import DEFAULT, Spread
from planner.validate.books import Books
from planner.validate.entry import Entry
from planner.validate.run import Result, validate
from planner.validate.training import METRICS, WHOLE_RUNS

CATALOG = Path(__file__).parents[1] / "catalogs" / "physics" / "coefficient.yaml"
PERCENTILES = (0.05, 0.95)
MANY = 8
"""Rows from which a figure's confidence is medium."""
NOTES = {
    "training_attention": "rate of attention over that of 16-bit linear layers",
    "training_elementwise": "memory traffic over the 34 bytes counted for pointwise operations",
    "training_overlap": "of gradient exchange hidden behind arithmetic or the other way round",
    "training_launch_s": "per layer, pass and micro-batch",
    "training_scale_up_share": "of the scale-up link, as fitted with the rest",
    "training_scale_out_share": "of NIC line rate, as fitted with the rest",
    "training_hidden_tensor": "of the exchange between tensor ranks, hidden behind arithmetic",
    "training_group_s": "per expert held, layer, pass and micro-batch: each is a matrix of its own",
    "training_hidden_experts": "of the exchange of experts, hidden behind arithmetic",
    "training_moe_pace": "per year, exponent: how much faster expert layers became with software",
    "training_gemm_16": "achieved over dense peak of linear layers; mean of those fitted",
    "training_gemm_8": "of the 8-bit peak; mean of those fitted",
    "training_gemm_4": "of the 4-bit peak; mean of those fitted",
    "training_of_measured_16": "training_gemm over measured matrix-multiply ceiling; for accelerators with that only",
    "training_of_measured_8": "the same at 8 bits",
    "training_moe": "rate of expert layers over dense ones; with the software of `training_moe_year`",
    "training_gemm_16_google_tpu": "any TPU without rows of its own: mean of those fitted",
    "training_gemm_8_google_tpu": "the same of the 8-bit peak",
    "training_moe_google_tpu": "the same of expert layers",
    **{
        f"training_{name}_nvidia_blackwell": f"any Blackwell without rows of its own, {of}: mean of those fitted"
        for name, of in (
            ("gemm_16", "16 bits"),
            ("gemm_8", "8 bits"),
            ("gemm_4", "4 bits"),
            ("moe", "expert layers"),
        )
    },
    "training_error": "accelerators without rows: measured over predicted, 5th to 95th percentile",
    "training_moe_error": "the same of mixtures of experts",
    "training_run_overhead": "GPU-hours of whole runs over those of their steps: restarts, evaluation, older software",
}


def ranges(results: Sequence[Held]) -> dict[tuple[bool, bool], tuple[float, float]]:
    """Percentiles of measured over predicted throughput by (seen, MoE), of rows left out with source or accelerator.

    Mixtures of experts come from one source for the most part: where hardly any is seen, those left out with their
    accelerator stand for them.
    """
    steps = [h for h in results if _steps(h.result)]
    made = {}
    for seen in (True, False):
        for moe in (True, False):
            mine = [h for h in steps if (h.seen, h.moe) == (seen, moe) and (h.by == "source" or not seen)]
            if len(mine) < MANY:
                mine = [h for h in steps if (h.by, h.moe) == ("accelerator", moe)]
            low, high = np.quantile([_ratio(h.result) for h in mine], PERCENTILES)
            made[seen, moe] = float(min(low, 1.0)), float(max(high, 1.0))
    return made


def ranged(h: Held, bounds: dict[tuple[bool, bool], tuple[float, float]]) -> Held:
    """A result in the interval that the catalog prints from now on."""
    value = h.result.predicted
    if value is None or not _steps(h.result):
        return h
    low, high = bounds[h.seen, h.moe]
    if not METRICS[h.result.field][1]:
        low, high = 1 / high, 1 / low
    return replace(h, result=replace(h.result, low=value * low, high=value * high))


def _steps(result: Result) -> bool:
    return not result.excluded and result.field not in WHOLE_RUNS


def _ratio(result: Result) -> float:
    """Measured over predicted throughput."""
    assert result.measured is not None
    assert result.predicted is not None
    more = METRICS[result.field][1]
    return result.measured / result.predicted if more else result.predicted / result.measured


def figures(
    made: Fitted,
    known: Books,
    overhead: Spread,
    bounds: dict[tuple[bool, bool], tuple[float, float]],
    rows: Sequence[Row],
) -> dict[str, list[str]]:
    """The catalog lines of every accelerator."""
    table, found = made.table(known), {}
    for id, values in sorted(table.items()):
        names = sorted(values, key=list(NOTES).index)
        lines = [_default(n, values, table) if id == DEFAULT else _own(id, n, values[n], made, rows) for n in names]
        for moe, name in ((False, "training_error"), (True, "training_moe_error")):
            low, high = bounds[id != DEFAULT, moe]
            note = f", note: '{NOTES[name]}'" if id == DEFAULT else ""
            if id == DEFAULT or (moe and "training_moe" in values) or (not moe and _dense(id, rows)):
                lines.append(
                    f"{name}: {{value: 1, source: train, low: {low:.2f}, high: {high:.2f}, confidence: medium{note}}}"
                )
        if id == DEFAULT:
            low, high = made.years
            lines.append(
                f"training_moe_year: {{value: {high:.2f}, source: train, low: {low:.2f}, high: {high:.2f}, "
                "note: 'of the newest software behind expert layers; rows say theirs, plans have the newest'}"
            )
            text = f"value: {overhead.value:.2f}, source: train, low: {overhead.low:.2f}, high: {overhead.high:.2f}"
            note = NOTES["training_run_overhead"]
            lines.append(f"training_run_overhead: {{{text}, confidence: low, note: '{note}'}}")
        found[id] = lines
    return found


def _dense(id: str, rows: Sequence[Row]) -> bool:
    like = SAME_CHIP.get(id, id)
    return any(row.case.chip.id == like and not row.case.model.experts for row in rows)


def _default(name: str, values: dict[str, float], table: dict[str, dict[str, float]]) -> str:
    value, note = values[name], f", note: '{NOTES[name]}'"
    others = [row[name] for id, row in table.items() if id != DEFAULT and name in row]
    span = f", low: {_short(min(others))}, high: {_short(max(others))}, confidence: low" if others else ""
    return f"{name}: {{value: {_short(value)}, source: train{span}{note}}}"


def _own(id: str, name: str, value: float, made: Fitted, rows: Sequence[Row]) -> str:
    like = SAME_CHIP.get(id)
    key = (like or id, name.removeprefix("training_").removeprefix("gemm_"))
    count, newest = made.rows[key], _newest(key, rows)
    note = f"{count} rows" if like is None else f"{like} stands in, same chip"
    confidence = "medium" if count >= MANY and like is None else "low"
    text = f"value: {_short(value)}, source: train, as_of: '{newest}', confidence: {confidence}, note: '{note}'"
    return f"{name}: {{{text}}}"


STACKS = {
    "megatron_sc21": "2021-04", "megatron_seqsel": "2022-05", "vtrain_multi": "2023-11", "mosaic_mpt": "2024-01",
    "maxtext": "2024-06", "maxtext_tier": "2025-03", "torchtitan": "2024-12", "llama3_paper": "2024-07",
    "mcore_h100_weak": "2024-06", "mlperf": "2025-06", "mlperf_lora": "2025-06", "tpu_recipes": "2025-06",
    "tpu_recipes_ironwood": "2025-11",
}  # fmt: skip
"""When the software of a source was current, to the month; NVIDIA's tables name their container instead."""
_CONTAINER = re.compile(r"\b(2\d)\.(\d\d)(?:\.\d+)? NeMo")


def _newest(key: tuple[str, str], rows: Sequence[Row]) -> str:
    """Date of the newest software stack behind a figure."""
    dates = []
    for row in rows:
        if row.case.chip.id == key[0] and (row.bits == key[1] or (key[1] == "moe" and row.case.model.experts)):
            found = _CONTAINER.search(str(row.entry.data.get("notes")))
            dates.append(f"20{found.group(1)}-{found.group(2)}" if found else STACKS.get(row.source, "2025-09"))
    return max(dates)


def _short(value: float) -> str:
    return f"{value:.3g}" if value >= 0.01 else f"{value:.2e}"


def rewritten(text: str, lines: dict[str, list[str]], source: str) -> str:
    """The catalog with every `training_` line of its rows replaced, rows added where an accelerator had none."""
    head, *blocks = re.split(r"(?m)^(?=  - id: )", text)
    head = re.sub(r"(?m)^  train: .*$", lambda _: f"  train: {{ref: '{source}'}}", head)
    made: dict[str, str] = {}
    for block in blocks:
        id = block.split("\n", 1)[0].removeprefix("  - id: ").strip()
        kept = [line for line in block.splitlines() if not line.startswith("    training_")]
        where = 2 if len(kept) > 1 and kept[1].startswith("    name:") else 1
        kept[where:where] = [f"    {line}" for line in lines.get(id, [])]
        if len(kept) > 2:
            made[id] = "\n".join(kept) + "\n"
    for id in sorted(set(lines) - set(made)):
        made[id] = "\n".join([f"  - id: {id}", f"    name: {id}", *(f"    {line}" for line in lines[id])]) + "\n"
    first = [made.pop(DEFAULT)]
    return head + "".join([*first, *(made[id] for id in sorted(made))])


def _source(found: Sequence[Entry], known: Books, results: Sequence[Held], rows: Sequence[Row]) -> str:
    """What the catalog says of the fit: rows, error in sample and with sources left out."""
    groups = {(g.by, g.name): g for g in validate(found, known).groups}
    dense, moe = groups["kind", "dense"], groups["kind", "moe"]
    out = {
        kind: np.mean(
            [abs(_ratio(h.result) - 1) for h in results if h.by == "source" and h.moe == m and _steps(h.result)]
        )
        for kind, m in (("dense", False), ("moe", True))
    }
    return (
        f"step model of planner/estimate/training_step.py fitted to {len(rows)} published rows (benchmarks/data/"
        "training_measurements.yaml; one command fits them anew, benchmarks/refit_training.py): "
        f"dense {dense.mape:.1%} mean and {dense.median_ape:.1%} median error over all rows, whole runs included, "
        f"{out['dense']:.1%} mean with the source of the row left out; MoE {moe.mape:.1%} and {out['moe']:.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry", action="store_true", help="print the lines and write nothing")
    asked = parser.parse_args()
    known, found, rows = measured(unfitted)
    made, results = fit(rows), list(held(known, found, rows))
    books = with_overhead(known, made.coefficients(known), found)
    overhead = books.coefficients.table[DEFAULT]["training_run_overhead"]
    bounds = ranges(results)
    lines = figures(made, known, overhead, bounds, rows)
    text = rewritten(CATALOG.read_text(encoding="utf-8"), lines, _source(found, books, results, rows))
    if asked.dry:
        print(text)
    else:
        CATALOG.write_text(text, encoding="utf-8", newline="\n")
        found = summary([ranged(h, bounds) for h in results])
        print("\n".join(lines_of(found)))
        write(RESULTS, found)


if __name__ == "__main__":
    main()
