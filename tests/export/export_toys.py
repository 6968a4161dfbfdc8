"""A plan with every kind of thing that runs: two halls, three machine types, work in pods, groups, runs and brokers."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from plan_factory import HOURS, plan, size

from planner.plan.schema import Plan, Value, Work

MACHINE = {
    "acquisition": "buy",
    "cites": [],
    "cores": 64,
    "failures_per_day": 0.002,
    "nvme_tb": 15.36,
    "ram_gb": 512.0,
    "accelerator": "",
    "accelerators": 0,
}
GPU = {**MACHINE, "id": "gpu_box", "origin": "node/gpu_box", "accelerators": 8, "accelerator": "nvidia_h100_sxm_80gb"}
ODD = {**MACHINE, "id": "odd_box", "origin": "node/odd_box", "accelerators": 4, "accelerator": "cerebras_wse3"}
CPU = {**MACHINE, "id": "cpu_box", "origin": "node/cpu_box"}
DB = {**MACHINE, "id": "db_box", "origin": "node/db_box"}
OVERHEAD = [0.1, 0.3]
SITES = [
    {
        "id": "north",
        "origin": "small.yaml:5",
        "cites": [],
        "halls": [{"id": "main"}, {"id": "annex"}],
        "power_train": {"efficiency": 0.8},
        "grid": {"connection_kw": 3000.0},
    },
    {
        "id": "south",
        "origin": "small.yaml:9",
        "cites": [],
        "halls": [{"id": "main"}],
        "power_train": {"efficiency": 0.8},
        "grid": {"connection_kw": None},
    },
]


def workload(id: str, kind: str, line: int, **spec: Any) -> dict[str, Any]:
    unit = {"stream": "B/s", "training": "run"}.get(kind, "req/s")
    kept = {"id": id, "kind": kind, "availability": 0.999, "unit": unit, "origin": f"small.yaml:{line}"}
    return {**kept, "spec": spec, "sites": ["north"]}


WORKLOADS = [
    workload("chat", "serving", 11, ttft=1.0, tpot=0.05),
    workload("giant", "serving", 12, ttft=2.0, tpot=0.05),
    workload("learn", "training", 13),
    workload("web", "service", 14, latency=0.02),
    workload("feed", "stream", 15, replication=3, retention=3600.0),
    workload("odd_ones", "service", 16),
    workload("archive", "dataset", 17),
    workload("nightly", "stage", 18, every=86400.0, within=7200.0),
    workload("state.web", "service", 14, role="state", of="web", replicas=3, modes=["one_site"]),
    workload("control.north", "service", 3, role="control_plane"),
]


def option(id: str, work: str, machine: str, *, block: int = 0, spread: int = 1, **details: Any) -> dict[str, Any]:
    kept = {"id": id, "workload": work, "machine": machine, "fabric": "frontend", "block_machines": block}
    rest = dict.fromkeys(("idle_kw", "busy_kw", "storage_read_gb_per_s", "storage_write_gb_per_s"), 0.0)
    more = {"storage": "", "per_machine": 1.0, "duty": 1.0, "basis": "measured", "low": 1.0, "high": 1.0, "origin": "o"}
    return {**kept, **rest, **more, "replica_machines": spread, "details": details}


OPTIONS = [
    option("chat/gpu_box/tp2", "chat", "gpu_box", accelerators_per_replica=2),
    option("giant/gpu_box/tp8x2", "giant", "gpu_box", spread=2, accelerators_per_replica=16),
    option("learn/gpu_box/4", "learn", "gpu_box", block=4, days=30.0),
    option("web/cpu_box", "web", "cpu_box"),
    option("feed/cpu_box", "feed", "cpu_box"),
    option("odd_ones/odd_box", "odd_ones", "odd_box"),
    option("nightly/cpu_box", "nightly", "cpu_box"),
    option("state.web/db_box", "state.web", "db_box", spread=2, quorum=2),
    option("state.web/cpu_box", "state.web", "cpu_box", quorum=2),
    option("control.north/cpu_box", "control.north", "cpu_box"),
]
POOLS = {("annex", "gpu_box"): (11, 2), ("main", "cpu_box"): (6, 1), ("main", "odd_box"): (1, 0)}
POOLS |= {("main", "db_box"): (4, 0)}
RUNS = [
    ("chat", "chat/gpu_box/tp2", "annex", 2.6, 100.0),
    ("giant", "giant/gpu_box/tp8x2", "annex", 4.0, 30.0),
    ("learn", "learn/gpu_box/4", "annex", 4.0, 1.0),
    ("web", "web/cpu_box", "main", 2.4, 9000.0),
    ("feed", "feed/cpu_box", "main", 1.6, 1.5e8),
    ("odd_ones", "odd_ones/odd_box", "main", 0.7, 5.0),
    ("nightly", "nightly/cpu_box", "main", 1.0, 2e8),
    ("state.web", "state.web/db_box", "main", 4.0, 2.0),
    ("state.web", "state.web/cpu_box", "main", 1.0, 1.0),
    ("control.north", "control.north/cpu_box", "main", 0.0, 3.0),
]


def column(family: str, hall: str, machine: str, value: float) -> Value:
    keys = {
        "site": "north",
        "hall": hall,
        "fabric": "frontend",
        "machine": machine,
        "target": "0.9995",
        "period": "2027",
    }
    inside = ",".join(f"{k}={v}" for k, v in keys.items())
    origin = f"node/{machine}"
    name = f"{family}[{inside}]"
    return Value(name=name, family=family, keys=keys, value=value, integer=True, unit="machines", origin=origin)


def work(id: str, option: str, hall: str, machines: float, served: float) -> Work:
    machine = next(o["machine"] for o in OPTIONS if o["id"] == option)
    unit = next(w["unit"] for w in WORKLOADS if w["id"] == id)
    place = {"workload": id, "site": "north", "hall": hall, "period": "2027", "option": option, "machine": machine}
    return Work(**place, served=served, unit=unit, machines=machines)


def everything(**changes: Any) -> Plan:
    """The plan, with fields changed."""
    columns = [column("servers.working", *key, counts[0]) for key, counts in POOLS.items()]
    keys = {"site": "north", "dataset": "archive", "tier": "flash", "band": "hot", "period": "2027"}
    name = "storage.tb[" + ",".join(f"{k}={v}" for k, v in keys.items()) + "]"
    columns.append(Value(name=name, family="storage.tb", keys=keys, value=50.0, integer=False, unit="TB", origin="o"))
    columns += [column("spares.count", *key, counts[1]) for key, counts in POOLS.items()]
    it_kw = [100.0, 50.0]
    drawn = [kw * (1 / 0.8 + over) for kw, over in zip(it_kw, OVERHEAD, strict=True)]
    hours = HOURS.model_copy(
        update={
            "series": {"air_overhead.air": OVERHEAD},
            "dispatch": {"draw.cooled main air air 0": drawn, "draw.plant main air": [5.0, 5.0]},
        }
    )
    fields = {
        "columns": columns,
        "options": OPTIONS,
        "work": [work(*run) for run in RUNS],
        "sizing": [
            size("grid", "coincident peak", 180.0, "kW", column="power.peak_kw[site=north,period=2027]", hall=""),
            size(
                "facility", "hall main", 110.0, "kW of IT", column="facility.built_kw[site=north,hall=main,period=2027]"
            ),
        ],
        "problem": {
            "periods": [{"name": "2027"}],
            "sites": SITES,
            "machines": [GPU, ODD, CPU, DB],
            "workloads": deepcopy(WORKLOADS),
        },
        "hours": [hours],
    }
    return plan(**{**fields, **changes})
