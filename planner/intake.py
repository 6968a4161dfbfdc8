"""Everything a scenario brings, read in one pass: its text, the catalogs laid over ours, the files it names.

What is wrong with any of them is found together, each fault with its file, line and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.scenario.problems import Problem, ScenarioProblems

if TYPE_CHECKING:
    from planner.catalog import Catalog, CatalogFault
    from planner.scenario.change import Change
    from planner.scenario.fragment import Fragment
    from planner.scenario.schema import Scenario
    from planner.scenario.source import Source
    from planner.yaml12 import Path as Place

ROWS = "rows whose figures carry a source and a date"
HOURS = "a header line, then one finite number for each of the 8,760 hours of a year"
WEATHER = "a year of hourly weather"


def read(
    path: Path,
    fragments: Sequence[Fragment] = (),
    changes: Sequence[Change] = (),
    library: dict[tuple[str, ...], Catalog] | None = None,
) -> tuple[Scenario, Catalog]:
    """The scenario of a file, some values changed, and the catalogs it plans with.

    `library`: catalogs read before, by the overlays over ours; what is read now is added. Raises ScenarioProblems with
    every fault of all files.
    """
    from planner.scenario.known_ids import check_ids
    from planner.scenario.loader import examine

    reading = examine(path, fragments, changes=changes)
    source, folder = reading.source, path.parent
    broken = {(p.line, p.column) for p in reading.problems if p.code in ("file", "duplicate")}
    books, faults = _catalogs(source, folder, broken, {} if library is None else library)
    taken = {(p.line, p.column) for p in reading.problems}
    unknown = [p for p in check_ids(source, known(books)) if (p.line, p.column) not in taken]
    problems = [*reading.problems, *faults, *unknown, *_files(source, folder, broken, books)]
    if reading.scenario is not None and reading.scenario.network is not None:
        problems += _network(source, books, reading.scenario.network)
    if reading.scenario is None or problems:
        raise ScenarioProblems(list(dict.fromkeys(problems)))
    return reading.scenario, books


def known(books: Catalog) -> dict[str, set[str]]:
    """Every id a scenario may name, by kind."""
    from planner.series.weather import KNOWN

    kinds = ("model", "cooling", "energy", "grid", "power_train", "service", "accelerator", "switch")
    found = {kind: {row.id for row in books.rows(kind)} for kind in kinds}
    nodes = [*books.rows("node"), *books.rows("price_rental")]
    found["node"] = {row.id for row in nodes}
    found["vendor"] = {str(row.text["vendor"]) for row in nodes if "vendor" in row.text}
    families = {str(row.text.get("family", "")) for row in books.rows("accelerator")}
    plain = {"accelerated", "cpu", "rented", "spot", "announced"}
    found["tag"] = {t for row in nodes for t in row.tags} | families | plain
    found["generation"] = {row.id for row in books.rows("energy") if row.behaves("as_produced")}
    found["store"] = {row.id for row in books.rows("energy") if row.behaves("stored")}
    found["generator"] = {row.id for row in books.rows("energy") if row.behaves("dispatchable")}
    found["station"] = {s.id for s in KNOWN}
    return found


def _network(source: Source, books: Catalog, network: Any) -> Iterator[Problem]:
    """What the network asks of the catalogs in vain."""
    from planner.resolve.fabrics import unmet

    for path, said, expected, fix in unmet(books, network):
        yield source.problem(path, "network", said, expected, fix)


def _catalogs(
    source: Source, folder: Path, broken: set[tuple[int, int]], library: dict[tuple[str, ...], Catalog]
) -> tuple[Catalog, list[Problem]]:
    """Ours with the scenario's over them; where those are at fault, what could be read of them."""
    from planner.catalog import CatalogProblem, load
    from planner.catalog.lint import of_overlays

    given = source.value(("catalogs",))
    names = [
        name
        for i, name in enumerate(given if isinstance(given, list) else ())
        if isinstance(name, str) and not _at(source, ("catalogs", i), broken)
    ]
    key = tuple((folder / name).as_posix() for name in names)
    try:
        if key not in library:
            library[key] = load([folder / name for name in names])
        books = library[key]
        return books, [_of_catalog(fault, folder, names) for fault in of_overlays(books)]
    except CatalogProblem as found:
        return found.books, [_of_catalog(fault, folder, names) for fault in found.faults]


def _at(source: Source, place: Place, broken: set[tuple[int, int]]) -> bool:
    mark = source.mark(place)
    return (mark.line, mark.column) in broken


