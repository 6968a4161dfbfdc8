"""Parts of scenarios in the documentation, put into a whole one, are read without a fault."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from test_readme import ROOT

from planner.checking import check

PLACE = {"location": {"latitude": 39.04, "longitude": -77.49}, "region": "us_pjm_virginia"}
LOAD = {"kind": "service", "id": "load", "throughput": {"amd_epyc_9654_2s": "50000 /s"}, "rate": "400000 /s"}
RUN = {
    "kind": "training",
    "id": "run",
    "model": "llama-3.1-70b",
    "tokens": "2T",
    "sequence": 8192,
    "batch": "8M tokens",
    "deadline": "200 days",
}
OF_A_SITE = {"grid", "batteries"}
PARTS = [
    (path.name, text)
    for path in sorted((ROOT / "docs").glob("*.md"))
    for text in re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    if not text.startswith(("aiplan: 1", "aiplan_policy:", "kind:", "jobs:", "plan:", "years:"))
]


def whole(text: str) -> dict[str, Any]:
    """The part as a scenario: what it names and leaves out has a place, a load, links of its own names."""
    part = yaml.safe_load(dedent(text))
    if isinstance(part, list):
        part = {"workloads": part}
    if OF_A_SITE & set(part):
        part = {"sites": [{"id": "campus", **part}]}
    made: dict[str, Any] = {"aiplan": 1, "name": "part"} | part
    named = [end for link in (made.get("wan") or {}).get("links", ()) for end in (link["from"], link["to"])]
    sites = made.get("sites") or [{"id": id} for id in dict.fromkeys(named)] or [{"id": "campus"}]
    shared = [id for site in sites for deal in site.get("contracts", ()) for id in deal.get("sites", ())]
    others = set(shared) - {site["id"] for site in sites}
    made["sites"] = [PLACE | site for site in [*sites, *({"id": id} for id in sorted(others))]]
    made["workloads"] = [(RUN if w["kind"] == "training" else {}) | w for w in made.get("workloads", [LOAD])]
    return made


def test_there_are_some() -> None:
    assert {"energy-contracts.md", "redundancy.md", "network.md", "on-site-power.md"} <= {name for name, _ in PARTS}


@pytest.mark.parametrize(("name", "text"), PARTS, ids=[f"{n}-{i}" for i, (n, _) in enumerate(PARTS)])
def test_every_key_and_quantity_of_a_part_is_known(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "node.csv").write_text("price\n" + "30\n" * 8760, encoding="utf-8")
    path = tmp_path / "part.yaml"
    path.write_text(json.dumps(whole(text), indent=1), encoding="utf-8")
    (found,) = check([path])
    assert not found.problems, "\n".join(str(p) for p in found.problems)
