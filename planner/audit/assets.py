"""Everything that is bought: what it costs, how long it lives, what it is needed for. Read off a plan's problem.

A thing bought at the start of period q serves every period p that begins before its life is over; in the last of them
it is bought again at each end of life, so that it lasts to that period's end, and is then sold for what is left of its
price on a straight line. Money at time t counts v^t K, v = 1 / (1 + r), K = H r / (1 - v^H) (1 where r is 0): the
factor that spreads a present value evenly over the horizon of H years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.audit.loads import GALLON_L
from planner.audit.view import Record, View

EPSILON = 1e-9
"""Years: two dates this close are the same."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A thing at a place: `need` in use and `bought` are column families, both found under `keys`."""

    what: str
    site: str
    keys: dict[str, str]
    need: str
    bought: str
    installed: float
    price: float
    life: float
    upkeep: float
    """USD per unit and year."""
    embodied: float

    def purchases(self, view: View) -> Iterator[tuple[str, float]]:
        """(period, units bought at its start)."""
        for period in view.periods:
            units = view.total(self.bought, **self.keys, period=period)
            if units:
                yield period, units

    def served(self, view: View, bought: str) -> list[Record]:
        """The periods that a unit bought at the start of one serves."""
        begin = view.periods[bought]["begin"]
        return [p for p in view.periods.values() if begin <= p["begin"] < begin + self.life - EPSILON]


def level(view: View) -> float:
    """K: levelised horizon USD per present USD."""
    rate, horizon = view.problem["finance"]["cost_of_capital"], view.problem["finance"]["horizon_years"]
    return float(horizon * rate / (1 - (1 + rate) ** -horizon)) if rate else 1.0


def worth(view: View, years: float) -> float:
    """Levelised horizon USD of one USD paid `years` after the start."""
    return float((1 + view.problem["finance"]["cost_of_capital"]) ** -years) * level(view)


def owned(view: View) -> Iterator[Owned]:
    """Every thing that can be owned, at every place."""
    for id, site in sorted(view.sites.items()):
        yield from _energy(id, site)
        if any(c["family"].startswith("standby.") for c in view.plan["columns"]):
            yield from _standby(view, id)
        for tier in view.tiers.values():
            if not tier["rent_usd_per_month"]:
                keys = {"site": id, "tier": tier["id"]}
                yield _asset(f"storage {tier['id']}", "storage.units", keys, tier, tier["price_usd"])
        for hall in site["halls"]:
            yield from _hall(view, site, hall)


def _standby(view: View, id: str) -> Iterator[Owned]:
    """Batteries and fuel beyond what a power train's price holds."""
    f = view.problem["keys"]["figures"]["power"]["values"]
    cells = {
        "life_years": f["ups_life_years"],
        "maintenance_fraction": f["ups_om_fraction"],
        "embodied_kg": f["ups_embodied_kgco2e_per_kwh"],
    }
    fuel = {"life_years": f["fuel_life_years"], "maintenance_fraction": 0.0, "embodied_kg": 0.0}
    yield _asset("standby batteries", "standby.ups_kwh", {"site": id}, cells, f["ups_usd_per_kwh"])
    yield _asset("standby fuel", "standby.fuel_l", {"site": id}, fuel, f["fuel_usd_per_gallon"] / GALLON_L)


def _hall(view: View, site: Record, hall: Record) -> Iterator[Owned]:
    place = {"site": site["id"], "hall": hall["id"]}
    for machine in view.machines.values():
        if machine["acquisition"] == "buy":
            keys = {**place, "machine": machine["id"]}
            there = site["installed"].get(f"{hall['id']}/{machine['id']}", 0.0)
            price = machine["price_usd"]
            yield _asset(machine["id"], "servers.total", keys, machine, price, there, bought="servers_bought")
    for fabric in view.fabrics.values():
        switch = fabric["switch"]
        if switch is not None:
            keys = {**place, "fabric": fabric["id"]}
            yield _asset(f"{switch['id']} switches", "fabric.switches", keys, switch, switch["price_usd"])
            links = {"life_years": switch["life_years"], "maintenance_fraction": 0.0, "embodied_kg": 0.0}
            trunk = switch["link_usd"] if switch["trunk_usd"] is None else switch["trunk_usd"]
            yield _asset(f"{switch['id']} links", "fabric.links", keys, links, switch["link_usd"])
            yield _asset(f"{switch['id']} trunks", "fabric.trunks", keys, links, trunk)
            for small in fabric.get("lesser", ()):
                here = {**keys, "switch": small["id"]}
                links = {"life_years": small["life_years"], "maintenance_fraction": 0.0, "embodied_kg": 0.0}
                yield _asset(f"small {small['id']}", "fabric.alone", here, small, small["price_usd"])
                yield _asset(f"small {small['id']} links", "fabric.alone_links", here, links, small["link_usd"])
    if site["building"] == "own" and not hall["built"]:
        yield from _building(site, place)


