"""A calibration as an overlay catalog, and as the table that `aiplan catalog calibrate` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from planner.estimate.coefficients import PLANS, Coefficients
from planner.validate.calibrate import FEWEST, SERVING, Calibration, Fitted

MOST_LINES = 12
"""Lines of rows that a source names; the others are counted."""
WIDEST = 56


def catalog(made: Calibration, rows: str, date: str) -> str:
    """A catalog file of kind `coefficient`: what was fitted, citing the rows of the file `rows`."""
    sources = {f"rows_{i + 1}": f for i, f in enumerate(made.fitted)}
    lines = [
        "# Written by `aiplan catalog calibrate`: coefficients fitted to your own measurements. Name this folder under",
        "# `catalogs:` of a scenario, or with --catalog.",
        "kind: coefficient",
        f'as_of: "{date}"',
        "sources:",
    ]
    lines += [f"  {id}: {{ref: {_quoted(_reference(f, rows))}}}" for id, f in sources.items()]
    lines += ["  ours: {ref: the bundled catalogs; no row of yours bears on it}", "rows:"]
    for id, figures in sorted(_rows(sources, made.coefficients).items()):
        lines += [f"  - id: {id}", *(f"    {name}: {{{figure}}}" for name, figure in figures.items())]
    return "\n".join(lines) + "\n"


def _rows(sources: Mapping[str, Fitted], c: Coefficients) -> dict[str, dict[str, str]]:
    """Figures by row and name. Accelerators' rows are laid over ours field by field, those of software are whole."""
    found: dict[str, dict[str, str]] = {}
    ranges: dict[tuple[str, str], tuple[float, float]] = {}
    for source, f in sources.items():
        row = found.setdefault(f.group.row, {})
        row |= {name: _figure(value, source) for name, value in f.values.items()}
        for name, low, high in _errors(f):
            before = ranges.get((f.group.row, name), (low, high))
            ranges[f.group.row, name] = low, high = min(low, before[0]), max(high, before[1])
            row[name] = _figure(1.0, source, low, high)
        if f.group.error == "serving_error":
            rest = [name for name in SERVING if name not in row]
            row |= {name: _figure(c.serving(f.group.accelerator, f.group.engine, name).value, "ours") for name in rest}
    for accelerator, chosen in _of_plans(list(sources.values())).items():
        found[f"{accelerator}.{PLANS}"] = dict(found[chosen])
    return found


def _of_plans(fitted: Sequence[Fitted]) -> dict[str, str]:
    """The row of each accelerator that plans take: that of the software with most measurements."""
    served = [f.group for f in fitted if f.group.error == "serving_error"]
    best = {g.accelerator: g.row for g in sorted(served, key=lambda g: (len(g.members), g.row))}
    return best


def _errors(f: Fitted) -> Iterator[tuple[str, float, float]]:
    """Ranges of measured over predicted: of rates, and the other way round of times."""
    yield f.group.error, f.low, f.high
    if f.group.error == "serving_error":
        yield "serving_step_error", 1 / f.high, 1 / f.low
        yield "serving_alone_error", 1 / f.high, 1 / f.low


def _figure(value: float, source: str, low: float | None = None, high: float | None = None) -> str:
    span = "" if low is None or high is None else f", low: {low:.3f}, high: {high:.3f}"
    return f"value: {value:.4g}, source: {source}{span}, confidence: medium"


def _reference(f: Fitted, rows: str) -> str:
    lines = sorted({m.line for m in f.group.members})
    named = ", ".join(str(line) for line in lines[:MOST_LINES])
    more = f" and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
    error = f"mean error {f.before:.1%} before, {f.after:.1%} after, {f.left_out:.1%} of rows left out"
    return f"{rows}, lines {named}{more}: {f.group.title}, {len(f.group.members)} measurements; {error}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def table(made: Calibration) -> str:
    """Mean error of every group before and after, what has too few rows, and what could not be used."""
    return "\n".join(_lines(made)) + "\n"


def _lines(made: Calibration) -> Iterator[str]:
    if made.fitted:
        heads = ("rows", "before", "after", "left out", "low", "high")
        yield f"{'Mean error, predicted over measured':<{WIDEST}}" + "".join(f"{h:>10}" for h in heads)
        for f in made.fitted:
            cells = (
                f"{f.before:.1%}",
                f"{f.after:.1%}",
                f"{f.left_out:.1%}",
                f"{f.low - 1:+.0%}",
                f"{f.high - 1:+.0%}",
            )
            yield f"{f.group.title:<{WIDEST}}{len(f.group.members):>10}" + "".join(f"{c:>10}" for c in cells)
        yield "left out: each row by a fit without it; low, high: where measured speed lay beside such predictions"
    for g in made.few:
        yield f"Left as it is: {g.title}: {len(g.members)} of at least {FEWEST} measurements"
    for reason, count in Counter(reason for _, reason in made.aside).most_common():
        where = ", ".join(str(line) for line, why in made.aside if why == reason)
        yield f"Not used: {count} x {reason} (line {where})"
