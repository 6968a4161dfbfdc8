"""Ports of storage on a network of its own, and the most units of storage that any plan has."""

from __future__ import annotations

from math import ceil

from planner.options.bands import bands
from planner.options.types import OptionSet
from planner.options.units import most_units
from planner.problem import FabricClass, Problem, StorageTier

STORAGE = "storage"
"""The network beside the compute fabric that storage hangs on too."""
GBIT_PER_GB = 8


def store_ports(tier: StorageTier, fabric: FabricClass) -> int:
    """Ports of one unit on the network, as many as carry what it reads or writes; none of rented classes."""
    if fabric.id != STORAGE or not fabric.side or fabric.switch is None or tier.rent_usd_per_month:
        return 0
    rate = max(tier.read_gb_per_s, tier.write_gb_per_s) * GBIT_PER_GB
    return ceil(rate / fabric.switch.port_gbps - 1e-9)


def most_ports(problem: Problem, options: OptionSet, fabric: FabricClass) -> int:
    """No plan has more ports of storage at a site: each need on the tier with most ports for it, all spread out."""
    datasets = [w for w in problem.workloads if w.kind == "dataset"]
    flows = [_flow(problem, options, what) for what in ("read", "write")]
    most = 0
    for index, _ in enumerate(problem.periods):
        held = [b for d in datasets for b in bands(problem, d, index)]
        tb, operations = sum(b.tb for b in held), sum(b.operations_per_s for b in held)
        reads = sum(b.read_gb_per_s for b in held) + flows[0]
        writes = sum(b.write_gb_per_s for b in held) + flows[1]
        hung = [(t, store_ports(t, fabric)) for t in problem.tiers]
        needs = [
            [tb / (t.raw_tb * t.usable_fraction) * ports for t, ports in hung],
            [reads / t.read_gb_per_s * ports for t, ports in hung],
            [writes / t.write_gb_per_s * ports for t, ports in hung],
            [operations / t.operations_per_s * ports for t, ports in hung if t.operations_per_s],
        ]
        apart = sum((t.failure_domains + len(needs)) * ports for t, ports in hung)
        most = max(most, apart + sum(ceil(max(each, default=0.0)) for each in needs))
    return most


def _flow(problem: Problem, options: OptionSet, what: str) -> float:
    """GB/s that machines may read or write at most: of every workload the option that asks for most."""
    total = 0.0
    for workload in problem.workloads:
        rates = [0.0]
        for option in options.of(workload.id):
            each = option.storage_read_gb_per_s if what == "read" else option.storage_write_gb_per_s
            working = option.block_machines or ceil(most_units(option, max(workload.demand))) * option.replica_machines
            rates.append(each * working)
        total += max(rates)
    return total
