"""Layouts of hourly tables that are published, known by their header line: which column is what, on which clock.

- Electricity Maps hourly CSV: `Datetime (UTC)`, `Zone id`, `Carbon intensity gCO₂eq/kWh (Life cycle)` or `(LCA)`,
  `Carbon-free energy percentage (CFE%)` or `Low Carbon Percentage`; UTC, start of the hour. Gives intensity and
  carbon_free.
- WattTime API v3, `data` and `historical` as CSV: `point_time`, `value`; ISO 8601 with its offset. Gives
  marginal_intensity.
- ENTSO-E Transparency Platform, day-ahead prices: `MTU (CET/CEST)` or `MTU (UTC)`, `Day-ahead Price (EUR/MWh)` or
  `[EUR/MWh]`, `Area`, `Sequence`; start of the interval, on the header's clock. Gives price, export_price.
- EIA-930 `BALANCE` files: `UTC Time at End of Hour`, `Balancing Authority`, `Net Generation (MW) from ...`; UTC, end of
  the hour. Gives carbon_free.

WattTime's numbers are lb/MWh (its `units` field says `lbs_co2_per_mwh`). Of EIA-930 the carbon-free share is nuclear,
hydro, solar, wind and geothermal over all net generation but that of stores, negative numbers as none, the adjusted
columns where there are any; imports from neighbours are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

POUND_KG = 0.45359237
"""International avoirdupois pound, exactly."""
PER_MWH = 1e-3
PERCENT = 0.01
GRAM_KG = 1e-3
CENTRAL_EUROPE = "Europe/Brussels"
PRICE = re.compile(r"Day-ahead Price [\[(](?P<currency>[A-Z]{3})/MWh[\])]")
SOURCE = re.compile(r"Net Generation \(MW\) from (?P<source>.+?)(?P<adjusted> \(Adjusted\))?")
CLEAN = ("nuclear", "hydropower", "solar", "wind", "geothermal")
STORES = ("pumped storage", "battery storage", "unknown energy storage", "other energy storage")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a row: one cell times `scale`, or with `whole` the part of cells in a sum of cells."""

    cells: tuple[int, ...]
    scale: float
    said: str
    whole: tuple[int, ...] = ()
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A known table. `zone`: IANA name of the clock its times are written by; `area`: the column that names a place."""

    name: str
    clock: int
    zone: str
    ending: bool
    quantities: dict[str, Quantity]
    area: int | None = None
    sequence: int | None = None
    estimated: int | None = None


def recognise(header: Sequence[str]) -> Layout | None:
    """The layout of a table by its header; none where it is the user's own."""
    at = {title.lower(): i for i, title in reversed(list(enumerate(header)))}
    for known in (_electricity_maps, _entso_e, _eia_930, _watttime):
        found = known(list(header), at)
        if found is not None:
            return found
    return None


def _first(at: dict[str, int], *titles: str) -> int | None:
    return next((at[t] for t in titles if t in at), None)


def _electricity_maps(header: list[str], at: dict[str, int]) -> Layout | None:
    clock = _first(at, "datetime (utc)")
    carbon = _first(at, "carbon intensity gco₂eq/kwh (life cycle)", "carbon intensity gco₂eq/kwh (lca)")
    free = _first(at, "carbon-free energy percentage (cfe%)", "low carbon percentage")
    if clock is None or (carbon is None and free is None):
        return None
    found = {}
    if carbon is not None:
        found["intensity"] = Quantity((carbon,), GRAM_KG, f"{header[carbon]!r}")
    if free is not None:
        found["carbon_free"] = Quantity((free,), PERCENT, f"{header[free]!r}")
    area, estimated = _first(at, "zone id"), _first(at, "data estimated")
    return Layout("an Electricity Maps export", clock, "UTC", False, found, area, estimated=estimated)


def _entso_e(header: list[str], at: dict[str, int]) -> Layout | None:
    clock = _first(at, "mtu (cet/cest)", "mtu (utc)")
    prices = [(i, m["currency"]) for i, title in enumerate(header) if (m := PRICE.fullmatch(title))]
    if clock is None or not prices:
        return None
    column, currency = prices[0]
    zone = CENTRAL_EUROPE if "cest" in header[clock].lower() else "UTC"
    price = Quantity((column,), PER_MWH, f"{header[column]!r}", currency=currency)
    name = "an ENTSO-E day-ahead export"
    return Layout(name, clock, zone, False, {"price": price, "export_price": price}, at.get("area"), at.get("sequence"))


def _eia_930(header: list[str], at: dict[str, int]) -> Layout | None:
    clock, area = _first(at, "utc time at end of hour"), _first(at, "balancing authority")
    if clock is None or area is None:
        return None
    named = [(i, m) for i, title in enumerate(header) if (m := SOURCE.fullmatch(title)) and "(Imputed)" not in title]
    adjusted = any(m["adjusted"] for _, m in named)
    mix = [(i, m["source"].lower()) for i, m in named if bool(m["adjusted"]) == adjusted]
    mix = [(i, source) for i, source in mix if not source.startswith(STORES)]
    clean = tuple(i for i, source in mix if source.startswith(CLEAN))
    found = {}
    if clean:
        said = f"{len(clean)} of {len(mix)} sources of net generation"
        found["carbon_free"] = Quantity(clean, 1.0, said, tuple(i for i, _ in mix))
    return Layout("an EIA-930 balance file", clock, "UTC", True, found, area)


def _watttime(header: list[str], at: dict[str, int]) -> Layout | None:
    clock, value = _first(at, "point_time"), _first(at, "value")
    if clock is None or value is None:
        return None
    rate = Quantity((value,), POUND_KG * PER_MWH, "lb of CO2 per MWh")
    area = _first(at, "region", "ba")
    return Layout("a WattTime export", clock, "UTC", False, {"marginal_intensity": rate}, area)
