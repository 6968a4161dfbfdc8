"""What one record alone cannot show: references, duplicates, periods, and keys that belong together.

The checks read plain data, so that they run, and say all that they find, whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from planner.scenario.files import check_files
from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.quantity import QuantityError, parse_quantity
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place

MAX_HORIZON_YEARS = 40
DAYS_PER_YEAR = 365.25
HOURS, DAYS = 24, 7


def check(source: Source, folder: Path) -> list[Problem]:
    """Everything wrong between the records."""
    rules = (_unique, _references, _periods, _curves, _together, _energy, _survival)
    return [p for rule in rules for p in rule(source)] + list(check_files(source, folder))


def records(source: Source, *path: str | int) -> list[tuple[Place, dict[str, Any]]]:
    """The mappings of a list, with their places."""
    found = source.value(path)
    items = found if isinstance(found, list) else []
    return [((*path, i), item) for i, item in enumerate(items) if isinstance(item, dict)]


def ids(source: Source, *path: str | int) -> list[str]:
    """The ids of a list's mappings."""
    return [r["id"] for _, r in records(source, *path) if isinstance(r.get("id"), str)]


def _unique(source: Source) -> Iterator[Problem]:
    lists: list[tuple[Place, str]] = [(("sites",), "id"), (("workloads",), "id"), (("periods",), "name")]
    for place, _ in records(source, "sites"):
        lists += [
            ((*place, "halls"), "id"),
            ((*place, "renewables"), "technology"),
            ((*place, "batteries"), "technology"),
        ]
    for path, key in lists:
        seen: dict[str, int] = {}
        for place, record in records(source, *path):
            name = record.get(key)
            if not isinstance(name, str | int):
                continue
            if str(name) in seen:
                said = f"{shown(name)} is taken: line {seen[str(name)]} has it already"
                yield source.problem(
                    (*place, key), "duplicate", said, "one that nothing else here has", "Rename one of them."
                )
            seen.setdefault(str(name), source.line((*place, key)))


def _references(source: Source) -> Iterator[Problem]:
    sites, datasets = ids(source, "sites"), _datasets(source)
    for place, work in records(source, "workloads"):
        chosen = work.get("sites")
        for i, name in enumerate(chosen if isinstance(chosen, list) else []):
            yield from _known(source, (*place, "sites", i), name, sites, "site")
        if "dataset" in work and work.get("kind") == "training" and work["dataset"] is not None:
            yield from _known(source, (*place, "dataset"), work["dataset"], datasets, "dataset")
    for place, site in records(source, "sites"):
        halls = ids(source, *place, "halls") if site.get("halls") else ["main"]
        for at, item in records(source, *place, "installed", "machines"):
            if item.get("hall") is not None:
                yield from _known(source, (*at, "hall"), item["hall"], halls, "hall")


def _datasets(source: Source) -> list[str]:
    found = (w for _, w in records(source, "workloads") if w.get("kind") == "dataset")
    return [w["id"] for w in found if isinstance(w.get("id"), str)]


def _known(source: Source, path: Place, name: Any, known: list[str], what: str) -> Iterator[Problem]:
    if isinstance(name, str) and name not in known:
        have = f"There are: {listed(known)}." if known else f"The scenario has no {what}."
        said = f"there is no {what} {shown(name)}"
        yield source.problem(path, "reference", said, f"the id of a {what}", did_you_mean(name, known) + have)


def _periods(source: Source) -> Iterator[Problem]:
    first: date | None = None
    last: date | None = None
    for place, record in records(source, "periods"):
        start, end = _day(record.get("start")), _day(record.get("end"))
        if start is None or end is None:
            last = end
            continue
        if end <= start:
            said, fix = (
                f"the period ends before it begins ({start})",
                "Write a later day; the end is not part of the period.",
            )
            yield source.problem((*place, "end"), "periods", said, f"a day after {start}", fix)
        elif last is not None and start != last:
            said = f"a period must begin where the one before it ends ({last})"
            yield source.problem((*place, "start"), "periods", said, f"`{last}`", f"Write `start: {last}`.")
        first, last = first or start, end
        if (end - first).days > MAX_HORIZON_YEARS * DAYS_PER_YEAR:
            said = f"the horizon is longer than {MAX_HORIZON_YEARS} years"
            yield source.problem(
                (*place, "end"), "periods", said, f"at most {MAX_HORIZON_YEARS} years", "End it earlier."
            )


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2027-01-01") else None
    except ValueError:
        return None


