"""The ledger adds up.

amount = quantity x unit price x factor,  for each line
sum of amounts = the cost the solver reports = the headline's levelised cost
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import Check, equal
from planner.audit.view import View

NAME = "ledger"


def check(view: View) -> Iterator[Check]:
    lines = view.plan["ledger"]
    for line in lines:
        where = f"{line['account']}, {line['item']}, {line['site']} {line['period']}"
        product = line["quantity"] * line["unit_price_usd"] * line["factor"]
        yield equal(where, "the amount (USD)", line["amount_usd"], product)
    total, size = sum(x["amount_usd"] for x in lines), sum(abs(x["amount_usd"]) for x in lines)
    yield equal("solver", "objective_usd", view.plan["solver"]["objective_usd"], total, scale=size)
    for row in view.plan["headline"]:
        yield equal("headline", "levelised_cost_usd", row["levelised_cost_usd"], total, scale=size)
