"""Clean energy by contract: power purchase agreements, certificates, green tariffs. None of it is power at the site."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Tag

from planner.scenario.quantity import (
    EnergyOrPlan,
    EnergyPerYear,
    Fraction,
    PowerOrPlan,
    SomeFraction,
    SomePowerKw,
    UsdPerKwh,
)
from planner.scenario.schema_base import (
    BY_SHAPE,
    MAPPING,
    PLAIN,
    Id,
    Record,
    Ref,
    SeriesFile,
    Some,
    Text,
    UnitOf,
    fault,
)


class Weather(Record):
    """A year of weather from a `file`, or a `station` whose climate ships with the program."""

    file: Text | None = None
    format: Literal["tmy3", "tmy2", "epw", "pvgis", "nsrdb", "try", "csv"] | None = None
    station: Text | None = None


class PriceFile(SeriesFile):
    """Energy prices by hour."""

    unit: Annotated[Text | None, UnitOf("energy_price")] = None
    exchange_rate: Annotated[
        float | None, Field(gt=0, allow_inf_nan=False, description="USD for one unit of the file's currency")
    ] = None


class ShareFile(SeriesFile):
    """A share by hour; unit `%` or `fraction`."""

    unit: Annotated[Text | None, UnitOf("fraction")] = None


Price = Annotated[Annotated[UsdPerKwh, Tag(PLAIN)] | Annotated[PriceFile, Tag(MAPPING)], BY_SHAPE]


def _all(shares: dict[str, float]) -> dict[str, float]:
    total = sum(shares.values())
    if abs(total - 1.0) > 1e-6:
        fix = "Write shares that add up, or a list of the sites alone: the plan then decides."
        raise fault(f"the shares add up to {100.0 * total:.6g} %", "shares that add up to 100 %", fix)
    return shares


Sharing = Annotated[
    Annotated[Some[Ref], Tag(PLAIN)] | Annotated[dict[Ref, SomeFraction], AfterValidator(_all), Tag(MAPPING)], BY_SHAPE
]


class Ppa(Record):
    """A power purchase agreement: its energy is paid at the strike and sold at the node, wherever the site stands."""

    id: Id
    kind: Literal["pay_as_produced", "baseload", "shaped"] = "pay_as_produced"
    settlement: Literal["physical_offsite", "virtual"] = "virtual"
    strike: Annotated[UsdPerKwh, Field(description="Price of every kilowatt-hour delivered")]
    node_price: Annotated[Price, Field(description="What it is worth where it is delivered, by hour")]
    fee: Annotated[UsdPerKwh, Field(description="Balancing, delivery and service, by energy delivered")] = 0.0
    size: Annotated[PowerOrPlan, Field(description="Contracted power")]
    max: Annotated[SomePowerKw | None, Field(description="Largest size, where the plan chooses it")] = None
    most_of_load: Annotated[
        SomeFraction | None, Field(description="Largest energy a year, as a share of what the site's loads draw")
    ] = None
    technology: Annotated[Ref | None, Field(description="Solar or wind of the catalog")] = None
    weather: Annotated[Weather | None, Field(description="Of the plant; default the site's")] = None
    profile: Annotated[ShareFile | None, Field(description="Energy delivered by hour, as a share of the size")] = None
    curtail_below: Annotated[
        UsdPerKwh | None, Field(description="Nothing is delivered nor paid in hours with a lower price at the node")
    ] = None
    region: Annotated[Ref | None, Field(description="Grid region of the plant; default the site's")] = None
    counts: Annotated[
        Literal["hourly", "annual", "none"] | None,
        Field(description="How its certificates count; default hourly as produced, annual otherwise"),
    ] = None
    sites: Annotated[
        Sharing | None,
        Field(description="Sites that share it, each with its share, or alone where the plan decides; default its own"),
    ] = None


class Certificate(Record):
    """Certificates of origin (EACs, GOs, RECs): they count by the year, never by the hour."""

    id: Id
    price: UsdPerKwh
    volume: Annotated[EnergyOrPlan, Field(description="Energy a year")]
    max: Annotated[EnergyPerYear | None, Field(description="Largest volume, where the plan chooses it")] = None


class Green(Record):
    """A green tariff of the utility: its adder, and how its energy counts."""

    adder: UsdPerKwh
    share: Fraction = 1.0
    counts: Annotated[Literal["hourly", "annual"], Field(description="Carbon-free by the hour, or the year")] = "annual"
