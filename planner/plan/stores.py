"""Stores: for every tier in use at a site, raw, usable and effective bytes, and which need asks for its units."""

from __future__ import annotations

from collections import defaultdict

from planner.estimate.durability import MOST_NINES, WHY_CAPPED
from planner.estimate.store import Load, Unit, binding, needs
from planner.model import Model, name_of
from planner.options.bands import bands
from planner.plan.encode import tidy
from planner.plan.schema_redundancy import Store
from planner.problem import Period, Problem, StorageTier
from planner.solve.solution import Solution

ZERO = 1e-6
"""TB and units below this are solver noise."""
MACHINES = "machines"
"""What binds where machines' own rates (checkpoints) ask for more units than the data placed."""


def stores(m: Model, s: Solution, problem: Problem) -> list[Store]:
    """One row for each tier in use, by site, tier and period."""
    found = []
    for index, period in enumerate(problem.periods):
        for site in problem.sites:
            loads, logical = _loads(m, s, problem, site.id, index)
            for tier in problem.tiers:
                keys = {"site": site.id, "tier": tier.id, "period": period.name}
                column = m.find(name_of("storage.units", **keys))
                units = 0.0 if column is None else float(s.values[column])
                if units > ZERO:
                    load = loads.get(tier.id, Load())
                    row = _store(site.id, tier, period, units, load, logical.get(tier.id, 0.0), _saved(m, s, keys))
                    found.append(row if _by_data(m, row) else row.model_copy(update={"binding": MACHINES}))
    return sorted(found, key=lambda x: (x.site, x.tier, x.period))


def _loads(m: Model, s: Solution, problem: Problem, site: str, index: int) -> tuple[dict[str, Load], dict[str, float]]:
    """What lies on each tier of a site in a period; and TB as users see them."""
    period = problem.periods[index].name
    loads: dict[str, Load] = defaultdict(Load)
    logical: dict[str, float] = defaultdict(float)
    for dataset in (w for w in problem.workloads if w.kind == "dataset"):
        for band in bands(problem, dataset, index):
            keys = {"dataset": dataset.id, "band": band.name, "period": period}
            for tier in band.tiers:
                column = m.find(name_of("storage.tb", site=site, tier=tier.id, **keys))
                tb = 0.0 if column is None else float(s.values[column])
                if tb > ZERO:
                    part = tb / band.tb
                    rates = band.read_gb_per_s * part, band.write_gb_per_s * part, band.operations_per_s * part
                    loads[tier.id] = loads[tier.id].plus(Load(tb, *rates))
                    logical[tier.id] += tb * (dataset.spec.get("reduction") or 1.0)
    return loads, logical


def _saved(m: Model, s: Solution, keys: dict[str, str]) -> bool:
    """Whether machines read or write of a tier what no dataset has: checkpoints."""
    rates = [m.find(name_of("storage.machines_gb_per_s", **keys, flow=flow)) for flow in ("read", "write")]
    return any(rate is not None and float(s.values[rate]) > ZERO for rate in rates)


def _store(
    site: str, tier: StorageTier, period: Period, units: float, load: Load, logical: float, saved: bool
) -> Store:
    usable = tier.raw_tb * tier.usable_fraction
    unit = Unit(usable, tier.read_gb_per_s, tier.write_gb_per_s, tier.operations_per_s, tier.failure_domains)
    asked = needs(load, unit, used=saved)
    whole = not tier.rent_usd_per_month
    return Store(
        site=site,
        tier=tier.id,
        period=period.name,
        units=tidy(units),
        unit=tier.unit,
        raw_tb=tidy(units * tier.raw_tb),
        usable_tb=tidy(units * usable),
        stored_tb=tidy(load.tb),
        effective_tb=tidy(logical),
        needs={what: tidy(asked[what]) for what in sorted(asked)},
        binding=binding(asked),
        scheme=tier.scheme,
        failure_domains=tier.failure_domains,
        domains_to_heal=tier.failure_domains + 1 if whole else 1,
        nines=min(tier.durability_nines, MOST_NINES),
        note=f"capped: {WHY_CAPPED}" if tier.durability_nines >= MOST_NINES else "",
    )


def _by_data(m: Model, row: Store) -> bool:
    """Whether the data placed asks for the units; machines' own rates do where it asks for at least one fewer."""
    keys = {"site": row.site, "period": row.period}
    streams = any(m.has_row(name_of(f"storage.machines_{what}", **keys)) for what in ("read", "write"))
    return not streams or max(row.needs.values()) > row.units - 1 + ZERO
