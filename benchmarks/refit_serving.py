"""Fits the serving coefficients anew and writes them to the catalogs.

    python benchmarks/refit_serving.py [--quick | --ranges]

Writes `serving_*` figures of catalogs/physics/coefficient.yaml, the whole of catalogs/physics/engine.yaml, and how well
rows left out were predicted to benchmarks/results. Ranges are those of rows left out of the fit (serving_ranges.py).
`--quick` keeps the ranges and results that are there; `--ranges` makes the ranges anew from the errors of rows left out
that are there.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from serving_fit import PARAMETERS, Fit, anchored, fit, load
from serving_holdout import FOLDED, Member, left_out, read_errors, show, tables, write_errors
from serving_ranges import QUANTITIES, Place, Range, ranges

from planner import driver
from planner.estimate.coefficients import DEFAULT, OTHER, RELEASE
from planner.validate.books import Books, books
from planner.validate.serving import MOE_ERROR
from planner.validate.serving_fields import TTFT

FOLDER = Path(__file__).parent.parent / "catalogs" / "physics"
RESULTS = Path(__file__).parent / "results" / "serving_holdout.json"
LEFT_OUT = (FOLDED, "source", "software", "accelerator")
AS_OF = "2026-11-25"
NOUGHT = 0.005
"""Log effects of software below this are left out: none of its rows feels the coefficient."""
STAND_INS = {"nvidia_a100_sxm4_40gb": "nvidia_a100_sxm4_80gb"}
"""Accelerators that differ from a measured one in the size of their memory alone."""
NAMES = {
    "trtllm": "TensorRT-LLM",
    "vllm": "vLLM",
    "sglang": "SGLang",
    "gaudi": "Intel Gaudi software",
    "neuron": "AWS Neuron",
    "mlperf": "MLPerf Inference, NVIDIA submissions",
    "mlperf_amd": "MLPerf Inference, AMD submissions",
    "mlperf_vllm": "MLPerf Inference, vLLM submissions",
}
FIRST = ("serving_error", "serving_moe_error")
WHOSE = {
    ("coefficient", DEFAULT): "accelerators without rows of their own; of experts: any",
    ("engine", OTHER): "measured over predicted of software that was left out of the fit",
    ("engine", RELEASE): "measured over predicted of sources that were left out of the fit",
}
NOTES = {
    "serving_sequence_s": "host work, sampling and scheduling, per sequence and step",
    "serving_layer_s": "launch and synchronisation per layer and step",
    "serving_step_s": "host work per step",
    "serving_hop_s": "one all-reduce over a scale-up fabric, its size aside",
    "serving_8bit": "achieved over peak of 8-bit units, over that of 16-bit units",
    "serving_4bit": "the same of 4-bit units",
    "serving_narrow": "memory bandwidth reading 8-bit and 4-bit weights, over that reading 16-bit ones",
    "serving_group": "exponent: the cache is read (heads of queries per head of keys)^this times a step",
    "serving_odd_group": "that exponent times this where the heads per head of keys are no power of two",
    "serving_prefill": "rate of linear layers over prompts, over that over batches of single tokens",
    "serving_attention": "16-bit rate of attention over prompts, over that of linear layers",
    "serving_moe": "rate of expert models, over that of dense ones",
    "serving_stall": "of the prefill of others, what decoding in a closed loop waits for",
    "serving_first_prefill": "of a prefill alone, what a first token in a closed loop takes for it",
    "serving_first_decode": "steps of others that a first token in a closed loop waits for",
    "serving_first_queue": "of the prefill of all others, what is ahead of a first token in a closed loop",
    "serving_request_s": "host work per user of a closed loop, to the first token",
    "serving_targets": "throughput within a latency bound at random arrivals, over that of a full queue",
}


def figure(value: float, source: str, note: str = "", low: float | None = None, high: float | None = None) -> str:
    """One figure as a YAML flow mapping."""
    text = f"value: {value:.3g}, source: {source}"
    if low is not None and high is not None:
        text += f", low: {low:.2f}, high: {high:.2f}"
    text += ", confidence: medium"
    return "{" + text + (f", note: '{note}'" if note else "") + "}"


def spread_lines(found: Mapping[Place, Range], kind: str, id: str) -> Iterator[str]:
    """Ranges of a catalog row."""
    for name, (low, high) in sorted((n, r) for (k, i, n), r in found.items() if (k, i) == (kind, id)):
        yield f"    {name}: {figure(1, 'serve', WHOSE.get((kind, id), '') if name in FIRST else '', low, high)}"


def default_lines(found: Fit) -> Iterator[str]:
    """Coefficients of the row `default`."""
    for name, parameter in PARAMETERS.items():
        value = parameter.start * math.exp(found.effects[name, "constant", ""])
        yield f"    {name}: {figure(value, 'serve', NOTES.get(name, ''))}"


def own_lines(found: Fit, members: Sequence[Member], who: str, level: str) -> Iterator[str]:
    """Coefficients of an accelerator's row (values) or of a software's row (multiples)."""
    counts = Counter(case.quantity for _, case in members if who in (case.accelerator, case.software))
    note = ", ".join(f"{n} of {what}" for what, n in sorted(counts.items()))
    for name, parameter in PARAMETERS.items():
        effect = found.effects.get((name, level, who)) if level in parameter.levels else None
        if effect is None or (level == "software" and abs(effect) < NOUGHT):
            continue
        base = parameter.start * math.exp(found.effects[name, "constant", ""]) if level == "accelerator" else 1.0
        yield f"    {name}: {figure(base * math.exp(effect), 'serve', note)}"
        note = ""


def measured_by(members: Sequence[Member], software: str) -> str:
    """The sources of its rows, as a catalog line."""
    names = sorted({str(entry.data.get("source")) for entry, case in members if case.software == software})
    return f"    measured_by: {json.dumps(names, ensure_ascii=False)}"


def coefficient_file(blocks: dict[str, list[str]], source: str) -> None:
    """Replace the serving figures of each row, keep all others; rows that are new come at the end."""
    path = FOLDER / "coefficient.yaml"
    written = "|".join((*PARAMETERS, *QUANTITIES, MOE_ERROR))
    lines = []
    for line in path.read_text().splitlines():
        own = re.match(rf"    ({written}):", line)
        if not own:
            lines.append(re.sub(r"^  serve\d*: .*$", f"  serve: {source}", line))
    lines = [line for i, line in enumerate(lines) if not (line.startswith("  serve: ") and line in lines[:i])]
    places = [i for i, line in enumerate(lines) if line.startswith("  - id: ")] + [len(lines)]
    out, left = lines[: places[0]], dict(blocks)
    for start, end in pairwise(places):
        out += lines[start:end] + left.pop(lines[start].split(": ", 1)[1], [])
    for id, new in sorted(left.items()):
        out += [f"  - id: {id}", f"    name: {id}", *new]
    bare = [
        i
        for i, line in enumerate(out)
        if line.startswith("  - id")
        and not any(later.startswith("    ") and "name:" not in later for later in out[i + 1 : i + 3])
    ]
    out = [line for i, line in enumerate(out) if i not in bare and i - 1 not in bare]
    path.write_text("\n".join(out) + "\n")


def engine_file(blocks: dict[str, list[str]], source: str) -> None:
    lines = [
        "# Serving software by year: multiples of the serving coefficients of kind `coefficient`. Plans name none,",
        "# they take those as they are: of TensorRT-LLM v1.0 at full load. Written by benchmarks/refit_serving.py;",
        "# `*_error` are ranges of measured over predicted.",
        "kind: engine",
        f'as_of: "{AS_OF}"',
        "sources:",
        f"  serve: {source}",
        "rows:",
    ]
    for id, block in sorted(blocks.items()):
        if id == OTHER:
            lines += [f"  - id: {id}", "    name: any software without rows of its own, or of its year", *block]
            continue
        if id == RELEASE:
            lines += [f"  - id: {id}", "    name: software with rows, in another release or measured by others", *block]
            continue
        name, year, served = re.fullmatch(r"(\w+?)_(20\d\d)(_served)?", id).groups()  # type: ignore[union-attr]
        lines += [f"  - id: {id}", f"    name: {NAMES[name]}, {year}{', answering over the network' if served else ''}"]
        lines += block
    (FOLDER / "engine.yaml").write_text("\n".join(lines) + "\n")


def source_text(members: Sequence[Member], found: Fit) -> str:
    groups: dict[str, list[float]] = {}
    for (_, case), error in zip(members, found.errors, strict=True):
        groups.setdefault(f"{case.quantity}{' of experts' if case.moe else ''}", []).append(abs(math.expm1(error)))
    groups.pop(TTFT, None)
    errors = ", ".join(f"{name} {np.mean(e):.1%} ({len(e)})" for name, e in sorted(groups.items()))
    return (
        "{ref: 'roofline of planner/estimate/serving.py fitted by benchmarks/refit_serving.py to "
        "benchmarks/data/serving_*.yaml (TensorRT-LLM performance pages v0.5 to v1.0, Intel Gaudi and AWS Neuron, "
        "MLPerf Inference v3.1 to v5.1, "
        "InferenceX as sampled in ai-dynamo/aiconfigurator@095f58a5); mean error in sample: " + errors + "'}"
    )


def write(found: Fit, members: Sequence[Member], spreads: Mapping[Place, Range]) -> None:
    source = source_text(members, found)
    chips = sorted({who for _, level, who in found.effects if level == "accelerator"})
    used = sorted({who for _, level, who in found.effects if level == "software"})

    def block(made: Iterator[str], kind: str, id: str) -> list[str]:
        return [*made, *spread_lines(spreads, kind, id)]

    blocks = {DEFAULT: block(default_lines(found), "coefficient", DEFAULT)}
    blocks |= {id: block(own_lines(found, members, id, "accelerator"), "coefficient", id) for id in chips}
    blocks |= {id: blocks[like] for id, like in STAND_INS.items() if like in blocks}
    coefficient_file(blocks, source)
    engines = {
        id: [measured_by(members, id), *block(own_lines(found, members, id, "software"), "engine", id)] for id in used
    }
    engine_file(engines | {id: block(iter(()), "engine", id) for id in (OTHER, RELEASE)}, source)


def kept_ranges(known: Books) -> dict[Place, Range]:
    """The ranges that the catalogs have."""
    tables = {"coefficient": known.coefficients.table, "engine": known.coefficients.engines}
    names = {*QUANTITIES, MOE_ERROR}
    return {
        (kind, id, name): (spread.low, spread.high)
        for kind, table in tables.items()
        for id, row in table.items()
        for name, spread in row.items()
        if name in names
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="keep the ranges and results that are there")
    parser.add_argument("--ranges", action="store_true", help="make only these anew, from the errors that are there")
    asked = parser.parse_args()
    known = books(driver.catalog([]))
    members, _ = load()
    whole = fit([case for _, case in members], known.coefficients)
    found = Fit(anchored(whole.effects), whole.errors)
    if asked.quick:
        write(found, members, kept_ranges(known))
        return
    out = read_errors(members) if asked.ranges else {w: left_out(members, w, known, whole) for w in LEFT_OUT}
    write(found, members, ranges(members, out, np.full(len(members), True)))
    rows = tables(members, whole.errors, out, known)
    show(rows)
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
    if not asked.ranges:
        write_errors(members, whole.errors, out)


if __name__ == "__main__":
    main()