def _building(site: Record, place: dict[str, str]) -> Iterator[Owned]:
    train, need = site["power_train"], "facility.built_kw"
    shell = {
        "life_years": site["shell_life_years"],
        "maintenance_fraction": 0.0,
        "embodied_kg": site["shell_embodied_kg_per_kw"],
    }
    yield _asset("shell", need, place, shell, site["shell_usd_per_kw"], bought="facility.shell_bought")
    power = {**train, "embodied_kg": train["embodied_kg_per_kw"]}
    taken = len(site.get("train_choice") or ()) > 1  # of several on offer
    keys, what = ({**place, "train": train["id"]}, "power_train.kw") if taken else (place, need)
    yield _asset("power train", what, keys, power, train["usd_per_kw"], bought="facility.power_train_bought")
    for cooling in site["cooling"]:
        record = {**cooling, "embodied_kg": cooling["embodied_kg_per_kw"]}
        keys = {**place, "cooling": cooling["id"]}
        price = cooling["plant_usd_per_kw"]
        yield _asset(f"{cooling['id']} plant", "cooling.plant_kw", keys, record, price, bought="cooling.plant_bought")


def _energy(site: str, record: Record) -> Iterator[Owned]:
    for producer in record["producers"]:
        keys = {"site": site, "producer": producer["id"]}
        yield Owned(
            what=producer["id"],
            site=site,
            keys=keys,
            need="renewables.kw",
            bought="renewables.kw_bought",
            installed=producer["installed_kw"],
            price=producer["capex_usd_per_kw"],
            life=producer["life_years"],
            upkeep=producer["fixed_om_usd_per_kw_year"],
            embodied=producer["embodied_kg_per_kw"],
        )
    for g in record.get("generators", ()):
        size, family = (1.0, "generators.kw") if g["unit_kw"] is None else (g["unit_kw"], "generators.units")
        yield Owned(
            what=g["id"],
            site=site,
            keys={"site": site, "generator": g["id"]},
            need=family,
            bought=f"{family}_bought",
            installed=g["installed_kw"] / size,
            price=g["capex_usd_per_kw"] * size,
            life=g["life_years"],
            upkeep=g["fixed_om_usd_per_kw_year"] * size,
            embodied=g["embodied_kg_per_kw"] * size,
        )
    for store in record["batteries"]:
        keys = {"site": site, "battery": store["id"]}
        both = {"life_years": store["life_years"], "maintenance_fraction": store["fixed_om_fraction"]}
        power, cells = {**both, "embodied_kg": 0.0}, {**both, "embodied_kg": store["embodied_kg_per_kwh"]}
        name = store["id"]
        yield _asset(f"{name} kW", "battery.kw", keys, power, store["power_usd_per_kw"], store["installed_kw"])
        yield _asset(f"{name} kWh", "battery.kwh", keys, cells, store["energy_usd_per_kwh"], store["installed_kwh"])


def _asset(
    what: str, need: str, keys: dict[str, str], record: Record, price: float, installed: float = 0.0, bought: str = ""
) -> Owned:
    return Owned(
        what=what,
        site=keys["site"],
        keys=keys,
        need=need,
        bought=bought or f"{need}_bought",
        installed=installed,
        price=price,
        life=record["life_years"],
        upkeep=price * record["maintenance_fraction"],
        embodied=record["embodied_kg"],
    )
