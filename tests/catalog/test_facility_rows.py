"""Facility, power train, finance and storage rows: sums, ratios, units."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import expm1, log, log10

import pytest

from planner.catalog import Row, load

CATALOG = load()
SITE = CATALOG.row("facility", "default")
SCHEMES = CATALOG.rows("storage_scheme")
UNITS = CATALOG.rows("storage_unit")


def test_the_parts_sum_to_the_published_cost_of_a_data_center() -> None:
    """Cushman & Wakefield 2025: 11.7 million USD per MW of critical load, 9.3 to 15.0."""
    shell, train, plant = (
        SITE.figure("shell_usd_per_kw"),
        CATALOG.row("power_train", "n_plus_1").figure("usd_per_kw"),
        CATALOG.row("cooling", "air_chilled_water").figure("plant_usd_per_kw"),
    )
    assert shell.value + train.value + plant.value == pytest.approx(11_700, rel=0.01)
    assert (SITE.figure("capex_usd_per_kw").low, SITE.figure("capex_usd_per_kw").high) == (9300, 15000)


def test_liquid_cooling_costs_the_published_premium() -> None:
    """Turner & Townsend 2025: 7 to 10 % more for liquid-cooled AI halls of the same IT capacity."""
    air = CATALOG.row("cooling", "air_chilled_water").number("plant_usd_per_kw")
    liquid = CATALOG.row("cooling", "direct_to_chip").number("plant_usd_per_kw")
    assert 0.07 <= (liquid - air) / 11_700 <= 0.10


def test_cost_per_kw_is_not_per_watt_nor_per_month() -> None:
    """Published as USD/W, USD/kW and per month: a factor of 1000 hides there."""
    assert 1_000 < SITE.number("shell_usd_per_kw") < 20_000
    assert 75 <= SITE.number("staff_usd_per_kw_year") <= SITE.number("opex_usd_per_kw_year") == 0.04 * 1000 * 12
    assert 12 * SITE.number("colocation_usd_per_kw_month") > SITE.number("opex_usd_per_kw_year")


def test_redundancy_is_paid_for_in_proportion() -> None:
    trains = [CATALOG.row("power_train", id) for id in ("n", "n_plus_1", "three_n_over_two", "two_n")]
    ratios = [t.number("usd_per_kw") / t.number("built_over_needed") for t in trains]
    assert ratios == pytest.approx([ratios[0]] * 4, rel=1e-3)
    for low, high in itertools.pairwise(trains):
        assert low.number("availability") < high.number("availability")
        assert low.number("efficiency") > high.number("efficiency")


def test_availability_by_tier_is_called_folklore() -> None:
    for train in CATALOG.rows("power_train"):
        assert train.figure("availability").confidence == "low"
        assert "folklore" in train.figure("availability").note


def test_embodied_carbon_of_the_parts_sums_to_the_study() -> None:
    """Data4: 983 kg per kW of building and plant."""
    parts = (
        SITE.number("shell_embodied_kg_per_kw"),
        CATALOG.row("power_train", "n_plus_1").number("embodied_kg_per_kw"),
        CATALOG.row("cooling", "air_chilled_water").number("embodied_kg_per_kw"),
    )
    assert sum(parts) == pytest.approx(983, rel=0.01)


def test_finance_has_every_life_that_is_read() -> None:
    finance = CATALOG.row("finance", "default")
    lives = {name: finance.number(f"life_{name}_years") for name in ("accelerated", "cpu", "network", "storage", "mep")}
    assert lives == {"accelerated": 4, "cpu": 5, "network": 6, "storage": 5, "mep": 15}
    assert finance.number("life_shell_years") == SITE.number("shell_life_years") == 30
    assert (finance.figure("life_accelerated_years").low, finance.figure("life_accelerated_years").high) == (3, 6)
    assert finance.number("cost_of_capital") == 0.08
    assert finance.number("it_maintenance_fraction") == 0.05
    assert finance.number("mep_maintenance_fraction") == 0.03


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda r: r.id)
def test_nines_of_a_scheme_by_exact_arithmetic(scheme: Row) -> None:
    """Mean time to data loss of a birth-death chain in whole fractions, failure rate -ln(1 - 1.4 %), 24 h repair."""
    k, m = int(scheme.number("k")), int(scheme.number("m"))
    fail, repair = Fraction(-log(1 - 0.014)) / 8760, Fraction(1, 24)
    step, total = Fraction(0), Fraction(0)
    for down in range(m + 1):
        step = (1 + down * repair * step) / ((k + m - down) * fail)
        total += step
    nines = -log10(-expm1(-8760 / float(total)))
    assert scheme.number("model_nines_per_year") == pytest.approx(nines, abs=0.01)
    assert scheme.number("nines_per_year") == pytest.approx(min(12.0, nines), abs=0.01)
    assert scheme.number("overhead") == pytest.approx((k + m) / k, rel=1e-5)
    assert scheme.number("failure_domains") == k + m


def test_every_unit_has_a_price_and_every_price_a_unit() -> None:
    assert {r.id for r in UNITS} == {r.id for r in CATALOG.rows("price_storage")}
    for unit in UNITS:
        price = CATALOG.row("price_storage", unit.id)
        assert ("rent_usd_per_month" in price.figures) == ("rented" in unit.tags) != ("purchase_usd" in price.figures)


def test_each_heat_can_be_bought_and_rented() -> None:
    for rented in (False, True):
        assert {u.text["heat"] for u in UNITS if ("rented" in u.tags) is rented} == {"hot", "warm", "cold", "archive"}


def test_colder_is_cheaper_and_slower() -> None:
    owned = [CATALOG.row("storage_unit", id) for id in ("nvme_server", "qlc_server", "hdd_server", "tape_frame")]
    per_tb = [CATALOG.row("price_storage", u.id).number("purchase_usd") / u.number("raw_tb") for u in owned]
    assert per_tb == sorted(per_tb, reverse=True)
    waits = [u.number("retrieval_s") for u in owned]
    assert waits == sorted(waits)


def test_server_prices_from_memory_are_ranges_that_say_so() -> None:
    for id in ("nvme_server", "qlc_server", "hdd_server", "tape_frame"):
        figure = CATALOG.row("price_storage", id).figure("purchase_usd")
        assert figure.confidence == "memory"
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high


def test_cloud_prices_are_per_decimal_tb_of_binary_gigabytes() -> None:
    for unit in UNITS:
        price = CATALOG.row("price_storage", unit.id)
        if "list_usd_per_gib_month" in price.figures:
            expected = price.number("list_usd_per_gib_month") * 1e12 / 2**30
            assert price.number("rent_usd_per_month") == pytest.approx(expected, rel=1e-4)
            assert unit.number("durability_nines") == 11


def test_land_area_is_metric() -> None:
    acre = 4046.86
    assert SITE.number("land_usd_per_m2") * acre == pytest.approx(244_000, rel=0.01)
