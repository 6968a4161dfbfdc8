"""Standby: batteries beyond the minutes that a power train's price holds, and the fuel that generators stand on.

    kw = sum over halls that are built and owned of peak IT / the train's efficiency
    batteries = kw x (hours asked - hours included), not below 0                  'standby.ups[site,period]'
    fuel = kw x hours asked / (kWh per litre x efficiency)                        'standby.fuel[site,period]'
    both are bought, kept and lost like other equipment; UPS, generators and the first minutes are the train's price

What a site asks is `ups` and `generators` under its key `power`; what each costs is a catalog row. Tanks have no price.

| symbol | name in code | unit | meaning |
| batteries | standby.ups_kwh[site,period] | kWh | beyond what comes with the train |
| fuel | standby.fuel_l[site,period] | L | filled once |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.assets import Asset, own
from planner.estimate.power_train import HOUR_S, LITRES_PER_GALLON, litres_per_kw
from planner.model import Col, Model, name_of
from planner.options.types import OptionSet
from planner.places import peak_it
from planner.problem import Period, Problem, Site


def _figures(problem: Problem) -> dict[str, float]:
    found: dict[str, float] = problem.keys["figures"]["power"]["values"]
    return found


def _needs(problem: Problem, site: Site) -> Iterator[tuple[str, float, Asset]]:
    """What a site buys: its name in code, how much for each kW, and the asset."""
    asked = site.keys.get("power")
    if asked is None or site.building != "own" or all(h.built for h in site.halls):
        return
    f = _figures(problem) if asked.ups or asked.generators else {}
    hours = max(0.0, (asked.ups or 0.0) - f.get("ups_included_s", 0.0)) / HOUR_S
    if hours:
        figures = (f["ups_usd_per_kwh"], f["ups_life_years"], f["ups_om_fraction"], f["ups_embodied_kgco2e_per_kwh"])
        yield "ups_kwh", hours, Asset("standby batteries", "kWh", *figures, site.origin, "power train")
    if asked.generators:
        price = f["fuel_usd_per_gallon"] / LITRES_PER_GALLON
        tank = (price, f["fuel_life_years"], 0.0, 0.0, site.origin, "power train")
        yield "fuel_l", litres_per_kw(f, asked.generators), Asset("standby fuel", "L", *tank)


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for what, _, asset in _needs(problem, site):
            need = {}
            for period in problem.periods:
                name = name_of(f"standby.{what}", site=site.id, period=period.name)
                need[period.name] = m.column(name, origin=site.origin, unit=asset.unit)
            own(m, problem, asset, f"standby.{what}", {"site": site.id}, need)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for what, each, _ in _needs(problem, site):
            for period in problem.periods:
                keys = {"site": site.id, "period": period.name}
                column = m.find(name_of(f"standby.{what}", **keys))
                assert column is not None
                terms = {c: kw * each for c, kw in _through(m, site, period).items()}
                name = name_of(f"standby.{what.partition('_')[0]}", **keys)
                m.row(name, terms | {column: -1.0}, "==", origin=site.origin)


def _through(m: Model, site: Site, period: Period) -> dict[Col, float]:
    """kW that flow into the train at the peak of the halls that are built: through the one taken of several."""
    found: dict[Col, float] = defaultdict(float)
    several = [t for t in site.trains if t.id in site.train_choice] if len(site.train_choice) > 1 else []
    for hall in (h for h in site.halls if not h.built):
        for train in several:
            keys = {"site": site.id, "hall": hall.id, "train": train.id, "period": period.name}
            peak = m.find(name_of("power_train.peak_kw", **keys))
            if peak is not None:
                found[peak] += 1 / train.efficiency
        if not several:
            for column, kw in peak_it(m, site.id, hall.id, period).items():
                found[column] += kw / site.power_train.efficiency
    return found
