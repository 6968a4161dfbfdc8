"""Workloads of every kind on two hand-made machines, one with accelerators and one without."""

from __future__ import annotations

from typing import Any

import toys
from estimate_toys import accelerated, coefficients, row, spread

from planner.options.enumerate import enumerate_options
from planner.options.types import OptionSet
from planner.problem import FabricClass, Machine, Problem, Workload

DAY_S = 86_400.0
SERVING = {
    "model": "small",
    "input_tokens": 1000,
    "output_tokens": 100,
    "ttft": 1.0,
    "tpot": 0.05,
    "precision": None,
}
TRAINING = {
    "model": "small",
    "tokens": 1e11,
    "sequence": 1024,
    "batch": 65_536.0,
    "precision": "bf16",
    "deadline": 30 * DAY_S,
    "development_factor": 1.0,
    "checkpoint_every": None,
    "oversubscription": 1.0,
}
STREAM = {"replication": 3, "consumers": 4, "retention": 3600.0, "event_size": 1000.0, "processing": "none"}
NET = toys.fabric(id="net", switch=toys.switch(port_gbps=100.0))
SERVICES = {"scoring": {"ssj_ops_per_request": spread(1000.0, basis="estimated")}}
C = coefficients(SERVICES)


def work(kind: str, spec: dict[str, Any]) -> Workload:
    return toys.workload("w", kind=kind, spec={"hardware_allow": [], "hardware_deny": [], **spec})


def case(workload: Workload, *machines: Machine, **changes: Any) -> Problem:
    plain = {
        "fabrics": (FabricClass("none", None, 1.0, ""), NET),
        "machines": machines or (accelerated(), toys.machine(performance={"ssj_ops": 1e7})),
        "models": {"small": row()},
        "workloads": (workload,),
    }
    return toys.problem(**{**plain, **changes})


def found(workload: Workload, *machines: Machine, **changes: Any) -> OptionSet:
    return enumerate_options(case(workload, *machines, **changes), C)
