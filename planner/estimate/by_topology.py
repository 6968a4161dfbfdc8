"""A training step on one topology after another, on more and more machines: delays compound across nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.estimate.ask_training import Node
from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer
from planner.estimate.network import examples, network
from planner.estimate.topology import fewest
from planner.estimate.training import Run, frontier

SPREAD = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Machine counts shown, over the one asked for."""


@dataclass(frozen=True, slots=True)
class Steps:
    """One topology: by number of machines the step's seconds (none where no layout fits), switches and links."""

    topology: str
    machines: tuple[int, ...]
    step_s: tuple[float | None, ...]
    switches: tuple[int | None, ...]
    links: tuple[int | None, ...]


def by_topology(
    node: Node, nics: int, model: Transformer, run: Run, accelerators: int, ports: int, c: Coefficients
) -> tuple[Steps, ...]:
    """Every topology of a switch with `ports` ports at the speed of the machine's `nics` network ports."""
    whole = -(-accelerators // node.chip.count)
    counts = tuple(sorted({max(1, round(whole * share)) for share in SPREAD}))
    found = []
    for name, wiring in examples(ports, nics).items():
        over = network(wiring, nics, node.chip.count)
        front = frontier(replace(node.chip, count=1), model, run, over, c)
        made = [fewest(wiring, n * nics) if n > 1 else None for n in counts]
        seconds: list[float | None] = []
        for n in counts:
            at = int(np.searchsorted(front.machines, n * node.chip.count, side="right")) - 1
            seconds.append(float(front.step_s[at]) if at >= 0 else None)
        switches = tuple(None if m is None else m.switches for m in made)
        found.append(Steps(name, counts, tuple(seconds), switches, tuple(None if m is None else m.links for m in made)))
    return tuple(found)
