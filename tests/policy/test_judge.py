"""Verdicts: what keeps a rule, what breaks it, and what is never let pass."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from policy_toys import SCENARIO, facts, judged, plan, rules

from planner.policy.judge import judge

FIRST = {"hours": 24, "weeks_usd": 1.0, "year_usd": None, "difference": None, "note": "only the first 24 hours"}


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("figure: cost_per_year, at_most: 1 MUSD/year", True),
        ("figure: cost_per_year, at_most: 900 kUSD/year", False),
        ("figure: cost_per_year, at_most: 920600 USD/year", True),  # equal
        ("figure: pue, at_most: 1.25", True),
        ("figure: pue, at_least: 1.1, at_most: 1.2", False),
        ("figure: availability, of: {workload: chat}, at_least: 99.99%", True),
        ("figure: availability, at_least: 99.999%", False),
        ("figure: machines, none_of: ['tag:spot']", True),
        ("figure: machines, none_of: ['vendor:nvidia']", False),
        ("figure: machines, one_of: [h100]", True),
        ("figure: machines, one_of: [rack]", False),
        ("figure: machines_offered, of: {kind: serving}, none_of: ['tag:spot']", False),
        ("figure: machines_offered, one_of: ['vendor:NVIDIA']", True),
        ("figure: train_survives, at_least: module", True),
        ("figure: train_survives, at_least: path", False),
        ("figure: train_maintainable, one_of: [true]", False),
        ("figure: confidence, at_least: low", False),
        ("figure: catalog_age, at_most: 4 years", True),
        ("figure: catalog_age, at_most: 730 days", False),
        ("scenario: 'workloads[kind=serving].survive', at_least: zone", False),
        ("scenario: 'workloads[kind=serving].survive', at_least: none", True),
        ("scenario: 'workloads[*].availability', at_least: 99%", True),
        ("scenario: 'workloads[*].availability', at_least: 99.9%", False),
        ("scenario: 'sites[*].region', one_of: [us_pjm_virginia]", True),
        ("scenario: 'sites[*].region', none_of: [us_pjm_virginia]", False),
        ("scenario: limits.budget, at_most: 3 MUSD", True),
        ("scenario: limits.budget, at_most: 1 MUSD", False),
        ("scenario: limits.budget, given: true", True),
        ("scenario: limits.carbon, given: true", False),
        ("scenario: limits.budget, given: false", False),
        ("scenario: 'sites[*].grid.connection', at_most: 2 MW", False),
        ("scenario: 'sites[0].halls[id=main].feeds', at_least: 2", True),
        ("plan: 'headline[0].pue', at_most: 1.2", False),
        ("plan: 'measures[measure=curtailed].value', at_most: 0.01", True),
        ("plan: 'sizing[kind=spare].quantity', total: sum, at_least: 3", False),
        ("plan: 'sizing[kind=generator].quantity', total: count, at_most: 0", True),
        ("plan: 'problem.sites[*].id', one_of: [north]", True),
        ("plan: 'problem.finance.horizon_years', at_least: 2", False),
    ],
)
def test_bounds_and_words(rule: str, kept: bool, tmp_path: Path) -> None:
    verdict, problems = judged(tmp_path, rule, plan())
    assert verdict.verdict == ("kept" if kept else "broken")
    assert bool(problems) != kept


@pytest.mark.parametrize(
    ("rule", "changes", "kept"),
    [
        ("figure: cost_per_year, may_rise: 5%", {"cost_usd_per_year": 920_600 / 1.04}, True),
        ("figure: cost_per_year, may_rise: 5%", {"cost_usd_per_year": 920_600 / 1.06}, False),
        ("figure: cost_per_year, may_rise: 0%", {}, True),
        ("figure: cost_per_year, may_rise: 10 kUSD/year", {"cost_usd_per_year": 905_000.0}, False),
        ("figure: cost_per_year, may_rise: 10 kUSD/year", {"cost_usd_per_year": 915_000.0}, True),
        ("figure: availability, may_fall: 1%", {}, True),
        ("figure: carbon_free_share, may_fall: 5%", {"carbon_free_share_with_grid": 0.7}, False),
        ("figure: carbon_free_share, may_fall: 5%", {"carbon_free_share_with_grid": 0.4}, True),
        ("plan: 'headline[0].peak_kw', may_rise: 10", {"peak_kw": 60.0}, False),
    ],
)
def test_against_a_base(rule: str, changes: dict[str, float], kept: bool, tmp_path: Path) -> None:
    verdict, problems = judged(tmp_path, rule, plan(), plan(**changes))
    assert verdict.verdict == ("kept" if kept else "broken")
    assert bool(problems) != kept


@pytest.mark.parametrize(
    ("rule", "made", "base", "says"),
    [
        ("figure: pue, at_most: 1.3", {"pue": None}, None, "there is no such number"),
        ("figure: cost_per_year, at_most: 9 GUSD/year", {"accuracy": FIRST}, None, "the first 1,008 hours"),
        ("figure: availability, of: {workload: caht}, at_least: 1%", {}, None, "there is none"),
        ("figure: recovery_point, at_most: 1 h", {"states": []}, None, "there is none"),
        ("figure: redundancy, one_of: [N+1]", {"redundancy": []}, None, "there is none"),
        ("plan: 'measures[measure=curtaled].value', at_most: 1", {}, None, "there is none"),
        ("plan: 'sizing[kind=nothing].quantity', total: sum, at_most: 1", {}, None, "there is no such number"),
        ("plan: 'problem.sites[*].id', at_most: 1", {}, None, "there is no such number"),
        ("scenario: 'workloads[id=caht].survive', at_least: none", {}, None, "there is none"),
        ("scenario: limits.carbon, at_most: 1 t/year", {}, None, "there is no such number"),
        ("figure: cost_per_year, may_rise: 5%", {}, {"accuracy": FIRST}, "the base models the first"),
        ("figure: cost_per_year, may_rise: 5%", {}, {"hours": 8760}, "the base models 8,760 hours"),
        ("figure: pue, may_rise: 5%", {}, {"pue": None}, "nothing to compare"),
        ("figure: availability, may_fall: 5%", {}, {"availability": []}, "nothing to compare"),
    ],
)
def test_what_cannot_be_judged_is_a_finding(
    rule: str, made: dict[str, object], base: dict[str, object] | None, says: str, tmp_path: Path
) -> None:
    verdict, problems = judged(tmp_path, rule, plan(**made), None if base is None else plan(**base))
    assert verdict.verdict == "broken"
    assert says in problems[0].message


def test_a_machine_that_runs_nothing_is_named(tmp_path: Path) -> None:
    made = plan()
    made["work"][0]["machine"] = "spot_box"
    verdict, (problem,) = judged(tmp_path, "figure: machines, of: {kind: serving}, one_of: ['tag:gpu']", made)
    assert verdict.texts == ("machines of chat at north/main is spot_box, where one of tag:gpu is allowed",)
    assert problem.line_text.startswith("hardware:"), "the hardware of the scenario, where the workload has none"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("figure: cost_per_year, at_most: 1 USD/year", "limits: {budget: 2 MUSD}"),
        ("figure: carbon_per_year, at_most: 1 t/year", "name: small"),
        ("figure: site_peak, at_most: 1 kW", "    grid: {connection: 3 MW}"),
        ("figure: availability, at_least: 99.9999%", "    availability: 99.9%"),
        ("figure: spares, at_least: 3", "    availability: 99.9%"),
        ("figure: feeds, at_least: 3", "    halls: [{id: main, feeds: 2}]"),
        ("figure: train_survives, at_least: path", "  - id: north"),
        ("figure: zones_used, at_least: 2", "  - kind: serving"),
        ("scenario: 'sites[*].region', none_of: [us_pjm_virginia]", "    region: us_pjm_virginia"),
        ("scenario: 'workloads[kind=serving].survive', at_least: site", "  - kind: serving"),
        ("scenario: 'hardware.allow[*]', none_of: ['vendor:NVIDIA']", "hardware: {allow: [vendor:NVIDIA]}"),
    ],
)
def test_findings_stand_at_the_key_that_they_lie_at(rule: str, line: str, tmp_path: Path) -> None:
    _, problems = judged(tmp_path, rule, plan())
    assert {p.line_text for p in problems} == {line}
    assert problems[0].line_text == SCENARIO.split("\n")[problems[0].line - 1]


def test_what_lacks_a_plan_or_a_base_is_not_judged(tmp_path: Path) -> None:
    verdict, problems = judged(tmp_path, "figure: pue, at_most: 1.1")
    assert (verdict.verdict, problems) == ("not judged", [])
    verdict, problems = judged(tmp_path, "figure: pue, may_rise: 1%", plan())
    assert (verdict.verdict, verdict.texts, problems) == (
        "not judged",
        ("it asks a plan to compare with: --base FILE",),
        [],
    )


@pytest.mark.parametrize(
    ("where", "verdict"),
    [
        ("{tags: [production]}", "broken"),
        ("{tags: [production, eu]}", "does not apply"),
        ("{without: [production]}", "does not apply"),
        ("{without: [eu]}", "broken"),
    ],
)
def test_tags_choose_scenarios(where: str, verdict: str, tmp_path: Path) -> None:
    assert judged(tmp_path, f"figure: pue, at_most: 1.1, where: {where}", plan())[0].verdict == verdict


def test_a_kind_that_is_not_there_does_not_apply(tmp_path: Path) -> None:
    for rule in (
        "scenario: 'workloads[kind=training].survive', at_least: zone",
        "figure: availability, of: {kind: training}, at_least: 99.9%",
        "scenario: 'sites[*].batteries[*].technology', none_of: [battery_flow]",
    ):
        assert judged(tmp_path, rule, plan())[0].verdict == "does not apply", rule


def test_a_label_waives(tmp_path: Path) -> None:
    rule = "figure: pue, at_most: 1.1, unless_label: pue-approved"
    assert judged(tmp_path, rule, plan())[0].verdict == "broken"
    verdict, problems = judged(tmp_path, rule, plan(), labels=("other", "pue-approved"))
    assert (verdict.verdict, problems) == ("waived", [])
    assert "waived by the label `pue-approved`" in verdict.texts


@pytest.mark.parametrize(
    ("until", "verdict"), [("", "exempt"), (", until: 2027-01-31", "exempt"), (", until: 2027-01-30", "broken")]
)
def test_an_exemption_ends_with_its_last_day(until: str, verdict: str, tmp_path: Path) -> None:
    rule = f"figure: pue, at_most: 1.1, exempt: [{{scenario: small, reason: old hall, owner: dc{until}}}]"
    found, problems = judged(tmp_path, rule, plan())
    assert found.verdict == verdict
    assert ("its exemption ended with 2027-01-30" in found.texts[0]) == (verdict == "broken")
    assert bool(problems) == (verdict == "broken")


def test_an_exemption_is_of_its_scenario_and_part_alone(tmp_path: Path) -> None:
    other = "figure: pue, at_most: 1.1, exempt: [{scenario: large, reason: r}]"
    assert judged(tmp_path, other, plan())[0].verdict == "broken"
    part = "figure: availability, at_least: 99.9999%, exempt: [{scenario: small, reason: r, of: {workload: WHO}}]"
    assert judged(tmp_path, part.replace("WHO", "chat"), plan())[0].verdict == "exempt"
    assert judged(tmp_path, part.replace("WHO", "other"), plan())[0].verdict == "broken"


def test_dust_of_solvers_breaks_nothing(tmp_path: Path) -> None:
    made = plan(carbon_free_share_with_grid=0.6 - 1e-10)
    assert judged(tmp_path, "figure: carbon_free_share, at_least: 60%", made)[0].verdict == "kept"
    made = plan(carbon_free_share_with_grid=0.6 - 1e-4)
    verdict, _ = judged(tmp_path, "figure: carbon_free_share, at_least: 60%", made)
    assert verdict.texts == ("carbon_free_share is 59.99 %, where at least 60 % is allowed",)


def test_numbers_that_differ_read_differently(tmp_path: Path) -> None:
    made = plan(cost_usd_per_year=1_000_049.0)
    verdict, _ = judged(tmp_path, "figure: cost_per_year, at_most: 1 MUSD/year", made)
    assert verdict.texts == ("cost_per_year is 1,000,049 USD/year, where at most 1,000,000 USD/year is allowed",)


def test_levels_and_owners_are_those_of_the_rule(tmp_path: Path) -> None:
    verdict, (problem,) = judged(tmp_path, "figure: pue, at_most: 1.1, level: warning, owner: green", plan())
    assert (problem.level, verdict.level, verdict.owner) == ("warning", "warning", "green")
    assert problem.code == "policy/a"
    assert problem.expected == "at most 1.1: why"
    assert "ask green for an exemption" in problem.fix
    assert judged(tmp_path, "figure: pue, at_most: 1.1", plan())[0].owner == "platform"


def test_every_rule_has_a_verdict(tmp_path: Path) -> None:
    text = "".join(f"  - {{id: r{i}, figure: pue, at_most: {1 + i / 10}, reason: why}}\n" for i in range(5))
    verdicts, problems = judge(rules(tmp_path, text), facts(tmp_path, plan()), None, ())
    assert [v.verdict for v in verdicts] == ["broken"] * 3 + ["kept"] * 2
    assert len(problems) == 3


def test_ages_follow_the_day(tmp_path: Path) -> None:
    found = facts(tmp_path, plan())
    late = type(found)(found.scenario, found.source, date(2037, 1, 1), found.offered, found.plan)
    ours = rules(tmp_path, "  - {id: a, figure: catalog_age, at_most: 5 years, reason: why}\n")
    assert judge(ours, found, None, ())[0][0].verdict == "kept"
    assert judge(ours, late, None, ())[0][0].verdict == "broken"
