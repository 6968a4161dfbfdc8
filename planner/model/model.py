"""Everything that the blocks said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite

from planner.model.bus import Bus
from planner.model.calendar import Calendar
from planner.model.columns import Col, Column, Cost, Count, Row, Sense, Settled, TallyKey, TallyPrice, Terms


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
