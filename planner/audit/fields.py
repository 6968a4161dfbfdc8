"""The fields of a plan that laws read, and what each must be. Other fields may stand beside them.

A leaf is `number` (finite, not a truth value), `whole`, `numbers`, `wholes` (lists of them), `text`, `flag` or
`anything`; with a question mark it may be null: an infinite limit, or a figure that was not asked for. `{"*": x}` is
any mapping to x, `(x,)` is x or null.
"""

from __future__ import annotations

from typing import Any

from planner.audit.fields_problem import PROBLEM

FORMAT = "1.3"
"""The format of plans whose fields these are: of its first number all are read, of its second those up to it."""

SOLVER = {
    "name": "text",
    "engine": "text",
    "status": "text",
    "objective": ["text"],
    "objective_usd": "number",
    "bound_usd": "number",
    "gap": "number",
    "gap_asked": "number",
    "hours": "whole",
}
ACCURACY = {"hours": "whole", "weeks_usd": "number", "year_usd": "number?", "difference": "number?", "note": "text"}
HEADLINE = {
    "levelised_cost_usd": "number",
    "cost_usd_per_year": "number",
    "net_present_cost_usd": "number",
    "purchase_usd": "number",
    "energy_kwh_per_year": "number",
    "it_energy_kwh_per_year": "number",
    "pue": "number?",
    "co2_location_kg_per_year": "number",
    "co2_market_kg_per_year": "number",
    "embodied_kg_per_year": "number",
    "water_l_per_year": "number",
    "carbon_free_share_own": "number?",
    "carbon_free_share_with_grid": "number?",
    "peak_kw": "number",
}
PLACE = {"site": "text", "hall": "text", "period": "text"}
SIZE = {
    "kind": "text",
    "item": "text",
    **PLACE,
    "quantity": "number",
    "unit": "text",
    "column": "text",
    "origin": "text",
}
CHOICE = {"kind": "text", "item": "text", **PLACE, "chosen": "flag", "column": "text", "origin": "text"}
WORK = {
    "workload": "text",
    **PLACE,
    "option": "text",
    "machine": "text",
    "served": "number",
    "unit": "text",
    "machines": "number",
}
AVAILABILITY = {"workload": "text", "period": "text", "target": "number", "achieved": "number", "pools": ["text"]}
FLOW = {"site": "text", "period": "text", "role": "text", "who": "text", "kwh": "number", "peak_kw": "number"}
LINE = {
    "account": "text",
    "item": "text",
    "site": "text",
    "period": "text",
    "quantity": "number",
    "unit": "text",
    "unit_price_usd": "number",
    "factor": "number",
    "amount_usd": "number",
    "origin": "text",
}
TALLY = {"tally": "text", "who": "text", "site": "text", "period": "text", "quantity": "number", "unit": "text"}
LIMIT = {
    "name": "text",
    "label": "text",
    "sense": "text",
    "value": "number",
    "limit": "number",
    "slack": "number",
    "shadow_price_usd": "number?",
    "unit": "text",
    "origin": "text",
}
COLUMN = {
    "name": "text",
    "family": "text",
    "keys": {"*": "text"},
    "value": "number",
    "integer": "flag",
    "unit": "text",
    "origin": "text",
}
HOURS = {
    "bus": "text",
    "site": "text",
    "period": "text",
    "hour": "wholes",
    "weight": "numbers",
    "stretches": ["wholes"],
    "months": ["wholes"],
    "series": {"*": "numbers"},
    "dispatch": {"*": "numbers"},
}
OPTION = {
    "id": "text",
    "workload": "text",
    "machine": "text",
    "fabric": "text",
    "per_machine": "number",
    "block_machines": "whole",
    "replica_machines": "whole",
    "busy_kw": "number",
    "duty": "number",
    "storage_read_gb_per_s": "number",
    "storage_write_gb_per_s": "number",
}

PLAN: dict[str, Any] = {
    "format_version": "text",
    "aiplan_version": "text",
    "name": "text",
    "description": "text",
    "scenario_file": "text",
    "scenario_sha256": "text",
    "catalog_sha256": "text",
    "solver": SOLVER,
    "accuracy": ACCURACY,
    "headline": [HEADLINE],
    "sizing": [SIZE],
    "choices": [CHOICE],
    "work": [WORK],
    "availability": [AVAILABILITY],
    "flows": [FLOW],
    "ledger": [LINE],
    "tallies": [TALLY],
    "limits": [LIMIT],
    "notes": ["text"],
    "columns": [COLUMN],
    "options": [OPTION],
    "excuses": ["anything"],
    "problem": PROBLEM,
    "hours": [HOURS],
}
