"""Scenarios that are valid and odd end with an audited plan; those that cannot be met say why in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import driver
from planner.audit.laws import tables as law
from planner.errors import BadInput, Infeasible
from planner.plan import tables
from planner.plan.schema import Plan

HEAD = "aiplan: 1\nname: odd\n"
SITE = """sites:
  - id: a
    location: {latitude: 39.0, longitude: -77.5}
    region: us_pjm_virginia
"""
SECOND = """  - id: b
    location: {latitude: 45.6, longitude: -121.2}
    region: us_nw_oregon
"""
GRID = "    grid: {connection: 30 MW, price: 0.05 USD/kWh, demand_charge: 10 USD/kW-month}\n"
OWN = """    renewables: [{technology: solar_pv_utility, max: 5 MW}, {technology: wind_onshore, max: 5 MW}]
    batteries: [{technology: battery_li_ion_utility, max_power: 3 MW, max_energy: 12 MWh}]
"""
WEB = "workloads:\n  - {kind: service, id: web, work: web, rate: 20000 req/s, availability: 99.9%}\n"
CHAT = (
    "workloads:\n  - {kind: serving, id: chat, model: llama-3.1-8b, requests: 50 req/s, input_tokens: 1000,"
    " output_tokens: 250, ttft: 1 s, tpot: 50 ms}\n"
)
LOAD = "  - {kind: load, id: metered, sites: [a], file: l.csv, column: mw, unit: MW, growth: 10%, surge: 20%}\n"
YEARS = "periods: [{name: y1, start: 2027-01-01, end: 2028-01-01}, {name: y2, start: 2028-01-01, end: 2029-01-01}]\n"


def csv(high: float = 1.5) -> str:
    return "hour,mw\n" + "".join(f"{i},{high if i % 24 > 8 else high / 2}\n" for i in range(8760))


def planned(folder: Path, text: str, **files: str) -> Plan:
    for name, content in {"s.yaml": text, **files}.items():
        (folder / name).write_text(content, encoding="utf-8")
    return driver.solve(folder / "s.yaml", hours=24, check_year=False)


def clash(folder: Path, text: str) -> str:
    with pytest.raises(Infeasible) as caught:
        planned(folder, text)
    assert "servers." not in caught.value.text
    assert "[" not in caught.value.text
    return caught.value.text


def amount(plan: Plan, kind: str, item: str = "") -> float:
    return sum(s.quantity for s in plan.sizing if s.kind == kind and item in s.item)


@pytest.mark.parametrize(
    "grid",
    [
        "",
        "    grid: {price: 0 USD/kWh, demand_charge: 0 USD/kW-month}\n",
        "    grid: {price: 0.05 USD/kWh, export_price: 0.20 USD/kWh, export_limit: 2 MW}\n",
        "    grid: {price: 900 USD/kWh}\n",
    ],
)
def test_a_grid_without_a_connection_is_bounded_by_what_is_needed(tmp_path: Path, grid: str) -> None:
    plan = planned(tmp_path, HEAD + SITE + grid + OWN + WEB)
    assert len([c for c in plan.choices if c.kind == "cooling" and c.chosen]) == 1
    assert plan.headline[0].pue is not None
    assert 1.0 < plan.headline[0].pue < 1.6


def test_demand_too_small_to_see_is_planned_and_noted(tmp_path: Path) -> None:
    tiny = "workloads:\n  - {kind: service, id: web, work: web, rate: 0.000001 req/s}\n"
    plan = planned(tmp_path, HEAD + SITE + GRID + tiny + "  - {kind: dataset, id: d, size: 1 kB}\n")
    assert amount(plan, "machine") >= 1
    assert [n.split(" is planned")[0] for n in plan.notes if "is planned at" in n] == ["web", "d"]


def test_a_metered_load_grows_keeps_headroom_and_stays_out_of_the_pue(tmp_path: Path) -> None:
    plan = planned(tmp_path, HEAD + YEARS + SITE + GRID + WEB + LOAD, **{"l.csv": csv()})
    assert plan.headline[0].pue is not None
    assert plan.headline[0].pue < 1.6
    peaks = {c.keys["period"]: c.value for c in plan.columns if c.family == "power.peak_kw"}
    assert 1800 < peaks["y1"] < 1810
    assert 1980 < peaks["y2"] < 1990
    kwh = {t.period: t.quantity for t in plan.tallies if t.tally == "metered_kwh"}
    assert kwh["y2"] == pytest.approx(1.1 * kwh["y1"])


def test_a_load_of_nothing(tmp_path: Path) -> None:
    plan = planned(tmp_path, HEAD + SITE + GRID + "workloads:\n" + LOAD, **{"l.csv": csv(0.0)})
    assert plan.headline[0].energy_kwh_per_year == 0


def test_installed_machines_work_though_nobody_may_be_bought_from(tmp_path: Path) -> None:
    there = "    installed: {machines: [{machine: amd_epyc_9654_2s, count: 50}]}\n"
    text = HEAD + "hardware: {deny: [amd_epyc_9654_2s]}\n" + SITE + GRID + there + WEB
    plan = planned(tmp_path, text)
    assert amount(plan, "machine", "amd_epyc_9654_2s") > 0
    assert amount(plan, "machine bought") == 0
    more = text.replace("count: 50", "count: 1").replace("deny: [amd_epyc_9654_2s]", "deny: ['tag:cpu']")
    assert "web demand" in clash(tmp_path, more)


def test_a_vendor_allowed_is_bought_from_and_not_rented_from(tmp_path: Path) -> None:
    plan = planned(tmp_path, HEAD + "hardware: {allow: ['vendor:NVIDIA']}\n" + SITE + GRID + CHAT)
    assert not [line for line in plan.ledger if line.account == "rent"]
    plan = planned(tmp_path, HEAD + "hardware: {allow: ['tag:rented']}\n" + SITE + GRID + CHAT)
    assert [line for line in plan.ledger if line.account == "rent"]


def test_local_data_lies_at_each_of_its_sites(tmp_path: Path) -> None:
    data = "workloads:\n  - {kind: dataset, id: d, size: 1 PB, durability: 9, local: true}\n"
    plan = planned(tmp_path, HEAD + SITE + GRID + SECOND + data)
    placed = {c.keys["site"]: c.value for c in plan.columns if c.family == "storage.tb" and c.value > 1}
    assert placed == pytest.approx({"a": 1000.0, "b": 1000.0})


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ("budget: 1 USD", ["budget: at most 1 USD", "web demand: at least 20,000 req/s"]),
        ("purchase: 100 USD", ["purchase budget: at most 100 USD"]),
        ("carbon: 0 t/year", ["carbon, location-based and embodied", "web demand"]),
        ("power: 1 kW", ["a peak power: at most 1 kW", "web demand"]),
    ],
)
def test_limits_that_clash_are_named(tmp_path: Path, limits: str, words: list[str]) -> None:
    text = clash(tmp_path, f"{HEAD}limits: {{{limits}}}\n{SITE}{GRID}{OWN}{WEB}")
    assert [w for w in words if w not in text] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + SITE + GRID.replace("30 MW", "0 MW") + WEB, "grid connection (coincident peak): at most 0 kW"),
        (HEAD + SITE + WEB.replace("20000 req/s", "1e9 req/s"), "wire at most"),
        (HEAD + SITE + GRID + WEB.replace("20000 req/s", "1e15 req/s"), "200,000 at most are planned"),
        (HEAD + SITE + GRID + "    racks: 1\n    rack_power: 5 kW\n" + CHAT, "no hall can carry its machines"),
        (HEAD + "hardware: {deny: ['tag:cpu', 'tag:accelerated']}\n" + SITE + GRID + CHAT, "`hardware` leaves none"),
        (HEAD + "hardware: {allow: ['tag:tpu']}\n" + SITE + GRID + CHAT, "rented ones are allowed by id or"),
        (
            HEAD + SITE + GRID + "workloads:\n  - {kind: dataset, id: d, size: 1 PB, durability: 20}\n",
            "no storage keeps its cold part: a first byte within 1 s, 20 nines a year",
        ),
    ],
)
def test_what_nothing_can_do_is_said(tmp_path: Path, text: str, words: str) -> None:
    assert words in clash(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SITE + GRID + SECOND + "workloads:\n" + LOAD.replace("sites: [a], ", ""), "a metered load is of one site"),
        (SITE + GRID + WEB.replace("99.9%", "99.999999%"), "more than seven nines"),
        ("periods: [{name: d, start: 2028-02-29, end: 2028-03-01}]\n" + SITE + GRID + WEB, "has no hours"),
        (
            SITE + GRID + "workloads:\n  - {kind: training, id: t, model: llama-3.1-8b, tokens: 1B, sequence: 8192,"
            " batch: 4M tokens, deadline: 600 days}\n",
            "the run may end after the horizon",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        planned(tmp_path, HEAD + text, **{"l.csv": csv()})
    assert words in caught.value.text


def test_what_a_plan_does_not_list_its_audit_does_not_miss() -> None:
    assert tables.SHOWN < law.SMALLEST < 1.1 * tables.SHOWN


def test_a_limit_alone_is_named_with_what_stands_against_it(tmp_path: Path) -> None:
    load = "workloads:\n  - {kind: load, id: metered, sites: [a], file: l.csv, column: mw, unit: MW}\n"
    sun = "    renewables: [{technology: solar_pv_utility, max: 1 MW}]\n"
    limits = "limits: {carbon_free: {share: 90%, grid: excluded}}\n"
    (tmp_path / "l.csv").write_text(csv(), encoding="utf-8")
    text = clash(tmp_path, HEAD + limits + SITE + sun + load)
    assert "metered draws up to 1,500 kW (" in text
    assert "solar_pv_utility at a: at most 1,000 kW" in text
    text = clash(tmp_path, HEAD + limits + SITE + load)
    assert "a may build no generation of its own" in text


def test_what_ties_switches_to_machines_is_no_reason_beside_a_limit(tmp_path: Path) -> None:
    text = clash(tmp_path, HEAD + "limits: {budget: 20 kUSD}\n" + SITE + WEB.replace("20000", "5000000"))
    assert "wire at most" not in text
    assert "web demand: at least 5,000,000 req/s" in text


def test_machines_that_cannot_are_named_where_they_are_few(tmp_path: Path) -> None:
    run = "workloads:\n  - {kind: training, id: t, model: llama-3.1-405b, tokens: 15T, sequence: 8192, batch: 4M,"
    text = clash(tmp_path, HEAD + "hardware: {allow: [dgx_h100]}\n" + SITE + run + " deadline: 1 h}\n")
    assert text.startswith("no plan can meet this scenario:\n")
    assert "no machine can run it: dgx_h100: " in text


def test_the_peak_is_that_of_the_highest_period(tmp_path: Path) -> None:
    load = "workloads:\n  - {kind: load, id: metered, sites: [a], file: l.csv, column: mw, unit: MW, growth: 100%}\n"
    plan = planned(tmp_path, HEAD + YEARS + SITE + GRID + load, **{"l.csv": csv(1.0)})
    assert plan.headline[0].peak_kw == pytest.approx(2000.0)


@pytest.mark.parametrize("kw", [0.20000049, 0.00212345678, 0.0000123])
def test_a_plant_smaller_than_what_is_printed_of_it_passes_its_audit(tmp_path: Path, kw: float) -> None:
    load = "workloads:\n  - {kind: load, id: metered, sites: [a], file: l.csv, column: kw, unit: kW}\n"
    text = HEAD + SITE + "    grid: {price: 0.30 USD/kWh}\n" + load
    plan = planned(tmp_path, text, **{"l.csv": "kw\n" + f"{kw}\n" * 8760})
    assert plan.headline[0].energy_kwh_per_year == pytest.approx(24 * kw)
