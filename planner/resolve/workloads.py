"""Workloads: demand by period with growth and surge, weekly shapes, and the kind's own fields in base units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from planner.estimate.store import feed_bytes_per_s
from planner.problem import Period, Series, Workload
from planner.resolve.energy import read_hours
from planner.resolve.years import together
from planner.scenario.schema_workload import KINDS
from planner.scenario.years import of_year
from planner.series.hourly_table import HourlyFile

UNITS = {"serving": "req/s", "service": "req/s", "stream": "B/s", "stage": "B/s"}
UNITS |= {"training": "run", "dataset": "B", "load": "kW"}
HOURS_PER_DAY = 24

OFFICE_DAY = (30, 25, 22, 20, 20, 22, 30, 45, 65, 85, 95, 100, 97, 98, 100, 97, 92, 84, 74, 66, 58, 50, 42, 35)
OFFICE_WEEK = (100, 100, 100, 100, 96, 55, 50)
CONSUMER_DAY = (55, 42, 33, 28, 26, 28, 36, 48, 58, 66, 71, 75, 78, 78, 77, 78, 81, 86, 91, 96, 100, 98, 88, 71)
CONSUMER_WEEK = (94, 94, 95, 96, 98, 100, 99)
"""Percent of the peak by hour and by weekday, Monday first: planning shapes of ours (confidence: memory), to be
replaced by the user's own `{hourly: [...], weekly: [...]}`."""
NAMED = {"office": (OFFICE_DAY, OFFICE_WEEK), "consumer": (CONSUMER_DAY, CONSUMER_WEEK)}


def workloads(scenario: Any, periods: Sequence[Period], folder: Path) -> tuple[Workload, ...]:
    """Every workload of the scenario, in its order."""
    return tuple(_workload(scenario, i, periods, folder) for i in range(len(scenario.workloads)))


def _workload(scenario: Any, index: int, periods: Sequence[Period], folder: Path) -> Workload:
    record = scenario.workloads[index]
    sites = tuple(record.sites or [s.id for s in scenario.sites])
    limits = scenario.limits
    floor = getattr(limits, "availability", None) or 0.0
    metered = _metered(record, folder, scenario.years) if record.kind == "load" else None
    kw = None if metered is None else metered.values
    peak = float(kw.max()) if kw is not None else first_demand(record)
    grown = tuple(peak * factor for factor in _growth(record, periods))
    return Workload(
        id=record.id,
        kind=record.kind,
        sites=sites,
        availability=max(record.availability, floor),
        survive_site_loss=record.survive == "site",
        surge=record.surge or 0.0,
        unit=UNITS[record.kind],
        demand=grown,
        shape=shape_of(getattr(record, "shape", None)),
        spec=_spec(record, sites),
        origin=scenario.origin("workloads", index),
        series_kw=kw,
        notes=_said(record) if metered is None else metered.notes,
        series=record.series,
        survive=record.survive,
    )


DRAFT = "{id}: decode_speedup without draft_params_b: the memory that a draft's weights take is not counted"


def _said(record: Any) -> tuple[str, ...]:
    """What the answers leave out for want of a key."""
    guessed = record.kind == "serving" and record.decode_speedup > 1 and record.draft_params_b is None
    return (DRAFT.format(id=record.id),) if guessed else ()


def _metered(record: Any, folder: Path, years: Sequence[int]) -> HourlyFile:
    """A metered load by hour, in all of the scenario's years."""
    each = [of_year(record, year) for year in years] or [record]
    return together([read_hours(one, folder, f"load {record.id}") for one in each])


def first_demand(record: Any) -> float:
    """Peak demand at the start of the horizon, in the kind's unit."""
    kind = record.kind
    if kind == "serving":
        return float(record.requests)
    if kind == "service":
        return float(record.rate or 0.0)
    if kind == "stream":
        return float((record.events or 0.0) * record.event_size)
    if kind == "stage":
        return 0.0
    return float(record.size) if kind == "dataset" else 1.0


def _growth(record: Any, periods: Sequence[Period]) -> list[float]:
    """Factor of each period: growth compounds from the horizon's start to the period's end, surge on top."""
    if record.kind == "training":
        return [1.0 for _ in periods]
    rate, surge = record.growth or 0.0, record.surge or 0.0
    return [(1 + rate) ** p.begin * (1 + surge) for p in periods]


def shape_of(given: Any) -> Series:
    """Demand over its peak by hour of the week (168,), Monday 00:00 first."""
    if given is None or given == "flat":
        return np.ones(168)
    if isinstance(given, str):
        day, week = (np.array(part, dtype=np.float64) for part in NAMED[given])
    else:
        day = np.array(given.hourly or [1.0] * HOURS_PER_DAY, dtype=np.float64)
        week = np.array(given.weekly or [1.0] * 7, dtype=np.float64)
    full = np.outer(week, day).ravel()
    return np.asarray(full / full.max())


def _spec(record: Any, sites: Sequence[str]) -> dict[str, Any]:
    own = KINDS[record.kind].model_fields
    given = record.model_dump(mode="python").items()
    spec = {k: v for k, v in given if k not in ("hardware", "shape") and (k in own or v is not None)}
    if record.kind == "dataset":
        defaults = {"hot": 0.0, "read": 0.0, "write": 0.0, "durability": 0.0, "copies": 1, "retrieval": 1.0}
        spec |= {k: v for k, v in defaults.items() if spec.get(k) is None}
        if record.feeds is None:
            del spec["feeds"]
        else:
            spec["read"] += feed_bytes_per_s(**record.feeds.model_dump())
        spec["copies"] = max(spec["copies"], len(sites)) if record.local else spec["copies"]
    hardware = getattr(record, "hardware", None)
    spec["hardware_allow"] = list(hardware.allow) if hardware else []
    spec["hardware_deny"] = list(hardware.deny) if hardware else []
    return spec
