"""The model as plain data: columns, rows, hourly buses, ledger and tallies. Knows no solver.

Blocks share nothing but this. A decision that is one number is a *column*; the year lives on *hourly buses*, on which a
block declares what it draws (`column x profile`) and which dispatchable parts there are; only engines expand hours.
Money is posted on the *ledger*, everything counted but not priced on *tallies*. The objective is the sum of the ledger.

Shapes: a profile is a float or an array of shape (hours of the period's calendar,).
Units: kW on hourly buses, kWh in dispatch, USD on the ledger; a tally's unit is the suffix of its name (`co2_kg`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Col = int


PLACE = {"site": 0, "hall": 1, "period": 3, "month": 4}


def name_of(family: str, **keys: str) -> str:
    """`family[key=value,...]`: place first, then what, the period last, so that one thing has one name."""
    order = sorted(keys, key=lambda k: (PLACE.get(k, 2), k))
    return f"{family}[{','.join(f'{k}={keys[k]}' for k in order)}]" if keys else family


def name_keys(name: str) -> dict[str, str]:
    """The keys of a name, taken apart again."""
    inside = name.split("[", 1)[1].rstrip("]") if "[" in name else ""
    return dict(part.split("=", 1) for part in inside.split(",") if part)


Profile = NDArray[np.float64]
Sense = Literal["<=", ">=", "=="]
Terms = Mapping[Col, float]
TallyKey = tuple[str, str, str]
"""(tally, site, period); an empty site or period means all of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One decision: a number between `lo` and `hi`, in `unit`, named as a sentence.

    With a `kind` it shows in the plan's sizing, as an amount of `item`, or (`choice`) among its choices.
    """

    name: str
    lo: float
    hi: float
    integer: bool
    unit: str
    origin: str
    kind: str = ""
    item: str = ""
    choice: bool = False

    @property
    def family(self) -> str:
        return self.name.split("[", 1)[0]

    @property
    def keys(self) -> dict[str, str]:
        return name_keys(self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """`sum(coefficient x column) + sum(coefficient x tally)  sense  rhs`."""

    name: str
    terms: dict[Col, float]
    sense: Sense
    rhs: float
    origin: str
    tallies: dict[TallyKey, float] = field(default_factory=dict)
    accounts: tuple[str, ...] | None = None
    label: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """`per_unit` of a tally for every unit of a column: carbon, water, energy; counted, not priced."""

    tally: str
    column: Col
    per_unit: float
    who: str
    site: str
    period: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A column that no solver decides: after the solve it is the least of several sums of tallies, if above zero."""

    column: Col
    sums: tuple[dict[TallyKey, float], ...]


@dataclass(frozen=True, slots=True)
class TallyPrice:
    """`unit_price` USD for every unit of a tally (a carbon price), valued at `factor`."""

    key: TallyKey
    account: str
    item: str
    unit: str
    unit_price: float
    factor: float
    origin: str


@dataclass(frozen=True, slots=True)
class Cost:
    """`column x quantity` units at `unit_price` USD, valued at `factor`: one line of the ledger."""

    account: str
    item: str
    column: Col
    quantity: float
    unit: str
    unit_price: float
    factor: float
    origin: str
    site: str
    period: str


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
class Calendar:
    """The hours that stand for a period.

    `hour`: hour of the year (0..8759) each modelled hour is taken from; `weight`: hours of the period it stands for;
    `stretches`: half-open ranges of consecutive hours, each a cycle for stores; `months`: the months (0..11) each
    stretch stands for. Stretches over every hour of the period (one, or one for each of several years) take each hour's
    month from `hour`.
    """

    hour: NDArray[np.int64]
    weight: Profile
    stretches: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, ...], ...]
    at: NDArray[np.int64] | None = None
    """Where each modelled hour stands in a series of several years; none: at its `hour`."""

    def __len__(self) -> int:
        return len(self.hour)

    def take(self, year: Profile) -> Profile:
        """The year's series (8760,), or that of several years, at the modelled hours."""
        return np.asarray(year, dtype=np.float64)[self.hour if self.at is None else self.at]


@dataclass(frozen=True, slots=True)
class Meter:
    """What a block asks of an import that another declared."""

    who: str
    peaks: tuple[Peak, ...] = ()
    tallies: dict[str, Profile] = field(default_factory=dict)
    covers: tuple[tuple[Col, Profile], ...] = ()
    covered: tuple[str, ...] = ()


