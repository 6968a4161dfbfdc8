"""Energy and grid rows: what blocks read is there, money years are said, and the traps of the sources are avoided."""

from __future__ import annotations

import pytest

from planner.catalog import Row, load
from planner.series import solar, wind
from planner.series.weather import by_station

CATALOG = load()
ENERGY = CATALOG.rows("energy")
PRODUCERS = [r for r in ENERGY if r.text["behaviour"] == "as_produced"]
STORES = [r for r in ENERGY if r.text["behaviour"] == "stored" and "later" not in r.tags]
GRIDS = CATALOG.rows("grid")
PRODUCER_FIELDS = (
    "capex_usd_per_kw",
    "fixed_om_usd_per_kw_year",
    "life_years",
    "embodied_kgco2e_per_kw",
    "lifecycle_gco2e_per_kwh",
    "land_m2_per_kw",
)
STORE_FIELDS = (
    "power_usd_per_kw",
    "energy_usd_per_kwh",
    "fixed_om_fraction",
    "life_years",
    "round_trip_efficiency",
    "usable_fraction",
    "embodied_kgco2e_per_kwh",
)
COUNTRIES_MEMORY = {"ca_quebec", "norway", "iceland", "ae", "sa", "us_average"}


@pytest.mark.parametrize("row", PRODUCERS, ids=lambda r: r.id)
def test_producers_have_what_the_blocks_read(row: Row) -> None:
    assert row.text["resource"] in ("solar", "wind")
    assert all(row.number(field) > 0 for field in PRODUCER_FIELDS)


@pytest.mark.parametrize("row", STORES, ids=lambda r: r.id)
def test_stores_have_what_the_blocks_read(row: Row) -> None:
    assert all(row.number(field) > 0 for field in STORE_FIELDS)
    assert 0.4 <= row.number("round_trip_efficiency") < 1
    assert row.number("usable_fraction") <= 1


def test_a_store_without_both_prices_is_marked_for_later() -> None:
    for row in ENERGY:
        if row.text["behaviour"] == "stored" and not {"power_usd_per_kw", "energy_usd_per_kwh"} <= set(row.figures):
            assert "later" in row.tags


def test_what_the_scenario_offers_is_there() -> None:
    offered = {
        "solar_pv_utility",
        "solar_pv_commercial",
        "wind_onshore",
        "wind_offshore_fixed",
        "battery_li_ion_utility",
    }
    assert offered <= {r.id for r in [*PRODUCERS, *STORES]}


def test_three_battery_cost_sets_of_a_four_hour_system() -> None:
    """Published turnkey and system costs: 165 (BNEF 2024, equipment), 322 EUR (DEA), 500 USD/kWh (ATB 2024)."""
    row = CATALOG.row("energy", "battery_li_ion_utility")
    power, energy = row.figure("power_usd_per_kw"), row.figure("energy_usd_per_kwh")
    assert power.low is not None
    assert power.high is not None
    assert energy.low is not None
    assert energy.high is not None
    rate = CATALOG.row("factor", "currency").number("usd_per_eur")
    assert power.low / 4 + energy.low == pytest.approx(165, abs=0.5)
    assert power.value / 4 + energy.value == pytest.approx((287.5 / 4 + 250) * rate, abs=0.5)
    assert power.high / 4 + energy.high == pytest.approx(500, abs=0.5)
    assert all(name in power.note for name in ("market", "reference", "conservative"))


def test_euros_are_converted_at_the_rate_that_is_a_figure() -> None:
    rate = CATALOG.row("factor", "currency").number("usd_per_eur")
    pairs = (("power_usd_per_kw", "power_eur2025_per_kw"), ("energy_usd_per_kwh", "energy_eur2025_per_kwh"))
    for id in ("vanadium_flow", "caes_adiabatic", "battery_lfp_pnnl"):
        row = CATALOG.row("energy", id)
        for usd, eur in pairs:
            assert row.number(usd) == pytest.approx(row.number(eur) * rate, rel=1e-4)
            assert str(rate) in row.figure(usd).note


def test_money_keys_tell_their_year() -> None:
    for row in ENERGY:
        for name in row.figures:
            assert not name.startswith("capex_usd2025_per_kw") or "capex_usd_per_kw" in row.figures
            assert "eur" not in name or "eur2025" in name


