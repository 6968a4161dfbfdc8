"""Battery: one store per offer, its power and its energy bought apart.

    level(t) = level(t-1) (1 - loss) + charge(t) eta_c - discharge(t) / eta_d,  cyclic
    charge(t) + discharge(t) <= kw,   level(t) <= kwh x usable fraction               engines expand these
    kw, kwh <= limits;  each covered by what is installed and bought                  'battery.kw_owned', '...kwh_owned'
    cost: purchase, maintenance, and wear per kWh discharged                          account 'wear'

| symbol | name in code | unit | meaning |
| kw | battery.kw[site,battery,period] | kW | inverter power, either way |
| kwh | battery.kwh[site,battery,period] | kWh | nameplate energy |
"""

from __future__ import annotations

from planner.assets import Asset, own
from planner.model import Col, Model, Store, name_of
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Battery, Problem, Site


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for battery in site.batteries:
            _battery(m, problem, site, battery)


def _battery(m: Model, problem: Problem, site: Site, battery: Battery) -> None:
    keys = {"site": site.id, "battery": battery.id}
    power_kw: dict[str, Col] = {}
    energy_kwh: dict[str, Col] = {}
    for period in problem.periods:
        columns = []
        for family, unit, most in (("battery.kw", "kW", battery.max_kw), ("battery.kwh", "kWh", battery.max_kwh)):
            name = name_of(family, **keys, period=period.name)
            columns.append(
                m.column(name, origin=battery.origin, unit=unit, hi=most, kind="generation", item=battery.id)
            )
        power_kw[period.name], energy_kwh[period.name] = columns
        store = Store(
            battery.id,
            columns[0],
            columns[1],
            battery.charge_efficiency,
            battery.discharge_efficiency,
            battery.usable_fraction,
            battery.standing_loss_per_hour,
            battery.wear_usd_per_kwh,
            period.value_factor,
            "wear",
            battery.origin,
        )
        power(m, site.id, period).store(store)
    upkeep, life, origin = battery.fixed_om_fraction, battery.life_years, battery.origin
    inverter = Asset(f"{battery.id} power", "kW", battery.power_usd_per_kw, life, upkeep, 0.0, origin, "generation")
    carbon, price = battery.embodied_kg_per_kwh, battery.energy_usd_per_kwh
    cells = Asset(f"{battery.id} energy", "kWh", price, life, upkeep, carbon, origin, "generation")
    own(m, problem, inverter, "battery.kw", keys, power_kw, installed=battery.installed_kw)
    own(m, problem, cells, "battery.kwh", keys, energy_kwh, installed=battery.installed_kwh)
