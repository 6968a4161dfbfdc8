from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.numbers import plain, share, si, usd, usd_per


def test_no_share_is_minus_nothing() -> None:
    assert (share(-2e-16), share(-0.001), share(-0.0)) == ("0.0%", "-0.1%", "0.0%")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (5.0, "5"),
        (1234.5, "1,234"),
        (-1234567.8, "-1,234,568"),
        (71.31585, "71.32"),
        (0.08934389, "0.08934"),
        (0.00123456, "0.001235"),
        (4.31933e-06, "4.32e-06"),
        (12.99999999999, "13"),
        (38.0000000097, "38"),
        (12.99999, "13.00"),
        (inf, "no limit"),
    ],
)
def test_plain(value: float, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (383000.0, "kWh", "383 MWh"),
        (0.0, "kWh", "0 Wh"),
        (-781.01, "kWh", "-781.0 kWh"),
        (101.68, "kW", "101.7 kW"),
        (2.5e6, "kW", "2.500 GW"),
        (999.96, "kW", "1.000 MW"),
        (71.316, "kW of IT", "71.32 kW of IT"),
        (150e6, "B/s", "150 MB/s"),
        (1500.0, "TB", "1.500 PB"),
        (98440.0, "kgCO2e", "98.44 tCO2e"),
        (120.0, "kgCO2e", "120 kgCO2e"),
        (12500.0, "L", "12.50 m³"),
        (1.0, "switches", "1 switch"),
        (3.0, "switches", "3 switches"),
        (200.0, "req/s", "200 req/s"),
        (3.0, "", "3"),
    ],
)
def test_si(value: float, unit: str, text: str) -> None:
    assert si(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4.31933e-06, "B/s", "4.319 USD per MB/s"),
        (0.0893, "kWh", "0.08930 USD per kWh"),
        (0.0000893, "kWh", "0.08930 USD per MWh"),
        (0.25, "kgCO2e", "250 USD per tCO2e"),
        (89.1577, "req/s", "89.16 USD per req/s"),
    ],
)
def test_price_per_unit(value: float, unit: str, text: str) -> None:
    assert usd_per(value, unit) == text


def test_money_and_shares() -> None:
    assert usd(759_558.4) == "759,558 USD"
    assert usd(-2_092_000.0) == "-2.092 MUSD"
    assert usd(3.2e9) == "3.200 GUSD"
    assert usd(-0.2) == "0 USD"
    assert share(0.3441) == "34.4%"
    assert share(-0.0) == "0.0%"
    assert share(None) == "-"


WORTH = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}


@given(st.floats(min_value=1e-3, max_value=1e14), st.sampled_from([1.0, -1.0]))
def test_si_says_what_it_was_given(kwh: float, sign: float) -> None:
    number, unit = si(sign * kwh, "kWh").split(" ")
    assert float(number.replace(",", "")) * WORTH[unit.removesuffix("Wh")] == pytest.approx(sign * kwh * 1e3, rel=6e-4)


BASES = {"kWh": ("Wh", 1e3), "B/s": ("B/s", 1.0), "TB": ("B", 1e12), "kgCO2e": ("tCO2e", 1e-3), "req/s": ("req/s", 1.0)}


@given(st.floats(min_value=1e-12, max_value=1e9), st.sampled_from(sorted(BASES)))
def test_price_says_what_it_was_given(usd_each: float, unit: str) -> None:
    number, _, _, per = usd_per(usd_each, unit).split(" ")
    tail, worth = BASES[unit]
    per_base = usd_each / worth
    assert float(number.replace(",", "")) / WORTH[per.removesuffix(tail)] == pytest.approx(per_base, rel=6e-3)
