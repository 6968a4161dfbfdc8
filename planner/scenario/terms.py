"""What a site's terms with its utility need of each other, read from plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.scenario.problems import Problem
from planner.scenario.references import records
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place


def terms(source: Source) -> Iterator[Problem]:
    """Keys of demand and contract that mean nothing without others."""
    for place, site in records(source, "sites"):
        at, grid = (*place, "grid"), site.get("grid")
        if isinstance(grid, dict):
            yield from _demand(source, at, grid)
            yield from _contract(source, at, grid)
            yield from _metering(source, at, grid)
        for key in ("contracts", "certificates"):
            yield from _ids(source, (*place, key))
        for at, ppa in records(source, *place, "contracts"):
            yield from _profile(source, at, ppa)
            yield from _size(source, at, ppa, "size", ("max", "most_of_load"))
        for at, certificate in records(source, *place, "certificates"):
            yield from _size(source, at, certificate, "volume", ("max",))


def _demand(source: Source, at: Place, grid: dict[str, Any]) -> Iterator[Problem]:
    demand = grid.get("demand")
    if not isinstance(demand, dict):
        return
    if demand.get("ratchet") is not None and grid.get("demand_charge") is None:
        yield _needs(source, (*at, "demand", "ratchet"), "a ratchet bills a demand charge, and none is given")
    for key in ("windows", "coincident"):
        yield from _ids(source, (*at, "demand", key))
    for place, peak in records(source, *at, "demand", "coincident"):
        given = [k for k in ("hours", "estimate") if peak.get(k) is not None]
        if len(given) != 1:
            said = "both `hours` and `estimate` are given" if given else "neither `hours` nor `estimate` is given"
            fix = "Keep one of them." if given else "Add `hours: ['07-23 17:00']`, or `estimate: {by: temperature}`."
            yield source.problem(place, "one-of", said, "exactly one of them", fix, key=True)


def _needs(source: Source, place: Place, said: str) -> Problem:
    fix = "Add `demand_charge: 15 USD/kW-month` to the grid."
    return source.problem(place, "missing", said, "`demand_charge` in the grid", fix, key=True)


def _contract(source: Source, at: Place, grid: dict[str, Any]) -> Iterator[Problem]:
    contract, place = grid.get("contract"), (*at, "contract")
    if not isinstance(contract, dict):
        return
    paid = [k for k in ("charge", "minimum") if contract.get(k) is not None]
    if contract.get("capacity") is None:
        for key in paid:
            said = f"`{key}` is of a capacity, and none is contracted"
            fix = "Add `capacity: 20 MW`, or `capacity: plan`."
            yield source.problem((*place, key), "missing", said, "`capacity` beside it", fix, key=True)
    elif contract.get("capacity") == "plan" and not paid:
        said = "a capacity that the plan chooses needs a price"
        fix = "Add `charge: 3 USD/kW-month`, or `minimum: 85%`."
        yield source.problem((*place, "capacity"), "missing", said, "`charge` or `minimum` beside it", fix)
    if contract.get("minimum") is not None and grid.get("demand_charge") is None:
        yield _needs(source, (*place, "minimum"), "a minimum bills a demand charge, and none is given")
    if contract.get("energy") is not None and contract.get("untaken") is None:
        said = "energy is paid for whether it is taken or not, but not at which price"
        fix = "Add `untaken: 0.04 USD/kWh`."
        yield source.problem((*place, "energy"), "missing", said, "`untaken` beside it", fix, key=True)


def _metering(source: Source, at: Place, grid: dict[str, Any]) -> Iterator[Problem]:
    """What is sold, how, and at which price."""
    how, price = grid.get("metering"), grid.get("export_price")
    if how == "net" and price is not None:
        said, fix = "net metering sells at the purchase price of the hour", "Remove it, or write `metering: separate`."
        yield source.problem((*at, "export_price"), "one-of", said, "no price of its own", fix, key=True)
    if how == "net" and grid.get("export_limit") is None:
        said, fix = "net metering needs the most that may be fed in", "Add `export_limit: 5 MW`."
        yield source.problem((*at, "metering"), "missing", said, "`export_limit` beside it", fix, key=True)
    if how == "separate" and price is None:
        said, fix = "sales have no price", "Add `export_price: 0.02 USD/kWh`, or write `metering: net`."
        yield source.problem((*at, "metering"), "missing", said, "`export_price` beside it", fix, key=True)
    sells = how != "none" and (how == "net" or price is not None)
    for key in ("export_price", "export_limit", "export_volume", "export_share"):
        needless = how == "none" or (key in ("export_volume", "export_share") and not sells)
        if grid.get(key) is not None and needless:
            said, fix = "nothing is sold here", "Remove it, or add `export_price` and `export_limit`."
            yield source.problem((*at, key), "one-of", said, "a grid that buys surplus", fix, key=True)


def _profile(source: Source, at: Place, ppa: dict[str, Any]) -> Iterator[Problem]:
    """What an agreement delivers hour by hour follows from its kind."""
    kind, given = ppa.get("kind", "pay_as_produced"), [k for k in ("technology", "profile") if ppa.get(k) is not None]
    allowed = {"baseload": (), "shaped": ("profile",), "pay_as_produced": ("technology", "profile")}.get(str(kind))
    if allowed is None:
        return
    for key in given:
        if key not in allowed:
            said = f"`{key}` has no meaning for an agreement of kind `{kind}`"
            yield source.problem((*at, key), "one-of", said, "another kind, or no such key", "Remove it.", key=True)
    if allowed and not set(given) & set(allowed):
        words = " or ".join(f"`{k}`" for k in allowed)
        fix = "Add `technology: solar_pv_utility`, or `profile: {file: plant.csv, column: share, unit: fraction}`."
        yield source.problem(at, "missing", "nothing says what is delivered when", words, fix, key=True)
    if len(given) > 1 and len(allowed) > 1:
        said = "both `technology` and `profile` are given"
        yield source.problem((*at, "profile"), "one-of", said, "exactly one of them", "Keep one of them.", key=True)
    if ppa.get("weather") is not None and "technology" not in given:
        said = "weather is of a plant of some `technology`, and none is given"
        yield source.problem((*at, "weather"), "missing", said, "`technology` beside it", "Remove it.", key=True)


def _size(source: Source, at: Place, record: dict[str, Any], key: str, caps: tuple[str, ...]) -> Iterator[Problem]:
    """Caps are of what the plan chooses."""
    for cap in caps if record.get(key) not in (None, "plan") else ():
        if record.get(cap) is not None:
            said = f"`{cap}` caps what the plan chooses, and here `{key}` is given"
            fix = f"Write `{key}: plan`, or remove `{cap}`."
            yield source.problem((*at, cap), "one-of", said, f"`{key}: plan` beside it", fix, key=True)


def _ids(source: Source, path: Place) -> Iterator[Problem]:
    """Ids given twice in a list."""
    seen: set[str] = set()
    for place, record in records(source, *path):
        name = record.get("id")
        if isinstance(name, str) and name in seen:
            said = f"{shown(name)} stands in this list already"
            yield source.problem((*place, "id"), "duplicate", said, "each id once", "Rename one of them.")
        seen |= {name} if isinstance(name, str) else set()
