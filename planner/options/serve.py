"""Serving options: how many accelerators a replica takes at each precision, and what a machine then serves.

A replica within a machine needs no fabric. One over several machines (too large for one, or prefill kept apart) comes
once for each network that could join them, slower on thinner ones: the plan weighs what the network costs. Rented
machines come with theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.estimate.chip import Chip, chip_of
from planner.estimate.coefficients import DEFAULT, Coefficients
from planner.estimate.disaggregated import MACHINES, disaggregated
from planner.estimate.model import Transformer, transformer
from planner.estimate.network import Between, network
from planner.estimate.replica import Job, Refusal, Replica, Split, replica
from planner.estimate.serving import Engine, engine
from planner.options.power import busy_kw
from planner.options.types import Excuse, Option

if TYPE_CHECKING:
    from planner.machine import Machine
    from planner.problem import Problem, Workload

PRECISIONS = ("bf16", "fp8")
"""Tried where the scenario names none; narrower ones change answers enough that a user must ask for them."""
FRONTEND = "frontend"
"""The network of machines that have no fabric between them: it joins those of a replica too, if slower."""
DEGREES = (1, 2, 4, 8, 16, 32)
"""Tensor-parallel degrees."""
WIDE = (2, 4, 8, 16)
"""Machines over which a model's experts may be spread."""
STATED = {"burstiness": "arrivals_cv2", "prefix_hits": "prefix_hits", "decode_speedup": "decode_speedup"}
"""What a scenario may say of a workload, by the job's field."""
TEXTS = {
    "memory": "the model and one request do not fit the memory of {machines} machines",
    "latency": "too slow for the latency target even with one request at a time",
    "no-figure": "the catalog has no peak of its accelerator at this precision",
}


