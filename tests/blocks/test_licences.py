"""Licences: what is counted, by hand; what names nothing is a fault; the audit sees one forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import toys

from planner import driver
from planner.audit import audit
from planner.blocks import assemble
from planner.blocks.licences import Licence
from planner.errors import BadInput
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.solve.monolithic import solve


def plan(*licences: dict[str, Any]) -> dict[str, Any]:
    """Eight machines of four accelerators and two ports on a fabric of eight-port switches: four leaves, two spines."""
    box = toys.machine(accelerators=4, accelerator="chip", tags=("gpu",), failures_per_day=0.0)
    made = toys.problem(
        machines=(box,),
        sites=(toys.site(grid=toys.grid(connection_kw=1e6)),),
        workloads=(toys.workload(demand=(800.0,)),),
        fabrics=(toys.fabric(),),
    )
    keys = {**made.keys, "licences": tuple(Licence.model_validate(x) for x in licences)}
    made, options = replace(made, keys=keys), toys.options()
    m = assemble(made, options)
    s = solve(m, gap=1e-9)
    note = Accuracy(hours=3, weeks_usd=s.cost_usd, year_usd=None, difference=None, note="")
    found: dict[str, Any] = json.loads(extract(m, s, made, options, accuracy=note).model_dump_json())
    return found


def paid(found: dict[str, Any]) -> float:
    when = found["problem"]["periods"][0]
    due = sum(x["amount_usd"] for x in found["ledger"] if x["account"] == "licence")
    return float(due / when["years"] / when["value_factor"])


@pytest.mark.parametrize(
    ("of", "by", "count"),
    [
        ("box", "unit", 8),
        ("box", "accelerator", 32),
        ("chip", "accelerator", 32),
        ("vendor:acme", "unit", 8),
        ("tag:GPU", "unit", 8),
        ("sw", "unit", 6),
        ("sw", "accelerator", 0),
        ("another", "unit", 0),
    ],
)
def test_what_stands_is_paid_for(of: str, by: str, count: int) -> None:
    found = plan({"of": of, "per_year": "1000 USD", "by": by})
    assert paid(found) == pytest.approx(1000 * count)
    assert audit(found).findings == ()


def test_all_that_name_a_thing_are_paid_and_none_costs_nothing() -> None:
    found = plan({"of": "box", "per_year": "100 USD"}, {"of": "tag:gpu", "per_year": "10 USD"})
    assert paid(found) == pytest.approx(8 * 110)
    assert not [x for x in plan()["ledger"] if x["account"] == "licence"]


def test_the_audit_sees_a_licence_forgotten_or_halved() -> None:
    for edit in (lambda x: 0.0, lambda x: x / 2):
        found = plan({"of": "sw", "per_year": "1000 USD"})
        for line in found["ledger"]:
            if line["account"] == "licence":
                line["amount_usd"] = edit(line["amount_usd"])
        assert "licences" in {f.law for f in audit(found).findings}


def test_a_licence_of_nothing_is_a_fault(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "scenarios" / "quickstart.yaml").read_text(encoding="utf-8")
    file = tmp_path / "s.yaml"
    file.write_text(text + "licences:\n  - {of: dgx_h10, per_year: 4500 USD, by: accelerator}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no machine, accelerator or switch `dgx_h10`") as fault:
        driver.prepare(file, weeks=1)
    assert f"s.yaml:{len(text.splitlines()) + 2}:" in str(fault.value)


def test_licences_turn_the_choice_between_many_machines_and_few(tmp_path: Path) -> None:
    """By machine, a rack of 72 accelerators pays once where nine machines of eight pay nine times."""
    text = """aiplan: 1
name: s
hardware: {allow: [dgx_b200, gb200_nvl72_rack]}
sites:
  - id: texas
    location: {latitude: 32.45, longitude: -99.73}
    region: us_ercot_texas
    grid: {connection: 50 MW}
    cooling: [direct_to_chip]
workloads:
  - {kind: serving, id: chat, model: llama-3.1-70b, requests: 900 req/s, input_tokens: 2000, output_tokens: 500,
     ttft: 2 s, tpot: 50 ms, availability: 99%}
"""
    taken = []
    for licence in ("", "licences: [{of: 'tag:accelerated', per_year: 150000 USD}]\n"):
        (tmp_path / "s.yaml").write_text(text + licence, encoding="utf-8")
        found = driver.solve(tmp_path / "s.yaml", hours=24, check_year=False)
        taken.append({s.item: s.quantity for s in found.sizing if s.kind == "machine" and s.quantity > 0.5})
    before, after = taken
    assert after.get("dgx_b200", 0) < before["dgx_b200"] / 2
    assert after["gb200_nvl72_rack"] > before.get("gb200_nvl72_rack", 0)
