"""Units by dimension: factors to the base unit, and the largest value that any plan could need.

Case counts: `Gb/s` is bits, `GB/s` bytes; `kB` is 1e3 bytes, `KiB` 2^10. A year here is 365 days, a month a twelfth of
it (hourly series have 8,760 hours). Factors: SI brochure (9th ed.); IEC 80000-13 for Ki, Mi, Gi; the international
acre, foot and pound (1959 agreement) for `acre`, `ft` and `lb`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY_S = 86_400.0
YEAR_S = 365 * DAY_S
ACRE_M2 = 4046.8564224
FOOT_M = 0.3048
POUND_KG = 0.45359237

_SI = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_IEC = {"Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60}
_COUNT = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12, "P": 1e15}


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a field measures. `units`: factor to `base` by spelling; values lie in [`least`, `most`] of `base`."""

    words: str
    base: str
    example: str
    units: Mapping[str, float]
    most: float
    least: float = 0.0

    def shown(self) -> str:
        """The spellings to offer, common ones first."""
        return ", ".join(list(self.units)[:6])


def _times(prefixes: Mapping[str, float], unit: str, factor: float = 1.0) -> dict[str, float]:
    return {prefix + unit: scale * factor for prefix, scale in prefixes.items()}


def _per(upper: Mapping[str, float], lower: Mapping[str, float]) -> dict[str, float]:
    return {f"{a}/{b}": x / y for b, y in lower.items() for a, x in upper.items()}


