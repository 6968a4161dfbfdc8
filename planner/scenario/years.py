"""Several years in one plan: `years` of a scenario, and the files that have `{year}` in their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from planner.scenario.problems import Problem
from planner.scenario.references import records
from planner.scenario.source import Source
from planner.yaml12 import Path as Place

MARK = "{year}"
MOST_YEARS = 40


def of_year(value: Any, year: int) -> Any:
    """A typed record of the scenario, or plain data, with the files of one year under every `file`."""
    if isinstance(value, BaseModel):
        made = {name: _field(name, getattr(value, name), year) for name in type(value).model_fields}
        changed = {name: new for name, new in made.items() if new is not getattr(value, name)}
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, tuple):
        parts = tuple(of_year(v, year) for v in value)
        return parts if any(a is not b for a, b in zip(parts, value, strict=True)) else value
    if isinstance(value, dict):
        return {name: _field(name, inner, year) for name, inner in value.items()}
    return value


def _field(name: str, value: Any, year: int) -> Any:
    if isinstance(value, str):
        return value.replace(MARK, str(year)) if name == "file" and MARK in value else value
    return of_year(value, year)


def years_of(source: Source) -> list[int]:
    """The years that a scenario names, whatever else is wrong with it."""
    given = source.value(("years",))
    found = given if isinstance(given, list) else []
    return [year for year in found if isinstance(year, int) and not isinstance(year, bool)]


def names_of(source: Source, name: str) -> list[str]:
    """The files behind a name, in the order of the years."""
    return list(dict.fromkeys(name.replace(MARK, str(year)) for year in years_of(source))) or [name]


def check_years(source: Source, files: list[tuple[Place, Any]]) -> Iterator[Problem]:
    """Years that nothing tells apart, names that no year fills in, and what cannot be told of several years."""
    marked = [place for place, name in files if isinstance(name, str) and MARK in name]
    given = source.value(("years",))
    if given is None:
        for place in marked:
            said, fix = "no `years` say what `{year}` stands for", "Add `years: [2018, 2019, 2020]`."
            yield source.problem(place, "years", said, "a name, or `years` beside it", fix)
        return
    years = years_of(source)
    if len(set(years)) < len(years):
        yield source.problem(("years",), "duplicate", "a year is named twice", "each year once", "Remove one.")
    if years and not marked:
        said = "no file has `{year}` in its name, so that these years are all the same"
        fix = "Name files like `weather: {file: weather-{year}.csv}`."
        yield source.problem(("years",), "years", said, "files by year", fix)
    for site, _ in records(source, "sites"):
        for place, peak in records(source, *site, "grid", "demand", "coincident"):
            if peak.get("estimate") is not None and len(years) > 1:
                said = "the system's peaks of several years lie in other hours each"
                fix = "Name hours: `['07-23 17:00']`."
                yield source.problem((*place, "estimate"), "years", said, "`hours` of the year", fix, key=True)