def _metered(part: Import, meters: list[Meter]) -> Import:
    peaks = sorted((peak for m in meters for peak in m.peaks), key=lambda peak: peak.column)
    counted = part.tallies | {name: p for m in meters for name, p in m.tallies.items()}
    covers = sorted((cover for m in meters for cover in m.covers), key=lambda cover: cover[0])
    names = sorted({name for m in meters for name in m.covered} & counted.keys())
    cover = Cover(tuple(covers), {name: counted[name] for name in names}) if covers else None
    return replace(part, peaks=tuple(peaks), tallies=counted, cover=cover) if meters else part


@dataclass(slots=True)
class Bus:
    """A balance in every hour of a period: draws + exports + charging = produced + imports + discharging.

    A bus that is not `balanced` only collects draws, for another block to carry on (IT heat for the cooling).
    """

    name: str
    site: str
    period: str
    calendar: Calendar
    balanced: bool = True
    draws: list[Draw] = field(default_factory=list)
    produced: list[Available] = field(default_factory=list)
    imported: list[Import] = field(default_factory=list)
    exported: list[Export] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    backup: dict[Col, float] = field(default_factory=dict)
    meters: list[Meter] = field(default_factory=list)

    def profile(self, value: float | Profile) -> Profile:
        array = np.asarray(value, dtype=np.float64)
        full = np.full(len(self.calendar), float(array)) if array.ndim == 0 else array
        if full.shape != (len(self.calendar),) or not np.isfinite(full).all():
            raise ValueError(f"{self.name}: a profile needs {len(self.calendar)} finite hours, got shape {full.shape}")
        return full

    def draw(self, who: str, column: Col, profile: float | Profile, peak: float | None = None) -> None:
        """Load `column x profile` kW; `peak` kW per unit is its coincident peak (default: the profile's maximum)."""
        full = self.profile(profile)
        self.draws.append(Draw(who, column, full, float(full.max()) if peak is None else peak))

    def available(self, who: str, column: Col, profile: float | Profile) -> None:
        """As-produced supply of up to `column x profile` kW; what is not taken is curtailed."""
        self.produced.append(Available(who, column, self.profile(profile)))

    def imports(
        self,
        who: str,
        price: float | Profile,
        *,
        factor: float,
        origin: str,
        most: float = inf,
        limit: Col | None = None,
        tallies: Mapping[str, float | Profile] | None = None,
        account: str = "energy",
        role: str = "imported",
    ) -> None:
        """Dispatchable purchase at `price` USD/kWh, up to `most` kW and the column `limit`; or what is `generated`."""
        made = {name: self.profile(p) for name, p in (tallies or {}).items()}
        part = Import(who, self.profile(price), factor, most, limit, made, account, origin, role=role)
        self.imported.append(part)

    def exports(
        self,
        who: str,
        price: float | Profile,
        *,
        factor: float,
        most: float,
        origin: str,
        tallies: Mapping[str, float | Profile] | None = None,
        account: str = "export",
    ) -> None:
        """Dispatchable sale at `price` USD/kWh, up to `most` kW."""
        made = {name: self.profile(p) for name, p in (tallies or {}).items()}
        self.exported.append(Export(who, self.profile(price), factor, most, made, account, origin))

    def store(self, store: Store) -> None:
        """One store on this bus."""
        self.stores.append(store)

    def keep_back(self, who: str, working: Col, reserve: Col) -> None:
        """The dispatch of the store `who` has the column `working` of its energy; `reserve` stays where it is."""
        self.stores = [
            replace(store, energy=working, reserve=reserve) if store.who == who else store for store in self.stores
        ]

    def outage(self, outage: Outage) -> None:
        """Hours without imports that this bus must bear; engines see to it by rows that they add as they need them."""
        self.outages.append(outage)

    def backs_up(self, column: Col, per_unit: float = 1.0) -> None:
        """`column x per_unit` kW that is there in any hour without imports (a generator with fuel)."""
        self.backup[column] = self.backup.get(column, 0.0) + per_unit

    def meter(
        self, who: str, *, peaks: Iterable[Peak] = (), tallies: Mapping[str, float | Profile] | None = None
    ) -> None:
        """Meter another block's import `who`: peaks that bound it, tallies that count it."""
        made = {name: self.profile(p) for name, p in (tallies or {}).items()}
        self.meters.append(Meter(who, tuple(peaks), made))

    def covers(self, who: str, column: Col, profile: float | Profile, tallies: Iterable[str]) -> None:
        """Up to `column x profile` kW of the import `who` does not count in `tallies`."""
        self.meters.append(Meter(who, covers=((column, self.profile(profile)),), covered=tuple(tallies)))

    def close(self) -> None:
        """After the last block: every import with what was metered of it, purchases first."""
        parts = [_metered(part, [m for m in self.meters if m.who == part.who]) for part in self.imported]
        self.imported = sorted(parts, key=lambda part: (part.role != "imported", part.who))
        self.meters = []


