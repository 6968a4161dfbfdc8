"""The scenario: periods, money, sites, workloads and limits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal, Union

from pydantic import BeforeValidator, Field, PrivateAttr, Tag, create_model

from planner.scenario.fragment import Fragment
from planner.scenario.quantity import (
    Fraction,
    KgPerYear,
    LitresPerYear,
    SomeFraction,
    SomePowerKw,
    SomeUsd,
    Usd,
    UsdPerKg,
)
from planner.scenario.schema_base import Day, Many, Name, Prose, Record, Ref, Some, Text, Version
from planner.scenario.schema_failures import Failure
from planner.scenario.schema_network import Network
from planner.scenario.schema_pipeline import Edge
from planner.scenario.schema_site import Site
from planner.scenario.schema_workload import BY_KIND, KINDS, Availability, Hardware, HardwareName, Work, tag_of
from planner.scenario.source import Source
from planner.yaml12 import Path as Place

DEFAULT_GAP = 1e-4
"""Proven distance from the optimum at which a solve may stop: 0.01 %."""


class Period(Record):
    """A span of the horizon, [start, end)."""

    name: Name
    start: Day
    end: Day


class Finance(Record):
    """Money over time."""

    cost_of_capital: Fraction | None = None


Aim = Literal["cost", "carbon"]


def _list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Objective(Record):
    """What to minimise, the first aim first."""

    minimize: Annotated[Some[Aim], BeforeValidator(_list, json_schema_input_type=Aim | list[Aim])] = ("cost",)
    carbon_price: UsdPerKg | None = None
    gap: Fraction = DEFAULT_GAP


class Discount(Record):
    """A discount on matching machines: an id, `vendor:NAME` or `tag:NAME`."""

    match: HardwareName
    discount: Fraction


class Prices(Record):
    """The buyer's own terms."""

    discounts: Many[Discount] = ()
    machines: dict[Ref, Usd] = Field(default_factory=dict)


class CarbonFree(Record):
    """Least share of consumption met by carbon-free energy in its own hour."""

    share: SomeFraction
    grid: Annotated[Literal["included", "excluded"], Field(description="Whether the grid's own share counts")] = (
        "included"
    )


def _limit(value: Any) -> Any:
    return value if isinstance(value, dict | CarbonFree) else {"share": value}


ShareLimit = Annotated[CarbonFree, BeforeValidator(_limit, json_schema_input_type=SomeFraction | CarbonFree)]


class Limits(Record):
    """What no plan may exceed."""

    budget: Annotated[SomeUsd | None, Field(description="Levelised cost over the horizon")] = None
    purchase: Usd | None = None
    carbon: Annotated[KgPerYear | None, Field(description="Operational, location-based, and embodied")] = None
    carbon_free: ShareLimit | None = None
    annual_matching: Annotated[
        SomeFraction | None,
        Field(description="Least share of a year's consumption that own supply, contracts and certificates match"),
    ] = None
    water: LitresPerYear | None = None
    power: Annotated[SomePowerKw | None, Field(description="Peak of each site")] = None
    availability: Annotated[Availability | None, Field(description="Floor for every workload")] = None


def _aims(value: Any) -> Any:
    return {"minimize": value} if isinstance(value, str | list) else value


Year = Annotated[int, Field(ge=1900, le=2200)]


class Scenario(Record):
    """What must run, where, and what is allowed; quantities in base units."""

    aiplan: Annotated[Version, Field(description="Version of this format")]
    name: Text
    description: Prose = ""
    tags: Annotated[Many[Ref], Field(description="Names by which policies choose scenarios")] = ()
    periods: Many[Period] = ()
    years: Annotated[
        Many[Year], Field(max_length=40, description="Years of the files with `{year}` in their names, for one plan")
    ] = ()
    finance: Finance = Finance()
    objective: Annotated[Objective, BeforeValidator(_aims, json_schema_input_type=Aim | list[Aim] | Objective)] = (
        Objective()
    )
    catalogs: Many[Text] = ()
    hardware: Hardware = Hardware()
    prices: Prices = Prices()
    network: Annotated[Network | None, Field(description="Families, cables and side networks")] = None
    failures: Annotated[Many[Failure], Field(description="How machines fail; default the catalog's rates")] = ()
    sites: Some[Site]
    workloads: Some[Work]
    pipeline: Annotated[Many[Edge], Field(description="What flows from one workload into another")] = ()
    limits: Limits = Limits()

    _source: Any = PrivateAttr(None)
    _sha256: str = PrivateAttr("")
    _folder: Path = PrivateAttr(Path())

    @property
    def file(self) -> str:
        """The file's path as it was given, with forward slashes; of an absolute one the name alone.

        Plans carry it, and where a folder lies on one machine is no part of a plan.
        """
        path = PurePath(self._source.file)
        return path.name if path.is_absolute() else str(self._source.file)

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes, in hex."""
        return self._sha256

    @property
    def folder(self) -> Path:
        """Where the files that it names are looked for."""
        return self._folder

    @property
    def source(self) -> Source:
        """The text that it was read from, with places."""
        return self._source  # type: ignore[no-any-return]

    def origin(self, *path: str | int) -> str:
        """`file:line` of a value, or of the nearest mapping around it where it is not given."""
        return f"{self.file}:{self.source.line(path)}"

    def where(self, path: Place) -> str:
        """`file:line:column` of the same place."""
        mark = self.source.mark(path, key=True)
        return f"{self.file}:{mark.line}:{mark.column}"


def build(fragments: Sequence[Fragment] = ()) -> type[Scenario]:
    """The scenario's model with the blocks' own keys, every one optional. Raises ValueError on a key given twice."""
    site = _extended(Site, _added(fragments, "site"))
    limits = _extended(Limits, _added(fragments, "limits"))
    own = _added(fragments, "workload")
    kinds = [Annotated[_extended(model, own), Tag(tag_of(kind))] for kind, model in KINDS.items()]
    work = Annotated[Union[tuple(kinds)], BY_KIND]  # type: ignore[valid-type]  # noqa: UP007
    fields: dict[str, Any] = {
        "sites": (Some[site], ...),  # type: ignore[valid-type]
        "workloads": (Some[work], ...),  # type: ignore[valid-type]
        "limits": (limits, limits()),
    }
    return _extended(Scenario, fields | _added(fragments, "scenario"))


def _added(fragments: Sequence[Fragment], where: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for fragment in fragments:
        if fragment.where == where:
            if fragment.key in fields:
                raise ValueError(f"two blocks claim the {where} key {fragment.key!r}")
            fields[fragment.key] = (Annotated[fragment.model | None, Field(description=fragment.description)], None)
    return fields


def _extended(base: type[Any], fields: dict[str, Any]) -> type[Any]:
    taken = sorted(set(fields) & set(base.model_fields) - {"sites", "workloads", "limits"})
    if taken:
        raise ValueError(f"{base.__name__} has the keys {', '.join(taken)} already")
    return create_model(base.__name__, __base__=base, __doc__=base.__doc__, **fields) if fields else base
