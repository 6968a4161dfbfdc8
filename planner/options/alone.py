"""Options of work that machines do each for itself, without a fabric or storage of its own: any amount, at a rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.options.types import Option
from planner.problem import Machine, Workload


def alone(
    workload: Workload,
    machine: Machine,
    *,
    per_machine: float,
    busy_kw: float,
    details: Mapping[str, Any],
    basis: str = "estimated",
    low: float = 1.0,
    high: float = 1.0,
) -> Option:
    """The option of a workload on one kind of machine; `busy_kw` beyond idle."""
    return Option(
        id=f"{workload.id}/{machine.id}",
        workload=workload.id,
        machine=machine.id,
        fabric="none",
        storage="",
        per_machine=per_machine,
        block_machines=0,
        replica_machines=1,
        idle_kw=machine.idle_kw,
        busy_kw=busy_kw,
        duty=1.0,
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=0.0,
        details=details,
        basis=basis,
        low=low,
        high=high,
        origin=workload.origin,
    )


def binding(rates: Mapping[str, float], unit: str) -> tuple[float, dict[str, Any]]:
    """The least of several rates, ties by name; and details that name it beside all of them, `unit` in their keys."""
    name = min(rates, key=lambda k: (rates[k], k))
    return rates[name], {"binding": name, **{f"{k}_{unit}": v for k, v in sorted(rates.items())}}
