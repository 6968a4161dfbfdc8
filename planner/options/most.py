"""The most IT power a problem can need: what bounds a hall that nothing else bounds.

    kW <= SLACK x (sum over workloads of the hungriest way to run each, with its spares + its storage) + FIXED_KW

Only a bound on what a switch (a cooling option in use or not) lets through: any number that no sensible plan passes
does, and one near what plans need keeps a solver's tolerance on the switch from letting real power through.
"""

from __future__ import annotations

from math import ceil

from planner.estimate.failures import spares
from planner.options.bands import Band, bands
from planner.options.domains import RACK_UNITS
from planner.options.pools import failures, pool_target
from planner.options.types import Option, OptionSet
from planner.options.units import room
from planner.problem import Machine, Problem, StorageTier, Workload

SLACK = 2.0
"""Spares beyond the working machines, and more than one pool."""
EXTRA_MACHINES = 10
"""Spares of a pool of one."""
PORT_KW = 0.05
"""Three times the share of a 400 Gb/s switch and its optics in one port (about 15 W)."""
FIXED_KW = 100.0
TB = 1e12


def most_it_kw(problem: Problem, options: OptionSet) -> float:
    """Coincident peak IT kW that no plan of the problem reaches."""
    total = FIXED_KW
    for workload in problem.workloads:
        if workload.kind == "dataset":
            total += SLACK * _storage_kw(problem, workload)
        elif workload.kind != "load":
            total += SLACK * max((_option_kw(problem, workload, o) for o in options.of(workload.id)), default=0.0)
    return total


def most_machines(problem: Problem, options: OptionSet, site: str) -> int:
    """Machines at a site that no sensible plan of the workloads given has more of."""
    total = 0
    for workload in problem.workloads:
        if site in workload.sites and workload.kind not in ("dataset", "load"):
            needs = [_count(workload, o) for o in options.of(workload.id)]
            total += ceil(SLACK * max(needs, default=0)) + EXTRA_MACHINES
    return total


def _count(workload: Workload, option: Option) -> int:
    needed = option.block_machines or ceil(max(workload.demand) / max(option.per_machine, 1e-300))
    apart = ceil(float(option.details.get("machines_apart", 0.0)))
    return max(needed, option.replica_machines, apart) + room(option)


def _option_kw(problem: Problem, workload: Workload, option: Option) -> float:
    """A workload run this way alone, at every site where each must carry it."""
    machine = problem.machine(option.machine)
    if machine.acquisition == "rent":
        return 0.0
    count = _count(workload, option)
    count += EXTRA_MACHINES + _together(workload, machine, count)
    write, read = option.storage_write_gb_per_s, option.storage_read_gb_per_s
    each = machine.peak_kw + machine.nics * PORT_KW + _rate_kw(problem, read, write)
    return count * each


def _together(workload: Workload, machine: Machine, count: int) -> int:
    """Machines more where racks may be lost, where domains fail together, or where repairs wait for crews."""
    rack = ceil(RACK_UNITS / max(machine.rack_units, 1.0)) if workload.survive == "rack" else 0
    how = failures(machine)
    return rack if how.alone else rack + (spares(how, count, pool_target(workload)) or count)


def _rate_kw(problem: Problem, read: float, write: float) -> float:
    """Storage power behind one machine's rates, on the hungriest tier."""
    owned = [t for t in problem.tiers if not t.rent_usd_per_month and t.read_gb_per_s > 0 and t.write_gb_per_s > 0]
    return max((t.kw * max(read / t.read_gb_per_s, write / t.write_gb_per_s) for t in owned), default=0.0)


def _storage_kw(problem: Problem, dataset: Workload) -> float:
    """A dataset and its copies on the hungriest tier."""
    if dataset.spec.get("bands"):
        return _bands_kw(problem, dataset)
    spec, tb = dataset.spec, max(dataset.demand) / TB
    grown = max(dataset.demand) / spec["size"] if spec["size"] else 1.0
    most = 0.0
    for tier in problem.tiers:
        if not tier.rent_usd_per_month:
            units = ceil(tb / (tier.raw_tb * tier.usable_fraction)) + tier.failure_domains
            rates = grown * _rate_kw(problem, spec["read"] / 1e9, spec["write"] / 1e9)
            most = max(most, units * tier.kw + rates)
    return most * float(spec["copies"])


def _bands_kw(problem: Problem, dataset: Workload) -> float:
    """Every band and its copies on the hungriest of its own tiers."""
    every = [bands(problem, dataset, i) for i in range(len(problem.periods))]
    totals = (sum(max((_band_kw(band, t) for t in band.tiers), default=0.0) for band in found) for found in every)
    return max(totals, default=0.0) * float(dataset.spec["copies"])


def _band_kw(band: Band, tier: StorageTier) -> float:
    if tier.rent_usd_per_month:
        return 0.0
    pairs = (
        (band.tb, tier.raw_tb * tier.usable_fraction),
        (band.read_gb_per_s, tier.read_gb_per_s),
        (band.write_gb_per_s, tier.write_gb_per_s),
        (band.operations_per_s, tier.operations_per_s),
    )
    return tier.kw * (sum(ceil(asked / each) for asked, each in pairs if each) + tier.failure_domains)
