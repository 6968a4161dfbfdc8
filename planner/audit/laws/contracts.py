"""Agreements, certificates and green tariffs are paid as written, and match no more than they may.

ppa       = sum of kw x kWh per kW x (strike + fee) x value factor
ppa_sale  = - kw x sum of weight x delivered x node price x value factor
contracted_kwh = kw x sum of weight x delivered, by agreement;   kw is what was given, or at most its cap
kw x kWh per kW <= share of the load where the agreement has one
certificates = volume x price x value factor;   volume is what was given, or at most its cap, by hours / 8760
green_tariff = share x imported kWh x adder x value factor
matched_kwh  = agreements that count + certificates + green share x imported
claimed_kwh  = the lesser of matched_kwh and what is bought and rented
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.laws.carbon import matched_kwh
from planner.audit.verdict import PRINTED, Check, at_most, equal
from planner.audit.view import Block, Record, View, by_id, most

NAME = "contracts"
HOURS_PER_YEAR = 8760
ACCOUNTS = ("ppa", "ppa_sale", "certificates", "green_tariff")


def check(view: View) -> Iterator[Check]:
    yield from _sizes(view)
    paid = {account: view.money(account) for account in ACCOUNTS}
    for block in view.blocks:
        place, factor = (block.site, block.period), view.periods[block.period]["value_factor"]
        for account, (usd, slack) in _due(view, block).items():
            value, size = paid[account].pop(place, (0.0, 0.0))
            where = f"account {account}, {' '.join(place)}"
            yield equal(where, "the sum (USD)", value, usd * factor, scale=size, floor=slack * factor)
        yield from _counted(view, block)
        yield from _volumes(view, block)
    for account, places in paid.items() if view.has_hours else ():
        for place, (value, _) in places.items():
            yield equal(f"account {account}, {' '.join(place)}", "the sum without hours (USD)", value, 0.0)
    for name in ("contracted_kwh", "green_kwh", "matched_kwh"):
        everywhere = sum(view.tally(name, *place) for place in view.places())
        yield equal("tallies", f"{name} in all", view.tally(name), everywhere, floor=1e-6)


def _agreements(view: View, site: str) -> list[Record]:
    found: list[Record] = view.sites[site].get("contracts", [])
    return found


def _sizes(view: View) -> Iterator[Check]:
    for keys, kw in view.each("ppa.kw"):
        ppa = by_id(_agreements(view, keys["site"]))[keys["ppa"]]
        where = f"{keys['ppa']} of {keys['site']}"
        if ppa["size_kw"] is not None:
            yield equal(where, "its size (kW)", kw, ppa["size_kw"], floor=PRINTED)
        yield at_most(where, "its size (kW)", kw, most(ppa, "max_kw"), floor=PRINTED)


def _due(view: View, block: Block) -> dict[str, tuple[float, float]]:
    """USD of each account before its value factor, and what printing may hide of it."""
    due: dict[str, float] = defaultdict(float)
    hidden, hours = 0.0, float(block.weight.sum())
    for ppa in _agreements(view, block.site):
        kw = view.total("ppa.kw", site=block.site, ppa=ppa["id"])
        delivered, price = block.series[f"delivered.{ppa['id']}"], block.series[f"node_price.{ppa['id']}"]
        each = ppa["strike_usd_per_kwh"] + ppa["fee_usd_per_kwh"]
        due["ppa"] += kw * block.energy(delivered) * each
        due["ppa_sale"] -= kw * block.energy(delivered * price)
        hidden += PRINTED * kw * (hours * (1.0 + abs(each)) + block.energy(abs(price)))
    prices = {c["id"]: c["usd_per_kwh"] for c in view.sites[block.site].get("certificates", ())}
    for keys, kwh in view.each("certificates.kwh", site=block.site, period=block.period):
        due["certificates"] += kwh * prices[keys["certificate"]]
    green = view.sites[block.site]["grid"].get("green") or {"share": 0.0, "usd_per_kwh": 0.0}
    due["green_tariff"] = green["share"] * green["usd_per_kwh"] * block.energy(block.flow("imported"))
    slack = PRINTED * hours * abs(green["usd_per_kwh"])
    return {account: (due[account], slack if account == "green_tariff" else hidden) for account in ACCOUNTS}


def _counted(view: View, block: Block) -> Iterator[Check]:
    place, hours = (block.site, block.period), float(block.weight.sum())
    contracted, kw = 0.0, 0.0
    for ppa in _agreements(view, block.site):
        size = view.total("ppa.kw", site=block.site, ppa=ppa["id"])
        energy, kw = size * block.energy(block.series[f"delivered.{ppa['id']}"]), kw + size
        contracted += energy
        if ppa["most_of_load"] is not None:
            limit = ppa["most_of_load"] * view.tally("power_load_kwh", *place)
            floor = PRINTED * hours * (1 + size)
            yield at_most(f"{ppa['id']} in {block.period}", "energy against the load (kWh)", energy, limit, floor=floor)
    floor = PRINTED * hours * (1 + kw)
    green = view.sites[block.site]["grid"].get("green") or {"share": 0.0}
    bought, matched = block.energy(block.flow("imported")), matched_kwh(view, block)
    claimed = max(0.0, min(matched, bought + view.tally("rented_kwh", *place)))
    amounts = {"contracted_kwh": contracted, "green_kwh": green["share"] * bought, "matched_kwh": matched}
    for name, amount in amounts.items():
        yield equal(" in ".join(place), name, view.tally(name, *place), amount, floor=floor)
    found = view.total("market.claimed_kwh", site=block.site, period=block.period)
    yield equal(" in ".join(place), "energy claimed as matched (kWh)", found, claimed, floor=floor)


def _volumes(view: View, block: Block) -> Iterator[Check]:
    years = float(block.weight.sum()) / HOURS_PER_YEAR
    for c in view.sites[block.site].get("certificates", ()):
        kwh = view.total("certificates.kwh", site=block.site, period=block.period, certificate=c["id"])
        where = f"{c['id']} in {block.period}"
        if c["kwh_per_year"] is not None:
            yield equal(where, "its volume (kWh)", kwh, c["kwh_per_year"] * years, floor=PRINTED)
        yield at_most(where, "its volume (kWh)", kwh, most(c, "max_kwh_per_year") * years, floor=PRINTED)
