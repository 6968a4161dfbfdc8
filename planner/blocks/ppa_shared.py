"""Shared agreement: one power purchase agreement whose size is decided once, and whose energy several sites have.

    kw(s) = share(s) x whole kw                          stated shares         'ppa_shared.share[site,ppa]'
    sum over its sites of kw(s) = whole kw               shares of the plan    'ppa_shared.sum[site,ppa]'
    energy of the whole <= most_of_load x what its sites' loads draw           'ppa_shared.volume[site,ppa,period]'

Each site has a part of it, an agreement like any other (see `ppa`): it pays strike and fee for its part and is paid the
node price, and the part counts by the hour at sites in the plant's own region alone. A share is the same in all hours.
It gives no power, peak or backup anywhere.

| symbol | name in code | unit | meaning |
| kw(s) | ppa.kw[site,ppa] | kW | part of a site, the same in every period |
| whole kw | ppa_shared.kw[site,ppa] | kW | contracted size; `site` is the one that it is written under |
| share(s) | contracts.sites | fraction | part of each site, where stated |
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Period, Ppa, Problem, Shared, Site


def adjust(problem: Problem, options: OptionSet) -> tuple[Problem, OptionSet]:
    """Every site that shares an agreement gets its part of it, in the place of the whole."""
    wholes = _wholes(problem)
    if not wholes:
        return problem, options
    sites = tuple(replace(site, contracts=_contracts(site, wholes)) for site in problem.sites)
    return replace(problem, sites=sites), options


def _wholes(problem: Problem) -> list[tuple[Ppa, Shared]]:
    """Agreements that are shared, each once, in the order of the sites."""
    found = {(p.shared.at, p.id): (p, p.shared) for s in problem.sites for p in s.contracts if p.shared}
    return list(found.values())


def _contracts(site: Site, wholes: list[tuple[Ppa, Shared]]) -> tuple[Ppa, ...]:
    own = [p for p in site.contracts if p.shared is None]
    return (*own, *(_part(site, ppa, shared) for ppa, shared in wholes if site.id in shared.sites))


def _part(site: Site, ppa: Ppa, shared: Shared) -> Ppa:
    most = _bounds(shared)[1]
    share = 1.0 if shared.shares is None else shared.shares[shared.sites.index(site.id)]
    local = shared.region == site.grid.region
    return replace(ppa, size_kw=None, max_kw=share * most, most_of_load=None, local=local)


def _bounds(shared: Shared) -> tuple[float, float]:
    return (0.0, shared.max_kw) if shared.size_kw is None else (shared.size_kw, shared.size_kw)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for ppa, shared in _wholes(problem):
        keys = {"site": shared.at, "ppa": ppa.id}
        lo, hi = _bounds(shared)
        whole = m.column(name_of("ppa_shared.kw", **keys), origin=ppa.origin, unit="kW", lo=lo, hi=hi)
        parts = {site: m.find(name_of("ppa.kw", site=site, ppa=ppa.id)) for site in shared.sites}
        terms = {column: 1.0 for column in parts.values() if column is not None}
        if shared.shares is None:
            m.row(name_of("ppa_shared.sum", **keys), {**terms, whole: -1.0}, "==", origin=ppa.origin)
        for (site, part), share in zip(parts.items(), shared.shares or (), strict=False):
            if part is not None:
                name = name_of("ppa_shared.share", site=site, ppa=ppa.id)
                m.row(name, {part: 1.0, whole: -share}, "==", origin=ppa.origin)
        for period in problem.periods if shared.most_of_load is not None else ():
            _volume(m, ppa, shared, period, whole)


def _volume(m: Model, ppa: Ppa, shared: Shared, period: Period, whole: int) -> None:
    """The whole's energy against the loads of all its sites."""
    most = inf if shared.most_of_load is None else shared.most_of_load
    energy = float(period.calendar.weight @ period.calendar.take(ppa.delivered))
    drawn = {("power_load_kwh", site, period.name): -most for site in shared.sites}
    name = name_of("ppa_shared.volume", site=shared.at, ppa=ppa.id, period=period.name)
    label = f"{ppa.id}: energy over {most:.0%} of the load of {', '.join(shared.sites)}"
    m.row(name, {whole: energy}, "<=", tallies=drawn, origin=ppa.origin, label=label, unit="kWh")
