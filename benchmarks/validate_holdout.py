"""How well training is predicted where it was not fitted: every source, then every accelerator, left out in turn.

    python benchmarks/validate_holdout.py          half a minute; benchmarks/results/training_holdout.json

The coefficients are fitted anew without the rows left out, and those rows are predicted by the same code as
`aiplan validate`. A row whose accelerator and width other sources measured too counts as `seen`, others as `unseen`;
whole runs (GPU-hours, days) are no part of the fit of steps; what they took over their steps is worked out anew too.
Beside each error stands how much of the time the measured value lay in the interval that the catalog prints.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training_fit import fit, unfitted, with_overhead
from training_steps import Row, measured

from planner.validate.books import Books
from planner.validate.entry import Entry
from planner.validate.run import Group, Result, group, validate

RESULTS = Path(__file__).parent / "results" / "training_holdout.json"
ERRORS = RESULTS.with_name("training_left_out.csv")
MEASURED = "training_measurements"


@dataclass(frozen=True)
class Held:
    """One result of a row left out, and whether its accelerator's efficiency came from other rows."""

    by: str
    left_out: str
    seen: bool
    moe: bool
    result: Result


def held(known: Books, found: Sequence[Entry], rows: Sequence[Row]) -> Iterator[Held]:
    """Results of every row, left out with its source and with its accelerator."""
    chips = {row.entry.index: row.case.chip.id for row in rows}
    ways: dict[str, Callable[[Entry], str]] = {
        "source": lambda e: str(e.data.get("source")),
        "accelerator": lambda e: chips.get(e.index, ""),
    }
    for by, read in ways.items():
        for name in sorted({read(entry) for entry in found} - {""}):
            out = [entry for entry in found if read(entry) == name]
            yield from _without(by, name, out, [entry for entry in found if read(entry) != name], known, rows)


def _without(
    by: str, name: str, out: Sequence[Entry], kept: Sequence[Entry], known: Books, rows: Sequence[Row]
) -> Iterator[Held]:
    gone = {entry.index for entry in out}
    table = fit([row for row in rows if row.entry.index not in gone]).coefficients(known)
    for result in validate(out, with_overhead(known, table, kept)).results:
        seen = result.basis == "calibrated"
        yield Held(by, name, seen, result.labels.get("kind") == "moe", result)


def summary(results: Sequence[Held]) -> list[tuple[str, Group]]:
    """Errors by what was left out: dense and MoE, all, seen and unseen, then by name."""
    made = []
    for by in ("source", "accelerator"):
        mine = [h for h in results if h.by == by]
        for kind, moe in (("dense", False), ("moe", True)):
            for which, seen in (("", (True, False)), (", seen", (True,)), (", unseen", (False,))):
                members = [h.result for h in mine if h.moe == moe and h.seen in seen]
                if members:
                    made.append((f"leave one {by} out: {kind}{which}", group(by, f"{kind}{which}", members)))
        for name in sorted({h.left_out for h in mine}):
            members = [h.result for h in mine if h.left_out == name]
            made.append((f"  {by} {name}", group(by, name, members)))
    return made


def lines(made: Sequence[tuple[str, Group]]) -> Iterator[str]:
    yield f"{'':<52}{'n':>6}{'excluded':>10}{'mean':>9}{'median':>9}{'p90':>9}{'bias':>9}{'in range':>10}"
    for title, g in made:
        cells = "".join(f"{'-' if v is None else f'{v:.1%}':>9}" for v in (g.mape, g.median_ape, g.p90_ape, g.bias))
        yield f"{title:<52}{g.n:>6}{g.excluded:>10}{cells}{'-' if g.coverage is None else f'{g.coverage:.0%}':>10}"


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    found = list(held(*measured(unfitted)))
    made = summary(found)
    print("\n".join(lines(made)))
    write(RESULTS, made)
    write_errors(ERRORS, found)


def write(path: Path, made: Sequence[tuple[str, Group]]) -> None:
    """The figures as JSON, for docs/validation.md."""
    path.parent.mkdir(exist_ok=True)
    rows = [{"title": title.strip(), **_rounded(asdict(g))} for title, g in made]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8", newline="\n")


def write_errors(path: Path, found: Sequence[Held]) -> None:
    """A line for each measured field: its signed error when left out with its source, and with its accelerator."""
    errors: dict[tuple[int, str], dict[str, str]] = {}
    for h in found:
        if h.result.error is not None:
            errors.setdefault((h.result.entry.index, h.result.field), {})[h.by] = f"{h.result.error:.4f}"
    rows = ["file,row,field,source,accelerator"]
    for (row, field), by in sorted(errors.items()):
        rows.append(f"{MEASURED},{row},{field},{by.get('source', '')},{by.get('accelerator', '')}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")


def _rounded(figures: dict[str, object]) -> dict[str, object]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}


if __name__ == "__main__":
    main()
