"""A scenario, the plan made by hand with what policies read of it, and rules judged on them."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import plan_factory

from planner import driver
from planner.findings.checked import Judged
from planner.policy.facts import Facts, hardware
from planner.policy.judge import judge
from planner.policy.load import load
from planner.policy.rules import Ruled
from planner.scenario import load as load_scenario
from planner.scenario.problems import Problem
from planner.scenario.schema import build

TODAY = date(2027, 1, 31)
SCENARIO = """\
aiplan: 1
name: small
tags: [production]
sites:
  - id: north
    location: {latitude: 39.0, longitude: -77.5}
    region: us_pjm_virginia
    grid: {connection: 3 MW}
    halls: [{id: main, feeds: 2}]
hardware: {allow: [vendor:NVIDIA]}
workloads:
  - kind: serving
    id: chat
    model: llama-3.1-70b
    requests: 100 req/s
    input_tokens: 900
    output_tokens: 100
    ttft: 1 s
    tpot: 50 ms
    availability: 99.9%
  - {kind: dataset, id: corpus, size: 500 TB}
limits: {budget: 2 MUSD}
"""
HEAD = "aiplan_policy: 1\nname: house\nowner: platform\nrules:\n"
MEMORY = {"row": "node/box", "field": "nics", "source": "memory", "as_of": "2024-02-01", "confidence": "memory"}
UNUSED = {"row": "node/rack", "field": "nics", "source": "x", "as_of": "2020-02-01", "confidence": "low"}
BOX = hardware("box", "NVIDIA", ("accelerated", "gpu"), "h100")
SPOT = hardware("spot_box", "NVIDIA", ("accelerated", "rented", "spot"), "h100")


def plan(**changes: Any) -> dict[str, Any]:
    """The hand-made plan's JSON, with fields of its headline, solver, or top changed."""
    made = plan_factory.plan(redundancy=[], power_paths=[]).model_dump(mode="json")
    made["problem"] = {
        "finance": {"horizon_years": 1.0},
        "periods": [{"name": "2027", "years": 1.0}],
        "machines": [
            {
                **{"id": "box", "vendor": "NVIDIA", "tags": ["gpu"], "accelerator": "h100", "like": ""},
                "cites": [plan_factory.CITE, MEMORY],
            },
            {"id": "rack", "vendor": "X", "tags": [], "accelerator": "", "cites": [UNUSED]},
        ],
        "sites": [{"id": "north", "cites": [], "halls": [{"id": "main", "feeds": 2, "zone": ""}]}],
        "workloads": [
            {
                **{"id": "chat", "kind": "serving", "demand": [120.0], "surge": 0.2, "shape": [0.5, 1.0]},
                "spec": {"input_tokens": 900, "output_tokens": 100},
            },
            {"id": "corpus", "kind": "dataset", "demand": [5e14], "surge": 0.0, "shape": [1.0], "spec": {}},
        ],
    }
    made["columns"].append({"name": "s", "family": "s", "keys": {"site": "north", "machine": "box"}, "value": 1.0})
    level = {"level": "N+2", "achieved": 0.9999, "spares": 2, "cost_usd": 1.0, "holds": True}
    made["redundancy"] = [{"workload": "chat", "period": "2027", "level": "N+2", "spares": 2, "up": level}]
    made["power_paths"] = [
        {"site": "north", "period": "2027", "survives_module": True, "survives_path": False, "maintainable": False}
    ]
    made["sizing"].append(
        {**made["sizing"][0], "kind": "grid", "item": "coincident peak", "quantity": 80.0, "hall": ""}
    )
    made["stores"] = [{"site": "north", "tier": "flash", "period": "2027", "nines": 10.2}]
    made["states"] = [{"workload": "chat", "period": "2027", "mode": "active_passive", "rpo_s": 5.0, "rto_s": 60.0}]
    for key, value in changes.items():
        home = next(part for part in (made["headline"][0], made["solver"], made) if key in part)
        home[key] = value
    return deepcopy(made)


def facts(folder: Path, made: dict[str, Any] | None = None, text: str = SCENARIO) -> Facts:
    """The scenario as `small.yaml` of a folder, and a plan of it."""
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = load_scenario(path, driver.fragments())
    return Facts(scenario, scenario.source, TODAY, {"chat": (BOX, SPOT)}, made)


def rules(folder: Path, text: str) -> list[Ruled]:
    """Rules of a policy, `text` being those below its head."""
    path = folder / "house.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load(path, build(driver.fragments()), {})


def judged(
    folder: Path,
    rule: str,
    made: dict[str, Any] | None = None,
    base: dict[str, Any] | None = None,
    labels: tuple[str, ...] = (),
    text: str = SCENARIO,
) -> tuple[Judged, list[Problem]]:
    """The verdict on one rule, `rule` being its keys in one line, with an id and a reason added."""
    ours = rules(folder, f"  - {{id: a, reason: why, {rule}}}\n")
    (verdict,), problems = judge(ours, facts(folder, made, text), base, labels)
    return verdict, problems
