"""Toys with the keys of orchestration and monitoring, on the catalog's own figures."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import toys

from planner.blocks import assemble, prepared
from planner.blocks.monitoring import Monitoring
from planner.blocks.orchestration import Orchestration
from planner.catalog.part import part
from planner.options.types import Option, OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.problem import Problem
from planner.solve.monolithic import solve


def figures(kind: str, id: str) -> dict[str, float]:
    """The shipped figures of a row."""
    return {name: figure.value for name, figure in part({kind: [id]}).row(kind, id).figures.items()}


ROWS = {"orchestration": figures("orchestration", "kubernetes"), "monitoring": figures("monitoring", "prometheus")}
ROWS |= {"wan": figures("wan", "between_sites"), "state": figures("state", "replica")}


def keyed(problem: Problem, **asked: Any) -> Problem:
    """The problem with blocks' keys as resolving leaves them."""
    keys = {**problem.keys, **asked}
    keys["origins"] = {**problem.keys["origins"], **dict.fromkeys(asked, "toy.yaml:9")}
    keys["figures"] = {key: {"id": key, "values": ROWS[key], "cites": ()} for key in asked}
    return replace(problem, keys=keys)


def orchestrated(problem: Problem | None = None, **asked: Any) -> Problem:
    return keyed(problem or toys.problem(), orchestration=Orchestration(**asked))


def monitored(problem: Problem | None = None, **asked: Any) -> Problem:
    return keyed(problem or toys.problem(), monitoring=Monitoring.model_construct(**{**DEFAULTS, **asked}))


DEFAULTS = Monitoring().model_dump()


def sharing(id: str, several: int, demand: float) -> tuple[Any, Option]:
    """A model whose replicas share machines, `several` on one; each replica serves 1."""
    work = toys.workload(id, kind="serving", demand=(demand,))
    option = toys.option(id, per_machine=float(several), details={"replicas_per_machine": several})
    return work, option


def planned(problem: Problem, options: OptionSet) -> dict[str, Any]:
    """The plan's JSON."""
    problem, options = prepared(problem, options)
    options = OptionSet(tuple(replace(o, fabric="net") for o in options.options), options.excuses)
    m = assemble(problem, options)
    s = solve(m, objective=problem.objective, gap=problem.mip_gap)
    accuracy = Accuracy(hours=3, weeks_usd=s.cost_usd, year_usd=None, difference=None, note="")
    text = extract(m, s, problem, options, accuracy=accuracy).model_dump_json()
    found: dict[str, Any] = json.loads(text)
    return found
