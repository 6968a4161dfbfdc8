"""One training run on so many accelerators of a machine: which layout, how long, how much energy, how sure.

days      tokens / (batch / step) / goodput        goodput at the best interval between checkpoints
energy    machines x sustained power x days        at the machines' walls, before cooling
use       allocation x goodput x MFU               accelerators with work, time that moves forward, FLOP/s over peak
low, high from the range that published rows not used to fit stayed in (training_error)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.estimate.chip import Chip, chip_from
from planner.estimate.coefficients import DEFAULT, Coefficients, Spread
from planner.estimate.goodput import best_interval_s, goodput
from planner.estimate.model import Transformer, transformer
from planner.estimate.training import Frontier, Layout, Run, error, frontier

DAY_S = 86_400.0
FROZEN_SHARE = 2 / 3
"""Of the FLOPs of training, without gradients of the weights: forward, and backward to the activations."""


@dataclass(frozen=True, slots=True)
class Node:
    """A machine in plain numbers; power in W at its wall."""

    id: str
    chip: Chip
    idle_w: float
    busy_w: Spread
    failures_per_day: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run takes; ranges are low, base, high."""

    layout: Layout
    accelerators: int
    machines: int
    step_s: tuple[float, float, float]
    tokens_per_s: tuple[float, float, float]
    days: tuple[float, float, float]
    energy_mwh: tuple[float, float, float]
    mfu: float
    goodput: float
    checkpoint_every_s: float
    memory_gb: float
    usable_gb: float
    error: tuple[float, float]
    """Measured over predicted throughput, least and most."""
    basis: str
    whole_run: tuple[float, float]
    """What whole published runs took over their steps, least and most."""

    @property
    def allocation(self) -> float:
        return self.layout.accelerators / self.accelerators


class NoLayout(Exception):
    """Why it cannot run: no layout fits the memory of so many accelerators."""


def node_of(node: Any, chip: Any, reliability: Any) -> Node | None:
    """A machine from its catalog rows; none where a figure of the accelerator is missing."""
    count = int(node.number("accelerators"))
    network = node.get("nics", 0) * node.get("nic_gbps", 0) / 8 * 1e9
    made = chip_from(chip.id, count, _figures(chip), network / count)
    watts = node.figure("sustained_w")
    busy = Spread(watts.value, watts.low or watts.value, watts.high or watts.value, "")
    if made is None:
        return None
    return Node(node.id, made, node.number("idle_w"), busy, reliability.number("failures_per_day"))


def architecture(row: Any) -> Transformer:
    """A catalog model's architecture. KeyError names a figure that is missing."""
    return transformer({**row.text, **_figures(row)})


def answer(node: Node, model: Transformer, run: Run, accelerators: int, over: float, c: Coefficients) -> Answer:
    """The fastest layout on at most `accelerators`, fabric oversubscribed `over` to one. Raises NoLayout."""
    front = frontier(replace(node.chip, count=1), model, run, over, c)
    within = np.flatnonzero(front.machines <= accelerators)
    usable = node.chip.memory * c.constant("memory_share") / 1e9
    if not within.size:
        raise NoLayout(_why(front, accelerators, usable))
    layout = front.layouts[int(within[-1])]
    machines = -(-accelerators // node.chip.count)
    failures = node.failures_per_day / DAY_S * machines
    restart, write = c.constant("restart_s"), c.constant("checkpoint_write_s")
    share = max(1e-12, float(goodput(failures, restart, write)))
    spread, longer = error(node.chip, model, run.precision, c), c.of(DEFAULT, "training_run_overhead")
    rates = tuple(run.batch_tokens / layout.step_s * s for s in (spread.low, 1.0, spread.high))
    days = tuple(run.tokens / rate / share / DAY_S for rate in reversed(rates))
    watts = (node.busy_w.low, node.busy_w.value, node.busy_w.high)
    energy = tuple(machines * w * d * 24 / 1e6 for w, d in zip(watts, days, strict=True))
    peak = layout.accelerators * node.chip.flops(run.precision)
    return Answer(
        layout=layout,
        accelerators=accelerators,
        machines=machines,
        step_s=_three(tuple(run.batch_tokens / rate for rate in reversed(rates))),
        tokens_per_s=_three(rates),
        days=_three(days),
        energy_mwh=_three(energy),
        mfu=rates[1] * model.training_flops_per_token(run.sequence) * (FROZEN_SHARE if run.frozen else 1.0) / peak,
        goodput=share,
        checkpoint_every_s=float(best_interval_s(failures, restart, write)),
        memory_gb=layout.memory_gb,
        usable_gb=usable,
        error=(spread.low, spread.high),
        basis="calibrated" if front.basis == "calibrated" else "estimated",
        whole_run=(longer.low, longer.high),
    )


def _why(front: Frontier, accelerators: int, usable: float) -> str:
    if front.machines.size:
        return f"no layout fits {accelerators} accelerators; {int(front.machines[0])} are the fewest that one fits"
    return f"no layout fits: {front.least_gb:.4g} GB an accelerator at least, {usable:.4g} GB usable"


def _three(values: tuple[float, ...]) -> tuple[float, float, float]:
    low, base, high = values
    return low, base, high


def _figures(row: Any) -> Mapping[str, float]:
    return {name: figure.value for name, figure in row.figures.items()}
