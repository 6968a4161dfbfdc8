"""Sites: place, weather, grid, own energy, halls and what stands there."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Tag

from planner.scenario.quantity import (
    ElevationM,
    EnergyKwh,
    EnergyPerYear,
    Fraction,
    KgPerKwh,
    LitresPerKwh,
    PowerKw,
    SomePowerKw,
    SquareMetres,
    UsdPerFuelKwh,
    UsdPerKwMonth,
    UsdPerLitre,
)
from planner.scenario.schema_base import (
    BY_SHAPE,
    MAPPING,
    PLAIN,
    Count,
    Id,
    Many,
    Positive,
    Record,
    Ref,
    SeriesFile,
    Text,
    UnitOf,
    fault,
)
from planner.scenario.schema_contract import Certificate, Green, Ppa, Price, ShareFile, Weather
from planner.scenario.schema_tariff import Contract, Demand


@cache
def _zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _zone(name: str) -> str:
    from difflib import get_close_matches

    known = _zones()
    if known and name not in known:
        near = get_close_matches(name, sorted(known), 1)
        hint = f"Did you mean `{near[0]}`?" if near else "Write it like `America/New_York`."
        raise fault(f"there is no time zone `{name[:40]}`", "a name of the IANA time zone database", hint, "timezone")
    return name


class Location(Record):
    """Where a site is, in degrees north and east."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    elevation: ElevationM | None = None
    timezone: Annotated[Text, AfterValidator(_zone)] | None = None


class IntensityFile(SeriesFile):
    """Carbon intensity by hour."""

    unit: Annotated[Text | None, UnitOf("intensity")] = None


Intensity = Annotated[Annotated[KgPerKwh, Tag(PLAIN)] | Annotated[IntensityFile, Tag(MAPPING)], BY_SHAPE]
Share = Annotated[Annotated[Fraction, Tag(PLAIN)] | Annotated[ShareFile, Tag(MAPPING)], BY_SHAPE]


class ExportShare(Record):
    """The most that may be sold in a year, as a share of what own generation gives or of what the loads draw."""

    most: Fraction
    of: Literal["generation", "load"] = "generation"


class Grid(Record):
    """The utility: what is not given comes from the region's catalog row."""

    connection: Annotated[PowerKw | None, Field(description="Largest import; default no limit")] = None
    price: Price | None = None
    export_price: Price | None = None
    export_limit: PowerKw | None = None
    metering: Annotated[
        Literal["separate", "net", "none"] | None,
        Field(description="Sales at `export_price`, at the purchase price up to the year's purchases, or none"),
    ] = None
    export_volume: Annotated[EnergyPerYear | None, Field(description="Most that may be sold in a year")] = None
    export_share: ExportShare | None = None
    demand_charge: UsdPerKwMonth | None = None
    demand: Demand | None = None
    contract: Contract | None = None
    green: Green | None = None
    intensity: Intensity | None = None
    market_intensity: KgPerKwh | None = None
    marginal_intensity: Annotated[
        Intensity | None, Field(description="What one kWh more would emit; reported apart, in no cap or price")
    ] = None
    carbon_free: Share | None = None
    water: LitresPerKwh | None = None


class Renewable(Record):
    """As-produced generation on offer at the site; `max` or `land` bounds it."""

    technology: Ref
    max: PowerKw | None = None
    installed: PowerKw = 0.0
    land: SquareMetres | None = None


class Battery(Record):
    """A store on offer at the site; `cost` names one of the catalog's three cost sets."""

    technology: Ref
    max_power: PowerKw | None = None
    max_energy: EnergyKwh | None = None
    installed_power: PowerKw = 0.0
    installed_energy: EnergyKwh = 0.0
    cost: Literal["conservative", "reference", "market"] = "reference"


class Generator(Record):
    """A plant on offer at the site that burns fuel; energy of fuel is by its higher heating value."""

    technology: Ref
    fuel_price: Annotated[UsdPerFuelKwh, Field(description="Of fuel, by its higher heating value")]
    fuel_carbon: Annotated[KgPerKwh | None, Field(description="Of a kWh of fuel; default the catalog's")] = None
    carbon_free: Annotated[bool, Field(description="Whether its energy counts in carbon-free shares")] = False
    max: Annotated[PowerKw | None, Field(description="Most that may run at once")] = None
    installed: PowerKw = 0.0
    unit: Annotated[SomePowerKw | None, Field(description="Size of one unit; default any size")] = None
    spares: Annotated[int, Field(ge=0, le=100, description="Units that stand by beyond what may run")] = 0
    backup: Annotated[bool, Field(description="Whether it runs while the grid is gone: `outage` counts on it")] = True
    full_load_hours: Annotated[
        float | None, Field(ge=0, le=8760, description="Most of a year, as a permit may have it")
    ] = None


Feeds = Annotated[
    int,
    Field(ge=1, le=4, description="Feeds of `feed` each; any one of several may be cut and the rest carry the hall"),
]


class Pdus(Record):
    """Power strips of a rack: any one of several may be cut, and the rest carry the rack."""

    each: SomePowerKw
    count: Annotated[int, Field(ge=1, le=4, description="2: one on feed A, one on feed B")] = 2


class Hall(Record):
    """A room of racks. What is not given is not limited; `cooling` defaults to the site's."""

    id: Id
    racks: Count | None = None
    rack_power: SomePowerKw | None = None
    feed: SomePowerKw | None = None
    feeds: Feeds = 1
    pdus: Annotated[Pdus | None, Field(description="Of every rack; default no limit of their own")] = None
    zone: Annotated[Id | None, Field(description="Halls of one zone are lost together; default each alone")] = None
    cooling: Many[Ref] = ()
    existing: bool = False


class InstalledMachine(Record):
    """Machines that stand there already; without a hall, in the first."""

    machine: Ref
    count: Positive
    hall: Ref | None = None


class Installed(Record):
    """What stands at the site already."""

    machines: Many[InstalledMachine] = ()


class Site(Record):
    """A place where machines can stand."""

    id: Id
    name: Text | None = None
    location: Location
    region: Annotated[Ref, Field(description="Grid region id of the catalog")]
    weather: Weather | None = None
    building: Literal["own", "colocation"] = "own"
    colocation_price: UsdPerKwMonth | None = None
    grid: Grid = Grid()
    renewables: Many[Renewable] = ()
    batteries: Many[Battery] = ()
    generators: Annotated[Many[Generator], Field(description="Turbines, engines and fuel cells on site")] = ()
    contracts: Annotated[Many[Ppa], Field(description="Power purchase agreements off site")] = ()
    certificates: Many[Certificate] = ()
    cooling: Annotated[Many[Ref], Field(description="Allowed cooling ids; default all")] = ()
    power_train: Ref | None = None
    racks: Annotated[Count | None, Field(description="Racks of the one hall, where none are listed")] = None
    rack_power: SomePowerKw | None = None
    feed: SomePowerKw | None = None
    feeds: Feeds = 1
    pdus: Pdus | None = None
    halls: Many[Hall] = ()
    installed: Installed = Installed()
    water_price: UsdPerLitre | None = None
