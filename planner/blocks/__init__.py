"""The blocks: every module here is one concern of the plan, and deleting its file removes it.

A block is a plain module. What it may define:

- its docstring: one sentence, its equations in plain text, and a table `symbol | name in code | unit | meaning`
  (`aiplan math` prints it);
- `build(m, problem, options)`: declares its own columns, draws, supplies and ledger lines;
- `bind(m, problem, options)`: runs when every block has built; ties its columns to those that others published;
- `KEYS`: scenario keys of its own, `planner.scenario.fragment.Fragment`s.

Blocks share nothing but the model: they never import each other or a solver, and their order does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from planner.model import Model
from planner.options.types import OptionSet
from planner.problem import Problem

Step = Callable[[Model, Problem, OptionSet], None]


@dataclass(frozen=True, slots=True)
class Block:
    """One block module, taken apart."""

    name: str
    doc: str
    build: Step | None
    bind: Step | None
    keys: tuple[Any, ...]


def all_blocks() -> tuple[Block, ...]:
    """Every block in this folder, by name."""
    names = sorted(info.name for info in iter_modules(__path__) if not info.name.startswith("_"))
    return tuple(_block(name) for name in names)


def _block(name: str) -> Block:
    module = import_module(f"{__name__}.{name}")
    return Block(
        name,
        module.__doc__ or "",
        getattr(module, "build", None),
        getattr(module, "bind", None),
        tuple(getattr(module, "KEYS", ())),
    )


def assemble(problem: Problem, options: OptionSet, blocks: Sequence[Block] | None = None) -> Model:
    """The model of a problem: every block builds, then every block binds."""
    m = Model()
    chosen = all_blocks() if blocks is None else blocks
    for block in chosen:
        if block.build:
            block.build(m, problem, options)
    for block in chosen:
        if block.bind:
            block.bind(m, problem, options)
    m.close()
    return m
