"""Tidy tables: what they hold, that their money is the plan's, and that no cell is a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import golden
import pytest
from export_toys import everything
from hypothesis import given
from hypothesis import strategies as st
from money_toys import LEDGER, ODD, line, money

from planner.cells import FORMULA, table
from planner.export import render

HERE = Path(__file__).parent
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"))) | st.sampled_from([ODD, "-1", "+a", "@x", "\tx"])
MONEY = st.floats(-1e9, 1e9, allow_nan=False)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_screen() -> None:
    files = render(money(), "csv")
    golden.check(HERE / "golden" / "tables.csv.txt", "".join(f"== {name}\n{text}" for name, text in files.items()))


def test_a_file_for_each_table_and_for_the_hours_of_each_site() -> None:
    tables = ["lines", "sizing", "work", "flows", "tallies", "measures", "limits", "hours-north", "hours-south"]
    assert list(render(money(), "csv")) == [f"{name}.csv" for name in tables]


def test_a_period_leaves_the_others_out() -> None:
    files = render(money(), "csv", "2028")
    assert {r["period"] for r in rows(files["lines.csv"])} == {"2028"}
    assert rows(files["hours-north.csv"]) == []
    assert len(rows(files["hours-south.csv"])) == 2
    assert len(rows(files["limits.csv"])) == len(money().limits)


def test_lines_carry_the_sources_of_their_prices() -> None:
    found = next(r for r in rows(render(money(), "csv")["lines.csv"]) if r["origin"] == "node/box")
    assert found["source"] == "a quote; a list"
    assert (found["as_of"], found["confidence"], found["currency"]) == ("2025", "medium", "USD")


@given(st.lists(st.tuples(TEXTS, MONEY, MONEY), max_size=8))
def test_lines_sum_to_the_plan_and_names_come_back(given: list[tuple[str, float, float]]) -> None:
    ledger = [line("energy", item, quantity, "kWh", price) for item, quantity, price in given]
    plan = money(ledger=ledger)
    found = rows(render(plan, "csv")["lines.csv"])
    assert sum(float(r["amount"]) for r in found) == pytest.approx(plan.solver.objective_usd, rel=1e-9, abs=1e-6)
    for row, x in zip(found, ledger, strict=True):
        made = float(row["quantity"]) * float(row["unit_price"]) * float(row["factor"])
        assert made == pytest.approx(float(row["amount"]))
        assert not row["item"].startswith(FORMULA)
        assert row["item"] in (x.item, f"'{x.item}")


def test_the_ledger_is_whole() -> None:
    assert len(rows(render(money(), "csv")["lines.csv"])) == len(LEDGER)


def test_machines_of_the_sizing() -> None:
    sizes = rows(render(everything(), "csv")["sizing.csv"])
    assert {(s["kind"], float(s["quantity"])) for s in sizes} == {(s.kind, s.quantity) for s in everything().sizing}


def test_numbers_are_never_taken_for_formulas() -> None:
    assert table(("a", "-b"), [(-1.5, "-1.5"), (None, 'x,"y"\nz')]) == "a,'-b\n-1.5,'-1.5\n" + ',"x,""y""\nz"\n'
