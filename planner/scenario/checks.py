"""What one record alone cannot show: periods, curves, keys that belong together, files.

The checks read plain data, so that they run, and say all that they find, whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from planner.scenario.bands import bands
from planner.scenario.failures import failures
from planner.scenario.files import check_files
from planner.scenario.graph import pipeline
from planner.scenario.power import power
from planner.scenario.problems import Problem
from planner.scenario.quantity import QuantityError, parse_quantity
from planner.scenario.references import records, references, repeated, survival, unique
from planner.scenario.shared import shared_contracts
from planner.scenario.source import Source
from planner.scenario.state import state
from planner.scenario.terms import terms
from planner.scenario.units import DAY_S
from planner.scenario.wan import wan
from planner.yaml12 import Path as Place

MAX_HORIZON_YEARS = 40
DAYS_PER_YEAR = 365.25
HOURS, DAYS = 24, 7


def check(source: Source, folder: Path, allow: Sequence[Path] = ()) -> list[Problem]:
    """Everything wrong between the records, and with the files they name (in `folder` or a folder of `allow`)."""
    names = (unique, repeated, references, survival)
    values = (_nothing, _periods, _deadlines, _curves, _together, _routed, _racks, _energy)
    more = (terms, shared_contracts, bands, failures, pipeline, wan, state, power)
    return [p for rule in (*names, *values, *more) for p in rule(source)] + list(check_files(source, folder, allow))


def _nothing(source: Source) -> Iterator[Problem]:
    """Keys with nothing behind them: a limit that was forgotten must not become no limit."""
    for place in source.located.values:
        if place and source.value(place) is None:
            fix = "Give a value, or remove the key."
            yield source.problem(place, "nothing", "nothing is given here", "a value", fix)


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
        elif (end - start).days == 1 and (start.month, start.day) == (2, 29):
            fix = "Add a day: years here have 365."
            yield source.problem((*place, "start"), "periods", "29 February alone has no hours", "another day", fix)
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


def _deadlines(source: Source) -> Iterator[Problem]:
    """A run must end within the horizon: what it costs after it would not be counted."""
    dates = [(_day(r.get("start")), _day(r.get("end"))) for _, r in records(source, "periods")]
    first, last = dates[0][0] if dates else None, dates[-1][1] if dates else None
    days = float((last - first).days) if first is not None and last is not None else 365.0
    for place, work in records(source, "workloads"):
        deadline = _amount(work.get("deadline"), "time") if work.get("kind") == "training" else None
        if deadline is not None and days > 0 and deadline > days * DAY_S:
            said = f"the run may end after the horizon, which has {days:g} days"
            fix = "Bring the deadline forward, or add periods."
            yield source.problem((*place, "deadline"), "periods", said, f"at most {days:g} days", fix)


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
        if kind == "dataset" and work.get("flexible") is not None:
            said, fix = "a dataset runs on no machine: nothing of it may move", "Remove `flexible`."
            yield source.problem((*place, "flexible"), "kind", said, "a workload that runs", fix, key=True)
        if kind == "service" and not work.get("work") and not work.get("throughput"):
            said = "neither `work` nor `throughput` says how fast a machine is"
            fix = "Add `work: fraud_scoring`, or `throughput: {dgx_h100: 9000 req/s}`."
            yield source.problem(place, "missing", said, "one of them", fix, key=True)
    sites = records(source, "sites")
    for place, site in [*sites, *(plant for at, _ in sites for plant in records(source, *at, "contracts"))]:
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


def _routed(source: Source) -> Iterator[Problem]:
    """Load that goes to other sites is that of requests, has another site to go to, and time for the way."""
    every = len(records(source, "sites"))
    for place, work in records(source, "workloads"):
        routing, kind, at = work.get("routing"), work.get("kind"), (*place, "routing")
        if routing is None:
            continue
        if kind not in ("serving", "service"):
            said, fix = f"a workload of kind `{kind}` answers no requests that could go elsewhere", "Remove `routing`."
            yield source.problem(at, "kind", said, "`serving` or `service`", fix, key=True)
        elif len(work.get("sites") or range(every)) < 2:
            said, fix = "there is one site, so that nothing can go to another", "Remove `routing`, or name more sites."
            yield source.problem(at, "sites", said, "two sites or more", fix, key=True)
        if work.get("flexible") is not None:
            said = "`flexible` and `routing` of one workload: its work moves either in time or between sites"
            yield source.problem(at, "together", said, "one of them", "Remove one of them.", key=True)
        limit = _amount(work.get("ttft" if kind == "serving" else "latency"), "time")
        away = _amount(routing.get("round_trip"), "time") if isinstance(routing, dict) else None
        if limit is not None and away is not None and away >= limit:
            said = f"the way there and back takes all of the {limit:g} s that an answer may"
            fix = "Route within a region, or allow more time."
            yield source.problem((*at, "round_trip"), "latency", said, f"less than {limit:g} s", fix)


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


def _racks(source: Source) -> Iterator[Problem]:
    """Racks say how many, and how much power each may draw."""
    for place, site in records(source, "sites"):
        for at, room in [(place, site), *records(source, *place, "halls")]:
            limited = room.get("rack_power") is not None or room.get("pdus") is not None
            if room.get("racks") is not None and not limited:
                said = "`racks` are counted, but not how much power each may draw"
                yield source.problem(
                    (*at, "racks"), "missing", said, "`rack_power` beside it", "Add `rack_power: 40 kW`.", key=True
                )


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
        for at, wish in records(source, *place, "generators"):
            yield from _within(source, at, ("installed", "max", "power"))
            yield from _units(source, at, wish)


def _units(source: Source, place: Place, wish: dict[str, Any]) -> Iterator[Problem]:
    """Spares are units, of something that has a most; what is installed is whole units."""
    spares = wish.get("spares")
    unit, there = (_amount(wish.get(key), "power") for key in ("unit", "installed"))
    for key, example in (("unit", "unit: 2.5 MW"), ("max", "max: 20 MW")):
        if isinstance(spares, int) and spares > 0 and wish.get(key) is None:
            said = f"spare units are asked for, and `{key}` is missing"
            fix = f"Add `{example}`."
            yield source.problem((*place, "spares"), "missing", said, f"`{key}` beside it", fix, key=True)
    if unit and there and abs(there / unit - round(there / unit)) > 1e-6:
        said = f"{there:g} kW is no whole number of units of {unit:g} kW"
        fix = "Write what its whole units give."
        yield source.problem((*place, "installed"), "range", said, "whole units", fix)


def _within(source: Source, place: Place, keys: tuple[str, str, str]) -> Iterator[Problem]:
    """What is installed fits the most that is allowed. `keys`: installed, most, dimension."""
    installed, most = (_amount(source.value((*place, key)), keys[2]) for key in keys[:2])
    if installed is not None and most is not None and installed > most:
        said = f"more is installed than `{keys[1]}` allows"
        yield source.problem((*place, keys[0]), "range", said, f"at most `{keys[1]}`", f"Raise `{keys[1]}`.")
