"""Answers of `aiplan estimate` as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from planner.estimate.ask_training import Answer

RANGES = ("step_s", "tokens_per_s", "days", "energy_mwh")
DIGITS = 6


def training_json(question: Mapping[str, Any], found: Answer) -> str:
    """One object: `question`, `answer`; ranges as low, base, high."""
    made = asdict(found)
    for name in RANGES:
        made[name] = dict(zip(("low", "base", "high"), made[name], strict=True))
    for name in ("error", "whole_run"):
        made[name] = dict(zip(("low", "high"), made[name], strict=True))
    made["allocation"] = found.allocation
    made["energy_kwh"] = {key: value * 1e3 for key, value in made.pop("energy_mwh").items()}
    return json.dumps(_short({"question": dict(question), "answer": made}), indent=1, allow_nan=False) + "\n"


def training_table(question: Mapping[str, Any], found: Answer) -> str:
    """Plain text with a newline at its end."""
    return "\n".join(_lines(question, found)) + "\n"


def _lines(q: Mapping[str, Any], a: Answer) -> Iterator[str]:
    machines = f"{a.machines} x {q['machine']}"
    yield f"Train {q['model']} on {a.accelerators} x {q['accelerator']} ({machines}), {q['precision']}"
    yield f"{_si(q['tokens'])} tokens in batches of {_si(q['batch_tokens'])}, sequences of {q['sequence_tokens']:,}"
    yield ""
    yield f"{'':<26}{'low':>12}{'base':>12}{'high':>12}"
    for title, values, unit in (
        ("step", a.step_s, "s"),
        ("throughput", a.tokens_per_s, "tokens/s"),
        ("whole run", a.days, "days"),
        ("energy of the machines", tuple(v * 1e3 for v in a.energy_mwh), "kWh"),
    ):
        yield f"{title:<26}" + "".join(f"{_number(v):>12}" for v in values) + f" {unit}"
    yield ""
    yield f"{'layout':<26}{_layout(a)}"
    yield f"{'memory':<26}{a.memory_gb:.1f} GB an accelerator, {a.usable_gb:.1f} GB usable"
    use = a.allocation * a.goodput * a.mfu
    parts = f"allocation {a.allocation:.1%} x goodput {a.goodput:.1%} x MFU {a.mfu:.1%}"
    yield f"{'utilisation':<26}{parts} = {use:.1%}"
    yield f"{'checkpoints':<26}every {a.checkpoint_every_s / 60:.0f} min at best"
    yield ""
    yield from _notes(a)


def _layout(a: Answer) -> str:
    lay = a.layout
    degrees = {"tensor": lay.tensor, "pipeline": lay.pipeline, "context": lay.context, "expert": lay.expert}
    named = [f"{name} {degree}" for name, degree in degrees.items() if degree > 1]
    named += [f"data {lay.data}", f"micro-batch {lay.micro}"]
    if lay.interleave > 1:
        named.append(f"interleaved {lay.interleave}")
    named.append("full recomputation" if lay.full_recompute else "selective recomputation")
    return ", ".join(named)


def _notes(a: Answer) -> Iterator[str]:
    low, high = a.error[0] - 1, a.error[1] - 1
    if a.basis == "calibrated":
        yield f"Calibrated: published throughput not used to fit lay {low:+.0%} to {high:+.0%} from such a prediction."
    else:
        yield "Estimated: no published training throughput of this accelerator at this precision stands behind it."
        yield f"Accelerators left out and estimated so lay {low:+.0%} to {high:+.0%} from such a prediction."
    least, most = a.whole_run
    yield f"Whole published runs took {least:.1f} to {most:.1f} times the hours of their steps: restarts, evaluation,"
    yield "older software; that is not in the figures above."


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.1f}"


def _si(value: float) -> str:
    for suffix, scale in (("T", 1e12), ("B", 1e9), ("M", 1e6), ("K", 1e3)):
        if value >= scale:
            return f"{value / scale:.4g}{suffix}"
    return f"{value:.4g}"


def _short(value: Any) -> Any:
    """Numbers to a few digits."""
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value
