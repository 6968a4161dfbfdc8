"""FOCUS: columns, values and forms as its specification (1.3, Cost and Usage) has them; money as the plan has it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from pathlib import Path

import golden
import pytest
from hypothesis import given
from hypothesis import strategies as st
from money_toys import LEDGER, ODD, PROBLEM, line, money

from planner.export import render
from planner.export.focus_words import unit
from planner.export.to_focus import number
from planner.plan.schema import Plan

HERE = Path(__file__).parent
Rows = list[dict[str, str]]
NEVER_NULL = (
    *("BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory"),
    *("ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost", "HostProviderName"),
    *("InvoiceIssuerName", "ListCost", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName"),
    *("ServiceProviderName", "PricingQuantity", "PricingUnit"),
)
MANDATORY = (*NEVER_NULL, "BillingAccountName", "ChargeClass", "ChargeDescription")
NUMBERS = (
    *("BilledCost", "ConsumedQuantity", "ContractedCost", "ContractedUnitPrice", "EffectiveCost", "ListCost"),
    *("ListUnitPrice", "PricingQuantity"),
)
PAIRS = (("ResourceId", "ResourceType"), ("RegionId", "RegionName"), ("SubAccountId", "SubAccountName"))
CATEGORIES = {"Usage", "Purchase", "Tax", "Credit", "Adjustment"}
FREQUENCIES = {"One-Time", "Recurring", "Usage-Based"}
SERVICES = {"AI and Machine Learning", "Compute", "Networking", "Storage", "Management and Governance", "Other"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(E-?\d+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNIT = re.compile(r"[A-Za-z0-9]+(-(Years|Months|Days|Hours))?")


def rows(plan: Plan, period: str = "") -> Rows:
    (text,) = render(plan, "focus", period).values()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def found() -> Rows:
    return rows(money())


def test_screen() -> None:
    golden.check(HERE / "golden" / "focus.csv.txt", render(money(), "focus")["small.focus.csv"])


def test_columns_of_the_specification_first_and_in_order(found: Rows) -> None:
    names = list(found[0])
    ours = [name.startswith("x_") for name in names]
    assert set(MANDATORY) <= set(names)
    assert ours == sorted(ours)
    focus = names[: ours.index(True)]
    assert focus == sorted(focus)


def test_every_value_has_its_form(found: Rows) -> None:
    for row in found:
        assert all(row[name] for name in NEVER_NULL)
        assert all(NUMBER.fullmatch(row[name]) for name in NUMBERS if row[name])
        assert all(MOMENT.fullmatch(row[name]) for name in row if name.endswith(("PeriodStart", "PeriodEnd")))
        assert row["ChargeCategory"] in CATEGORIES
        assert row["ChargeFrequency"] in FREQUENCIES
        assert row["ServiceCategory"] in SERVICES
        assert UNIT.fullmatch(row["PricingUnit"])
        assert row["BillingCurrency"] == "USD"
        tags = json.loads(row["Tags"])
        assert tags["aiplan/forecast"] is True
        assert all(key.startswith("aiplan/") and isinstance(value, str | bool) for key, value in tags.items())


def test_rules_between_columns(found: Rows) -> None:
    parents, categories = defaultdict(set), defaultdict(set)
    for row in found:
        assert (row["ConsumedQuantity"] != "") == (row["ChargeCategory"] == "Usage")
        assert (row["ConsumedUnit"] != "") == (row["ConsumedQuantity"] != "")
        assert not (row["ChargeCategory"] == "Purchase" and row["ChargeFrequency"] == "Usage-Based")
        for cost in ("List", "Contracted"):
            price = float(row[f"{cost}UnitPrice"])
            assert price >= 0
            assert price * float(row["PricingQuantity"]) == pytest.approx(float(row[f"{cost}Cost"]), rel=1e-9)
        assert row["ChargePeriodStart"] < row["ChargePeriodEnd"]
        assert row["BillingPeriodStart"] <= row["ChargePeriodStart"] < row["BillingPeriodEnd"]
        for one, other in PAIRS:
            assert (row[one] == "") == (row[other] == "")
        parents[row["SkuPriceId"]].add(row["SkuId"])
        categories[row["ServiceName"]].add((row["ServiceCategory"], row["ServiceSubcategory"]))
    assert all(len(of) == 1 for of in (*parents.values(), *categories.values()))


def test_it_says_that_it_is_a_forecast(found: Rows) -> None:
    for row in found:
        assert (row["BillingAccountType"], row["x_Forecast"], row["InvoiceId"]) == ("Forecast", "true", "")
        assert "forecast" in row["InvoiceIssuerName"]
        assert row["ChargeDescription"].startswith("Forecast: ")


def test_purchases_and_resales_have_their_days(found: Rows) -> None:
    days = [(r["x_Account"], r["ChargePeriodStart"][:10], r["BillingPeriodStart"][:4]) for r in found[:6]]
    assert days == [
        ("purchase", "2027-01-01", "2027"),
        ("purchase", "2028-07-02", "2028"),
        ("resale", "2028-12-31", "2028"),
        ("maintenance", "2028-01-01", "2028"),
        ("purchase", "2027-01-01", "2027"),
        ("purchase", "2028-01-01", "2028"),
    ]


def test_without_a_cost_of_capital_dates_are_spans() -> None:
    free = {**PROBLEM, "finance": {"cost_of_capital": 0.0, "horizon_years": 2.0}}
    first = rows(money(problem=free, ledger=[line("purchase", "box", 1, "machines", 5.0)]))[0]
    assert (first["ChargePeriodStart"][:10], first["ChargePeriodEnd"][:10]) == ("2027-01-01", "2029-01-01")


def test_who_provides_what(found: Rows) -> None:
    by_account = {r["x_Account"]: r for r in found if r["x_Item"] != "every site's carbon"}
    assert by_account["maintenance"]["ServiceProviderName"] == "ACME"
    assert by_account["energy"]["ServiceProviderName"] == "utility of de"
    assert by_account["energy"]["ResourceId"] == ""
    assert by_account["resale"]["ChargeCategory"] == "Adjustment"
    assert float(by_account["ppa_sale"]["PricingQuantity"]) == -4.0


def test_hostile_names_are_texts(found: Rows) -> None:
    odd = next(r for r in found if ODD in r["x_Item"])
    assert odd["x_Item"] == odd["SkuId"] == f"'{ODD}"
    assert odd["SubAccountName"] == f"'{ODD}"
    assert not any(value.startswith(("=", "+", "@")) for row in found for value in row.values())


AMOUNT = st.floats(-1e12, 1e12, allow_nan=False)


@given(st.lists(st.tuples(AMOUNT, AMOUNT, st.floats(0.1, 3.0)), max_size=6))
def test_costs_sum_to_the_plan(given: list[tuple[float, float, float]]) -> None:
    plan = money(ledger=[line("purchase", "box", q, "machines", p, factor=f) for q, p, f in given])
    found = rows(plan)
    each = max((abs(x.amount_usd) for x in plan.ledger), default=0.0)
    near = {"rel": 1e-9, "abs": 1e-9 * each + 1e-9}
    assert sum(float(r["EffectiveCost"]) for r in found) == pytest.approx(plan.solver.objective_usd, **near)
    levelised = sum(float(r["BilledCost"]) * float(r["x_ValueFactor"]) for r in found)
    assert levelised == pytest.approx(plan.solver.objective_usd, **near)


def test_a_period_of_it() -> None:
    assert {r["x_PlanPeriod"] for r in rows(money(), "2028")} == {"2028"}
    assert len(rows(money())) == len(LEDGER)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back(value: float) -> None:
    text = str(number(value))
    assert NUMBER.fullmatch(text)
    assert float(text) == pytest.approx(value, rel=1e-11)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        *(("machines", "Machines"), ("machines-years", "Machine-Years"), ("kW-months", "kW-Months"), ("kWh", "kWh")),
        *(("switches-years", "Switch-Years"), ("machine-hours", "Machine-Hours"), ("", "Units"), ("kW of IT", "kW")),
        *(("TB", "TB"), ("kgCO2e", "kgCO2e"), ("units-years", "Unit-Years")),
    ],
)
def test_units(ours: str, theirs: str) -> None:
    assert unit(ours) == theirs
