"""Toys whose workload keeps state, over sites that links join."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import toys
from orchestrated_toys import ROWS, keyed

from planner.blocks.state import State
from planner.blocks.wan import Link, Wan
from planner.options.types import OptionSet
from planner.problem import Problem

NONE = toys.FabricClass("none", None, 1.0, "")
GIVEN = {"size": 5e12, "write": 4e8, **dict.fromkeys(set(State.model_fields) - {"size", "write"})}
BEHIND = {"lag": 2.0, "detect": 10.0, "promote": 20.0}


def kept(
    sites: int = 3,
    *,
    survive: str = "site",
    wan: dict[str, Any] | None = None,
    work: dict[str, Any] | None = None,
    **spec: Any,
) -> tuple[Problem, OptionSet]:
    """A service of 1,000 requests, ten machines' work, that keeps 5 TB: half of one machine's drives and more."""
    places = tuple(toys.site(f"s{i}") for i in range(sites))
    made = {"availability": 0.99, "series": "pools", **(work or {})}
    web = toys.workload(
        sites=tuple(s.id for s in places),
        survive=survive,
        survive_site_loss=survive == "site",
        spec={"state": {**GIVEN, **spec}},
        **made,
    )
    machine = toys.machine(failures_per_day=0.001, nvme_tb=10.0)
    problem = toys.problem(sites=places, fabrics=(NONE,), tiers=(), workloads=(web,), machines=(machine,))
    free = dict.fromkeys(("capacity", "price", "rent"))
    found = (wan or {}).get("links", ())
    links = tuple(Link.model_construct(source=a, to=b, **{**free, **more}) for a, b, more in found)
    asked = Wan.model_construct(price=(wan or {}).get("price"), links=links)
    problem = keyed(problem, wan=asked)
    figures = {**problem.keys["figures"], "state": {"id": "state", "values": ROWS["state"], "cites": ()}}
    return replace(problem, keys={**problem.keys, "figures": figures}), OptionSet((toys.option(fabric="none"),), ())
