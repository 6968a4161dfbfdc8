"""Power paths: what each train carries and still carries with a module lost, and where kW of its halls strand."""

from __future__ import annotations

from math import inf

from planner.estimate.power_train import HOUR_S, litres_per_kw, modules_of, part_load
from planner.model import Model, name_of
from planner.options.domains import per_rack
from planner.places import peak_it
from planner.plan.encode import tidy
from planner.plan.schema import Line, Tally
from planner.plan.schema_redundancy import PowerPath
from planner.plan.trains import beside
from planner.problem import Hall, Period, Problem, Site
from planner.solve.solution import Solution


def power_paths(m: Model, s: Solution, problem: Problem, ledger: list[Line], tallies: list[Tally]) -> list[PowerPath]:
    """One row for each site and period with any IT load, by site and period."""
    found = []
    for site in problem.sites:
        for period in problem.periods:
            peaks = {h.id: _peak(m, s, site, h, period) for h in site.halls}
            if sum(peaks.values()) > 0:
                row = _row(m, s, problem, site, period, peaks)
                cost, up, down = beside(site, row.built_kw, ledger, tallies)
                more = {"cost_usd": cost, "up": up, "down": down}
                found.append(row.model_copy(update={**more, **_autonomy(problem, site, row)}))
    return found


def _autonomy(problem: Problem, site: Site, row: PowerPath) -> dict[str, float]:
    """Batteries and fuel that carry the peak of IT as long as the scenario asks; with what the train loses."""
    asked, found = site.keys.get("power"), {}
    kw = row.load_kw / site.power_train.efficiency
    if asked is not None and asked.ups:
        found["ups_kwh"] = tidy(kw * asked.ups / HOUR_S)
    if asked is not None and asked.generators:
        found["fuel_l"] = tidy(kw * litres_per_kw(problem.keys["figures"]["power"]["values"], asked.generators))
    return found


def _peak(m: Model, s: Solution, site: Site, hall: Hall, period: Period) -> float:
    return sum(kw * float(s.values[c]) for c, kw in peak_it(m, site.id, hall.id, period).items())


def _row(m: Model, s: Solution, problem: Problem, site: Site, period: Period, peaks: dict[str, float]) -> PowerPath:
    train, load = site.power_train, sum(peaks.values())
    built = sum(_value(m, s, "facility.built_kw", site=site.id, hall=h.id, period=period.name) for h in site.halls)
    carried = max(built, load)
    modules = modules_of(train.id, carried, train.built_over_needed, train.modules)
    share = modules.load_fraction(load)
    stranded: dict[str, float] = {}
    for hall in site.halls:
        for cause, kw in _stranded(m, s, problem, site, hall, period, peaks[hall.id]).items():
            stranded[cause] = stranded.get(cause, 0.0) + kw
    return PowerPath(
        site=site.id,
        period=period.name,
        train=train.id,
        load_kw=tidy(load),
        built_kw=tidy(carried),
        modules=modules.built,
        surviving_kw=tidy(modules.surviving_kw(1)),
        survives_module=modules.surviving_kw(1) >= load,
        maintainable=modules.surviving_kw(1) >= load and modules.paths > 1,
        module_load=tidy(share),
        efficiency=train.efficiency,
        efficiency_at_load=tidy(part_load(train.curve, share)) if train.curve else train.efficiency,
        survives_path=modules.paths > 1 and modules.surviving_kw(-(-modules.built // modules.paths)) >= load,
        stranded_kw={cause: tidy(kw) for cause, kw in sorted(stranded.items())},
    )


def _value(m: Model, s: Solution, family: str, **keys: str) -> float:
    column = m.find(name_of(family, **keys))
    return 0.0 if column is None else float(s.values[column])


def _stranded(
    m: Model, s: Solution, problem: Problem, site: Site, hall: Hall, period: Period, peak: float
) -> dict[str, float]:
    """kW of a hall's feeds and racks that carry nothing, by cause."""
    found: dict[str, float] = {}
    if hall.feed_kw < inf:
        total, free = hall.feed_kw * hall.feeds, hall.carried_kw * site.power_train.breaker_derating
        found["breakers derated"] = total * (1 - site.power_train.breaker_derating)
        found["feeds kept free"] = (total - hall.carried_kw) * site.power_train.breaker_derating
        found["losses in the train"] = peak / site.power_train.efficiency - peak
        found["feed not used"] = max(0.0, free - peak / site.power_train.efficiency)
    if hall.rack_kw < inf:
        racks = _racks(m, s, problem, site, hall, period)
        found["racks of whole machines"] = sum(count * kw for count, kw in racks)
        if hall.pdu_kw is not None:
            strips, derating = sum(count for count, _ in racks) * hall.pdu_kw, site.power_train.breaker_derating
            found["PDUs derated"] = strips * hall.pdus * (1 - derating)
            found["PDUs kept free"] = strips * (hall.pdus - max(1, hall.pdus - 1)) * derating
    return found


def _racks(
    m: Model, s: Solution, problem: Problem, site: Site, hall: Hall, period: Period
) -> list[tuple[float, float]]:
    """Racks in use, and kW of each that no whole machine fits into, by machine type."""
    used = [
        c
        for c in site.cooling
        if c.id in hall.cooling and _value(m, s, "cooling.use", site=site.id, hall=hall.id, cooling=c.id) > 1 / 2
    ]
    found = []
    for machine in (x for x in problem.machines if x.acquisition == "buy"):
        keys = {"site": site.id, "hall": hall.id, "machine": machine.id, "period": period.name}
        count = _value(m, s, "servers.total", **keys)
        fit = per_rack(machine, hall, used[0]) if used else 0
        if count > 0 and fit:
            found.append((count / fit, hall.rack_kw - fit * machine.peak_kw))
    return found
