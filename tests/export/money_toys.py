"""A plan of two years and two sites whose ledger has a line of every account, and names that would break a table."""

from __future__ import annotations

from typing import Any

from plan_factory import HOURS, SOLVER, plan, size

from planner.plan.schema import Line, Plan

RATE, HORIZON = 0.08, 2.0
LEVEL = HORIZON * RATE / (1 - (1 + RATE) ** -HORIZON)
ODD = '=HYPERLINK("x"), a\n"b"'
"""A name with a formula, a comma, a line end and quotes."""
CITES = [
    {"row": "node/box", "field": "max_w", "source": "a data sheet", "as_of": "2026-01", "confidence": "low"},
    {"row": "price_node/box", "field": "price_usd", "source": "a quote", "as_of": "2026-03-01", "confidence": "high"},
    {"row": "price_node/box", "field": "links_usd", "source": "a list", "as_of": "2025", "confidence": "medium"},
]
PROBLEM: dict[str, Any] = {
    "finance": {"cost_of_capital": RATE, "horizon_years": HORIZON},
    "periods": [
        {"name": "2027", "start": "2027-01-01", "end": "2028-01-01", "begin": 0.0, "years": 1.0},
        {"name": "2028", "start": "2028-01-01", "end": "2029-01-01", "begin": 1.0, "years": 1.0},
    ],
    "machines": [{"id": "box", "vendor": "ACME", "origin": "node/box", "cites": CITES}],
    "sites": [
        {"id": "north", "name": ODD, "grid": {"region": "de"}, "origin": "small.yaml:5", "cites": []},
        {"id": "south", "name": "", "grid": {"region": ""}, "origin": "small.yaml:9", "cites": []},
    ],
}
ACCOUNTS = (
    *("rent", "licence", "staff", "space", "heat_plant", "reused_heat", "traffic", "wan", "wear", "fuel", "carbon"),
    *("certificates", "water", "energy", "export", "demand_charge", "ppa", "ppa_sale", "untaken_energy"),
)


def at(years: float) -> float:
    """What a USD of a date counts in levelised ones."""
    return float((1 + RATE) ** -years) * LEVEL


def line(account: str, item: str, quantity: float, unit: str, price: float, **changes: Any) -> Line:
    """A line at north in 2027, at factor 1."""
    kept = {"site": "north", "period": "2027", "factor": 1.0, "origin": "small.yaml:5", **changes}
    amount = quantity * price * kept["factor"]
    kept |= {"account": account, "item": item, "quantity": quantity, "unit": unit, "unit_price_usd": price}
    return Line(amount_usd=amount, **kept)


LEDGER = [
    line("purchase", "box", 10, "machines", 200_000.0, factor=at(0), origin="node/box"),
    line("purchase", "box", 10, "machines", 200_000.0, factor=at(1.5), origin="node/box"),
    line("resale", "box", 10, "machines", -120_000.0, factor=at(2), origin="node/box"),
    line("maintenance", "box", 10, "machines-years", 10_000.0, period="2028", origin="node/box"),
    line("purchase", "leaf", 4, "switches", 20_000.0, factor=at(0), origin="switch/leaf", site="south"),
    line("purchase", "flash", 3e-7, "TB", 1e9, factor=at(1), period="2028", origin="storage_unit/flash"),
    line("purchase", ODD, 7, "kW of IT", 5.0, factor=at(0)),
    *(line(account, f"{account} thing", 4.0, "kWh", -0.5 if "sale" in account else 0.5) for account in ACCOUNTS),
    line("carbon", "every site's carbon", 3.0e17, "kgCO2e", 1e-10, site="", period=""),
]


def money(**changes: Any) -> Plan:
    """The plan, with fields changed."""
    total = sum(x.amount_usd for x in changes.get("ledger", LEDGER))
    fields = {
        "ledger": LEDGER,
        "problem": PROBLEM,
        "solver": SOLVER.model_copy(update={"objective_usd": total, "bound_usd": total}),
        "sizing": [size("machine bought", "box", 10, "machines"), size("switch bought", "leaf", 4, "switches")],
        "hours": [HOURS, HOURS.model_copy(update={"site": "south", "period": "2028"})],
    }
    return plan(**{**fields, **changes})
