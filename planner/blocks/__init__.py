"""The blocks: every module here is one concern of the plan, and deleting its file removes it.

A block is a plain module. What it may define:

- its docstring: one sentence, its equations in plain text, and a table `symbol | name in code | unit | meaning`
  (`aiplan math` prints it);
- `build(m, problem, options)`: declares its own columns, draws, supplies and ledger lines;
- `bind(m, problem, options)`: runs when every block has built; ties its columns to those that others published;
- `add(problem, options)`: workloads that a block brings, with their options and excuses; before any model is made;
- `adjust(problem, options)`: problem and options as the block leaves them, once every block has added;
- `KEYS`: scenario keys of its own, `planner.scenario.fragment.Fragment`s.

Blocks share nothing but the model: they never import each other or a solver, and their order does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from planner.model import Model
from planner.options.types import Excuse, Option, OptionSet
from planner.problem import Problem, Workload

Step = Callable[[Model, Problem, OptionSet], None]
Brought = tuple[list[Workload], list[Option], list[Excuse]]
Add = Callable[[Problem, OptionSet], Brought]
Adjust = Callable[[Problem, OptionSet], tuple[Problem, OptionSet]]


@dataclass(frozen=True, slots=True)
class Block:
    """One block module, taken apart."""

    name: str
    doc: str
    build: Step | None
    bind: Step | None
    keys: tuple[Any, ...]
    add: Add | None = None
    adjust: Adjust | None = None


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
        getattr(module, "add", None),
        getattr(module, "adjust", None),
    )


def prepared(problem: Problem, options: OptionSet, blocks: Sequence[Block] | None = None) -> tuple[Problem, OptionSet]:
    """What blocks bring and change before there is a model: each adds to what was asked, then each adjusts."""
    chosen = all_blocks() if blocks is None else blocks
    brought = [block.add(problem, options) for block in chosen if block.add]
    if any(workloads for workloads, _, _ in brought):
        more = tuple(w for workloads, _, _ in brought for w in workloads)
        found = tuple(o for _, options, _ in brought for o in options)
        excuses = tuple(e for _, _, refused in brought for e in refused)
        problem = replace(problem, workloads=(*problem.workloads, *more))
        options = OptionSet((*options.options, *found), (*options.excuses, *excuses))
    for block in chosen:
        if block.adjust:
            problem, options = block.adjust(problem, options)
    return problem, options


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