@dataclass(slots=True)
class Model:
    """Everything the blocks said. `limit` columns and rows are data; nothing is solved here."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    buses: dict[tuple[str, str, str], Bus] = field(default_factory=dict)
    ledger: list[Cost] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    tally_prices: list[TallyPrice] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    _names: dict[str, Col] = field(default_factory=dict)
    _families: dict[str, list[Col]] = field(default_factory=lambda: defaultdict(list))
    _rows: dict[str, Row] = field(default_factory=dict)

    def column(
        self,
        name: str,
        *,
        origin: str,
        unit: str = "",
        lo: float = 0.0,
        hi: float = inf,
        integer: bool = False,
        kind: str = "",
        item: str = "",
        choice: bool = False,
    ) -> Col:
        """Declare a decision; its name `family[key=value,...]` must be new."""
        if name in self._names:
            raise ValueError(f"column {name!r} is declared twice")
        self._names[name] = index = len(self.columns)
        self._families[name.split("[", 1)[0]].append(index)
        self.columns.append(Column(name, lo, hi, integer, unit, origin, kind, item, choice))
        return index

    def row(
        self,
        name: str,
        terms: Terms,
        sense: Sense,
        rhs: float = 0.0,
        *,
        origin: str,
        tallies: Mapping[TallyKey, float] | None = None,
        accounts: tuple[str, ...] | None = None,
        label: str = "",
        unit: str = "",
    ) -> None:
        """Declare a constraint; with a `label` it is reported as a limit, with slack and shadow price.

        `accounts` adds the ledger lines of those accounts (an empty tuple: all of them) with coefficient one: a budget.
        """
        if name in self._rows:
            raise ValueError(f"row {name!r} is declared twice")
        if not isfinite(rhs):
            raise ValueError(f"row {name!r}: right-hand side {rhs} is not finite")
        self._rows[name] = row = Row(name, dict(terms), sense, rhs, origin, dict(tallies or {}), accounts, label, unit)
        self.rows.append(row)

    def extend(self, name: str, terms: Terms) -> None:
        """Add terms to a row that another block declared; only meaningful while blocks bind."""
        row = self._rows[name]
        for column, coefficient in terms.items():
            row.terms[column] = row.terms.get(column, 0.0) + coefficient

    def has_row(self, name: str) -> bool:
        return name in self._rows

    def bus(self, name: str, site: str, period: str, calendar: Calendar, *, balanced: bool = True) -> Bus:
        """The hourly bus of that name at a site and period, opened by whoever comes first."""
        return self.buses.setdefault((name, site, period), Bus(name, site, period, calendar, balanced))

    def close(self) -> None:
        """After the last block: count what every bus's loads draw as the tally `<bus>_load_kwh`."""
        for bus in self.buses.values():
            bus.close()
            for draw in bus.draws:
                energy = float(bus.calendar.weight @ draw.profile)
                if energy:
                    tally = f"{bus.name}_load_kwh"
                    self.tally(tally, draw.column, energy, who=draw.who, site=bus.site, period=bus.period)

    def cost(
        self,
        account: str,
        item: str,
        column: Col,
        *,
        unit_price: float,
        origin: str,
        quantity: float = 1.0,
        unit: str = "",
        factor: float = 1.0,
        site: str = "",
        period: str = "",
    ) -> None:
        """Post `column x quantity` units at `unit_price` USD each, valued at `factor`."""
        if not isfinite(quantity * unit_price * factor):
            raise ValueError(f"ledger line {account}/{item} is not finite")
        self.ledger.append(Cost(account, item, column, quantity, unit, unit_price, factor, origin, site, period))

    def tally(self, tally: str, column: Col, per_unit: float, *, who: str, site: str = "", period: str = "") -> None:
        """Count `per_unit` of a tally for every unit of a column."""
        self.counts.append(Count(tally, column, per_unit, who, site, period))

    def settle(self, column: Col, *sums: dict[TallyKey, float]) -> None:
        """After the solve `column` is the least of the sums of tallies; nothing priced or limited may depend on it."""
        self.settled.append(Settled(column, sums))

    def price_tally(
        self, key: TallyKey, *, account: str, item: str, unit: str, unit_price: float, factor: float, origin: str
    ) -> None:
        """Pay `unit_price` USD for every unit of a tally."""
        self.tally_prices.append(TallyPrice(key, account, item, unit, unit_price, factor, origin))

    def family(self, prefix: str) -> Iterator[tuple[str, Col]]:
        """Columns published under a family name: the only way one block sees another's decisions."""
        for index in self._families.get(prefix, ()):
            yield self.columns[index].name, index

    def find(self, name: str) -> Col | None:
        return self._names.get(name)
