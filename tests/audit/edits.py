"""Hands to edit the plan of `hand_plan` with: places in it by short names, and the longer seeded bugs."""

from __future__ import annotations

from typing import Any

import hand_plan
from settle import line, tally

Plan = dict[str, Any]


def flow(plan: Plan, name: str, *kw: float) -> None:
    plan["hours"][0]["dispatch"][name] = list(kw)


def column(plan: Plan, family: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in plan["columns"] if c["family"] == family)
    return found


def put(plan: Plan, family: str, value: float) -> None:
    """Set a column and what `sizing` says of it."""
    column(plan, family)["value"] = value
    for row in plan["sizing"]:
        if row["column"] == column(plan, family)["name"]:
            row["quantity"] = value


def drop(plan: Plan, table: str, key: str, value: str) -> None:
    plan[table] = [row for row in plan[table] if row[key] != value]


def scale(row: dict[str, Any], by: float, *fields: str) -> None:
    for field in fields:
        row[field] *= by


def site(plan: Plan) -> Any:
    return plan["problem"]["sites"][0]


def hall(plan: Plan) -> Any:
    return site(plan)["halls"][0]


def box(plan: Plan) -> Any:
    return plan["problem"]["machines"][0]


def tier(plan: Plan) -> Any:
    return plan["problem"]["tiers"][0]


def web(plan: Plan) -> Any:
    return plan["problem"]["workloads"][0]


def spec(plan: Plan) -> Any:
    return plan["problem"]["workloads"][1]["spec"]


def path(**changes: object) -> dict[str, Any]:
    """The row of the site's power train as it should be, and a change: 7 kW of plant on four of five modules."""
    sizes = {"load_kw": 6.92, "built_kw": 7.0, "surviving_kw": 7.0, "module_load": 6.92 / 8.75}
    held = {"survives_module": True, "maintainable": False, "stranded_kw": {"feed not used": 20 - 6.92}}
    return {"site": "s", "period": "y1", "train": "n_plus_1", **sizes, **held, **changes}


def store(**changes: object) -> dict[str, Any]:
    """The row of the flash store as it should be, and a change."""
    needs = {"capacity": 1.2, "read": 0.1, "write": 0.02, "operations": 0.0, "failure domains": 2.0}
    sizes = {"units": 2, "raw_tb": 200, "usable_tb": 50, "stored_tb": 30, "effective_tb": 30}
    place = {"site": "s", "tier": "flash", "period": "y1"}
    return {**place, **sizes, "needs": needs, "binding": "failure domains", "nines": 10, **changes}


def cap(plan: Plan, key: str, row: str, value: object) -> None:
    """A limit of the scenario that the plan breaks, and whose row was dropped from the table."""
    plan["problem"]["keys"]["limits"][key] = value
    plan["limits"] = [r for r in plan["limits"] if not r["name"].startswith(row)]


def row(plan: Plan, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in plan["limits"] if r["name"].startswith(name))
    return found


def respine(plan: Plan, spines: int) -> None:
    put(plan, "fabric.spines", spines)


def shift(plan: Plan) -> None:
    """Energy priced with the price of the hour before: 0.2 x 8.778 + 0.05 x 4.706."""
    usd = (0.2 * 8.778 + 0.05 * 4.706) * 2920
    line(plan, "energy").update(amount_usd=usd, unit_price_usd=usd / 39373.28)


def month(plan: Plan, value: float) -> None:
    """One month's peak, and its charge."""
    column(plan, "grid.month_kw")["value"] = value
    line(plan, "demand_charge").update(quantity=value, amount_usd=10 * value)


def carbon(plan: Plan) -> None:
    """Carbon halved in tally and bill."""
    scale(tally(plan, "co2_kg"), 0.5, "quantity")
    scale(line(plan, "carbon", "operational carbon"), 0.5, "quantity", "amount_usd")


def unload(plan: Plan) -> None:
    """A shell of no carbon."""
    plan["tallies"] = [t for t in plan["tallies"] if t["who"] != "shell"]
    line(plan, "carbon", "embodied carbon").update(quantity=2562 - 175, amount_usd=0.05 * (2562 - 175))


def lose(plan: Plan, account: str, item: str) -> None:
    plan["ledger"].remove(line(plan, account, item))


def flows_lost(plan: Plan) -> None:
    plan["flows"] = plan["flows"][1:]


def second_cooling(plan: Plan) -> None:
    other = {**site(plan)["cooling"][0], "id": "wet"}
    site(plan)["cooling"].append(other)
    hall(plan)["cooling"].append("wet")
    plan["columns"].append(hand_plan.column("cooling.use", 1, {"site": "s", "hall": "main", "cooling": "wet"}, True))


def dry_pool(plan: Plan) -> None:
    """No spare, and one machine fewer bought."""
    plan["columns"].remove(column(plan, "spares.count"))
    for family in ("servers.total", "servers_bought"):
        put(plan, family, 4)


def dense(plan: Plan) -> None:
    """Racks that bear less than one machine."""
    hall(plan).update(rack_kw=0.9, racks=None)
    plan["limits"].remove(row(plan, "racks.room"))


def overcharge(plan: Plan) -> None:
    """The store is filled from the grid while the load stands: 8.778 + 4 kW through 12.5; 3.6 kWh lose two tenths."""
    site(plan)["grid"].update(connection_kw=12.5)
    row(plan, "facility.connection").update(limit=12.5)
    flow(plan, "charge.cell", 4, 0, 0)
    flow(plan, "level.cell", 3.6, 3.24, 0)
    flow(plan, "discharge.cell", 0, 0, 2.916 * 0.8)
