"""Training options: the fewest machines that meet the deadline, per fabric class, and two larger counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.estimate.chip import Chip, chip_of
from planner.estimate.coefficients import Coefficients
from planner.estimate.goodput import best_interval_s, goodput
from planner.estimate.model import Transformer, transformer
from planner.estimate.network import FITTED, Level, Network, flat, network
from planner.estimate.topology import wiring_of
from planner.estimate.torus import TORI
from planner.estimate.training import MOST_MACHINES, Frontier, Layout, Run, frontier
from planner.options.power import busy_kw
from planner.options.types import Excuse, Option
from planner.problem import FabricClass, Machine, Problem, Workload

DAY_S = 86_400.0
YEAR_S = 365 * DAY_S
MORE = (1.0, 1.25, 1.6)
"""Machine counts offered, over the fewest that meet the deadline."""
NEAR = 1.3
"""How far beyond the count sought the next one that is any faster may lie."""


@dataclass(frozen=True, slots=True)
class Case:
    """One workload on one machine type, everything looked up."""

    workload: Workload
    machine: Machine
    chip: Chip
    model: Transformer
    run: Run
    limit_s: float
    """Seconds one run may take."""
    trials: float
    """Runs' worth of work that development takes, the last run included."""
    period_s: float
    every_s: float | None
    c: Coefficients

    def share(self, machines: NDArray[np.int64]) -> NDArray[np.float64]:
        """Goodput at each machine count."""
        failures = self.machine.failures_per_day / DAY_S * machines
        found = goodput(failures, self.c.constant("restart_s"), self.c.constant("checkpoint_write_s"), self.every_s)
        return np.maximum(np.asarray(found, dtype=np.float64), 1e-12)

    def seconds(self, front: Frontier) -> NDArray[np.float64]:
        """Seconds of one run at each machine count."""
        steps = self.run.tokens / self.run.batch_tokens
        return np.asarray(steps * front.step_s / self.share(front.machines), dtype=np.float64)


