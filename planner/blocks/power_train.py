"""Power train: which of several each site has, by what survives, what can be maintained, availability and cost.

    sum over trains of use = 1                                            'power_train.one[site]'
    sum over trains of kw = built,      kw <= most x use                  'power_train.built', 'power_train.bound'
    sum over trains of peak = peak IT,  peak <= most x use                'power_train.peaks', 'power_train.peak'
    sum over trains of copy = IT load of a profile,  copy <= most x use   'power_train.copies', 'power_train.copy'
    power bus: copy x shape(t) x (1 / efficiency - 1 / best efficiency), beside what the cooling draws at the best
    what is built is bought at its own train's price;  feeds and the site's peak bear its own losses (block facility)
    series: site holds workloads to the availability of the train that is taken (block series)

A train is on offer if its modules pass what the site asks: `survives: module` that all is carried with any one module
lost, `path` with any one path and all on it, `maintainable` that a module and its path can be taken out under load,
`availability` the catalog's figure. By the counts of modules and paths, never by its label: estimate/power_train.py.

| symbol | name in code | unit | meaning |
| use | power_train.use[site,train] | 0/1 | the train that the site has |
| kw | power_train.kw[site,hall,train,period] | kW of IT | what it is built for |
| peak | power_train.peak_kw[site,hall,train,period] | kW of IT | coincident peak through it |
| copy | power_train.copy[site,hall,medium,profile,train,period] | kW | peak of one load profile through it |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from planner.assets import Asset, own
from planner.errors import BadInput
from planner.estimate.power_train import modules_of
from planner.model import Col, Model, name_of
from planner.options.most import most_it_kw
from planner.options.types import OptionSet
from planner.places import load_shapes, peak_it, power
from planner.problem import Hall, Period, PowerTrain, Problem, Site
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import SomeFraction, SomeSeconds
from planner.scenario.schema_base import Many, Record, Ref


class Power(Record):
    """What the power train must bear; of the trains that do, the plan takes the one that costs least."""

    trains: Annotated[Many[Ref], Field(description="Those on offer; default every one of the catalog")] = ()
    survives: Annotated[
        Literal["none", "module", "path"], Field(description="All is carried without any one of them")
    ] = "none"
    maintainable: Annotated[bool, Field(description="A module and its path can be taken out under load")] = False
    availability: Annotated[SomeFraction | None, Field(description="Of the train, by the catalog")] = None
    ups: Annotated[SomeSeconds | None, Field(description="How long batteries carry the peak")] = None
    generators: Annotated[SomeSeconds | None, Field(description="How long fuel on site carries the peak")] = None


AUTONOMY = {"ups", "generators"}
"""Keys that choose no train: a site that has only these keeps the one that it names, or the usual one."""
KEYS = (
    Fragment(
        "site",
        "power",
        Power,
        "The power train as a decision: what it must bear, and its autonomy",
        ("standby", "standby"),
    ),
)


def adjust(problem: Problem, options: OptionSet) -> tuple[Problem, OptionSet]:
    """Every site that asks has the trains that pass, and is planned at the best efficiency of them."""
    asked = {s.id: s.keys["power"] for s in problem.sites if s.keys.get("power")}
    chosen = {id: power for id, power in asked.items() if power.model_fields_set - AUTONOMY}
    sites = tuple(_offered(s, chosen[s.id]) if s.id in chosen else s for s in problem.sites)
    return replace(problem, sites=sites), options


def _offered(site: Site, asked: Power) -> Site:
    wanted = [t for t in site.trains if not asked.trains or t.id in asked.trains]
    able = [t for t in wanted if passes(t, asked)]
    if not able:
        names = ", ".join(t.id for t in wanted) or "none"
        raise BadInput(
            f"{site.origin}: {site.id}: no power train on offer ({names}) bears what `power` asks of it; "
            "ask less of it, or allow others under `trains`"
        )
    best = replace(max(able, key=lambda t: (t.efficiency, t.id)), curve=site.power_train.curve)
    return replace(site, power_train=best, train_choice=tuple(t.id for t in able))


def passes(train: PowerTrain, asked: Power) -> bool:
    """Whether a train's modules and paths bear what is asked, by the kW that still flow."""
    modules = modules_of(train.id, 1.0, train.built_over_needed, train.modules)
    survives = {"none": True, "module": modules.survives_module, "path": modules.survives_path}[asked.survives]
    sure = asked.availability is None or train.availability >= asked.availability
    return survives and sure and (modules.maintainable or not asked.maintainable)


