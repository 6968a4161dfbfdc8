"""Training time of a transformer on N accelerators, first version.

    step = tokens FLOPs / (N peak e) x (1 + bubble) + exposed gradient exchange
    bubble = (pp - 1) / microbatches
    gradient exchange = 2 x 2 bytes x parameters / (tp pp) / bandwidth, k members of a node sharing k NICs,
        capped by the scale-up link, divided by the fabric's oversubscription; half of it hides behind the backward pass
    memory per accelerator = parameters / (tp pp) x (2 + 2 + 12 / dp) bytes + activations <= memory
    goodput = (1 - f n (restart + interval / 2)) / (1 + write / interval), best interval found on a grid

e: achieved over peak, median of published rows of the accelerator (kind `coefficient`), MoE times a factor.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer
from planner.problem import Machine

ERROR = (0.75, 1.20)
"""Low and high over base of the published rows around their accelerator's median."""
UNMEASURED = (0.55, 1.45)
OVERLAP = 0.5
"""Share of gradient exchange hidden behind the backward pass (confidence: memory; frameworks reach 0.5 to 1)."""
ACTIVATION_BYTES = 34.0
"""Bytes per token, hidden unit and layer, selective recomputation (Korthikanti et al. 2022, arXiv:2205.05198)."""
STATE_BYTES = (4.0, 12.0)
"""Bytes per parameter: weights and gradients in 16 bits; master weights and Adam moments, sharded (ZeRO-1)."""
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Run:
    """What is trained: tokens in all, sequence length, tokens per global batch, precision."""

    tokens: float
    sequence: float
    batch_tokens: float
    precision: str
    hidden: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to run it on N accelerators."""

    accelerators: int
    tp: int
    pp: int
    dp: int
    tokens_per_s: float
    utilisation: float
    goodput: float
    memory_gb: float
    basis: str

    @property
    def effective_tokens_per_s(self) -> float:
        return self.tokens_per_s * self.goodput


def best(
    machine: Machine, nodes: int, model: Transformer, run: Run, oversubscription: float, c: Coefficients
) -> Layout | None:
    """The fastest layout that fits `nodes` machines; none where nothing fits in memory."""
    n = nodes * machine.accelerators
    found = [_layout(machine, n, tp, pp, model, run, oversubscription, c) for tp, pp in _splits(machine, n, model)]
    fits = [x for x in found if x is not None]
    return max(fits, key=lambda x: (x.effective_tokens_per_s, -x.tp, -x.pp), default=None)


def _splits(machine: Machine, n: int, model: Transformer) -> list[tuple[int, int]]:
    domain = int(min(machine.performance.get("accelerator_scale_up_domain", 1), max(8, machine.accelerators)))
    tps = [t for t in (1, 2, 4, 8, 16, 32, 64) if t <= domain]
    pps = [p for p in (1, 2, 4, 8, 16, 32) if p <= model.layers]
    return [(t, p) for t in tps for p in pps if t * p <= n]


def _layout(
    machine: Machine, n: int, tp: int, pp: int, model: Transformer, run: Run, ratio: float, c: Coefficients
) -> Layout | None:
    p, chip = machine.performance, machine.accelerator
    dp = n // (tp * pp)
    sequences = run.batch_tokens / run.sequence
    if dp > sequences:
        return None
    micro = max(1.0, sequences / dp)
    state = model.params / (tp * pp) * (STATE_BYTES[0] + STATE_BYTES[1] / dp)
    live = ACTIVATION_BYTES * run.sequence * run.hidden * model.layers / (tp * pp) * min(pp, micro)
    memory = state + live
    if memory > p["accelerator_mem_gb"] * 1e9 * c.constant("memory_share"):
        return None
    fp8 = run.precision == "fp8" and p.get("accelerator_fp8_tflops", 0.0) > 0
    peak = p["accelerator_fp8_tflops" if fp8 else "accelerator_bf16_tflops"] * 1e12
    spread = c.of(chip, "training_fp8" if fp8 else "training_bf16")
    efficiency = spread.value * (c.constant("training_moe_factor") if model.experts else 1.0)
    used = tp * pp * dp
    flops = model.training_flops_per_token(run.sequence)
    compute = run.batch_tokens * flops / (used * peak * efficiency) * (1 + (pp - 1) / micro)
    step = compute + (1 - OVERLAP) * _exchange(machine, tp, pp, dp, model, ratio)
    rate = run.batch_tokens / step
    return Layout(
        n,
        tp,
        pp,
        dp,
        rate,
        rate * flops / (n * peak),
        goodput(machine, n // machine.accelerators, c),
        memory / 1e9,
        spread.basis,
    )


def _exchange(machine: Machine, tp: int, pp: int, dp: int, model: Transformer, ratio: float) -> float:
    """Seconds of gradient reduction and gathering per step, on the narrower of NICs and scale-up links."""
    if dp == 1:
        return 0.0
    local = max(1, machine.accelerators // max(1, tp * pp)) if tp * pp < machine.accelerators else 1
    nics = machine.nics * machine.nic_gbps / 8 * 1e9 / ratio / machine.accelerators * local
    up = machine.performance.get("accelerator_scale_up_gb_per_s", 0.0) * 1e9
    width = min(nics, up) if up and local > 1 else nics
    size = 2 * 2.0 * model.params / (tp * pp)
    return size / width if width else float("inf")


def goodput(machine: Machine, nodes: int, c: Coefficients) -> float:
    """Share of time that moves training forward, at the best interval (Kokolis et al. 2024, arXiv:2410.21680)."""
    failures = machine.failures_per_day / DAY_S * nodes
    restart, write = c.constant("restart_s"), c.constant("checkpoint_write_s")
    intervals = [60.0 * 1.15**k for k in range(60)]
    return max(max(0.0, (1 - failures * (restart + t / 2)) / (1 + write / t)) for t in intervals)
