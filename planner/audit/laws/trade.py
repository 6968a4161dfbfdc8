"""Every kilowatt-hour is paid at the price of its hour.

energy = sum over hours of weight x price x imported x value factor
export = - sum over hours of weight x export price x exported x value factor
wear   = sum over stores of weight x discharged x wear x value factor
kWh on the lines and in `flows` = sum of weight x kW;  power is never sold above what it costs in that hour
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.verdict import PRINTED, Check, Floats, at_most, equal, every_at_most
from planner.audit.view import Block, View

NAME = "trade"
ACCOUNTS = ("energy", "export", "wear")


def check(view: View) -> Iterator[Check]:
    paid = {account: view.money(account) for account in ACCOUNTS}
    for block in view.blocks:
        factor = view.periods[block.period]["value_factor"]
        for account, (usd, slack) in _due(view, block).items():
            value, size = paid[account].pop((block.site, block.period), (0.0, 0.0))
            where = f"account {account}, {block.site} {block.period}"
            yield equal(where, "the sum (USD)", value, usd * factor, scale=size, floor=slack * factor)
        if "export_usd_per_kwh" in block.series:
            sale, price = block.series["export_usd_per_kwh"], block.series["price_usd_per_kwh"]
            yield every_at_most(block.where, "the export price (USD/kWh)", sale, price, PRINTED)
    for account, places in paid.items() if view.has_hours else ():
        for place, (value, _) in places.items():
            yield equal(f"account {account}, {' '.join(place)}", "the sum without hours (USD)", value, 0.0)
    yield from _flows(view)


def _due(view: View, block: Block) -> dict[str, tuple[float, float]]:
    """USD of each account before its value factor, and what printing may hide of it."""
    imported, exported = block.flow("imported"), block.flow("exported")
    price = block.series["price_usd_per_kwh"]
    sale = block.series.get("export_usd_per_kwh", np.zeros(len(price)))
    wear = {b["id"]: b["wear_usd_per_kwh"] for b in view.sites[block.site]["batteries"]}
    worn = sum(block.energy(block.flow("discharge", who)) * wear[who] for who in block.who("discharge"))
    hidden = float(block.weight.sum()) * PRINTED
    return {
        "energy": (block.energy(price * imported), _hidden(block, price, imported)),
        "export": (-block.energy(sale * exported), _hidden(block, sale, exported)),
        "wear": (worn, hidden * sum(wear.values())),
    }


def _hidden(block: Block, price: Floats, kw: Floats) -> float:
    return PRINTED * block.energy(np.abs(price) + np.abs(kw))


def _flows(view: View) -> Iterator[Check]:
    """The table of flows against the hours, and the energy on the ledger's lines against the flows."""
    listed = {(f["site"], f["period"], f["role"], f["who"]): f for f in view.plan["flows"]}
    yield equal("flows", "rows", len(listed), len(view.plan["flows"]))
    for block in view.blocks:
        step = PRINTED * float(block.weight.sum())
        for name, kw in block.dispatch.items():
            role, _, who = name.partition(".")
            row = listed.pop((block.site, block.period, role, who), {"kwh": 0.0, "peak_kw": float(kw.max())})
            if role not in ("level", "behind"):
                yield equal(f"{block.where}, {name}", "kwh in flows", row["kwh"], block.energy(kw), floor=step)
                yield equal(
                    f"{block.where}, {name}", "peak_kw in flows", row["peak_kw"], float(kw.max()), floor=PRINTED
                )
    for (site, period, role, who), row in listed.items() if view.has_hours else ():
        yield at_most(f"power bus of {site} in {period}, {role}.{who}", "kwh in flows, not in hours", row["kwh"], 0.0)
    yield from _sold(view)


def _sold(view: View) -> Iterator[Check]:
    for account, role in (("energy", "imported"), ("export", "exported"), ("wear", "discharge")):
        flows = sum(f["kwh"] for f in view.plan["flows"] if f["role"] == role)
        lines = sum(x["quantity"] for x in view.plan["ledger"] if x["account"] == account and x["unit"] == "kWh")
        if account != "wear" or lines:
            yield equal("ledger", f"kWh of account {account}", lines, flows, floor=1e-6)
