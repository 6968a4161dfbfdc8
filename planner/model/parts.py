"""What stands on an hourly bus: loads, supplies, meters, stores, outages."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.model.calendar import Profile
from planner.model.columns import Col


@dataclass(frozen=True, slots=True)
class Draw:
    """A load on a bus: `column x profile` kW."""

    who: str
    column: Col
    profile: Profile
    peak: float


@dataclass(frozen=True, slots=True)
class Available:
    """As-produced power that may be curtailed: up to `column x profile` kW."""

    who: str
    column: Col
    profile: Profile


@dataclass(frozen=True, slots=True)
class Peak:
    """A column of kW that no import exceeds in the hours marked (T,): what is metered of it is billed."""

    column: Col
    hours: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cover:
    """Power that contracts stand for: of an import, up to the sum of `column x profile` kW counts less in `tallies`.

    `tallies`: units taken off for each kWh covered, never more than the import counts.
    """

    parts: tuple[tuple[Col, Profile], ...]
    tallies: dict[str, Profile]


@dataclass(frozen=True, slots=True)
class Import:
    """Power bought hour by hour at `price` USD/kWh, up to `most` kW, the column `limit` and the peaks of its hour."""

    who: str
    price: Profile
    factor: float
    most: float
    limit: Col | None
    tallies: dict[str, Profile]
    account: str
    origin: str
    peaks: tuple[Peak, ...] = ()
    cover: Cover | None = None
    role: str = "imported"
    """What the plan calls its flow: `imported` over the meter, or `generated` on the site."""

    def covered(self, kw: Profile, values: Profile) -> Profile:
        """What contracts cover of an import of `kw`, by hour, for the columns' `values`."""
        if self.cover is None:
            return np.zeros(len(kw))
        offered = np.sum([values[column] * profile for column, profile in self.cover.parts], axis=0)
        return np.asarray(np.minimum(kw, np.maximum(offered, 0.0)))


@dataclass(frozen=True, slots=True)
class Export:
    """Power sold hour by hour at `price` USD/kWh, up to `most` kW."""

    who: str
    price: Profile
    factor: float
    most: float
    tallies: dict[str, Profile]
    account: str
    origin: str


@dataclass(frozen=True, slots=True)
class Store:
    """One store: `power` kW and `energy` kWh apart, losses each way, standing loss per hour.

    `usable` kWh of level per unit of the energy column; `wear` USD per kWh discharged; `power_out` kW that one unit of
    the power column discharges, of the one that it charges.
    """

    who: str
    power: Col
    energy: Col
    charge_efficiency: float
    discharge_efficiency: float
    usable: float
    standing_loss: float
    wear: float
    factor: float
    account: str
    origin: str
    power_out: float = 1.0
    reserve: Col | None = None
    """What is kept back of it, in units of the energy column: the dispatch never touches it."""
    takes: Profile | None = None
    """A store of work: kW on the bus (T,) for each kW that is charged (work made up), `gives` for each discharged (work
    put off); its level is what may still be put off. None: a store of energy, whose kW are the bus's own."""
    gives: Profile | None = None

    def on_bus(self, charge: Profile, discharge: Profile) -> tuple[Profile, Profile]:
        """What it draws from the bus and gives to it, kW (T,)."""
        return (
            charge if self.takes is None else charge * self.takes,
            discharge if self.gives is None else discharge * self.gives,
        )


@dataclass(frozen=True, slots=True)
class Outage:
    """`hours` without imports, from any hour on: `share` of the draws is met by what is left.

    In every hour  need(t) = share x draws - produced - firm  <=  sum of `power` (kW); over every window of `hours` the
    sum of max(0, need(t)) <= the column `need` (kWh). `firm`: kW in every hour by column; the bus adds its backup.
    """

    name: str
    hours: int
    share: float
    firm: dict[Col, float]
    power: dict[Col, float]
    need: Col
    origin: str


@dataclass(frozen=True, slots=True)
class Meter:
    """What a block asks of an import that another declared."""

    who: str
    peaks: tuple[Peak, ...] = ()
    tallies: dict[str, Profile] = field(default_factory=dict)
    covers: tuple[tuple[Col, Profile], ...] = ()
    covered: tuple[str, ...] = ()
