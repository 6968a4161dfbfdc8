"""Numbers as people read them: SI steps, thousands separators, few digits."""

from __future__ import annotations

from math import isfinite

STEPS = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
SCALED = {
    "W": ("W", 1.0),
    "kW": ("W", 1e3),
    "kWh": ("Wh", 1e3),
    "TB": ("B", 1e12),
    "B": ("B", 1.0),
    "B/s": ("B/s", 1.0),
    "FLOP": ("FLOP", 1.0),
}
"""Units that are read better in SI steps: the unit without its prefix, and what one is worth in it."""
SINGULAR = {"machines": "machine", "switches": "switch", "links": "link", "units": "unit"}
TONNE_KG = 1000.0
LITRES_PER_M3 = 1000.0
NEAR = 1e-9
"""How far a solver leaves a number from the whole one that it is, relative."""
TINY = 1e-4
"""Below this a number is written with a power of ten."""


def plain(value: float, digits: int = 4) -> str:
    """A number with thousands separators and about `digits` significant digits, whole numbers whole."""
    if not isfinite(value):
        return "no limit"
    size = abs(value)
    whole = size > 0.5 and abs(value - round(value)) <= NEAR * size
    if value == round(value) or whole or size >= 10 ** (digits - 1):
        return f"{round(value):,}"
    if size < TINY:
        return f"{value:.{digits - 1}g}"
    exponent = int(f"{size:.{digits - 1}e}".partition("e")[2])  # of the rounded number: 0.99996 reads 1.000
    return f"{value:,.{max(0, digits - 1 - exponent)}f}"


def si(value: float, unit: str) -> str:
    """A quantity in the step that reads best: `1.240 GWh`, `31.20 tCO2e`, `71.32 kW of IT`."""
    head, gap, tail = unit.partition(" ")
    if head == "kgCO2e":
        return f"{plain(value / TONNE_KG)} tCO2e" if abs(value) >= TONNE_KG else f"{plain(value)} kgCO2e"
    if unit == "L":
        return f"{plain(value / LITRES_PER_M3)} m³" if abs(value) >= LITRES_PER_M3 else f"{plain(value)} L"
    if head not in SCALED:
        return f"{plain(value)} {SINGULAR.get(unit, unit) if value == 1 else unit}".rstrip()
    base, factor = SCALED[head]
    number, letter = _step(value * factor)
    return f"{number} {letter}{base}{gap}{tail}"


def amount(value: float, unit: str) -> str:
    """A quantity in the ledger's own unit, unscaled, so that it times the price is the amount."""
    head, dash, tail = unit.partition("-")
    return f"{plain(value)} {SINGULAR.get(head, head) if dash else head}{dash}{tail}".rstrip()


def _step(value: float) -> tuple[str, str]:
    for size, letter in STEPS:
        if abs(value) >= size * (1 - 5e-5):
            return plain(value / size), letter
    return plain(value), ""


def usd_per(value: float, unit: str) -> str:
    """A price for one unit, of a step large enough to be read: `4.319 USD per MB/s`, `25.10 USD per tCO2e`."""
    head, gap, tail = unit.partition(" ")
    if head == "kgCO2e":
        return f"{plain(value * TONNE_KG)} USD per tCO2e{gap}{tail}"
    if head not in SCALED:
        return f"{plain(value)} USD per {unit}"
    base, factor = SCALED[head]
    for size, letter in ((1.0, ""), *reversed(STEPS)):
        price = value / factor * size
        if size >= factor and abs(price) >= 0.01:
            return f"{plain(price)} USD per {letter}{base}{gap}{tail}"
    return f"{plain(value)} USD per {unit}"


def usd(value: float) -> str:
    """Money: `1.240 MUSD`, `31,200 USD`."""
    if abs(value) >= 1e9:
        return f"{value / 1e9:,.3f} GUSD"
    return f"{value / 1e6:,.3f} MUSD" if abs(value) >= 1e6 else f"{round(value) + 0:,} USD"


def share(value: float | None, digits: int = 1) -> str:
    """A fraction in percent; `-` where there is none."""
    if value is None:
        return "-"
    text = f"{value:.{digits}%}"
    return text.removeprefix("-") if float(text.removesuffix("%")) == 0 else text
