"""Ids that only the catalog knows."""

from __future__ import annotations

from pathlib import Path

from planner.scenario import check_ids, load, loads, render

EVERYTHING = Path(__file__).parent / "everything" / "scenario.yaml"
KNOWN = {
    "model": ["llama-3.1-70b"],
    "node": ["dgx_h100", "amd_epyc_9654_2s"],
    "cooling": ["air_chilled_water", "direct_to_chip"],
    "generation": ["solar_pv_utility", "wind_onshore"],
    "store": ["battery_li_ion_utility"],
    "grid": ["us_pjm_virginia", "us_nw_oregon"],
    "power_train": ["n_plus_1"],
    "service": ["fraud_scoring"],
}


def without(kind: str, *ids: str) -> list[str]:
    known = {**KNOWN, kind: [i for i in KNOWN[kind] if i not in ids] + ["zzz"]}
    return [p.message.split(":")[0] for p in check_ids(load(EVERYTHING).source, known)]


def test_a_full_catalog_settles_all() -> None:
    assert check_ids(load(EVERYTHING).source, KNOWN) == []


def test_kinds_not_given_are_not_checked() -> None:
    assert check_ids(load(EVERYTHING).source, {}) == []


def test_machines_are_looked_for_everywhere() -> None:
    assert without("node", "dgx_h100") == [
        "hardware.deny[0]",
        "prices.machines.dgx_h100",
        "sites[0].installed.machines[0].machine",
        "workloads[2].throughput.dgx_h100",
    ]


def test_accelerators_may_stand_in_hardware_lists() -> None:
    known = {**KNOWN, "node": ["amd_epyc_9654_2s", "zzz"], "accelerator": ["dgx_h100"]}
    assert "hardware.deny[0]" not in [p.message.split(":")[0] for p in check_ids(load(EVERYTHING).source, known)]


def test_each_kind_is_looked_for() -> None:
    assert without("model", "llama-3.1-70b") == ["workloads[0].model", "workloads[1].model"]
    assert without("cooling", "direct_to_chip") == ["sites[0].cooling[1]", "sites[0].halls[0].cooling[0]"]
    generation = ["sites[0].renewables[1].technology", "sites[0].contracts[0].technology"]
    assert without("generation", "wind_onshore") == generation
    assert without("store", "battery_li_ion_utility") == ["sites[0].batteries[0].technology"]
    assert without("grid", "us_nw_oregon") == ["sites[1].region"]
    assert without("power_train", "n_plus_1") == ["sites[0].power_train"]
    assert without("service", "fraud_scoring") == ["workloads[2].work"]


def test_vendors_and_tags_are_looked_for_whatever_their_case() -> None:
    found = [p.message for p in check_ids(load(EVERYTHING).source, {"vendor": ["nvidia", "AMD"], "tag": ["training"]})]
    assert found == ["hardware.allow[1]: the catalog has no machine tagged `cpu`"]
    found = [p.message.split(":")[0] for p in check_ids(load(EVERYTHING).source, {"vendor": ["AMD"]})]
    assert found == ["hardware.allow[0]", "prices.discounts[0].match", "failures[0].match"]


def test_stations_are_looked_for() -> None:
    text = EVERYTHING.read_text(encoding="utf-8").replace("{file: weather.csv, format: tmy3}", "{station: grensboro}")
    found = check_ids(loads(text.encode(), "s.yaml", EVERYTHING.parent).source, {"station": ["greensboro"]})
    assert [(p.message.split(": ")[1], p.fix) for p in found] == [
        ("there is no weather station `grensboro`", "Did you mean `greensboro`?")
    ]


def test_near_ids_are_offered_at_their_place() -> None:
    found = check_ids(load(EVERYTHING).source, {"grid": ["us_pjm_virgina", "us_nw_oregon"]})
    assert [p.message.split(":")[0] for p in found] == ["sites[0].region", "sites[0].contracts[0].region"]
    assert found[0].line_text[found[0].column - 1 : found[0].end_column - 1] == "us_pjm_virginia"
    assert "Did you mean `us_pjm_virgina`?" in render(found)


def test_what_the_catalog_has_as_something_else_is_told_apart() -> None:
    known = {"generation": ["solar_pv_utility"], "energy": ["solar_pv_utility", "wind_onshore"]}
    found, _ = check_ids(load(EVERYTHING).source, known)
    assert "`wind_onshore` is in the catalog, but cannot be used as solar or wind" in found.message
    assert "as_produced" in found.fix