_POWER = {"MW": 1e3, "kW": 1.0, "GW": 1e6, "W": 1e-3}
_ENERGY = {"kWh": 1.0, "MWh": 1e3, "GWh": 1e6, "TWh": 1e9, "Wh": 1e-3}
_FUEL = {"MMBtu": 293.0711111111111, "MWh": 1e3, "kWh": 1.0, "GJ": 1e6 / 3600}
"""Energy of fuel by its higher heating value; a Btu is 1055.056 J (ISO 31-4)."""
_BYTES = {**{k: _SI[k[:-1]] for k in ("GB", "TB", "PB", "MB", "kB", "B", "EB")}, **_times(_IEC, "B")}
BITS = {"Gb": 1e9, "Tb": 1e12, "Mb": 1e6, "kb": 1e3, "b": 1.0}
_BITS_LONG = {k[:-1] + "bit": v for k, v in BITS.items()}
_SECOND = {"s": 1.0}
_TIME = {"s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "days": DAY_S, "weeks": 7 * DAY_S, "years": YEAR_S}
_TIME_ALSO = {
    "us": 1e-6,
    "µs": 1e-6,
    "ns": 1e-9,
    "day": DAY_S,
    "d": DAY_S,
    "week": 7 * DAY_S,
    "year": YEAR_S,
    "hours": 3600.0,
}
_YEAR = {"year": 1.0, "yr": 1.0, "a": 1.0}
_MASS = {"t": 1e3, "kg": 1.0, "kt": 1e6, "Mt": 1e9, "g": 1e-3, "lb": POUND_KG}
_MONEY = {"USD": 1.0, "kUSD": 1e3, "MUSD": 1e6, "BUSD": 1e9, "GUSD": 1e9}
_WATER = {"m3": 1e3, "L": 1.0, "l": 1.0, "ML": 1e6, "m³": 1e3}
_DATA = {"GB": 1.0, "TB": 1e3, "PB": 1e6, "MB": 1e-3, "GiB": 2**30 / 1e9, "TiB": 2**40 / 1e9}
_TOKENS = {"Mtokens": 1.0, "Btokens": 1e3, "ktokens": 1e-3, "tokens": 1e-6}
_KW_MONTH = {"kW-month": 1.0, "kW/month": 1.0, "kW-mo": 1.0, "MW-month": 1e3, "kW-year": 12.0}
_BITS_PER_S = {k: v / 8 for k, v in (_per(BITS, _SECOND) | _times({"G": 1e9, "T": 1e12, "M": 1e6}, "bps")).items()}


def _rates() -> dict[str, float]:
    """Counted things by time: `req/s`, `k req/s`, `/s`, `events/min`."""
    lower = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": DAY_S}
    things = ("req", "", "events", "event", "requests", "1", "queries", "transactions")
    plain = dict.fromkeys(things, 1.0)
    large = {p + t: f for p, f in _COUNT.items() if p for t in things if t != "1"}
    return _per(plain, lower) | _per(large, lower)


DIMENSIONS: Mapping[str, Dimension] = {
    "power": Dimension("a power", "kW", "20 MW", _POWER, 1e9),
    "energy": Dimension("an energy", "kWh", "80 MWh", _ENERGY, 1e12),
    "bytes": Dimension("an amount of data", "bytes", "3.5 PB", _BYTES, 1e20),
    "byte_rate": Dimension(
        "a data rate",
        "bytes/s",
        "20 GB/s",
        _per(_BYTES, _SECOND) | _BITS_PER_S | {k: v / 8 for k, v in _per(_BITS_LONG, _SECOND).items()},
        1e18,
    ),
    "time": Dimension("a time", "s", "30 min", _TIME | _TIME_ALSO, 100 * YEAR_S),
    "rate": Dimension("a rate", "1/s", "120 req/s", _rates(), 1e15),
    "tokens": Dimension(
        "a number of tokens",
        "tokens",
        "15T tokens",
        _times(_COUNT, "tokens") | {k: v for k, v in _COUNT.items() if k},
        1e18,
    ),
    "money": Dimension("an amount of money", "USD", "30 MUSD", _MONEY, 1e15),
    "yearly_money": Dimension("money by year", "USD/year", "5 MUSD/year", _per(_MONEY, _YEAR), 1e15),
    "token_price": Dimension(
        "a price of tokens", "USD/Mtokens", "0.4 USD/Mtokens", _per({"USD": 1.0, "cent": 0.01}, _TOKENS), 1e9
    ),
    "energy_price": Dimension(
        "a price of energy", "USD/kWh", "0.08 USD/kWh", _per({"USD": 1.0, "cent": 0.01}, _ENERGY), 1e3
    ),
    "fuel_price": Dimension("a price of fuel", "USD/kWh", "5 USD/MMBtu", _per({"USD": 1.0, "cent": 0.01}, _FUEL), 1e3),
    "power_price": Dimension(
        "a monthly price of power",
        "USD/kW-month",
        "15 USD/kW-month",
        _per({"USD": 1.0}, _KW_MONTH),
        1e6,
    ),
    "water_price": Dimension("a price of water", "USD/L", "3 USD/m3", _per({"USD": 1.0}, _WATER), 10.0),
    "data_price": Dimension(
        "a price of data sent", "USD/GB", "0.02 USD/GB", _per({"USD": 1.0, "cent": 0.01}, _DATA), 1e6
    ),
    "carbon_price": Dimension("a price of carbon", "USD/kg", "80 USD/t", _per({"USD": 1.0}, _MASS), 1e3),
    "intensity": Dimension("a carbon intensity", "kg/kWh", "300 g/kWh", _per(_MASS, _ENERGY), 10.0),
    "water_intensity": Dimension("water by energy", "L/kWh", "1.8 L/kWh", _per(_WATER, _ENERGY), 1e3),
    "carbon": Dimension("carbon by year", "kg/year", "5000 t/year", _per(_MASS, _YEAR), 1e14),
    "water": Dimension("water by year", "L/year", "30000 m3/year", _per(_WATER, _YEAR), 1e15),
    "yearly_energy": Dimension("an energy by year", "kWh/year", "80 GWh/year", _per(_ENERGY, _YEAR), 1e12),
    "area": Dimension(
        "an area", "m2", "60 ha", {"ha": 1e4, "km2": 1e6, "m2": 1.0, "acre": ACRE_M2, "acres": ACRE_M2}, 1e12
    ),
    "elevation": Dimension("a height above the sea", "m", "90 m", {"m": 1.0, "km": 1e3, "ft": FOOT_M}, 9e3, -500.0),
    "length": Dimension("a length", "m", "30 m", {"m": 1.0, "km": 1e3, "ft": FOOT_M, "cm": 0.01}, 1e5),
    "fraction": Dimension("a share", "fraction", "40%", {"%": 0.01, "percent": 0.01}, 1.0),
    "growth": Dimension("growth by year", "fraction", "20%", {"%": 0.01, "percent": 0.01, "%/year": 0.01}, 10.0),
}
"""`most` of power is 1 TW, of energy 1 PWh, of data 100 EB, of time 100 years: beyond any plan."""
