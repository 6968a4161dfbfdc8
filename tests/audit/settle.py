"""Honest books for a wrong plan: what follows from its dispatch, ledger and tallies is worked out again.

After it, a plan with one physical error is consistent in all else, so that only the law of that error can object.
"""

from __future__ import annotations

from typing import Any

Plan = dict[str, Any]
CLOCK = 1.1


def settle(plan: Plan, *, balance: bool = True) -> Plan:
    """Import what is missing in each hour, curtail what is too much, then meter, price and sum up."""
    block = plan["hours"][0]
    flow, n = block["dispatch"], len(block["weight"])

    def role(name: str) -> list[float]:
        parts = [kw for key, kw in flow.items() if key.split(".")[0] == name]
        return [sum(kw[t] for kw in parts) for t in range(n)]

    use = [sum(x) for x in zip(role("draw"), role("exported"), role("charge"), strict=True)]
    supply = [sum(x) for x in zip(role("produced"), role("discharge"), strict=True)]
    if balance:
        missing = [a - b for a, b in zip(use, supply, strict=True)]
        flow["imported.grid"] = [max(0.0, x) for x in missing]
        for name, sign in (("produced.solar", 1), ("curtailed.solar", -1)):
            flow[name] = [kw + sign * min(0.0, x) for kw, x in zip(flow[name], missing, strict=True)]
    peak = max(flow["imported.grid"])
    for column in plan["columns"]:
        if column["family"] == "grid.month_kw":
            column["value"] = peak
    _meter(plan, block, role("draw"))
    _bill(plan, block, peak)
    plan["flows"] = [
        {"site": "s", "period": "y1", "role": key.split(".")[0], "who": key.split(".")[1], "peak_kw": max(kw)}
        | {"kwh": _energy(block, kw)}
        for key, kw in flow.items()
        if not key.startswith("level")
    ]
    return total(plan)


def total(plan: Plan) -> Plan:
    """Sum up the ledger and the tallies: solver, headline and limits."""
    cost, purchase = sum(x["amount_usd"] for x in plan["ledger"]), amount(plan, "purchase")
    plan.pop("measures", None)  # those of the plan as it was; test_audit_measures.py is about them
    solver = plan["solver"]
    solver["objective_usd"], solver["bound_usd"] = cost, cost - abs(cost) * solver["gap"]
    loads, it = counted(plan, "power_load_kwh"), counted(plan, "it_air_load_kwh")
    plan["headline"][0] |= {
        "levelised_cost_usd": cost,
        "cost_usd_per_year": cost,
        "net_present_cost_usd": cost / CLOCK,
        "purchase_usd": sum(x["quantity"] * x["unit_price_usd"] for x in plan["ledger"] if x["account"] == "purchase"),
        "energy_kwh_per_year": loads,
        "it_energy_kwh_per_year": it,
        "pue": loads / it,
        "co2_location_kg_per_year": counted(plan, "co2_kg"),
        "co2_market_kg_per_year": counted(plan, "co2_market_kg"),
        "embodied_kg_per_year": counted(plan, "embodied_kg"),
        "water_l_per_year": counted(plan, "water_l"),
        "carbon_free_share_own": 1 - counted(plan, "brown_kwh") / loads,
        "carbon_free_share_with_grid": 1 - counted(plan, "brown_grid_kwh") / loads,
    }
    values = {
        "budget.total": cost,
        "budget.purchase": purchase,
        "carbon.cap": counted(plan, "co2_kg") + counted(plan, "embodied_kg"),
        "water.cap": counted(plan, "water_l"),
        "carbon_free.share": counted(plan, "brown_grid_kwh") - 0.5 * loads,
    }
    for row in plan["limits"]:
        row["value"] = values.get(row["name"].split("[")[0], row["value"])
        row["slack"] = (row["limit"] - row["value"]) * (1 if row["sense"] == "<=" else -1)
    return plan


def amount(plan: Plan, account: str) -> float:
    return float(sum(x["amount_usd"] for x in plan["ledger"] if x["account"] == account))


def counted(plan: Plan, name: str) -> float:
    return float(sum(t["quantity"] for t in plan["tallies"] if t["tally"] == name))


def tally(plan: Plan, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(t for t in plan["tallies"] if t["tally"] == name)
    return found


def line(plan: Plan, account: str, item: str = "") -> dict[str, Any]:
    found: dict[str, Any] = next(x for x in plan["ledger"] if x["account"] == account and item in (x["item"], ""))
    return found


def _energy(block: dict[str, Any], kw: list[float]) -> float:
    return float(sum(w * x for w, x in zip(block["weight"], kw, strict=True)))


def _meter(plan: Plan, block: dict[str, Any], draws: list[float]) -> None:
    series, kw = block["series"], block["dispatch"]["imported.grid"]
    bought = _energy(block, kw)
    amounts = {
        "energy_kwh": bought,
        "co2_kg": _energy(block, [a * b for a, b in zip(series["intensity_kg_per_kwh"], kw, strict=True)]),
        "co2_market_kg": 0.45 * bought,
        "brown_kwh": bought,
        "brown_grid_kwh": _energy(
            block, [(1 - a) * b for a, b in zip(series["carbon_free_fraction"], kw, strict=True)]
        ),
        "water_grid_l": 1.8 * bought,
        "power_load_kwh": _energy(block, draws),
    }
    for name, quantity in amounts.items():
        tally(plan, name)["quantity"] = quantity


def _bill(plan: Plan, block: dict[str, Any], peak: float) -> None:
    series, flow = block["series"], block["dispatch"]
    for account, who, prices, sign in (("energy", "imported", "price", 1), ("export", "exported", "export", -1)):
        kw, kwh = flow[f"{who}.grid"], _energy(block, flow[f"{who}.grid"])
        hourly = series[f"{prices}_usd_per_kwh"]
        usd = sign * _energy(block, [a * b for a, b in zip(hourly, kw, strict=True)])
        line(plan, account).update(quantity=kwh, unit_price_usd=usd / kwh if kwh else 0.0, amount_usd=usd)
    worn = _energy(block, flow["discharge.cell"])
    line(plan, "wear").update(quantity=worn, amount_usd=worn * 0.001)
    for row in plan["ledger"]:
        if row["account"] == "demand_charge":
            row.update(quantity=peak, amount_usd=peak * 10)
    carbon = counted(plan, "co2_kg")
    line(plan, "carbon", "operational carbon").update(quantity=carbon, amount_usd=carbon * 0.05)
