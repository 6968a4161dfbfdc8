"""The hourly cooling model, against values worked out by hand and against what must hold for every row."""

from __future__ import annotations

import numpy as np
import pytest
from catalog_rows import row
from hypothesis import given
from hypothesis import strategies as st

from planner.catalog import CatalogError, Row, load
from planner.series.cooling import hourly

CHILLER = {"cop_base": 5.0, "cop_loss_per_c": 0.1, "nominal_outdoor_c": 25.0, "cop_most": 8.0, "cop_least": 3.0}
AIR = CHILLER | {"fans_kw_per_kw": 0.04, "pumps_kw_per_kw": 0.01, "fixed_overhead_kw_per_kw": 0.02}
LOOP = {f"liquid_{k}": v for k, v in CHILLER.items()} | {
    "liquid_fans_kw_per_kw": 0.01,
    "liquid_pumps_kw_per_kw": 0.02,
    "liquid_free_full_c": 30.0,
    "liquid_free_none_c": 40.0,
    "liquid_capture_fraction": 0.75,
}
OPTIONS = load().rows("cooling")


def at(*values: float) -> np.ndarray:
    return np.asarray(values, dtype=np.float64)


def test_a_chiller_that_always_runs() -> None:
    year = hourly(row("cooling", AIR), at(5.0, 25.0, 35.0, 90.0), at(5.0, 20.0, 25.0, 30.0))
    assert year.air_overhead == pytest.approx([0.05 + 1 / 7, 0.05 + 1 / 5, 0.05 + 1 / 4, 0.05 + 1 / 3])
    assert year.fixed_overhead == 0.02
    assert year.design_overhead == pytest.approx(0.05 + 1 / 3)
    assert not year.air_water.any()


def test_free_cooling_takes_over_by_degrees() -> None:
    free = AIR | {"free_full_c": 15.0, "free_none_c": 25.0}
    year = hourly(row("cooling", free), at(15.0, 20.0, 25.0), at(0.0, 0.0, 0.0))
    assert year.air_overhead == pytest.approx([0.05, 0.05 + 0.5 / 5.5, 0.05 + 1 / 5])


def test_the_wet_bulb_rules_where_the_row_says_so() -> None:
    free = AIR | {"free_full_c": 15.0, "free_none_c": 25.0}
    toy = row("cooling", free, {"sink": "wet_bulb", "condenser": "tower"})
    year = hourly(toy, at(40.0, 40.0), at(15.0, 20.0))
    assert year.air_overhead == pytest.approx([0.05, 0.05 + 0.5 / 5.5])


def test_water_rises_with_the_wetted_share_and_the_chillers_own_heat() -> None:
    wet = AIR | {"water_l_per_kwh_heat": 2.0, "wet_from_c": 20.0, "wet_full_c": 30.0}
    year = hourly(row("cooling", wet), at(20.0, 25.0, 35.0), at(0.0, 0.0, 0.0))
    assert year.air_water == pytest.approx([0.0, 2.0 * 0.5 * (1 + 1 / 5), 2.0 * (1 + 1 / 4)])


def test_heat_that_the_liquid_misses_leaves_by_the_air() -> None:
    toy = row("cooling", AIR | LOOP, {"liquid": True})
    year = hourly(toy, at(25.0, 35.0), at(20.0, 25.0))
    air = at(0.05 + 1 / 5, 0.05 + 1 / 4)
    loop = at(0.03, 0.03 + 0.5 / 4)
    assert year.air_overhead == pytest.approx(air)
    assert year.liquid_overhead == pytest.approx(0.75 * loop + 0.25 * air)
    assert year.design_overhead == pytest.approx(year.liquid_overhead.max())


def test_without_a_loop_liquid_reads_as_air() -> None:
    year = hourly(row("cooling", AIR), at(25.0), at(20.0))
    assert year.liquid_overhead == pytest.approx(year.air_overhead)


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(CatalogError, match=r"cooling/toy.*cop_base"):
        hourly(row("cooling", {"fixed_overhead_kw_per_kw": 0.1, "nominal_outdoor_c": 25.0}), at(1.0), at(1.0))


def test_a_ramp_that_falls_is_refused() -> None:
    toy = row("cooling", AIR | {"free_full_c": 20.0, "free_none_c": 20.0})
    with pytest.raises(ValueError, match=r"toy.yaml:3.*free_none_c must lie above"):
        hourly(toy, at(1.0), at(1.0))


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="differ in shape"):
        hourly(row("cooling", AIR), at(1.0, 2.0), at(1.0))


@pytest.mark.parametrize("option", OPTIONS, ids=lambda r: r.id)
@given(load_share=st.floats(0.05, 1.0), outdoor=st.floats(-30.0, 45.0))
def test_pue_never_improves_at_low_load(option: Row, load_share: float, outdoor: float) -> None:
    year = hourly(option, at(outdoor), at(outdoor - 3.0))

    def pue(share: float) -> float:
        return 1 + float(year.liquid_overhead[0]) + year.fixed_overhead / share

    assert pue(load_share) >= pue(1.0)
    assert pue(load_share / 2) > pue(load_share)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda r: r.id)
@given(outdoor=st.floats(-40.0, 50.0), warmer=st.floats(0.0, 10.0), dryness=st.floats(0.0, 10.0))
def test_heat_outside_never_helps(option: Row, outdoor: float, warmer: float, dryness: float) -> None:
    dry = at(outdoor, outdoor + warmer)
    year = hourly(option, dry, dry - dryness)
    for series in (year.air_overhead, year.liquid_overhead, year.air_water, year.liquid_water):
        assert series[1] >= series[0] - 1e-12
        assert (series >= 0).all()
