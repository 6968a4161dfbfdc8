"""How many machines train a transformer how fast: every layout at once, then the fastest at each machine count.

Layouts: tensor, pipeline, context, expert and data parallel degrees, interleaving, sequences per micro-batch, full or
selective recomputation. The data-parallel degree follows from the number of micro-batches per step, so that no rank
idles: dp = ceil(sequences / (micro-batches x micro)). Step time: training_step.py. Memory: training_memory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.estimate.chip import Chip
from planner.estimate.coefficients import DEFAULT, Coefficients, Spread
from planner.estimate.model import Transformer
from planner.estimate.network import Network, flat
from planner.estimate.training_memory import bytes_needed
from planner.estimate.training_step import Hardware, Layouts, Rates, step_seconds

TENSOR = (1, 2, 4, 8, 16)
PIPELINE = (1, 2, 4, 8, 16, 32)
"""Stages beside those, up to the largest, that divide the layers evenly: 56 layers make 14 stages of 4."""
MICRO = (1, 2, 4)
INTERLEAVE = (1, 2, 4)
EXPERT = (1, 2, 4, 8, 16, 32, 64)
LONG_SEQUENCE = 16_384
"""Sequences longer than this may be split over accelerators (context parallelism)."""
CONTEXT = (1, 2, 4, 8)
GROWTH = 1.06
"""Step of the grid of micro-batches per step beyond the first few: machine counts are found to about this."""
MOST_MACHINES = 50_000
BITS = {"bf16": "16", "fp16": "16", "fp8": "8", "int8": "8", "fp4": "4"}
"""Which efficiency a training precision reads."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is trained: tokens in all, sequence length, tokens per global batch, precision; adapters only if frozen."""

    tokens: float
    sequence: float
    batch_tokens: float
    precision: str
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to run it on `machines` machines."""

    machines: int
    accelerators: int
    tensor: int
    pipeline: int
    context: int
    expert: int
    data: int
    interleave: int
    micro: int
    full_recompute: bool
    step_s: float
    memory_gb: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """The fastest layout at each machine count, counts rising and steps shortening; empty where nothing fits."""

    machines: NDArray[np.int64]
    step_s: NDArray[np.float64]
    layouts: tuple[Layout, ...]
    basis: str
    low: float
    high: float
    least_gb: float
    """Memory per accelerator of the layout that needs least, whether it fits or not."""


@lru_cache(maxsize=32)
def _grid(
    heads: int, layers: int, experts: int, domain: int, sequences: float, long: bool
) -> dict[str, NDArray[np.float64]]:
    """Every combination of degrees and micro-batch counts as flat arrays."""
    axes = {
        "tp": [t for t in TENSOR if t <= domain and heads % t == 0],
        "pp": [p for p in range(1, min(layers, PIPELINE[-1]) + 1) if p in PIPELINE or layers % p == 0],
        "cp": list(CONTEXT) if long else [1],
        "ep": [e for e in EXPERT if e <= experts and experts % e == 0] or [1],
        "vp": list(INTERLEAVE),
        "micro": [m for m in MICRO if m <= sequences],
        "recompute": [0.0, 1.0],
        "count": _counts(sequences),
    }
    mesh = np.meshgrid(*[np.asarray(a, dtype=np.float64) for a in axes.values()], indexing="ij")
    flat = {name: m.ravel() for name, m in zip(axes, mesh, strict=True)}
    flat["dp"] = np.ceil(sequences / (flat["count"] * flat["micro"]))
    keep = (flat["vp"] == 1) | ((flat["pp"] > 1) & (flat["vp"] * flat["pp"] <= layers))
    keep &= flat["count"] <= np.ceil(sequences / flat["micro"])
    keep &= (flat["vp"] == 1) | (flat["count"] >= flat["pp"])
    keep &= flat["ep"] <= flat["dp"] * flat["cp"]
    keep &= flat["tp"] * flat["cp"] <= max(domain, 8)
    return {name: values[keep] for name, values in flat.items()}


def _counts(sequences: float) -> list[float]:
    """Micro-batches per step: every small number, then a geometric grid, up to all sequences on one rank; and what
    gives each of 1, 2, 3, 4, 6, 8, 12 … ranks its share, so that a larger batch finds the ranks of a smaller one.
    """
    found, k = set(), 1.0
    while k < sequences:
        found.add(k)
        k = float(max(k + 1, np.floor(k * GROWTH)))
    ranks = [whole * 2.0**power for power in range(int(np.log2(max(1.0, sequences))) + 1) for whole in (1, 3)]
    found |= {float(np.ceil(sequences / (many * micro))) for many in ranks for micro in MICRO}
    return sorted(k for k in found if k <= np.ceil(sequences))


def bits(chip: Chip, precision: str) -> str:
    """Width of the units that multiply: which efficiency is read."""
    return BITS[{"fp4": "fp4", "fp8": "fp8", "int8": "int8"}.get(chip.multiplies(precision), "bf16")]


def efficiency(chip: Chip, precision: str, c: Coefficients) -> Spread:
    """Achieved over peak of linear layers."""
    width = bits(chip, precision)
    name = f"training_gemm_{width}"
    kin = relative(chip.id, name, c)
    if kin is not None:
        return kin
    if width == "4":
        return c.of(chip.id, name)
    return c.efficiency(chip.id, name, f"training_of_measured_{width}", chip.ceiling(precision))


def relative(id: str, name: str, c: Coefficients) -> Spread | None:
    """The mean of an accelerator's generation (`training_gemm_8_nvidia_blackwell`) or of its make
    (`training_moe_google_tpu`) where it has no figure of its own: estimated.
    """
    if c.own(id, name) is not None:
        return None
    words = id.split("_")
    kin = [c.generations.get(id, ""), *("_".join(words[:length]) for length in range(len(words) - 1, 0, -1))]
    for group in filter(None, kin):
        found = c.own(DEFAULT, f"{name}_{group}")
        if found is not None:
            return Spread(found.value, found.low, found.high, "estimated")
    return None


def hardware(
    chip: Chip, precision: str, over: float | Network, c: Coefficients, world: NDArray[np.float64] | float = 1.0
) -> Hardware:
    """Rates of an accelerator on a network, for jobs of `world` accelerators; a number is an oversubscription."""
    net = over if isinstance(over, Network) else flat(over)
    shared = chip.scale_out / net.oversubscription(world) * c.constant("training_scale_out_share")
    wide = efficiency(chip, "bf16", c).value * chip.flops("bf16")
    return Hardware(
        linear=efficiency(chip, precision, c).value * chip.flops(precision),
        wide=wide,
        memory_rate=chip.memory_rate,
        scale_up=chip.scale_up * c.constant("training_scale_up_share"),
        scale_out=np.maximum(1.0, shared),
        domain=chip.domain,
        late_s=net.late_s(world),
        forwards=net.forwards,
        dimensions=net.dimensions,
    )


def rates(c: Coefficients, accelerator: str = DEFAULT) -> Rates:
    """Constants of the step; the rate of expert layers is the accelerator's own where it has one, else its make's."""
    kin = relative(accelerator, "training_moe", c)
    return Rates(
        attention=c.constant("training_attention"),
        elementwise=c.constant("training_elementwise"),
        overlap=c.constant("training_overlap"),
        launch_s=c.constant("training_launch_s"),
        moe=(kin or c.of(accelerator, "training_moe")).value,
        group_s=c.constant("training_group_s"),
        hidden_tensor=c.constant("training_hidden_tensor"),
        hidden_experts=c.constant("training_hidden_experts"),
    )


def basis(chip: Chip, model: Transformer, precision: str, c: Coefficients) -> str:
    """`calibrated` where rows of the accelerator stand behind the efficiency, and behind its rate of expert layers
    where the model has some; else `estimated`.
    """
    found = [efficiency(chip, precision, c)]
    if model.experts:
        found.append(c.of(chip.id, "training_moe"))
    return "calibrated" if all(spread.basis == "calibrated" for spread in found) else "estimated"


def error(chip: Chip, model: Transformer, precision: str, c: Coefficients) -> Spread:
    """Measured over predicted throughput: the range that published rows not used to fit stayed in."""
    id = chip.id if basis(chip, model, precision, c) == "calibrated" else DEFAULT
    return c.of(id, "training_moe_error" if model.experts else "training_error")


def frontier(chip: Chip, model: Transformer, run: Run, over: float | Network, c: Coefficients) -> Frontier:
    """Machine counts worth having and the step time at each, on a network or at an oversubscription throughout."""
    sequences = max(1.0, run.batch_tokens / run.sequence)
    flat = _grid(int(model.heads), model.layers, model.experts, chip.domain, sequences, run.sequence > LONG_SEQUENCE)
    world = flat["tp"] * flat["pp"] * flat["cp"] * flat["dp"]
    machines = np.ceil(world / chip.count)
    lay = _layouts(flat, slice(None))
    need = bytes_needed(model, lay, run.sequence, frozen=run.frozen)
    fits = np.flatnonzero((need <= chip.memory * c.constant("memory_share")) & (machines <= MOST_MACHINES))
    found = basis(chip, model, run.precision, c)
    bounds = error(chip, model, run.precision, c)
    low, high = bounds.low, bounds.high
    least = float(need.min()) / 1e9
    if not fits.size:
        return Frontier(np.zeros(0, np.int64), np.zeros(0), (), found, low, high, least)
    hw = hardware(chip, run.precision, over, c, world[fits])
    chosen = _layouts(flat, fits)
    step = step_seconds(model, hw, rates(c, chip.id), chosen, run.sequence, frozen=run.frozen)
    order = np.lexsort((step, machines[fits]))
    best = np.minimum.accumulate(step[order])
    kept = order[np.r_[True, best[1:] < best[:-1] * (1 - 1e-12)]]
    kept = kept[np.r_[machines[fits][kept][1:] > machines[fits][kept][:-1], True]]
    layouts = tuple(_layout(chip, flat, int(fits[i]), float(step[i]), float(need[fits[i]])) for i in kept)
    return Frontier(machines[fits][kept].astype(np.int64), step[kept], layouts, found, low, high, least)


def _layouts(flat: dict[str, NDArray[np.float64]], where: Any) -> Layouts:
    names = ("tp", "pp", "cp", "ep", "vp", "dp", "micro", "count", "recompute")
    return Layouts(*(flat[name][where] for name in names))


def _layout(chip: Chip, flat: dict[str, NDArray[np.float64]], i: int, step_s: float, need: float) -> Layout:
    tp, pp, cp, dp = (int(flat[k][i]) for k in ("tp", "pp", "cp", "dp"))
    return Layout(
        machines=-(-tp * pp * cp * dp // chip.count),
        accelerators=tp * pp * cp * dp,
        tensor=tp,
        pipeline=pp,
        context=cp,
        expert=int(flat["ep"][i]),
        data=dp,
        interleave=int(flat["vp"][i]),
        micro=int(flat["micro"][i]),
        full_recompute=bool(flat["recompute"][i]),
        step_s=step_s,
        memory_gb=need / 1e9,
    )
