"""Scenario files: YAML to typed, located records. Nothing heavy is imported before it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.scenario.fragment import Fragment, fragment_of
    from planner.scenario.json_form import json_schema
    from planner.scenario.known_ids import check_ids
    from planner.scenario.loader import load, loads
    from planner.scenario.problems import Problem, ScenarioProblems, render
    from planner.scenario.schema import Scenario

__all__ = [
    "Fragment",
    "Problem",
    "Scenario",
    "ScenarioProblems",
    "check_ids",
    "fragment_of",
    "json_schema",
    "load",
    "loads",
    "render",
]

_HOMES = {
    "fragment": ("Fragment", "fragment_of"),
    "known_ids": ("check_ids",),
    "json_form": ("json_schema",),
    "loader": ("load", "loads"),
    "problems": ("Problem", "ScenarioProblems", "render"),
    "schema": ("Scenario",),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
