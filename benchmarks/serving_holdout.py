"""How well serving is predicted where it was not fitted.

    python benchmarks/serving_holdout.py [-o FILE.json]

Ways of leaving rows out, each fitted anew: a fifth at random, each source, each software, each accelerator, each model.
What is left out is predicted as `aiplan validate` would without it: the nearest year of the same software, or
current software; the constants of an accelerator that nobody measured.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from serving_fit import FILES, Fit, Numbers, anchored, fit, load, predicted

from planner import driver
from planner.estimate.coefficients import Coefficients
from planner.validate.books import Books, books
from planner.validate.entry import Entry
from planner.validate.serving import kind_of
from planner.validate.serving_cases import Case, cases

UNFIT = math.log(100.0)
"""Log error of what cannot be predicted: by the figures it does not fit, or misses its latency bound."""
ERRORS = Path(__file__).parent / "results" / "serving_left_out.csv"
Member = tuple[Entry, Case]
FOLDED, IN_SAMPLE = "a fifth", "in sample"
FOLDS, SEED, ROUNDS = 5, 0, 4
"""Parts of the random split, its seed, and steps from the fit of all rows."""


def folds(members: Sequence[Member]) -> list[object]:
    """A part for each row; fields of one row share it."""
    draw = np.random.default_rng(SEED).integers(0, FOLDS, 1 + max(entry.index for entry, _ in members))
    return [int(draw[entry.index]) for entry, _ in members]


WAYS: dict[str, Callable[[Sequence[Member]], list[object]]] = {
    FOLDED: folds,
    "source": lambda members: [str(entry.data.get("source")) for entry, _ in members],
    "software": lambda members: [case.software for _, case in members],
    "accelerator": lambda members: [case.accelerator for _, case in members],
    "model": lambda members: [str(entry.data.get("model")) for entry, _ in members],
}


def left_out(members: Sequence[Member], way: str, known: Books, whole: Fit) -> Numbers:
    """Log error of each row, predicted over measured, from a fit without its part.

    Not a number where neither its software nor its accelerator is left: nothing then stands behind a prediction.
    """
    parts = WAYS[way](members)
    errors = np.full(len(members), np.nan)
    for part in sorted(set(parts), key=str):
        out = [i for i, p in enumerate(parts) if p == part]
        rest = [case for (_, case), p in zip(members, parts, strict=True) if p != part]
        found = anchored(fit(rest, known.coefficients, whole.effects, ROUNDS).effects)
        used = {case.software for case in rest}
        asked = [members[i][1] if members[i][1].software in used else without(members[i], known) for i in out]
        errors[out] = predicted(asked, known.coefficients, found) - np.log([case.measured for case in asked])
        seen = {case.accelerator for case in rest}
        guessed = [i for i in out if members[i][1].software not in used and members[i][1].accelerator not in seen]
        errors[guessed] = np.nan
    return errors


def without(member: Member, known: Books) -> Case:
    """The same question where nobody knows its software."""
    entry, case = member
    engines = {id: row for id, row in known.coefficients.engines.items() if id != case.software}
    c = known.coefficients
    blind = replace(known, coefficients=Coefficients(c.table, c.services, engines))
    return next(found for found in cases(entry, blind) if found.field == case.field)


def table(way: str, members: Sequence[Member], errors: Numbers, inside: Sequence[bool]) -> list[dict[str, object]]:
    """Errors by kind, as the report of validation reads them."""
    names = [kind_of(case) for _, case in members]
    rows = []
    for name in sorted(set(names)):
        asked = np.array([n == name for n in names])
        mine = asked & (np.abs(errors) < UNFIT)
        signed = np.expm1(errors[mine])
        ape = np.abs(signed)
        figures = {
            "mape": ape.mean(),
            "median_ape": np.median(ape),
            "p90_ape": np.quantile(ape, 0.9),
            "bias": signed.mean(),
            "coverage": np.array(inside)[mine].mean(),
            "within_15": (ape <= 0.15).mean(),
        }
        rounded = {key: round(float(value), 4) for key, value in figures.items()}
        rows.append(
            {
                "title": f"{way}: {name}",
                "by": way,
                "name": name,
                "n": len(ape),
                "excluded": int((asked & ~mine).sum()),
                **rounded,
            }
        )
    return rows


def tables(
    members: Sequence[Member], errors: Numbers, out: Mapping[str, Numbers], known: Books
) -> list[dict[str, object]]:
    """In sample, then each way of leaving out, with how often the intervals held."""
    from serving_ranges import held

    rows = table("in sample", members, errors, held(members, errors, out, IN_SAMPLE, known))
    for way, each in out.items():
        rows += table(f"leave {way} out", members, each, held(members, each, out, way, known))
    return rows


def show(rows: Sequence[dict[str, object]]) -> None:
    print(f"\n{'':<52}{'n':>6}{'mean':>9}{'median':>9}{'p90':>9}{'in 15 %':>9}{'in range':>9}")
    for row in rows:
        keys = ("mape", "median_ape", "p90_ape", "within_15", "coverage")
        print(f"{row['title']:<52}{row['n']:>6}" + "".join(f"{float(str(row[key])):>9.1%}" for key in keys))


def write_errors(members: Sequence[Member], errors: Numbers, out: Mapping[str, Numbers]) -> None:
    """A line for each measured field: predicted over measured less one, in sample and each way left out."""
    lines = [",".join(("file", "row", "field", IN_SAMPLE, *out))]
    place = 0
    for at, (entry, case) in enumerate(members):
        place += at > 0 and entry.index < members[at - 1][0].index
        figures = (f"{math.expm1(e[at]):.4f}" if abs(e[at]) < UNFIT else "" for e in (errors, *out.values()))
        lines.append(",".join((Path(FILES[place]).stem, str(entry.index), case.field, *figures)))
    ERRORS.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def read_errors(members: Sequence[Member]) -> dict[str, Numbers]:
    """What `write_errors` wrote, by way of leaving out; not a number where nothing stood. Raises ValueError."""
    with ERRORS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    asked = [(str(entry.index), case.field) for entry, case in members]
    if [(row["row"], row["field"]) for row in rows] != asked:
        raise ValueError(f"{ERRORS.name} is of other measurements: refit without --ranges")
    ways = [way for way in rows[0] if way in WAYS]
    return {way: np.array([math.log1p(float(row[way] or "nan")) for row in rows]) for way in ways}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", type=Path, metavar="FILE.json", help="write the figures here too")
    asked = parser.parse_args()
    known = books(driver.catalog([]))
    members, excluded = load()
    print(f"{len(members)} measured fields; left out: {_shown(excluded)}")
    whole = fit([case for _, case in members], known.coefficients)
    out = {way: left_out(members, way, known, whole) for way in WAYS}
    made = tables(members, whole.errors, out, known)
    show(made)
    if asked.o:
        asked.o.write_text(json.dumps(made, indent=1) + "\n")


def _shown(excluded: Counter[str]) -> str:
    return "; ".join(f"{count} {reason}" for reason, count in excluded.most_common()) or "none"


if __name__ == "__main__":
    main()