@pytest.mark.parametrize("id", ["solar_pv_utility", "solar_pv_commercial", "wind_onshore"])
def test_the_capex_says_per_what_and_of_when(id: str) -> None:
    assert "2025 money" in CATALOG.row("energy", id).figure("capex_usd_per_kw").note


def test_solar_is_per_kw_of_inverter_and_its_profile_too() -> None:
    """ATB's reference class makes 0.2675 per kWac with tracking; stations of the south-east must be of that sort."""
    row = CATALOG.row("energy", "solar_pv_utility")
    figures = {name: figure.value for name, figure in row.figures.items()}
    found = {
        s: float(solar.capacity_factor(by_station(s), str(row.text["mounting"]), figures).mean())
        for s in ("greensboro", "miami")
    }
    assert 0.20 < found["greensboro"] < found["miami"] < 0.32


def test_wind_rows_feed_the_wind_model() -> None:
    for row in PRODUCERS:
        if row.text["resource"] == "wind":
            figures = {name: figure.value for name, figure in row.figures.items()}
            output = wind.capacity_factor(by_station("sand_point"), row.number("hub_height_m"), figures)
            assert 0.1 < float(output.mean()) < 0.7


def test_embodied_carbon_and_the_life_cycle_agree_in_kind() -> None:
    """Embodied kg spread over the energy of a life is of the size of the life-cycle figure."""
    for id in ("solar_pv_utility", "solar_pv_commercial", "wind_onshore", "wind_offshore_fixed"):
        row = CATALOG.row("energy", id)
        kwh = row.number("life_years") * 8760 * row.number("capacity_factor_reference")
        grams = row.number("embodied_kgco2e_per_kw") * 1e3 / kwh
        assert 0.2 < grams / row.number("lifecycle_gco2e_per_kwh") < 2


def test_every_region_is_there_with_what_the_blocks_read() -> None:
    assert len(GRIDS) == 54
    for row in GRIDS:
        assert 5 < row.number("lifecycle_g_per_kwh") < 900
        assert 0 <= row.number("carbon_free_fraction") <= 1
        assert 0.03 < row.number("price_usd_per_kwh") < 0.35
        assert 0 <= row.number("water_l_per_kwh") < 3


def test_the_demand_charge_is_not_paid_twice() -> None:
    """Average revenue per kWh holds the demand charge already; the tariff's own stands beside it, unused."""
    for row in GRIDS:
        assert row.number("demand_charge_usd_per_kw_month") == 0
        if row.id.startswith("us_"):
            tariff = row.figure("tariff_demand_charge_usd_per_kw_month")
            assert (tariff.low, tariff.value, tariff.high) == (10, 15, 20)


def test_lifecycle_exceeds_direct() -> None:
    for row in GRIDS:
        if "direct_g_per_kwh" in row.figures:
            assert row.number("lifecycle_g_per_kwh") > row.number("direct_g_per_kwh")


def test_marginal_is_what_makes_room_not_the_average() -> None:
    """AVERT marginal is 1.5 to 3 times the average where gas or coal is at the margin; never taken for the average."""
    for id in ("us_pjm_virginia", "us_ercot_texas", "us_caiso_california", "us_nyiso_newyork"):
        row = CATALOG.row("grid", id)
        assert 1.4 < row.number("marginal_g_per_kwh") / row.number("lifecycle_g_per_kwh") < 3


def test_the_grids_share_is_not_googles() -> None:
    """Google's score holds its own contracts: 0.94 in Texas, whose grid made 0.40 without carbon."""
    texas = CATALOG.row("grid", "us_ercot_texas")
    assert texas.number("provider_cfe_fraction") == 0.94
    assert texas.number("carbon_free_fraction") == pytest.approx(0.40, abs=0.01)


def test_clean_grids_are_clean() -> None:
    for row in GRIDS:
        if row.number("carbon_free_fraction") > 0.97:
            assert row.number("lifecycle_g_per_kwh") < 50
        if row.number("lifecycle_g_per_kwh") > 650:
            assert row.number("carbon_free_fraction") < 0.3


def test_prices_from_memory_say_so() -> None:
    found = {r.id for r in GRIDS if r.figure("price_usd_per_kwh").confidence == "memory"}
    assert found == COUNTRIES_MEMORY


def test_wholesale_is_below_delivered() -> None:
    for row in GRIDS:
        if "wholesale_usd_per_mwh" in row.figures:
            assert row.number("wholesale_usd_per_mwh") / 1e3 < row.number("price_usd_per_kwh")
