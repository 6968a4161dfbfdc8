"""Cooling rows over real climates, held inside the ranges published or remembered for their kind.

What is memory: the ranges `pue_low` .. `wue_high_l_per_kwh` of each row, the row's fan, pump, free-cooling and water
parameters, and the 0.985 of distribution in the power train. What was read: the regional figures of `provider_region`.
The weather is three NREL typical years: Sand Point AK (cool), Greensboro NC (mild), Miami FL (hot and humid).
"""

from __future__ import annotations

import pytest

from planner.catalog import load
from planner.series.cooling import CoolingYear, hourly
from planner.series.weather import by_station

CATALOG = load()
TRAIN = CATALOG.row("power_train", "n_plus_1")
COOL, MILD, HOT = "sand_point", "greensboro", "miami"
SUITED = {
    "air_crac": (COOL, MILD, HOT),
    "air_chilled_water": (COOL, MILD, HOT),
    "air_economizer": (COOL, MILD),
    "air_evaporative": (MILD,),
    "rear_door": (COOL, MILD, HOT),
    "direct_to_chip": (COOL, MILD, HOT),
    "immersion": (COOL, MILD, HOT),
}
"""Outside air alone is for cool climates, wetted pads for dry or mild ones: elsewhere their ranges are not meant."""
CASES = [(option, station) for option, stations in SUITED.items() for station in stations]


def year(option: str, station: str) -> CoolingYear:
    weather = by_station(station)
    return hourly(CATALOG.row("cooling", option), weather.temperature_c, weather.wetbulb_c)


def pue(option: str, station: str, load_share: float = 1.0) -> float:
    """Of a hall at a share of its plant, with the losses of an N+1 power train."""
    found = year(option, station)
    return 1 / TRAIN.number("efficiency") + float(found.liquid_overhead.mean()) + found.fixed_overhead / load_share


def published(provider: str) -> list[float]:
    return [r.number("pue") for r in CATALOG.rows("provider_region") if r.text["provider"] == provider]


def test_every_option_is_tried() -> None:
    assert set(SUITED) == {r.id for r in CATALOG.rows("cooling")}


@pytest.mark.parametrize(("option", "station"), CASES)
def test_pue_is_in_the_range_of_its_kind(option: str, station: str) -> None:
    row = CATALOG.row("cooling", option)
    assert row.number("pue_low") <= pue(option, station) <= row.number("pue_high")


@pytest.mark.parametrize(("option", "station"), [c for c in CASES if c[0] != "rear_door"])
def test_wue_is_in_the_range_of_its_kind(option: str, station: str) -> None:
    row = CATALOG.row("cooling", option)
    found = float(year(option, station).liquid_water.mean())
    assert row.number("wue_low_l_per_kwh") <= found <= row.number("wue_high_l_per_kwh")


@pytest.mark.parametrize("option", ["air_economizer", "air_evaporative"])
def test_where_they_are_not_suited_they_stay_below_the_worst_region_published(option: str) -> None:
    assert pue(option, HOT) <= max(published("aws"))


def test_outside_air_in_a_cool_climate_is_near_stockholm_and_ireland() -> None:
    for region in ("aws_eu_north_1_stockholm", "aws_eu_west_1_ireland"):
        assert pue("air_economizer", COOL) == pytest.approx(
            CATALOG.row("provider_region", region).number("pue"), abs=0.02
        )


def test_wetted_pads_in_the_carolinas_are_near_virginia() -> None:
    virginia = CATALOG.row("provider_region", "aws_us_east_1_virginia")
    assert pue("air_evaporative", MILD) == pytest.approx(virginia.number("pue"), abs=0.03)
    water = float(year("air_evaporative", MILD).air_water.mean())
    assert water == pytest.approx(virginia.number("wue_l_per_kwh"), abs=0.04)


def test_a_hot_climate_costs_every_option_more() -> None:
    for option in SUITED:
        assert pue(option, COOL) < pue(option, MILD) < pue(option, HOT)


def test_direct_to_chip_saves_what_the_life_cycle_study_found() -> None:
    """Alissa et al., Nature 641 (2025): cold plates save 15 to 20 % of energy against air."""
    air, liquid = pue("air_chilled_water", MILD), pue("direct_to_chip", MILD)
    assert 0.10 <= 1 - liquid / air <= 0.25


@pytest.mark.parametrize("option", sorted(SUITED))
def test_the_design_hour_is_the_worst_hour(option: str) -> None:
    found = year(option, HOT)
    assert found.design_overhead == found.liquid_overhead.max()
    assert found.design_overhead < 0.7


def test_only_rows_with_a_loop_take_liquid_machines() -> None:
    liquid = {r.id for r in CATALOG.rows("cooling") if r.text["liquid"]}
    assert liquid == {"direct_to_chip", "immersion"}
    for id in liquid:
        assert CATALOG.row("cooling", id).number("max_rack_kw") >= 100
