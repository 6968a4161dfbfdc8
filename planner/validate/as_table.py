"""A validation as plain text: errors by group, then what was not predicted and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.validate.run import Group, Validation

HEAD = ("n", "excluded", "mean", "median", "p90", "bias", "in range")
WIDEST = 44
TITLES = {"all": "", "family": "model family"}
NAMED = 8
"""Rows named for each reason; the others are counted."""


def render(made: Validation) -> str:
    """Text with a newline at its end."""
    return "\n".join([*_groups(made), *_excluded(made)]) + "\n"


def _groups(made: Validation) -> Iterator[str]:
    yield "Error of predicted over measured (signed error: predicted / measured - 1)"
    shown = ""
    for group in made.groups:
        if group.by == "predictor" and sum(g.by == "predictor" for g in made.groups) == 1:
            continue
        if group.by != shown:
            title = TITLES.get(group.by, group.by)
            yield ""
            yield f"{title:<{WIDEST}}" + "".join(f"{head:>10}" for head in HEAD)
            shown = group.by
        yield f"{group.name[:WIDEST]:<{WIDEST}}" + "".join(f"{cell:>10}" for cell in _cells(group))


def _cells(group: Group) -> tuple[str, ...]:
    errors = (group.mape, group.median_ape, group.p90_ape)
    shown = tuple("-" if e is None else f"{e:.1%}" for e in errors)
    bias = "-" if group.bias is None else f"{group.bias:+.1%}"
    held = "-" if group.coverage is None else f"{group.coverage:.0%}"
    return (str(group.n), str(group.excluded), *shown, bias, held)


def _excluded(made: Validation) -> Iterator[str]:
    set_aside = [r for r in made.results if r.excluded]
    if not set_aside:
        return
    yield ""
    yield f"Not predicted: {len(set_aside)} of {len(made.results)}"
    for reason, count in Counter(r.excluded for r in set_aside).most_common():
        names = [r.name for r in set_aside if r.excluded == reason]
        more = f" and {count - NAMED} more" if count > NAMED else ""
        yield f"  {count:>5}  {reason}: {', '.join(names[:NAMED])}{more}"
