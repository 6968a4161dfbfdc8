"""The balance of power in every hour of a period, as blocks declare it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from planner.model.calendar import Calendar, Profile
from planner.model.columns import Col
from planner.model.parts import Available, Cover, Draw, Export, Import, Meter, Outage, Peak, Store


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
