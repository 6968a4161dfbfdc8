"""What a site can be given: cooling, power trains, as-produced sources, stores, generators."""

from __future__ import annotations

from dataclasses import dataclass

from planner.machine import Cite
from planner.problem.horizon import Series


@dataclass(frozen=True, slots=True)
class Cooling:
    """A cooling option at a site, with its hourly series for a year (8760,).

    kW per kW of IT heat: `air_overhead` for air-cooled load, `liquid_overhead` for liquid-cooled load (capture already
    mixed with the residual air load); `fixed_overhead` kW per kW of built plant; water in litres per kWh of IT heat.
    """

    id: str
    name: str
    liquid: bool
    max_rack_kw: float
    air_overhead: Series
    liquid_overhead: Series
    air_water: Series
    liquid_water: Series
    fixed_overhead: float
    design_overhead: float
    """Variable overhead on the design day, kW per kW of IT."""
    plant_usd_per_kw: float
    maintenance_fraction: float
    life_years: float
    embodied_kg_per_kw: float
    origin: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class PowerTrain:
    """How power reaches the racks: built over needed, efficiency at working load, availability, cost per kW needed."""

    id: str
    name: str
    built_over_needed: float
    efficiency: float
    availability: float
    breaker_derating: float
    usd_per_kw: float
    life_years: float
    maintenance_fraction: float
    embodied_kg_per_kw: float
    origin: str
    cites: tuple[Cite, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    """(load of a module over its size, efficiency) of the catalog's trains: what part load costs."""
    modules: tuple[int, int, int] | None = None
    """Modules built, modules that carry all, paths; none where the catalog's row does not count them."""


@dataclass(frozen=True, slots=True)
class Producer:
    """An as-produced source at a site: capacity factor by hour of the year (8760,), cost and limits per kW."""

    id: str
    name: str
    capacity_factor: Series
    capex_usd_per_kw: float
    fixed_om_usd_per_kw_year: float
    life_years: float
    embodied_kg_per_kw: float
    max_kw: float
    installed_kw: float
    origin: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Battery:
    """A store offered at a site: power and energy priced apart."""

    id: str
    name: str
    power_usd_per_kw: float
    energy_usd_per_kwh: float
    fixed_om_fraction: float
    life_years: float
    charge_efficiency: float
    discharge_efficiency: float
    standing_loss_per_hour: float
    usable_fraction: float
    wear_usd_per_kwh: float
    embodied_kg_per_kwh: float
    max_kw: float
    max_kwh: float
    installed_kw: float
    installed_kwh: float
    origin: str
    cites: tuple[Cite, ...] = ()
    calendar_fade: float = 0.0
    """Part of the capacity lost: it x mean state of charge x days ^ calendar_exponent; cycle_fade by full cycle."""
    calendar_exponent: float = 1.0
    cycle_fade: float = 0.0


@dataclass(frozen=True, slots=True)
class Generator:
    """A plant at a site that burns fuel (turbine, engine, fuel cell); fuel counts by its higher heating value.

    `unit_kw`: size of one unit, none where any size may stand; `spares`: units that stand by beyond what may run.
    `full_load_hours`: the most of a year, none: any. `least_load`: share of a unit below which it is switched off.
    `half_load`: efficiency at half load over `efficiency`, which is that at full load; over 0.5, at most 1.
    """

    id: str
    name: str
    capex_usd_per_kw: float
    fixed_om_usd_per_kw_year: float
    life_years: float
    embodied_kg_per_kw: float
    efficiency: float
    fuel_usd_per_kwh: float
    running_usd_per_kwh: float
    """Operation and maintenance of each kWh of electricity."""
    fuel_kg_per_kwh: float
    carbon_free: bool
    max_kw: float
    installed_kw: float
    unit_kw: float | None
    spares: int
    full_load_hours: float | None
    least_load: float
    backup: bool
    """Whether an outage of the grid counts on it."""
    origin: str
    cites: tuple[Cite, ...] = ()
    half_load: float = 1.0

    @property
    def no_load(self) -> float:
        """kWh of fuel an hour that each kW of a running unit burns, whatever it gives.

        The line through half and full load is fuel = no_load x kW running + slope x kWh, which is (2 - 1 / half_load) /
        efficiency.
        """
        return (1.0 / self.half_load - 1.0) / self.efficiency

    @property
    def usd_per_kwh(self) -> float:
        """Fuel and running cost of a kWh of electricity."""
        return self.fuel_usd_per_kwh / self.efficiency + self.running_usd_per_kwh

    @property
    def kg_per_kwh(self) -> float:
        """kgCO2e at the site for each kWh of electricity."""
        return self.fuel_kg_per_kwh / self.efficiency