def _choices(problem: Problem) -> Iterator[tuple[Site, list[PowerTrain]]]:
    for site in problem.sites:
        if len(site.train_choice) > 1:
            yield site, [t for t in site.trains if t.id in site.train_choice]


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site, trains in _choices(problem):
        uses = {t.id: _use(m, site, t) for t in trains}
        m.row(
            name_of("power_train.one", site=site.id), dict.fromkeys(uses.values(), 1.0), "==", 1.0, origin=site.origin
        )
        for hall in site.halls:
            for train in trains:
                keys = {"site": site.id, "hall": hall.id, "train": train.id}
                built: dict[str, Col] = {}
                for period in problem.periods:
                    names = {**keys, "period": period.name}
                    built[period.name] = m.column(
                        name_of("power_train.kw", **names), origin=train.origin, unit="kW of IT"
                    )
                    m.column(name_of("power_train.peak_kw", **names), origin=train.origin, unit="kW of IT")
                if not hall.built and site.building == "own":
                    own(m, problem, _asset(train), "facility.power_train", keys, built)


def _use(m: Model, site: Site, train: PowerTrain) -> Col:
    name = name_of("power_train.use", site=site.id, train=train.id)
    return m.column(name, origin=train.origin, hi=1.0, integer=True, kind="power train", item=train.id, choice=True)


def _asset(train: PowerTrain) -> Asset:
    upkeep, carbon = train.maintenance_fraction, train.embodied_kg_per_kw
    return Asset(train.id, "kW", train.usd_per_kw, train.life_years, upkeep, carbon, train.origin, "power train")


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    most = most_it_kw(problem, options)
    for site, trains in _choices(problem):
        for period in problem.periods:
            for hall in site.halls:
                _sizes(m, site, hall, period, trains, most)
                for medium in ("air", "liquid"):
                    _losses(m, site, hall, period, trains, medium, most)


def _sizes(m: Model, site: Site, hall: Hall, period: Period, trains: list[PowerTrain], most: float) -> None:
    keys = {"site": site.id, "hall": hall.id, "period": period.name}
    built = m.find(name_of("facility.built_kw", **keys))
    rows = {
        "built": ("power_train.kw", "bound", {} if built is None else {built: -1.0}),
        "peaks": ("power_train.peak_kw", "peak", {c: -kw for c, kw in peak_it(m, site.id, hall.id, period).items()}),
    }
    for what, (family, bound, whole) in rows.items():
        parts: dict[Col, float] = {}
        for train in trains:
            column, use = m.find(name_of(family, **keys, train=train.id)), _used(m, site, train)
            assert column is not None
            parts[column] = 1.0
            row = name_of(f"power_train.{bound}", **keys, train=train.id)
            m.row(row, {column: 1.0, use: -most}, "<=", origin=train.origin)
        m.row(name_of(f"power_train.{what}", **keys), parts | whole, "==", origin=hall.origin)


def _used(m: Model, site: Site, train: PowerTrain) -> Col:
    found = m.find(name_of("power_train.use", site=site.id, train=train.id))
    assert found is not None
    return found


def _losses(
    m: Model, site: Site, hall: Hall, period: Period, trains: list[PowerTrain], medium: str, most: float
) -> None:
    """What a train loses beyond the best of them, hour by hour."""
    for k, (shape, terms) in enumerate(load_shapes(m, site.id, hall.id, period, medium)):
        keys = {"site": site.id, "hall": hall.id, "medium": medium, "profile": str(k), "period": period.name}
        parts: dict[Col, float] = {}
        for train in trains:
            copy = m.column(name_of("power_train.copy", **keys, train=train.id), origin=train.origin, unit="kW")
            parts[copy] = -1.0
            bound = {copy: 1.0, _used(m, site, train): -most}
            m.row(name_of("power_train.copy", **keys, train=train.id), bound, "<=", origin=hall.origin)
            more = 1 / train.efficiency - 1 / site.power_train.efficiency
            if more > 0:
                power(m, site.id, period).draw(f"train {hall.id} {train.id} {medium} {k}", copy, shape * more)
        m.row(name_of("power_train.copies", **keys), terms | parts, "==", origin=hall.origin)
