"""The files that a scenario names: inside its folder, there, and of a size that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from planner.scenario.problems import Problem, did_you_mean
from planner.scenario.references import records
from planner.scenario.source import Source, shown
from planner.scenario.years import check_years, names_of, of_year, years_of
from planner.yaml12 import Path as Place

MAX_FILE_BYTES = 50 << 20
SERIES = {
    "price": "energy_price",
    "export_price": "energy_price",
    "intensity": "intensity",
    "marginal_intensity": "intensity",
    "carbon_free": "fraction",
}
"""Keys of a grid that may name a file of hours, and what its numbers measure."""


def site_series(source: Source, site: Place) -> Iterator[tuple[Place, str]]:
    """Where a site may name files of hours, and what their numbers measure."""
    for key, dimension in SERIES.items():
        yield (*site, "grid", key), dimension
    for place, _ in records(source, *site, "grid", "demand", "coincident"):
        yield (*place, "estimate", "by"), "power"
    for place, _ in records(source, *site, "contracts"):
        yield (*place, "node_price"), "energy_price"
        yield (*place, "profile"), "fraction"


def check_files(source: Source, folder: Path, allow: Sequence[Path] = ()) -> Iterator[Problem]:
    """Problems of every file and folder that the scenario names; they lie in `folder` or a folder of `allow`."""
    for place, name, is_folder in _named(source):
        for each in names_of(source, name) if isinstance(name, str) and name else ():
            words = _fault(each, folder, allow, is_folder)
            if words:
                yield source.problem(place, "file", *words)
    yield from check_years(source, [(place, name) for place, name, is_folder in _named(source) if not is_folder])


def hourly_files(source: Source) -> Iterator[tuple[Place, dict[str, Any], str]]:
    """Place, mapping and dimension of each file of hours that is named whole; a grid's may lack column and unit."""
    for place, work in records(source, "workloads"):
        if work.get("kind") == "load" and _texts(work, "file", "column", "unit"):
            yield from ((place, each, "power") for each in _by_year(source, work))
    for place, _ in records(source, "sites"):
        for at, dimension in site_series(source, place):
            given = source.value(at)
            own = {key: given[key] for key in ("column", "unit") if key in given} if isinstance(given, dict) else {}
            if isinstance(given, dict) and _texts(given, "file") and _texts(own, *own):
                yield from ((at, each, dimension) for each in _by_year(source, given))


def weather_files(source: Source) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Place and mapping of each site that names a file of weather, and of each contract, as if it were a site."""
    for place, site in records(source, "sites"):
        plants = [
            (at, {**plant, "location": site.get("location"), "renewables": [{"technology": plant.get("technology")}]})
            for at, plant in records(source, *place, "contracts")
        ]
        for at, record in [(place, site), *plants]:
            weather = record.get("weather")
            if isinstance(weather, dict) and _texts(weather, "file"):
                yield from ((at, each) for each in _by_year(source, record))


def _by_year(source: Source, given: dict[str, Any]) -> list[dict[str, Any]]:
    """A mapping that names files, once for each year that they differ in."""
    found = [of_year(given, year) for year in years_of(source)] or [given]
    return [each for k, each in enumerate(found) if each not in found[:k]]


def _texts(record: dict[str, Any], *keys: str) -> bool:
    return all(isinstance(record.get(key), str) and record[key] for key in keys)


def _named(source: Source) -> Iterator[tuple[Place, Any, bool]]:
    for i, name in enumerate(_list(source.value(("catalogs",)))):
        yield ("catalogs", i), name, True
    for i in range(len(_list(source.value(("workloads",))))):
        if source.value(("workloads", i, "kind")) == "load":
            yield ("workloads", i, "file"), source.value(("workloads", i, "file")), False
    for i in range(len(_list(source.value(("sites",))))):
        series = [(*at, "file") for at, _ in site_series(source, ("sites", i))]
        plants = [(*at, "weather", "file") for at, _ in records(source, "sites", i, "contracts")]
        places: list[Place] = [("sites", i, "weather", "file"), *plants, *series]
        for place in places:
            yield place, source.value(place), False


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _fault(name: str, folder: Path, allow: Sequence[Path], is_folder: bool) -> tuple[str, str, str] | None:
    """Message, expected, fix; None where all is well."""
    what = "folder" if is_folder else "file"
    inside = f"a {what} in the scenario's folder or below it"
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or PureWindowsPath(name).root:
        return f"{shown(name)} is an absolute path", inside, "Write it relative to the scenario's folder."
    try:
        path = (folder / name).resolve()
        if not any(path.is_relative_to(home.resolve()) for home in (folder, *allow)):
            return f"{shown(name)} lies outside the scenario's folder", inside, f"Copy the {what} beside the scenario."
        if is_folder and path.is_dir():
            return None
        if not path.is_file() or is_folder:
            if path.exists():
                return f"{shown(name)} is no {what}", inside, f"Name a {what}."
            return f"there is no {what} {shown(name)}", inside, _near(folder / name) or "Check the name."
        if path.stat().st_size > MAX_FILE_BYTES:
            return f"{shown(name)} is larger than 50 MiB", "a file of at most 50 MiB", "Keep only the columns in use."
    except (OSError, ValueError, RuntimeError):
        return f"{shown(name)} cannot be read", inside, "Check the name."
    return None


def _near(path: Path) -> str:
    try:
        return did_you_mean(path.name, sorted(p.name for p in path.parent.iterdir())).strip()
    except OSError:
        return ""