def options(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """The best replica of a workload on a machine at each precision, or why there is none."""
    chip = chip_of(machine)
    if chip is None:
        what = "its accelerator" if machine.accelerators else "its processors"
        text = f"the catalog has no peak or memory bandwidth of {what}"
        return [Excuse(workload.id, machine.id, "no-figure", None, None, "", text)]
    try:
        model = transformer(problem.models[workload.spec["model"]])
    except KeyError as missing:
        text = f"model {workload.spec['model']} has no figure {missing}: not a language model"
        return [Excuse(workload.id, machine.id, "no-figure", None, None, "", text)]
    s = workload.spec
    lengths = float(s["input_tokens"]), float(s["output_tokens"])
    told = {name: float(s[key]) for key, name in STATED.items() if s.get(key) is not None}
    draft = float(s.get("draft_params_b") or 0.0) * 1e9
    away = float((s.get("routing") or {}).get("round_trip", 0.0))
    job = Job(*lengths, float(s["ttft"]) - away, float(s["tpot"]), draft_parameters=draft, **told)
    apart = s.get("disaggregated") or "never"
    wires = networks(problem, machine)
    found: list[Option | Excuse] = []
    refused = Refusal("no-figure", 0.0, 0.0, "TFLOP/s")
    for precision in (s["precision"],) if s.get("precision") else PRECISIONS:
        best: dict[Between | None, Replica] = {}
        for net in dict.fromkeys((None, *wires.values())):
            for made in _replicas(Case(model, chip, job, precision, c, apart, bool(wires)), net):
                if isinstance(made, Refusal):
                    refused = made
                elif _better(chip, made, (best.get(net), best.get(None))):
                    best[net] = made
        for wire, net in {"none": None, **wires}.items():
            if net in best:
                found.append(_option(workload, machine, chip, model, best[net], c, wire, net))
    return found or [_excuse(workload, machine, refused, int(c.constant("serving_stages")))]


def networks(problem: Problem, machine: Machine) -> dict[str, Between]:
    """What could join machines of one replica, by fabric class; empty where they come with a network of their own."""
    if not problem.fabrics or machine.acquisition != "buy" or not machine.nics:
        return {}
    from planner.estimate.topology import wiring_of

    found = {}
    for fabric in problem.fabrics:
        front = fabric.id == FRONTEND
        if fabric.switch is None or fabric.machine or fabric.rails not in (1, machine.nics):
            continue
        if front or (not fabric.side and fabric.switch.port_gbps == machine.nic_gbps):
            ports = fabric.ports_per_machine or machine.nics
            share = min(1.0, ports * fabric.switch.port_gbps / (machine.nics * machine.nic_gbps))
            net = network(wiring_of(fabric), ports, max(1, machine.accelerators), alone=False)
            found[fabric.id] = Between(net, share)
    return found


@dataclass(frozen=True, slots=True)
class Case:
    """One workload on one machine type at one precision; `wired`: whether networks between machines are known."""

    model: Transformer
    chip: Chip
    job: Job
    precision: str
    c: Coefficients
    apart: str
    wired: bool

    def engine(self, accelerators: int, stages: int = 1, net: Between | None = None) -> Engine | None:
        return engine(self.chip, accelerators, stages, self.precision, self.c, between=net)


def _replicas(case: Case, net: Between | None) -> Iterator[Replica | Refusal]:
    """Replicas within a machine; over several where one machine's memory is too small, or prefill is kept apart.

    Where networks are known, those over several machines belong to one, and those within a machine to none.
    """
    model, chip, job, c = case.model, case.chip, case.job, case.c
    most = min(chip.count, chip.domain)
    degrees = [t for t in DEGREES if t <= most and model.heads % t == 0]
    over = MACHINES[1:] if net is not None else MACHINES[:1] if case.wired else MACHINES
    small = True
    for t in degrees:
        e = case.engine(t)
        if e is None:
            return
        if case.apart != "never":
            yield disaggregated(model, chip, e, job, c, over, net)
        if case.apart == "always":
            continue
        made = replica(model, e, job, c)
        small = isinstance(made, Refusal) and made.reason == "memory"
        if net is None:
            yield made
    if small and case.apart != "always" and (net is not None or not case.wired):
        yield from _spread(case, net, degrees[-1])
    if model.experts and net is not None and case.apart != "always":
        yield from _wide(case, net)


def _wide(case: Case, net: Between) -> Iterator[Replica | Refusal]:
    """Experts over all accelerators of some machines, no more of them than there are experts."""
    for machines in WIDE:
        if machines * case.chip.count <= case.model.experts:
            made = engine(case.chip, machines * case.chip.count, 1, case.precision, case.c, between=net, wide=True)
            if made is not None:
                yield replica(case.model, made, case.job, case.c)


def _spread(case: Case, net: Between | None, each: int) -> Iterator[Replica | Refusal]:
    """A model over several machines, the fewest that hold it: by layers or, on a known network, by heads too."""
    machines, small = 2, True
    while small and machines <= min(case.c.constant("serving_stages"), case.model.layers):
        wide = each * machines
        shapes = [(each, machines)]
        if net is not None and each == case.chip.count and case.model.heads % wide == 0:
            shapes.append((wide, 1))
        for accelerators, stages in shapes:
            e = case.engine(accelerators, stages, net)
            assert e is not None
            made = replica(case.model, e, case.job, case.c)
            yield made
            small = small and isinstance(made, Refusal) and made.reason == "memory"
        machines *= 2


def _better(chip: Chip, made: Replica, others: tuple[Replica | None, ...]) -> bool:
    return all(o is None or _per_machine(chip, made) > _per_machine(chip, o) * (1 + 1e-9) for o in others)


def _per_machine(chip: Chip, made: Replica) -> float:
    if made.split:
        return made.requests_per_s / made.split.machines
    machines = made.engine.stages * made.engine.machines
    if machines > 1:
        return made.requests_per_s / machines
    return made.requests_per_s * (chip.count // made.engine.accelerators)


def _excuse(workload: Workload, machine: Machine, refused: Refusal, machines: int) -> Excuse:
    text = TEXTS[refused.reason].format(machines=machines)
    value = limit = None
    if refused.reason != "no-figure":
        value, limit = refused.value, refused.limit
        text += f": {value:.4g} against {limit:.4g} {refused.unit}"
    return Excuse(workload.id, machine.id, refused.reason, value, limit, refused.unit, text)


def _apart(split: Split) -> dict[str, float]:
    return {
        "prefill_engines": split.prefill_engines,
        "decode_engines": split.decode_engines,
        "split_over_machines": split.machines,
        "transfer_s": split.transfer_s,
    }


def _between(net: Between | None, accelerators: int) -> dict[str, float]:
    """What messages between the machines of a replica meet."""
    if net is None:
        return {}
    level = net.network.level(accelerators)
    return {"network_oversubscription": level.oversubscription, "network_switches_crossed": level.switches}


def _details(chip: Chip, made: Replica, machines: int, net: Between | None) -> dict[str, Any]:
    """What a plan says of a replica: its layout, its batch, how loaded it is, and how long its requests wait."""
    e = made.engine
    across = e.stages * e.machines
    return {
        "accelerators_per_replica": e.accelerators * e.stages,
        "batch": made.batch * e.stages,
        "batch_limit": made.limit,
        "load": made.load,
        "multiplies_at": chip.multiplies(e.precision),
        "pipeline_parallel": e.stages,
        "precision": e.precision,
        "prefill_s": made.prefill_s,
        "prefill_share": made.prefill_share,
        "replicas_per_machine": chip.count // e.accelerators if across == 1 else 1 / across,
        "tensor_parallel": 1 if e.wide else e.accelerators,
        **({"expert_parallel": e.accelerators} if e.wide else {}),
        "tpot_p50_s": made.tpot_p50_s,
        "tpot_p95_s": made.tpot_p95_s,
        "tpot_p99_s": made.tpot_p99_s,
        "tpot_s": made.tpot_s,
        "ttft_p50_s": made.ttft_p50_s,
        "ttft_p95_s": made.ttft_p95_s,
        "ttft_p99_s": made.ttft_p99_s,
        **(_apart(made.split) if made.split else {}),
        **_between(net, machines * chip.count),
    }


def _option(
    workload: Workload,
    machine: Machine,
    chip: Chip,
    model: Transformer,
    made: Replica,
    c: Coefficients,
    wire: str,
    net: Between | None,
) -> Option:
    e = made.engine
    across = e.stages * e.machines
    machines = made.split.machines if made.split else across
    unlike = made.split is not None or e.wide
    own = None if unlike else c.measured(chip.id, "", "serving_error")
    error = own or c.of(DEFAULT if unlike else chip.id, "serving_error")
    wider = c.of(chip.id, "serving_moe_error") if model.experts and not own else error
    shape = f"{'ep' if e.wide else 'tp'}{e.accelerators}" + (f"x{e.stages}" if e.stages > 1 else "")
    shape += f"-{made.split.prefill_engines}p{made.split.decode_engines}d" if made.split else ""
    place = machine.id if net is None else f"{machine.id}/{wire}"
    return Option(
        id=f"{workload.id}/{place}/{shape}-{e.precision}",
        workload=workload.id,
        machine=machine.id,
        fabric=wire,
        storage="",
        per_machine=_per_machine(chip, made),
        block_machines=0,
        replica_machines=machines,
        idle_kw=machine.idle_kw,
        busy_kw=busy_kw(machine, "llm", c),
        duty=1.0,
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=0.0,
        details=_details(chip, made, machines, net),
        basis="estimated" if made.split or e.wide else e.basis,
        low=min(error.low, wider.low),
        high=max(error.high, wider.high),
        origin=workload.origin,
    )
