"""Where each month's energy of a site comes from, as a drawing that a page holds."""

from __future__ import annotations

from calendar import monthrange
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from planner.report.numbers import si

if TYPE_CHECKING:
    from planner.plan.schema import Hours

EVERY_HOUR = 8760
"""Fewer are typical weeks or first hours, which are no months."""
ENDS = tuple(accumulate(24 * monthrange(2027, month)[1] for month in range(1, 13)))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SOURCES = ("imported", "produced", "generated")
COLOURS = ("#4477aa", "#ccbb44", "#228833", "#ee6677", "#aa3377", "#66ccee", "#bbbbbb")
"""Told apart with any eyes: the bright scheme of Paul Tol's colour notes (SRON/EPS/TN/09-002)."""
WIDTH, HEIGHT, LEFT, LINE = 720, 200, 70, 18


def months(hours: Hours) -> str:
    """Bars of twelve months, each of its sources, kWh; nothing where not every hour is modelled or none is drawn."""
    parts = {name: _sums(hours, kw) for name, kw in hours.dispatch.items() if name.partition(".")[0] in SOURCES}
    parts = {name: sums for name, sums in parts.items() if max(sums) > 0}
    if len(hours.hour) < EVERY_HOUR or not parts:
        return ""
    most = max(map(sum, zip(*parts.values(), strict=True)))
    colours = dict(zip(parts, COLOURS * len(parts), strict=False))
    bars = "".join(_bars(parts, month, most, colours) for month in range(12))
    label = f"{hours.site}, {hours.period}: energy by month and source"
    axis = f'<text x="{LEFT - 8}" y="14" text-anchor="end">{si(most, "kWh")}</text>'
    key = "".join(_key(i, name.partition(".")[2], colours[name]) for i, name in enumerate(parts))
    tall = HEIGHT + 34 + LINE * ((len(parts) + 3) // 4)
    head = f'<svg viewBox="0 0 {WIDTH} {tall}" width="{WIDTH}" font-size="12" role="img" aria-label="{escape(label)}">'
    return f"<figure>{head}{axis}{bars}{key}</svg><figcaption>{escape(label)}</figcaption></figure>"


def _key(index: int, source: str, colour: str) -> str:
    """What a colour stands for: four in a row."""
    x, y = LEFT + 160 * (index % 4), HEIGHT + 24 + LINE * (index // 4)
    box = f'<rect x="{x}" y="{y}" width="11" height="11" fill="{colour}"/>'
    return f'{box}<text x="{x + 16}" y="{y + 10}">{escape(source)}</text>'


def _sums(hours: Hours, kw: list[float]) -> list[float]:
    """kWh of each month (12,)."""
    sums = [0.0] * 12
    for hour, weight, power in zip(hours.hour, hours.weight, kw, strict=True):
        sums[next(m for m, end in enumerate(ENDS) if hour < end)] += weight * power
    return sums


def _bars(parts: dict[str, list[float]], month: int, most: float, colours: dict[str, str]) -> str:
    step, top, drawn = (WIDTH - LEFT) / 12, float(HEIGHT), ""
    for name, sums in parts.items():
        tall = sums[month] / most * (HEIGHT - 6)
        top -= tall
        place = f'x="{LEFT + step * month:.1f}" y="{top:.1f}" width="{step * 0.8:.1f}" height="{tall:.1f}"'
        said = escape(f"{MONTHS[month]} {name.partition('.')[2]} {si(sums[month], 'kWh')}")
        drawn += f'<rect {place} fill="{colours[name]}"><title>{said}</title></rect>'
    middle = LEFT + step * (month + 0.4)
    return f'{drawn}<text x="{middle:.1f}" y="{HEIGHT + 15}" text-anchor="middle">{MONTHS[month]}</text>'
