"""Serving options: how many accelerators a replica takes at each precision, and what a machine then serves."""

from __future__ import annotations

from collections.abc import Iterator

from planner.estimate.chip import Chip, chip_of
from planner.estimate.coefficients import DEFAULT, Coefficients
from planner.estimate.disaggregated import disaggregated
from planner.estimate.model import Transformer, transformer
from planner.estimate.replica import Job, Refusal, Replica, Split, replica
from planner.estimate.serving import engine
from planner.options.power import busy_kw
from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload

PRECISIONS = ("bf16", "fp8")
"""Tried where the scenario names none; narrower ones change answers enough that a user must ask for them."""
DEGREES = (1, 2, 4, 8, 16, 32)
"""Tensor-parallel degrees."""
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
    job = Job(*lengths, float(s["ttft"]), float(s["tpot"]), draft_parameters=draft, **told)
    apart = s.get("disaggregated") or "never"
    found: list[Option | Excuse] = []
    refused = Refusal("no-figure", 0.0, 0.0, "TFLOP/s")
    for precision in (s["precision"],) if s.get("precision") else PRECISIONS:
        best: Replica | None = None
        for made in _replicas(model, chip, job, precision, c, apart):
            if isinstance(made, Refusal):
                refused = made
            elif best is None or _per_machine(chip, made) > _per_machine(chip, best) * (1 + 1e-9):
                best = made
        if best is not None:
            found.append(_option(workload, machine, chip, model, best, c))
    return found or [_excuse(workload, machine, refused, int(c.constant("serving_stages")))]


def _replicas(
    model: Transformer, chip: Chip, job: Job, precision: str, c: Coefficients, apart: str
) -> Iterator[Replica | Refusal]:
    """Replicas within a machine; over several where one machine's memory is too small, or prefill is kept apart."""
    most = min(chip.count, chip.domain)
    degrees = [t for t in DEGREES if t <= most and model.heads % t == 0]
    small = True
    for t in degrees:
        e = engine(chip, t, 1, precision, c)
        if e is None:
            return
        if apart != "never":
            yield disaggregated(model, chip, e, job, c)
        if apart == "always":
            continue
        made = replica(model, e, job, c)
        small = isinstance(made, Refusal) and made.reason == "memory"
        yield made
    stages = 2
    while small and apart != "always" and stages <= min(c.constant("serving_stages"), model.layers):
        e = engine(chip, degrees[-1], stages, precision, c)
        assert e is not None
        made = replica(model, e, job, c)
        yield made
        small = isinstance(made, Refusal) and made.reason == "memory"
        stages *= 2


def _per_machine(chip: Chip, made: Replica) -> float:
    if made.split:
        return made.requests_per_s / made.split.machines
    if made.engine.stages > 1:
        return made.requests_per_s / made.engine.stages
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


def _option(
    workload: Workload, machine: Machine, chip: Chip, model: Transformer, made: Replica, c: Coefficients
) -> Option:
    e = made.engine
    copies = 1 if e.stages > 1 else chip.count // e.accelerators
    machines = made.split.machines if made.split else e.stages
    own = None if made.split else c.measured(chip.id, "", "serving_error")
    error = own or c.of(DEFAULT if made.split else chip.id, "serving_error")
    wider = c.of(chip.id, "serving_moe_error") if model.experts and not own else error
    shape = f"tp{e.accelerators}" + (f"x{e.stages}" if e.stages > 1 else "")
    shape += f"-{made.split.prefill_engines}p{made.split.decode_engines}d" if made.split else ""
    return Option(
        id=f"{workload.id}/{machine.id}/{shape}-{e.precision}",
        workload=workload.id,
        machine=machine.id,
        fabric="none",
        storage="",
        per_machine=_per_machine(chip, made),
        block_machines=0,
        replica_machines=machines,
        idle_kw=machine.idle_kw,
        busy_kw=busy_kw(machine, "llm", c),
        duty=1.0,
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=0.0,
        details={
            "accelerators_per_replica": e.accelerators * e.stages,
            "batch": made.batch * e.stages,
            "batch_limit": made.limit,
            "load": made.load,
            "multiplies_at": chip.multiplies(e.precision),
            "pipeline_parallel": e.stages,
            "precision": e.precision,
            "prefill_s": made.prefill_s,
            "prefill_share": made.prefill_share,
            "replicas_per_machine": copies if e.stages == 1 else 1 / e.stages,
            "tensor_parallel": e.accelerators,
            "tpot_p50_s": made.tpot_p50_s,
            "tpot_p95_s": made.tpot_p95_s,
            "tpot_p99_s": made.tpot_p99_s,
            "tpot_s": made.tpot_s,
            "ttft_p50_s": made.ttft_p50_s,
            "ttft_p95_s": made.ttft_p95_s,
            "ttft_p99_s": made.ttft_p99_s,
            **(_apart(made.split) if made.split else {}),
        },
        basis="estimated" if made.split else e.basis,
        low=min(error.low, wider.low),
        high=max(error.high, wider.high),
        origin=workload.origin,
    )
