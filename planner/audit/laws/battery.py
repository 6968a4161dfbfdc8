"""A store gives back no more than was put in, less its losses, and holds no more than its size.

level(t) = level(t-1) (1 - loss) + charge(t) eta_c - discharge(t) / eta_d       each stretch ends as it began
charge(t) + discharge(t) <= kw,   0 <= level(t) <= (kwh - reserve) x usable fraction;   kw, kwh <= limits of the site
A reserve for outages is no part of the level: see the law on outages.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.verdict import PRINTED, RELATIVE, Check, at_most, every_at_most, every_equal, true
from planner.audit.view import Block, Record, View, by_id, most

NAME = "battery"


def check(view: View) -> Iterator[Check]:
    for id, site in view.sites.items():
        offered = by_id(site["batteries"])
        for family, limit in (("battery.kw", "max_kw"), ("battery.kwh", "max_kwh")):
            for keys, size in view.each(family, site=id):
                where = f"{keys['battery']} at {id} in {keys['period']}"
                yield at_most(where, family, size, most(offered[keys["battery"]], limit), floor=PRINTED)
    for block in view.blocks:
        offered = by_id(view.sites[block.site]["batteries"])
        names = {who for role in ("charge", "discharge", "level") for who in block.who(role)}
        yield true(block.where, f"{sorted(names - set(offered))} are not offered", names <= set(offered))
        for id in sorted(names & set(offered)):
            yield from _store(view, block, offered[id])


def _store(view: View, block: Block, store: Record) -> Iterator[Check]:
    keys = {"site": block.site, "battery": store["id"], "period": block.period}
    kw, kwh = view.total("battery.kw", **keys), view.total("battery.kwh", **keys)
    charge, discharge, level = (block.flow(role, store["id"]) for role in ("charge", "discharge", "level"))
    kwh -= view.total("outage.reserve_kwh", **keys)
    where, usable = f"{block.where}, {store['id']}", kwh * store["usable_fraction"]
    yield every_at_most(where, "charge and discharge (kW)", charge + discharge, kw, RELATIVE * kw + 2 * PRINTED)
    yield every_at_most(where, "level (kWh)", level, usable, RELATIVE * usable + PRINTED)
    before = np.empty_like(level)
    for begin, end in block.stretches:
        before[begin:end] = np.roll(level[begin:end], 1)
    put, taken = charge * store["charge_efficiency"], discharge / store["discharge_efficiency"]
    expected = before * (1 - store["standing_loss_per_hour"]) + put - taken
    slack = RELATIVE * (level + put + taken) + PRINTED * (3 + 1 / store["discharge_efficiency"])
    yield every_equal(where, "level (kWh)", level, expected, slack)
