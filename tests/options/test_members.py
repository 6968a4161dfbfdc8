"""Racks that run with trays down, against whole ones with a spare rack: both are on offer, and the cheaper is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner import driver
from planner.audit import audit
from planner.estimate.failures import at_least
from planner.estimate.reliability import unavailability

TEXT = """aiplan: 1
name: racks
failures:
  - match: gb200_nvl72_rack
    restart: {every: 200 days, takes: 20 min}
    repair: {every: 2 years, takes: 12 h}
    vendor: {every: 5 years, takes: 3 weeks}
    members: {least: 16}
hardware: {allow: [gb200_nvl72_rack]}
sites:
  - {id: va, location: {latitude: 39.04, longitude: -77.49}, region: us_pjm_virginia}
workloads:
  - kind: serving
    id: chat
    model: llama-3.1-70b
    requests: REQUESTS req/s
    input_tokens: 1000
    output_tokens: 250
    ttft: 1 s
    tpot: 50 ms
    availability: 99.9%
"""
SOME = "gb200_nvl72_rack.16of18"


def scenario(folder: Path, requests: int, **edits: str) -> Path:
    text = TEXT.replace("REQUESTS", str(requests))
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    return folder / "s.yaml"


def test_both_are_offered_and_know_their_trays(tmp_path: Path) -> None:
    made = driver.prepare(scenario(tmp_path, 20_000), hours=24)
    whole, some = (made.problem.machine(id) for id in ("gb200_nvl72_rack", SOME))
    assert (whole.accelerators, some.accelerators) == (72, 64)
    down = unavailability(some.member_failures_per_day, some.member_repair_days)
    for machine, up in ((whole, 18), (some, 16)):
        short = unavailability(machine.failures_per_day, machine.repair_days)
        assert 1 - short == pytest.approx(at_least(18, up, down), abs=1e-12)
        assert machine.failures_per_day == pytest.approx(18 * some.member_failures_per_day)
    each = {o.machine: o.per_machine for o in made.options.options}
    assert each[SOME] == pytest.approx(each["gb200_nvl72_rack"] * 64 / 72, rel=0.05)


def test_many_racks_that_often_lose_a_tray_run_without_it(tmp_path: Path) -> None:
    plan = driver.solve(scenario(tmp_path, 20_000), hours=24, check_year=False)
    assert {w.machine for w in plan.work} == {SOME}
    assert audit(json.loads(plan.model_dump_json())).accepted


def test_where_trays_hardly_fail_nearly_all_racks_run_whole(tmp_path: Path) -> None:
    calm = scenario(tmp_path, 20_000, **{"every: 200 days": "every: 90 years", "every: 2 years": "every: 90 years"})
    calm.write_text(calm.read_text(encoding="utf-8").replace("every: 5 years", "every: 90 years"), encoding="utf-8")
    plan = driver.solve(calm, hours=24, check_year=False)
    racks = {id: sum(w.machines for w in plan.work if w.machine == id) for id in ("gb200_nvl72_rack", SOME)}
    assert racks["gb200_nvl72_rack"] > 5 * racks[SOME]


def test_domains_raise_the_spares_of_a_plan(tmp_path: Path) -> None:
    def count(failures: str) -> float:
        text = TEXT.replace("REQUESTS", "3000").replace("allow: [gb200_nvl72_rack]", "allow: [dgx_h100]")
        start, end = text.index("failures:"), text.index("hardware:")
        (tmp_path / "d.yaml").write_text(text[:start] + failures + text[end:], encoding="utf-8")
        plan = driver.solve(tmp_path / "d.yaml", hours=24, check_year=False)
        return sum(s.quantity for s in plan.sizing if s.kind == "spare")

    alone = count("")
    domains = count("failures:\n  - {match: dgx_h100, domain: {machines: 8, down: 0.2%}}\n")
    crews = count("failures:\n  - {match: dgx_h100, crews: 1}\n")
    assert domains >= alone + 5
    assert crews >= alone
