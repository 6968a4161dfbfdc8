"""The fields of a plan that laws read, and what each must be. Other fields may stand beside them.

A leaf is `number` (finite, not a truth value), `whole`, `numbers`, `wholes` (lists of them), `text`, `flag` or
`anything`; with a question mark it may be null: an infinite limit, or a figure that was not asked for. `{"*": x}` is
any mapping to x, `(x,)` is x or null.
"""

from __future__ import annotations

from typing import Any

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

DATES = {"name": "text", "start": "text", "end": "text"}
PERIOD = {**DATES, "begin": "number", "years": "number", "value_factor": "number"}
MACHINE = {
    "id": "text",
    "acquisition": "text",
    "price_usd": "number",
    "life_years": "number",
    "maintenance_fraction": "number",
    "idle_kw": "number",
    "peak_kw": "number",
    "rack_units": "number",
    "liquid": "flag",
    "embodied_kg": "number",
    "failures_per_day": "number",
    "repair_days": "number",
    "events": [{"kind": "text", "per_day": "number", "days": "number"}],
    "domain_machines": "whole",
    "domain_down": "number",
    "crews": "whole",
    "members": "whole",
    "least_members": "whole",
    "member_failures_per_day": "number",
    "member_repair_days": "number",
    "nics": "whole",
    "performance": {"*": "anything"},
}
SWITCH = {
    "id": "text",
    "ports": "whole",
    "kw": "number",
    "price_usd": "number",
    "link_usd": "number",
    "link_kw": "number",
    "life_years": "number",
    "maintenance_fraction": "number",
    "embodied_kg": "number",
    "rack_units": "number",
    "trunk_usd": "number?",
    "trunk_kw": "number?",
}
FABRIC = {
    "id": "text",
    "oversubscription": "number",
    "switch": (SWITCH,),
    "family": "text",
    "above": "number",
    "rails": "whole",
    "planes": "whole",
    "split_ports": "whole",
    "ports_per_machine": "whole",
    "side": "flag",
    "machine": "text",
    "dimensions": "whole",
    "pod": "whole",
}
TIER = {
    "id": "text",
    "raw_tb": "number",
    "usable_fraction": "number",
    "failure_domains": "whole",
    "durability_nines": "number",
    "read_gb_per_s": "number",
    "write_gb_per_s": "number",
    "retrieval_s": "number",
    "price_usd": "number",
    "rent_usd_per_month": "number",
    "life_years": "number",
    "maintenance_fraction": "number",
    "kw": "number",
    "rack_units": "number",
    "embodied_kg": "number",
    "operations_per_s": "number",
    "stay_days": "number",
    "retrieval_usd_per_gb": "number",
    "egress_usd_per_gb": "number",
    "write_usd_per_1000": "number",
    "read_usd_per_1000": "number",
}
COOLING = {
    "id": "text",
    "liquid": "flag",
    "max_rack_kw": "number?",
    "fixed_overhead": "number",
    "design_overhead": "number",
    "plant_usd_per_kw": "number",
    "maintenance_fraction": "number",
    "life_years": "number",
    "embodied_kg_per_kw": "number",
}
TRAIN = {
    "id": "text",
    "availability": "number",
    "efficiency": "number",
    "breaker_derating": "number",
    "usd_per_kw": "number",
    "life_years": "number",
    "maintenance_fraction": "number",
    "embodied_kg_per_kw": "number",
}
GRID = {
    "connection_kw": "number?",
    "export_kw": "number?",
    "demand_charge_usd_per_kw_month": "number",
    "market_intensity_kg_per_kwh": "number",
    "water_l_per_kwh": "number",
}
PRODUCER = {
    "id": "text",
    "capex_usd_per_kw": "number",
    "fixed_om_usd_per_kw_year": "number",
    "life_years": "number",
    "embodied_kg_per_kw": "number",
    "max_kw": "number?",
    "installed_kw": "number",
}
BATTERY = {
    "id": "text",
    "power_usd_per_kw": "number",
    "energy_usd_per_kwh": "number",
    "fixed_om_fraction": "number",
    "life_years": "number",
    "charge_efficiency": "number",
    "discharge_efficiency": "number",
    "standing_loss_per_hour": "number",
    "usable_fraction": "number",
    "wear_usd_per_kwh": "number",
    "embodied_kg_per_kwh": "number",
    "max_kw": "number?",
    "max_kwh": "number?",
    "installed_kw": "number",
    "installed_kwh": "number",
}
HALL = {
    "id": "text",
    "racks": "number?",
    "rack_kw": "number?",
    "feed_kw": "number?",
    "feeds": "whole",
    "zone": "text",
    "cooling": ["text"],
    "built": "flag",
}
SITE = {
    "id": "text",
    "building": "text",
    "space_usd_per_kw_month": "number",
    "shell_usd_per_kw": "number",
    "shell_life_years": "number",
    "shell_embodied_kg_per_kw": "number",
    "staff_usd_per_kw_year": "number",
    "water_usd_per_l": "number",
    "halls": [HALL],
    "cooling": [COOLING],
    "power_train": TRAIN,
    "grid": GRID,
    "producers": [PRODUCER],
    "batteries": [BATTERY],
    "installed": {"*": "number"},
}
WORKLOAD = {
    "id": "text",
    "kind": "text",
    "sites": ["text"],
    "availability": "number",
    "survive_site_loss": "flag",
    "series": "text",
    "survive": "text",
    "unit": "text",
    "demand": "numbers",
    "shape": "numbers",
    "spec": {"*": "anything"},
}
PROBLEM = {
    "finance": {"cost_of_capital": "number", "horizon_years": "number"},
    "periods": [PERIOD],
    "sites": [SITE],
    "machines": [MACHINE],
    "fabrics": [FABRIC],
    "tiers": [TIER],
    "workloads": [WORKLOAD],
    "objective": ["text"],
    "carbon_price_usd_per_kg": "number",
    "mip_gap": "number",
    "keys": {"*": "anything"},
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
