"""Numbers as people read them: SI steps, thousands separators, few digits."""

from __future__ import annotations

from math import isfinite

STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
SCALED = {
    "kW": ("W", 1e3),
    "kWh": ("Wh", 1e3),
    "kgCO2e": ("gCO2e", 1e3),
    "kg": ("g", 1e3),
    "L": ("L", 1.0),
    "TB": ("B", 1e12),
    "B/s": ("B/s", 1.0),
}


def plain(value: float, digits: int = 4) -> str:
    """A number with thousands separators and about `digits` significant digits, whole numbers whole."""
    if not isfinite(value):
        return "no limit"
    if abs(value - round(value)) < 1e-6 or abs(value) >= 10 ** (digits - 1):
        return f"{round(value):,}"
    places = max(0, digits - len(str(int(abs(value)))) - (0 if abs(value) >= 1 else -1))
    return f"{value:,.{places}f}"


def si(value: float, unit: str) -> str:
    """A quantity in the step that reads best: `1.24 GWh`, `31.2 tCO2e`."""
    if unit == "kgCO2e":
        return f"{plain(value / 1000)} tCO2e" if abs(value) >= 1000 else f"{plain(value)} kgCO2e"
    base, factor = SCALED.get(unit, (unit, 0.0))
    if not factor:
        return f"{plain(value)} {unit}".rstrip()
    scaled = value * factor
    for size, letter in STEPS:
        if abs(scaled) >= size:
            return f"{plain(scaled / size)} {letter}{base}"
    return f"{plain(scaled)} {base}"


def usd(value: float) -> str:
    """Money: `1.24 MUSD`, `31,200 USD`."""
    if abs(value) >= 1e9:
        return f"{value / 1e9:,.3f} GUSD"
    return f"{value / 1e6:,.3f} MUSD" if abs(value) >= 1e6 else f"{value:,.0f} USD"


def share(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}%}"