def _of_catalog(fault: CatalogFault, folder: Path, names: Sequence[str]) -> Problem:
    """A catalog file's fault with its line; files are named from the folder that holds the overlay's."""
    homes = [(folder / name).parent for name in names]
    path = next((home / fault.file for home in homes if (home / fault.file).is_file()), Path(fault.file))
    return _problem(path, (fault.line, fault.column), "catalog", (fault.message, ROWS, fault.fix))


def _problem(path: Path, at: tuple[int, int], code: str, words: tuple[str, str, str]) -> Problem:
    """A fault of another file; `at`: line and column from one, a line of 0 where no line is to blame."""
    line, column = max(at[0], 1), max(at[1], 1)
    text = _line(path, line) if at[0] else ""
    word = len(text[column - 1 :].split(maxsplit=1)[0]) if text[column - 1 :].strip() else 1
    return Problem(path.as_posix(), line, column, column + word, text, code, *words)


def _line(path: Path, number: int) -> str:
    from planner.scenario.source import split_lines

    try:
        if path.is_symlink():  # it may lead out of the folder, to what is nobody's to print
            return ""
        lines = split_lines(path.read_bytes().decode("utf-8-sig", "replace"))
    except OSError:
        return ""
    return lines[number - 1] if number <= len(lines) else ""


def _files(source: Source, folder: Path, broken: set[tuple[int, int]], books: Catalog) -> Iterator[Problem]:
    """What is wrong inside the files that the scenario names, those that can be opened."""
    from planner.scenario.files import hourly_files, weather_files

    for place, given, dimension in hourly_files(source):
        if not _at(source, (*place, "file"), broken):
            name = str(source.value((*place, "id")) or place[-1]).replace("_", " ")
            yield from _hours(folder, given, dimension, name, str(place[-1]))
    resources = {row.id: str(row.text.get("resource", "")) for row in books.rows("energy")}
    for place, site in weather_files(source):
        if not _at(source, (*place, "weather", "file"), broken):
            yield from _weather(source, place, site, folder, resources)
    yield from _stations(source)


def _stations(source: Source) -> Iterator[Problem]:
    """Stations that are known, and whose package is not installed."""
    from planner.scenario.references import records
    from planner.series.weather import KNOWN, stations

    absent = {s.id: s for s in KNOWN if s not in stations()}
    sites = [place for place, _ in records(source, "sites")]
    for place in [*sites, *(at for site in sites for at, _ in records(source, *site, "contracts"))]:
        at = (*place, "weather", "station")
        if (station := absent.get(str(source.value(at)))) is not None:
            said = f"the weather of {station.name} is in the package {station.package}, which is not installed"
            yield source.problem(at, "weather", said, "a station that is there", "Run `pip install 'aiplan[weather]'`.")


def _hours(folder: Path, given: Mapping[str, Any], dimension: str, name: str, key: str) -> Iterator[Problem]:
    from planner.resolve.energy import bounds
    from planner.scenario.quantity import QuantityError, unit_factor
    from planner.series.hourly_file import Ask, SeriesProblem, character, read_series

    path, unit = folder / given["file"], given.get("unit")
    zone, year, rate = (given.get(word) for word in ("zone", "year", "exchange_rate"))
    ask = Ask(
        key,
        zone if isinstance(zone, str) else None,
        year if isinstance(year, int) else None,
        exchange=float(rate) if isinstance(rate, int | float) and rate > 0 else None,
    )
    try:
        scale = None if unit is None else unit_factor(unit, dimension)
        read_series(path, given.get("column"), scale, name, bounds(dimension), ask)
    except QuantityError:  # the scenario's own check says so
        return
    except SeriesProblem as found:
        for f in found.faults:
            at = (f.line, character(_line(path, f.line), f.column))
            yield _problem(path, at, "hours", (f.message, HOURS, f.fix))


def _weather(
    source: Source, place: Place, site: Mapping[str, Any], folder: Path, resources: Mapping[str, str]
) -> Iterator[Problem]:
    from planner.resolve.weather import as_written
    from planner.series.weather import WeatherError

    file = str(site["weather"]["file"])
    try:
        weather = as_written(site, folder)
    except WeatherError as error:
        for p in error.problems:
            yield _problem(folder / file, (p.line, 1), "weather", (p.message, WEATHER, p.fix))
        return
    lacks = {"solar": (weather.ghi_w_m2, "irradiance"), "wind": (weather.wind_m_s, "wind speed")}
    for i, wish in enumerate(site.get("renewables") or ()):
        resource = resources.get(str(wish.get("technology")), "") if isinstance(wish, dict) else ""
        series, word = lacks.get(resource, (weather.temperature_c, ""))
        if series is None:
            said = f"the weather of `{file}` has no {word}"
            words = (said, f"weather that {resource} power follows from", f"Add {word} to it, or leave this out.")
            yield source.problem((*place, "renewables", i, "technology"), "weather", *words)
