"""The page: it needs nothing else, escapes what a plan says, and draws months only where every hour is modelled."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import golden
import plan_factory as made
import pytest

from planner.plan.schema import Hours
from planner.report import render
from planner.report.chart import months

GOLDEN = Path(__file__).parent / "golden"
VOID = {"br", "meta"}


class Reader(HTMLParser):
    """Tags that are open, and where a page would fetch something from."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href") and value and value[0] != "#"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def year(**changes: object) -> Hours:
    """Every hour of a year: the grid gives 2 kW, the sun 10 kW in June alone."""
    june = [10.0 if 3624 <= h < 4344 else 0.0 for h in range(8760)]
    fields = {
        "hour": list(range(8760)),
        "weight": [1.0] * 8760,
        "stretches": [(0, 8760)],
        "dispatch": {"imported.grid": [2.0] * 8760, "produced.sun <1>": june, "draw.x": [9.0] * 8760},
    }
    return made.HOURS.model_copy(update=fields | changes)


@pytest.mark.parametrize("detail", ["summary", "normal", "full"])
def test_every_tag_is_closed_and_nothing_is_fetched(detail: str) -> None:
    reader = Reader()
    reader.feed(render(made.plan(hours=[year()]), "html", detail=detail))
    assert reader.open == []
    assert reader.fetched == []


def test_what_a_plan_says_is_text() -> None:
    page = render(made.plan(name="<script>alert(1)</script>", description="a & b", notes=["<b>"]), "html")
    assert "<script" not in page
    assert "<b>" not in page
    assert "a &amp; b" in page


def test_months_of_a_year_are_drawn_by_source() -> None:
    drawing = ET.fromstring(months(year()))
    said = [title.text for title in drawing.iter("title")]
    assert said[:2] == ["Jan grid 1.488 MWh", "Jan sun <1> 0 Wh"]
    assert "Jun sun <1> 7.200 MWh" in said
    assert len(said) == 24
    heights = [float(bar.attrib["height"]) for bar in drawing.iter("rect") if bar.find("title") is not None]
    assert heights[10] / heights[11] == pytest.approx(1440 / 7200, rel=1e-2)


def test_typical_weeks_are_no_months() -> None:
    assert months(made.HOURS) == ""
    assert "<svg" not in render(made.plan(), "html")


def test_screen() -> None:
    golden.check(GOLDEN / "page.html", render(made.plan(), "html"))