def _curves(source: Source) -> Iterator[Problem]:
    for place, work in records(source, "workloads"):
        shape = work.get("shape")
        for key, count in (("hourly", HOURS), ("weekly", DAYS)):
            given = shape.get(key) if isinstance(shape, dict) else None
            path = (*place, "shape", key)
            if isinstance(given, list) and len(given) != count:
                yield source.problem(
                    path, "shape", f"{len(given)} numbers are given", f"{count} numbers", f"Give {count}."
                )
            elif isinstance(given, list) and all(_is_number(v) and v == 0 for v in given):
                yield source.problem(path, "shape", "every number is 0", "a demand above 0", "Give ratios to the peak.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _together(source: Source) -> Iterator[Problem]:
    """Keys of which one is needed, or two are too many."""
    for place, work in records(source, "workloads"):
        kind = work.get("kind")
        if kind == "training":
            yield from _one_of(source, place, work, ("tokens", "steps"), "Add `tokens: 2T`, or `steps: 100000`.")
            yield from _batch(source, place, work)
        if kind == "service" and not work.get("work") and not work.get("throughput"):
            said = "neither `work` nor `throughput` says how fast a machine is"
            fix = "Add `work: fraud_scoring`, or `throughput: {dgx_h100: 9000 req/s}`."
            yield source.problem(place, "missing", said, "one of them", fix, key=True)
    for place, site in records(source, "sites"):
        weather = site.get("weather")
        if isinstance(weather, dict):
            at = (*place, "weather")
            yield from _one_of(
                source, at, weather, ("file", "station"), "Name a file, or a station: `{file: weather.csv}`."
            )
    aims = source.value(("objective", "minimize")) or source.value(("objective",))
    if isinstance(aims, list) and len(set(map(str, aims))) < len(aims):
        where: Place = ("objective", "minimize") if source.value(("objective", "minimize")) else ("objective",)
        yield source.problem(where, "duplicate", "an aim is given twice", "each aim once", "Write `[carbon, cost]`.")


def _one_of(source: Source, place: Place, record: dict[str, Any], keys: tuple[str, str], fix: str) -> Iterator[Problem]:
    given = [k for k in keys if record.get(k) is not None]
    if len(given) != 1:
        said = f"both `{keys[0]}` and `{keys[1]}` are given" if given else f"`{keys[0]}` or `{keys[1]}` is missing"
        path = (*place, given[1]) if given else place
        yield source.problem(
            path, "one-of", said, "exactly one of them", "Keep one of them." if given else fix, key=True
        )


def _batch(source: Source, place: Place, work: dict[str, Any]) -> Iterator[Problem]:
    sequence, batch = work.get("sequence"), _amount(work.get("batch"), "tokens")
    if isinstance(sequence, int) and batch is not None and 0 < batch < sequence:
        said = f"a batch of {batch:,.0f} tokens is shorter than one sequence of {sequence:,}"
        yield source.problem(
            (*place, "batch"), "range", said, f"at least {sequence:,} tokens", "Write it like `4M tokens`."
        )


def _amount(value: Any, dimension: str) -> float | None:
    try:
        return None if value is None else parse_quantity(value, dimension)
    except QuantityError:
        return None


def _energy(source: Source) -> Iterator[Problem]:
    for place, _ in records(source, "sites"):
        for at, wish in records(source, *place, "renewables"):
            if wish.get("max") is None and wish.get("land") is None:
                said = "neither `max` nor `land` limits it"
                yield source.problem(
                    at, "missing", said, "one of them", "Add `max: 30 MW`, or `land: 60 ha`.", key=True
                )
            yield from _within(source, at, ("installed", "max", "power"))
        for at, _ in records(source, *place, "batteries"):
            yield from _within(source, at, ("installed_power", "max_power", "power"))
            yield from _within(source, at, ("installed_energy", "max_energy", "energy"))


def _within(source: Source, place: Place, keys: tuple[str, str, str]) -> Iterator[Problem]:
    """What is installed fits the most that is allowed. `keys`: installed, most, dimension."""
    installed, most = (_amount(source.value((*place, key)), keys[2]) for key in keys[:2])
    if installed is not None and most is not None and installed > most:
        said = f"more is installed than `{keys[1]}` allows"
        yield source.problem((*place, keys[0]), "range", said, f"at most `{keys[1]}`", f"Raise `{keys[1]}`.")


def _survival(source: Source) -> Iterator[Problem]:
    every = set(ids(source, "sites"))
    for place, work in records(source, "workloads"):
        chosen = work.get("sites")
        here = len({s for s in chosen if isinstance(s, str)} if isinstance(chosen, list) and chosen else every)
        if work.get("survive") == "site" and here < 2:
            said = "to outlive the loss of a site, a workload needs two"
            yield source.problem(
                (*place, "survive"), "survive", said, "two sites or more", "Add a site, or `survive: none`."
            )
        copies = work.get("copies")
        if work.get("kind") == "dataset" and isinstance(copies, int) and copies > max(here, 1):
            said = f"{copies} copies need as many sites, and it has {here}"
            yield source.problem(
                (*place, "copies"), "range", said, f"at most {max(here, 1)}", "Add sites, or lower `copies`."
            )
