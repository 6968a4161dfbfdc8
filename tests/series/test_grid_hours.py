"""Carbon, carbon-free share and price of a grid by hour: means are the catalog's, shapes fall on the right hours."""

from __future__ import annotations

import numpy as np
import pytest
from catalog_rows import row

from planner.catalog import CatalogError, Row, load
from planner.series.grid import hourly_carbon_free, hourly_intensity, hourly_price, shape

REGIONS = load().rows("grid")
FIGURES = {"lifecycle_g_per_kwh": 400.0, "carbon_free_fraction": 0.6, "price_usd_per_kwh": 0.08}
DAY = [1.0] * 24
DAY[3] = 3.0
MONTHS = [1.0] * 12
MONTHS[1] = 2.0


@pytest.mark.parametrize("region", REGIONS, ids=lambda r: r.id)
def test_the_year_keeps_the_catalogs_means(region: Row) -> None:
    intensity = hourly_intensity(region, 0.0)
    assert intensity.shape == (8760,)
    assert float(intensity.mean()) * 1e3 == pytest.approx(region.number("lifecycle_g_per_kwh"), rel=1e-9)
    assert (intensity > 0).all()
    free = hourly_carbon_free(region)
    assert free.min() >= 0.0
    assert free.max() <= 1.0
    assert float(free.mean()) == pytest.approx(region.number("carbon_free_fraction"), abs=0.005)
    assert float(hourly_price(region).mean()) == pytest.approx(region.number("price_usd_per_kwh"))


def test_the_hour_and_the_month_stand_where_they_should() -> None:
    factors = shape(row("grid", FIGURES, arrays={"diurnal_shape": DAY, "monthly_shape": MONTHS}))
    assert factors[3] / factors[4] == pytest.approx(3.0)
    february = slice(31 * 24, 59 * 24)
    assert factors[february].mean() / factors[: 31 * 24].mean() == pytest.approx(2.0)
    assert factors[59 * 24] == pytest.approx(factors[0])
    assert factors.mean() == pytest.approx(1.0)


def test_where_the_carbon_is_the_clean_share_is_not() -> None:
    toy = row("grid", FIGURES, arrays={"diurnal_shape": DAY})
    free, intensity = hourly_carbon_free(toy), hourly_intensity(toy, 0.0)
    assert free[3] == free.min()
    assert float(np.corrcoef(free, intensity)[0, 1]) == pytest.approx(-1.0)


def test_a_row_without_shapes_is_flat() -> None:
    assert np.ptp(hourly_intensity(row("grid", FIGURES), 5.5)) == 0.0


def test_a_shape_in_utc_turns_to_the_sites_clock() -> None:
    utc = row("grid", FIGURES | {"shape_utc_offset_hours": 0.0}, arrays={"diurnal_shape": DAY})
    assert int(hourly_intensity(utc, -5.0)[:24].argmax()) == 22
    local = row("grid", FIGURES, arrays={"diurnal_shape": DAY})
    assert int(hourly_intensity(local, -5.0)[:24].argmax()) == 3


def test_a_price_shape_of_an_overlay_is_followed() -> None:
    toy = row("grid", FIGURES, arrays={"price_diurnal_shape": DAY})
    price = hourly_price(toy)
    assert price[3] == pytest.approx(3 * price[4])
    assert price.mean() == pytest.approx(0.08)


def test_what_is_missing_or_misshapen_is_named() -> None:
    with pytest.raises(CatalogError, match=r"grid/toy.*lifecycle_g_per_kwh"):
        hourly_intensity(row("grid", {}), 0.0)
    with pytest.raises(ValueError, match=r"toy.yaml:3.*24 numbers"):
        hourly_intensity(row("grid", FIGURES, arrays={"diurnal_shape": [1.0]}), 0.0)
    with pytest.raises(ValueError, match=r"toy.yaml:3.*monthly_shape needs 12"):
        hourly_intensity(row("grid", FIGURES, arrays={"monthly_shape": [1.0]}), 0.0)