def options(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """Block options of a training run on a machine type, one per fabric class and machine count."""
    case = _case(problem, workload, machine, c)
    if isinstance(case, Excuse):
        return [case]
    fabrics = _fabrics(problem, workload, machine)
    if not fabrics:
        speed, allowed = machine.nic_gbps, float(workload.spec.get("oversubscription") or 1.0)
        text = f"no switch with {speed:g} Gb/s ports within an oversubscription of {allowed:g}"
        return [Excuse(workload.id, machine.id, "fabric", speed, None, "Gb/s", text)]
    nets = {fabric.id: (_network(fabric, machine), _chip(problem, case, fabric)) for fabric in fabrics}
    fronts = {n: frontier(n[1], case.model, case.run, n[0], c) for n in dict.fromkeys(nets.values())}
    found: dict[str, Option] = {}
    for fabric in fabrics:
        for option in _blocks(case, fabric, fronts[nets[fabric.id]]):
            found.setdefault(option.id, _seen(option, nets[fabric.id][0]))
    widest = min(fabrics, key=lambda f: (f.oversubscription, f.above))
    return list(found.values()) or [_excuse(case, fronts[nets[widest.id]])]


def _network(fabric: FabricClass, machine: Machine) -> Network:
    """What the class does to messages; the same value wherever nothing is oversubscribed, late or forwarded."""
    if fabric.switch is None:
        return flat(1.0)
    made = network(wiring_of(fabric), machine.nics, machine.accelerators)
    if made.dimensions:
        return made
    plain = all(level.oversubscription == 1 and level.switches <= FITTED for level in made.levels[:-1])
    most = made.levels[-2].most
    reach = (Level(most, 1.0, FITTED), made.levels[-1]) if plain else made.levels
    return Network(reach, made.forwards)


def _chip(problem: Problem, case: Case, fabric: FabricClass) -> Chip:
    """The accelerator; where tori are asked for, its own links leave the machine over one and over nothing else."""
    asked = case.machine.torus_dimensions and any(f.machine == case.machine.id for f in problem.fabrics)
    return replace(case.chip, domain=case.chip.count) if asked and fabric.family not in TORI else case.chip


def notes(problem: Problem, workload: Workload) -> list[Excuse]:
    """What holds for every machine: a deadline beyond the period is cut to it, for each period has its own run."""
    deadline, shortest = float(workload.spec["deadline"]), _period_s(problem)
    if deadline <= shortest:
        return []
    text = "the deadline is later than the period ends: machines are chosen to finish within the period"
    return [Excuse(workload.id, "", "period", deadline / DAY_S, shortest / DAY_S, "days", text)]


def _period_s(problem: Problem) -> float:
    return min(p.years for p in problem.periods) * YEAR_S


def _case(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> Case | Excuse:
    s = workload.spec
    batch = float(s["batch"])
    tokens = float(s["tokens"]) if s.get("tokens") else float(s["steps"]) * batch
    run = Run(tokens, float(s["sequence"]), batch, s.get("precision") or "bf16")
    chip = chip_of(machine)
    if chip is None or not machine.accelerators or not chip.flops(run.precision) or not chip.flops("bf16"):
        text = f"no accelerator, or the catalog has no {run.precision} peak or memory bandwidth of it"
        return Excuse(workload.id, machine.id, "no-figure", None, None, "", text)
    try:
        model = transformer(problem.models[s["model"]])
    except KeyError as missing:
        text = f"model {s['model']} has no figure {missing}: not a language model"
        return Excuse(workload.id, machine.id, "no-figure", None, None, "", text)
    trials = float(s.get("development_factor") or 1.0)
    period_s = _period_s(problem)
    limit_s = min(float(s["deadline"]), period_s) / trials
    every_s = s.get("checkpoint_every") or None
    return Case(workload, machine, chip, model, run, limit_s, trials, period_s, every_s, c)


def _fabrics(problem: Problem, workload: Workload, machine: Machine) -> list[FabricClass]:
    """Classes whose ports run at the machine's NIC speed, within the oversubscription allowed."""
    if machine.acquisition == "rent":
        return [f for f in problem.fabrics if f.id == "none"]
    allowed = float(workload.spec.get("oversubscription") or 1.0)
    return [
        f
        for f in problem.fabrics
        if f.switch is not None
        and f.id != "frontend"
        and not f.side
        and (f.machine == machine.id or (not f.machine and f.switch.port_gbps == machine.nic_gbps))
        and f.rails in (1, machine.nics)
        and f.oversubscription <= allowed
    ]


def _blocks(case: Case, fabric: FabricClass, front: Frontier) -> Iterator[Option]:
    """The fewest machines in time, and the next counts of the frontier that are MORE times as many."""
    if not front.machines.size:
        return
    seconds, share = case.seconds(front), case.share(front.machines)
    most = fabric.pod // case.machine.accelerators if fabric.pod else MOST_MACHINES
    in_time = np.flatnonzero((seconds <= case.limit_s) & (front.machines <= most))
    if not in_time.size:
        return
    fewest = front.machines[in_time[0]]
    sought = [(int(np.searchsorted(front.machines, fewest * more)), fewest * more * NEAR) for more in MORE]
    near = {i for i, most in sought if i < front.machines.size and front.machines[i] <= most}
    for i in sorted(near & set(in_time.tolist())):
        yield _option(case, fabric, front, front.layouts[i], float(seconds[i]), float(share[i]))


def _seen(option: Option, net: Network) -> Option:
    """The option with what its messages meet between machines."""
    if option.block_machines == 1:
        return option
    world = option.details["accelerators"]
    over, switches = float(net.oversubscription(world)), int(net.switches(world))
    met = {"network_oversubscription": over, "network_switches_crossed": switches}
    return replace(option, details={**option.details, **met})


def _option(case: Case, fabric: FabricClass, front: Frontier, layout: Layout, seconds: float, share: float) -> Option:
    workload, machine, c, nodes = case.workload, case.machine, case.c, layout.machines
    wire = "none" if nodes == 1 else fabric.id
    saved_gb = c.constant("checkpoint_bytes_per_parameter") * case.model.params / 1e9
    return Option(
        id=f"{workload.id}/{machine.id}/{wire}/{nodes}",
        workload=workload.id,
        machine=machine.id,
        fabric=wire,
        storage="hot",
        per_machine=1.0 / nodes,
        block_machines=nodes,
        replica_machines=1,
        idle_kw=machine.idle_kw,
        busy_kw=busy_kw(machine, "llm", c),
        duty=min(1.0, seconds * case.trials / case.period_s),
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=saved_gb / c.constant("checkpoint_write_s") / nodes,
        details=_details(case, layout, seconds, share, saved_gb),
        basis=front.basis,
        low=front.low,
        high=front.high,
        origin=workload.origin,
    )


def _details(case: Case, layout: Layout, seconds: float, share: float, saved_gb: float) -> dict[str, Any]:
    run, chip, c = case.run, case.chip, case.c
    write_s = c.constant("checkpoint_write_s")
    failures = case.machine.failures_per_day / DAY_S * layout.machines
    every_s = case.every_s or best_interval_s(failures, c.constant("restart_s"), write_s)
    rate = run.batch_tokens / layout.step_s
    peak = layout.machines * chip.count * chip.flops(run.precision)
    return {
        "accelerators": layout.accelerators,
        "checkpoint_every_s": float(every_s),
        "checkpoint_gb": saved_gb,
        "checkpoint_write_s": write_s,
        "context_parallel": layout.context,
        "data_parallel": layout.data,
        "days": seconds * case.trials / DAY_S,
        "expert_parallel": layout.expert,
        "full_recompute": layout.full_recompute,
        "goodput": share,
        "interleave": layout.interleave,
        "memory_gb": layout.memory_gb,
        "micro_batch": layout.micro,
        "model_flops_utilisation": rate * case.model.training_flops_per_token(run.sequence) / peak,
        "pipeline_parallel": layout.pipeline,
        "step_s": layout.step_s,
        "tensor_parallel": layout.tensor,
        "tokens_per_s": rate,
    }


def _excuse(case: Case, front: Frontier) -> Excuse:
    """Why no count works: nothing fits in memory, or even the fastest count is late."""
    who = (case.workload.id, case.machine.id)
    if not front.machines.size:
        limit = case.chip.memory * case.c.constant("memory_share") / 1e9
        text = f"no layout fits: {front.least_gb:.4g} GB an accelerator at least, {limit:.4g} GB usable"
        return Excuse(*who, "memory", front.least_gb, limit, "GB", text)
    days, limit = float(case.seconds(front).min()) / DAY_S, case.limit_s / DAY_S
    text = f"{days:.4g} days at the fastest machine count, {limit:.4g} allowed for one run"
    return Excuse(*who, "deadline", days, limit, "days", text)
