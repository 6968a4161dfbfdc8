"""Budget: the most that may be spent, in all or on purchases.

    sum of the whole ledger <= budget                                                 'budget.total'
    sum of the account 'purchase' <= purchase                                         'budget.purchase'

Both are levelised over the horizon, like every amount on the ledger.

| symbol | name in code | unit | meaning |
| budget | limits.budget | USD | levelised cost over the horizon |
| purchase | limits.purchase | USD | levelised purchases over the horizon |
"""

from __future__ import annotations

from planner.model import Model
from planner.options.types import OptionSet
from planner.problem import Problem

ACCOUNTS: dict[str, tuple[str, ...]] = {"budget": (), "purchase": ("purchase",)}


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for key, accounts in ACCOUNTS.items():
        limit = problem.keys["limits"].get(key)
        if limit is not None:
            m.row(
                "budget.total" if key == "budget" else "budget.purchase",
                {},
                "<=",
                limit,
                accounts=accounts,
                origin=problem.keys["origins"].get(f"limits.{key}", problem.scenario_file),
                label="budget" if key == "budget" else "purchase budget",
                unit="USD",
            )
