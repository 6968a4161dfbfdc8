"""Servers: how many machines of each type work in each hall, and what each workload runs on.

    sum over sites, halls, options of served(option) x units >= demand                'serve.demand[workload,period]'
    the same without any one site, where its loss must be survived                    'serve.survive[...,without]'
    sum over a pool's options of machines(option) x units <= working                  'servers.pool[...]'
    total = sum over pools of working (+ spares, added by the spares block)            'servers.count[...]'
    total <= installed + bought and still alive                                        'servers_owned[...]'
    IT power: total x idle_kw  +  units x machines(option) x busy_kw x shape(t) x duty
    coincident peak: total x idle_kw + working x (peak_kw - idle_kw)

| symbol | name in code | unit | meaning |
| units | work.units[site,hall,period,option] | replicas, machines or 0/1 | how much of an option is used |
| working | servers.working[site,hall,machine,target,fabric,period] | machines | machines kept working in a pool |
| total | servers.total[site,hall,machine,period] | machines | working machines and spares |
| bought | servers_bought[site,hall,machine,period] | machines | bought at the start of the period |
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil, inf

from planner.assets import Asset, own
from planner.model import Col, Model, name_of
from planner.options.domains import densest, lost_units
from planner.options.pools import Pool, pools
from planner.options.types import Option, OptionSet
from planner.options.units import ROUNDING, most_units
from planner.places import heat, weekly
from planner.problem import Machine, Period, Problem, Site, Workload


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    found = pools(problem, options)
    workloads = {w.id: w for w in problem.workloads}
    totals: dict[tuple[str, str, str], dict[str, Col]] = defaultdict(dict)
    served: dict[tuple[str, str], list[tuple[str, Col, float]]] = defaultdict(list)
    for index, period in enumerate(problem.periods):
        for pool in found:
            working = _pool(m, pool, period, index, workloads, served)
            _total(m, pool, period, working, totals)
    for workload in problem.workloads:
        if workload.kind not in ("dataset", "load"):
            _demand(m, problem, workload, served)
    for (site, hall, machine), columns in totals.items():
        _acquire(m, problem, problem.site(site), hall, problem.machine(machine), columns)


def unit_machines(option: Option) -> int:
    """Machines in one unit of an option."""
    return option.block_machines or option.replica_machines


def unit_served(option: Option, demand: float) -> float:
    """Demand served by one unit of an option."""
    return demand if option.block_machines else option.per_machine * option.replica_machines


def _pool(
    m: Model,
    pool: Pool,
    period: Period,
    index: int,
    workloads: dict[str, Workload],
    served: dict[tuple[str, str], list[tuple[str, Col, float]]],
) -> Col:
    """Columns of one pool in one period: its working machines and the units of each option."""
    needs: dict[Col, float] = {}
    most = 0.0
    for option in pool.options:
        workload = workloads[option.workload]
        each = unit_served(option, workload.demand[index])
        whole = bool(option.block_machines) or option.replica_machines > 1
        bound = most_units(option, workload.demand[index])
        bound += _rack(pool, option, workload) if bound else 0
        hi = 1.0 if option.block_machines else (float(ceil(bound - ROUNDING)) if whole else bound)
        units = m.column(
            name_of("work.units", site=pool.site.id, hall=pool.hall.id, period=period.name, option=option.id),
            origin=workload.origin,
            unit="units",
            hi=hi,
            integer=whole,
        )
        needs[units] = float(unit_machines(option))
        most += hi * unit_machines(option)
        served[workload.id, period.name].append((pool.site.id, units, each))
        _draw_busy(m, pool, option, workload, period, units)
    working = m.column(
        name_of("servers.working", **pool.keys, period=period.name),
        origin=pool.machine.origin,
        unit="machines",
        hi=float(ceil(most - ROUNDING * most)),
        integer=True,
        kind="machine working",
        item=pool.machine.id,
    )
    name = name_of("servers.pool", **pool.keys, period=period.name)
    m.row(name, needs | {working: -1.0}, "<=", origin=pool.machine.origin)
    if pool.machine.acquisition == "buy":
        rise = max(0.0, pool.machine.peak_kw - pool.machine.idle_kw)
        bus = heat(m, pool.site.id, pool.hall.id, period, liquid=pool.machine.liquid)
        bus.draw(f"{pool.machine.id} peak", working, 0.0, peak=rise)
    return working


def _rack(pool: Pool, option: Option, workload: Workload) -> int:
    """Units beyond the demand that may stand in one hall, so that a rack may be lost there."""
    if workload.survive != "rack" or pool.machine.acquisition == "rent":
        return 0
    return lost_units(option, densest(pool.machine, pool.site, pool.hall))


def _draw_busy(m: Model, pool: Pool, option: Option, workload: Workload, period: Period, units: Col) -> None:
    """What load adds to idle power, hour by hour; where it is routed by the hour, the block routing draws it."""
    if workload.spec.get("routing"):
        return
    kw = unit_machines(option) * option.busy_kw * option.duty
    profile = kw * weekly(period, workload.shape)
    if pool.machine.acquisition == "buy":
        bus = heat(m, pool.site.id, pool.hall.id, period, liquid=pool.machine.liquid)
        bus.draw(f"{workload.id} on {pool.machine.id}", units, profile, peak=0.0)
    else:
        _cloud(m, pool, period, units, float(period.calendar.weight @ profile))


def _cloud(m: Model, pool: Pool, period: Period, column: Col, kwh: float) -> None:
    """Energy and carbon of rented machines: the provider's, in the site's grid region."""
    grid, hours = pool.site.grid, period.calendar
    facility = kwh * pool.machine.performance["provider_pue"]
    weight = hours.weight / hours.weight.sum()
    place = {"who": f"rented {pool.machine.id}", "site": pool.site.id, "period": period.name}
    m.tally("rented_kwh", column, facility, **place)
    m.tally("co2_kg", column, facility * float(weight @ hours.take(grid.intensity_kg_per_kwh)), **place)
    m.tally("co2_market_kg", column, facility * grid.market_intensity_kg_per_kwh, **place)
    share = 1 - float(weight @ hours.take(grid.carbon_free_fraction))
    m.tally("brown_kwh", column, facility, **place)
    m.tally("brown_grid_kwh", column, facility * share, **place)


def _total(
    m: Model, pool: Pool, period: Period, working: Col, totals: dict[tuple[str, str, str], dict[str, Col]]
) -> None:
    """Add a pool to its hall's count of the machine type, opening the count when it is the first."""
    place = {"site": pool.site.id, "hall": pool.hall.id, "machine": pool.machine.id}
    row = name_of("servers.count", **place, period=period.name)
    key = (pool.site.id, pool.hall.id, pool.machine.id)
    if period.name in totals[key]:
        m.extend(row, {working: -1.0})
        return
    total = m.column(
        name_of("servers.total", **place, period=period.name),
        origin=pool.machine.origin,
        unit="machines",
        integer=True,
        kind="machine",
        item=pool.machine.id,
    )
    totals[key][period.name] = total
    m.row(row, {total: 1.0, working: -1.0}, "==", origin=pool.machine.origin)
    kwh = float(period.calendar.weight.sum()) * pool.machine.idle_kw
    if pool.machine.acquisition == "rent":
        _cloud(m, pool, period, total, kwh)
    else:
        bus = heat(m, pool.site.id, pool.hall.id, period, liquid=pool.machine.liquid)
        bus.draw(f"{pool.machine.id} idle", total, pool.machine.idle_kw)


