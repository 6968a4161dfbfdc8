"""Requests per second of work that is measured, not modelled.

In this order: the scenario's own number for a machine, at its word; a catalog figure of the accelerator, times their
count; on machines without accelerators, ssj_ops over the work's ssj_ops per request. Published MLPerf Server figures
hold at their latency bound under random arrivals and are taken whole; where only a maximum is known, the load is kept
at `service_load`, and lower where the latency target asks for it (M/M/c with a core a request, planner/estimate/queue).
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.estimate.coefficients import Coefficients, Spread
from planner.estimate.queue import usable_load
from planner.machine import Machine


@dataclass(frozen=True, slots=True)
class Throughput:
    """What one machine can be planned on: `maximum` x `load` requests/s; `low` and `high` as multiples."""

    maximum: float
    load: float
    low: float
    high: float
    basis: str
    source: str

    @property
    def planned(self) -> float:
        return self.maximum * self.load


@dataclass(frozen=True, slots=True)
class TooSlow:
    """A request takes `service_s` where `limit_s` are allowed."""

    service_s: float
    limit_s: float


def throughput(
    machine: Machine, work: str, own: float | None, latency_s: float | None, c: Coefficients
) -> Throughput | TooSlow | None:
    """Requests/s of a machine; none where nobody measured this work on it."""
    if own is not None:
        return Throughput(own, 1.0, 1.0, 1.0, "measured", "scenario")
    figures = c.services.get(work, {})
    if machine.accelerators:
        found = figures.get(machine.accelerator)
        return None if found is None else _accelerated(machine, work, found, figures.get("latency_s"), latency_s, c)
    cost = figures.get("ssj_ops_per_request")
    operations = machine.performance.get("ssj_ops", 0.0)
    if cost is None or operations <= 0:
        return None
    rate = operations / cost.value
    most, service_s = c.constant("service_load"), machine.cores / rate
    load = most if latency_s is None else usable_load(machine.cores, service_s, latency_s, most)
    if load <= 0 and latency_s is not None:
        return TooSlow(service_s, latency_s)
    source = f"service/{work}.ssj_ops_per_request"
    return Throughput(rate, load, cost.value / cost.high, cost.value / cost.low, "estimated", source)


def _accelerated(
    machine: Machine, work: str, found: Spread, bound: Spread | None, latency_s: float | None, c: Coefficients
) -> Throughput | TooSlow:
    if bound is not None and latency_s is not None and latency_s < bound.value:
        return TooSlow(bound.value, latency_s)
    load = 1.0 if bound is not None and found.basis == "measured" else c.constant("service_load")
    source = f"service/{work}.{machine.accelerator}"
    low, high = found.low / found.value, found.high / found.value
    return Throughput(found.value * machine.accelerators, load, low, high, found.basis, source)
