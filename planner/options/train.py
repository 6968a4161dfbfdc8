"""Training options: the fewest machines that meet the deadline, per fabric class, and a few more."""

from __future__ import annotations

from math import ceil

from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer, transformer
from planner.estimate.training import ERROR, UNMEASURED, Layout, Run, best
from planner.options.types import Excuse, Option
from planner.problem import FabricClass, Machine, Problem, Workload

DAY_S = 86_400.0
YEAR_S = 365 * DAY_S
DEFAULT_BATCH_TOKENS = 4e6
"""Tokens per step where the scenario gives none: common for models of 10B to 400B (confidence: memory)."""
MORE = (1.0, 1.25, 1.6)
"""Machine counts offered, over the fewest that meet the deadline."""
MOST_NODES = 20_000


def options(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """Block options of a training run on a machine type, one per fabric class and machine count."""
    p = machine.performance
    if not machine.accelerators or not p.get("accelerator_bf16_tflops") or not p.get("accelerator_mem_gb"):
        return [Excuse(workload.id, machine.id, "no-figure", None, None, "", "no accelerator, or none with figures")]
    model = transformer(problem.models[workload.spec["model"]])
    run = _run(problem, workload)
    seconds = min(workload.spec["deadline"], min(q.years for q in problem.periods) * YEAR_S)
    seconds /= workload.spec.get("development_factor") or 1.0
    found: list[Option | Excuse] = []
    for fabric in _fabrics(problem, workload, machine):
        nodes = _fewest(machine, model, run, fabric.oversubscription, seconds, c)
        if nodes is None:
            continue
        counts = sorted({ceil(nodes * more) for more in MORE})
        for count in counts:
            layout = best(machine, count, model, run, fabric.oversubscription, c)
            if layout is not None and run.tokens / layout.effective_tokens_per_s <= seconds:
                found.append(_option(problem, workload, machine, fabric, count, layout, run, c))
    if not found:
        text = f"no number of machines up to {MOST_NODES:,} trains it in time, or it does not fit in memory"
        days = seconds / DAY_S
        found.append(Excuse(workload.id, machine.id, "deadline", None, days, "days", text))
    return found


def _run(problem: Problem, workload: Workload) -> Run:
    s = workload.spec
    batch = s.get("batch") or DEFAULT_BATCH_TOKENS
    tokens = s["tokens"] if s.get("tokens") else s["steps"] * batch
    hidden = float(problem.models[s["model"]]["hidden"])
    return Run(tokens, s["sequence"], batch, s.get("precision") or "bf16", hidden)


def _fabrics(problem: Problem, workload: Workload, machine: Machine) -> list[FabricClass]:
    """Classes whose ports run at the machine's NIC speed, within the oversubscription allowed."""
    if machine.acquisition == "rent":
        return [f for f in problem.fabrics if f.id == "none"]
    allowed = workload.spec.get("oversubscription") or 1.0
    return [
        f
        for f in problem.fabrics
        if f.switch is not None
        and f.id != "frontend"
        and f.switch.port_gbps == machine.nic_gbps
        and f.oversubscription <= allowed
    ]


def _fewest(
    machine: Machine, model: Transformer, run: Run, ratio: float, seconds: float, c: Coefficients
) -> int | None:
    """The fewest machines that finish in time, by doubling and bisection: speed rises until failures eat it."""

    def fast(nodes: int) -> bool:
        layout = best(machine, nodes, model, run, ratio, c)
        return layout is not None and run.tokens / max(1e-9, layout.effective_tokens_per_s) <= seconds

    high = 1
    while not fast(high):
        high *= 2
        if high > MOST_NODES:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fast(middle) else (middle, high)
    return high


def _option(
    problem: Problem,
    workload: Workload,
    machine: Machine,
    fabric: FabricClass,
    nodes: int,
    layout: Layout,
    run: Run,
    c: Coefficients,
) -> Option:
    seconds = run.tokens / layout.effective_tokens_per_s * (workload.spec.get("development_factor") or 1.0)
    period = min(p.years for p in problem.periods) * YEAR_S
    params = float(problem.models[workload.spec["model"]]["params_b"]) * 1e9
    write = c.constant("checkpoint_bytes_per_parameter") * params / c.constant("checkpoint_write_s") / 1e9
    low, high = ERROR if layout.basis == "calibrated" else UNMEASURED
    return Option(
        id=f"{workload.id}/{machine.id}/{fabric.id}/{nodes}",
        workload=workload.id,
        machine=machine.id,
        fabric=fabric.id,
        storage="hot",
        per_machine=1.0 / nodes,
        block_machines=nodes,
        replica_machines=1,
        idle_kw=machine.idle_kw,
        busy_kw=machine.busy_kw - machine.idle_kw,
        duty=min(1.0, seconds / period),
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=write / nodes,
        details={
            "accelerators": layout.accelerators,
            "data_parallel": layout.dp,
            "days": seconds / DAY_S,
            "goodput": layout.goodput,
            "memory_gb": layout.memory_gb,
            "model_flops_utilisation": layout.utilisation,
            "pipeline_parallel": layout.pp,
            "tensor_parallel": layout.tp,
            "tokens_per_s": layout.tokens_per_s,
        },
        basis=layout.basis,
        low=low,
        high=high,
        origin=workload.origin,
    )