def _demand(
    m: Model, problem: Problem, workload: Workload, served: dict[tuple[str, str], list[tuple[str, Col, float]]]
) -> None:
    """Every workload is served in every period, and without any one site where it must be."""
    for index, period in enumerate(problem.periods):
        parts = served[workload.id, period.name]
        demand = workload.demand[index]
        name = name_of("serve.demand", workload=workload.id, period=period.name)
        terms = {column: each for _, column, each in parts}
        m.row(name, terms, ">=", demand, origin=workload.origin, label=f"{workload.id} demand", unit=workload.unit)
        for lost in workload.sites if workload.survive_site_loss else ():
            rest = {column: each for site, column, each in parts if site != lost}
            name = name_of("serve.survive", workload=workload.id, period=period.name, without=lost)
            label = f"{workload.id} without {lost}"
            m.row(name, rest, ">=", demand, origin=workload.origin, label=label, unit=workload.unit)


def _acquire(m: Model, problem: Problem, site: Site, hall: str, machine: Machine, total: dict[str, Col]) -> None:
    """Buy what is not installed, or pay rent by the hour."""
    if machine.acquisition == "buy":
        asset = Asset(
            machine.id,
            "machines",
            machine.price_usd,
            machine.life_years,
            machine.maintenance_fraction,
            machine.embodied_kg,
            machine.origin,
            "machine",
        )
        keys = {"site": site.id, "hall": hall, "machine": machine.id}
        installed, most = site.installed.get(f"{hall}/{machine.id}", 0), inf if machine.on_sale else 0.0
        own(m, problem, asset, "servers", keys, total, installed=installed, integer=True, most=most)
        return
    for period in problem.periods:
        m.cost(
            "rent",
            machine.id,
            total[period.name],
            quantity=float(period.calendar.weight.sum()),
            unit="machine-hours",
            unit_price=machine.price_usd,
            factor=period.value_factor,
            origin=machine.origin,
            site=site.id,
            period=period.name,
        )
