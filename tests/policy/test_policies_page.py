"""docs/policies.md: its table is of the figures that there are; the examples of both pages do what is said of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from planner import driver, intake
from planner.checking import Asked, check
from planner.findings import as_text
from planner.policy.figures import FIGURES, Figure
from planner.policy.load import load
from planner.policy.schema import Rule
from planner.scenario.schema import build
from planner.scenario.units import DIMENSIONS

PROPOSALS = Path(__file__).resolve().parents[2] / "docs" / "continuous-integration.md"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "policies.md"
PROMISED = """\
aiplan: 1
name: prod
sites:
  - {id: a, location: {latitude: 39.0, longitude: -77.5}, region: us_pjm_virginia}
workloads:
  - kind: serving
    id: chat
    model: llama-3.1-70b
    requests: 100 req/s
    input_tokens: 900
    output_tokens: 100
    ttft: 1 s
    tpot: 50 ms
    availability: 99%
"""
HEAD = "| figure | | in | of |\n| --- | --- | --- | --- |\n"


def unit(figure: Figure) -> str:
    """How a policy writes the figure's values."""
    kind = figure.kind
    if kind.type == "quantity":
        return f"`{DIMENSIONS[kind.dimension].example}`" if kind.dimension != "fraction" else "`40%`"
    return ", ".join(f"`{w}`" for w in kind.words) or {"machine": "machines", "word": "a word"}.get(kind.type, "number")


def row(name: str, figure: Figure) -> str:
    of = ", ".join(figure.labels) or ("the plan" if figure.planned else "")
    hours = "" if figure.whole_years or not figure.planned else " \u2020"
    plain = "" if figure.planned else "; of the scenario alone"
    return f"| `{name}`{hours} | {figure.words}{plain} | {unit(figure)} | {of} |\n"


def test_the_table_has_every_figure() -> None:
    table = HEAD + "".join(row(name, figure) for name, figure in FIGURES.items())
    table += "\n\u2020 Also of a plan of the first hours of its periods.\n"
    text = PAGE.read_text("utf-8")
    if os.environ.get("UPDATE_GOLDENS"):
        text = re.sub(
            r"## Figures\n\n(.*?)\n\n.*?\n\n(?=`cost_per)", rf"## Figures\n\n\1\n\n{table}\n", text, flags=re.S
        )
        PAGE.write_text(text, encoding="utf-8")
    assert table in text


def test_the_example_holds_together(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(aiplan_policy: 1\n.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    assert len(load(path, build(driver.fragments()), intake.known(driver.catalog()))) == 4


def test_the_example_of_proposals_ends_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PROPOSALS.read_text("utf-8")
    (policy,) = re.findall(r"```yaml\n(aiplan_policy: 1\n.*?)```", text, flags=re.DOTALL)
    (shown,) = re.findall(r"```\n(prod.yaml:14:19: .*?)```", text, flags=re.DOTALL)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "reviews.yaml").write_text(policy, encoding="utf-8")
    (tmp_path / "prod.yaml").write_text(PROMISED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    files = check([Path("prod.yaml")], Asked(policies=[Path("policies")]))
    assert as_text.faults(files) == shown
    assert {j.rule: j.verdict for j in files[-1].judged} == {"availability": "broken", "cost-growth": "not judged"}


def test_every_key_of_a_rule_is_told() -> None:
    told = PAGE.read_text("utf-8").partition("| key | |")[2].partition("\n\n")[0]
    assert [key for key in Rule.model_fields if f"`{key}`" not in told] == []
