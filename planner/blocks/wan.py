"""Wan: what flows between sites, over which links, and what it costs.

    sum of rates that others send from one site to another <= peak                'wan.carried[site,to,period]'
    sum of GB that they send in the period = moved                                'wan.volume[site,to,period]'
    peak <= capacity of the link (x 1 where it is rented, 0 where it is not)      'wan.link[site,to,period]'
    account 'wan': moved x USD per GB, where it leaves;  rent of a link x 12 x years, where anything flows over it

Peaks of different senders add up as if they came together. A link carries its capacity both ways at once. Without
`links` every two sites have one, without limit. Blocks that send add their terms to the rows `carried` and `volume`;
where there is no such row there is no link, and nothing may be sent.

| symbol | name in code | unit | meaning |
| peak | wan.gb_per_s[site,to,period] | GB/s | largest rate from a site to another |
| moved | wan.gb[site,to,period] | GB | what leaves a site for another in the period |
| rented | wan.open[site,to,period] | 0/1 | a link with a rent is taken; site and to in the order of the link |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import inf
from typing import Annotated

from pydantic import Field

from planner.model import Col, Model, name_of
from planner.options.types import OptionSet
from planner.problem import Period, Problem
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import SomeBytesPerSecond, SomeUsd, UsdPerGb
from planner.scenario.schema_base import Many, Record, Ref

GB = 1e9


class Link(Record):
    """A way between two sites, both ways at once."""

    source: Annotated[Ref, Field(alias="from")]
    to: Ref
    capacity: SomeBytesPerSecond | None = None
    price: UsdPerGb | None = None
    rent: Annotated[SomeUsd | None, Field(description="A month, where anything flows over it")] = None


class Wan(Record):
    """Traffic between sites: its price, and the links there are."""

    price: Annotated[UsdPerGb | None, Field(description="Of what leaves a site; default the catalog's")] = None
    links: Annotated[Many[Link], Field(description="Default every two sites, without limit")] = ()


KEYS = (Fragment("scenario", "wan", Wan, "Links between sites, what they bear and cost", ("wan", "between_sites")),)


@dataclass(frozen=True, slots=True)
class Way:
    """A link between two sites, with nothing missing: GB/s each way, USD per GB, USD a month."""

    source: str
    to: str
    capacity: float
    price: float
    rent: float
    origin: str
    """Where the price is from."""


def ways(problem: Problem) -> Iterator[Way]:
    """The links of the scenario, or one between every two sites; none without the key."""
    asked = problem.keys.get("wan")
    if asked is None:
        return
    usual, origin = asked.price, problem.keys["origins"]["wan"]
    if usual is None:
        usual, origin = problem.keys["figures"]["wan"]["values"]["usd_per_gb"], "wan/between_sites"
    for link in asked.links:
        capacity = inf if link.capacity is None else link.capacity / GB
        own = link.price is not None
        where = problem.keys["origins"]["wan"] if own else origin
        yield Way(link.source, link.to, capacity, link.price if own else usual, link.rent or 0.0, where)
    if not asked.links:
        for one, other in combinations([s.id for s in problem.sites], 2):
            yield Way(one, other, inf, usual, 0.0, origin)


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for way in ways(problem):
        for period in problem.periods:
            rented = _rented(m, problem, way, period) if way.rent else None
            for site, to in ((way.source, way.to), (way.to, way.source)):
                _one_way(m, problem, way, period, site, to, rented)


def _rented(m: Model, problem: Problem, way: Way, period: Period) -> Col:
    keys, origin = {"site": way.source, "to": way.to, "period": period.name}, problem.keys["origins"]["wan"]
    item = f"link to {way.to}"
    column = m.column(
        name_of("wan.open", **keys), origin=origin, hi=1.0, integer=True, kind="wan", item=item, choice=True
    )
    m.cost(
        "wan",
        item,
        column,
        quantity=12 * period.years,
        unit="months",
        unit_price=way.rent,
        factor=period.value_factor,
        origin=origin,
        site=way.source,
        period=period.name,
    )
    return column


def _one_way(m: Model, problem: Problem, way: Way, period: Period, site: str, to: str, rented: Col | None) -> None:
    keys, origin = {"site": site, "to": to, "period": period.name}, problem.keys["origins"]["wan"]
    item = f"to {to}"
    most = way.capacity if rented is None else inf
    peak = m.column(
        name_of("wan.gb_per_s", **keys), origin=origin, unit="GB/s", hi=most, kind="traffic between sites", item=item
    )
    moved = m.column(name_of("wan.gb", **keys), origin=origin, unit="GB")
    m.row(name_of("wan.carried", **keys), {peak: -1.0}, "<=", origin=origin)
    m.row(name_of("wan.volume", **keys), {moved: -1.0}, "==", origin=origin)
    if rented is not None:
        m.row(name_of("wan.link", **keys), {peak: 1.0, rented: -way.capacity}, "<=", origin=origin)
    m.cost(
        "wan",
        f"traffic to {to}",
        moved,
        unit="GB",
        unit_price=way.price,
        factor=period.value_factor,
        origin=way.origin,
        site=site,
        period=period.name,
    )
