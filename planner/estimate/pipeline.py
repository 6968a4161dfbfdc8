"""What flows through a pipeline, and what one machine of a stage works off, bytes/s in.

    batch       rate = mean inflow over the worst window of `every` x every / within
    outage      rate = peak inflow + mean inflow over the worst window of `outage` x outage / catch_up
    a stage     in = sum over edges of share x outflow;  out = in x output;  a batch gives all of it while it runs
    reads       a source is read once by each reader, and once by readers that share; a reader that catches up reads
                rate / inflow times as fast
    a machine   its measured throughput, or cores x events a core x event size, and NICs x share / max(1, output)

Events a core: Flink, catalog row coefficient/default, as for brokers. None is published for Spark: give a throughput.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.estimate.coefficients import Coefficients
from planner.estimate.stream import PROCESSING
from planner.machine import Machine

Hours = NDArray[np.float64]
HOUR_S = 3600.0


def worst_mean(rate: Hours, seconds: float) -> float:
    """Largest mean over so many seconds on end (whole hours) of a week's hours, shape (168,), the week a ring."""
    hours = min(len(rate), max(1, round(seconds / HOUR_S)))
    if hours == len(rate):
        return float(rate.mean())
    ring = np.concatenate([rate, rate[: hours - 1]])
    return float((np.convolve(ring, np.ones(hours), "valid") / hours).max())


def stage_rate(rate: Hours, spec: Mapping[str, Any]) -> float:
    """Bytes/s that a stage must work off, for an inflow of so many by hour of the week."""
    every, within = spec.get("every"), spec.get("within")
    if every and within:
        needed = peak = worst_mean(rate, float(every)) * float(every) / float(within)
    else:
        needed = peak = float(rate.max())
    outage, clear = float(spec.get("outage") or 0.0), spec.get("catch_up")
    if outage and clear:
        needed = peak + worst_mean(rate, outage) * outage / float(clear)
    return needed


def per_machine(machine: Machine, spec: Mapping[str, Any], event_size: float, c: Coefficients) -> dict[str, float]:
    """Bytes/s in that one machine works off, by resource; the least binds. Empty where nobody knows."""
    own, state = (spec.get("throughput") or {}).get(machine.id), spec.get("processing")
    found: dict[str, float] = {}
    if own is not None:
        found["measured"] = float(own)
    elif state in PROCESSING and not machine.accelerators and machine.cores:
        found["cores"] = machine.cores * c.constant(PROCESSING[state]) * event_size
    if found and machine.nics:
        nic = machine.nics * machine.nic_gbps / 8 * 1e9 * c.constant("broker_nic_share")
        found["network"] = nic / max(1.0, float(spec.get("output", 1.0))) if nic else inf
    return found
