"""A site that must bear an outage does: hours without imports are gone through from every hour on.

need(t) = share x draws(t) - (produced(t) + curtailed(t)) - generators' kw - sum over other stores of firm    kW
the first store begins with its reserve, gives max(0, need(t)) <= kw in every hour, and never runs empty:
    left = reserve x usable;   each hour  left (1 - loss) - give / eta_d >= 0      nothing is charged meanwhile
another store gives firm <= kw in every hour from a reserve of its own
reserve <= kwh;   what the worst window takes <= needed;   nothing is kept where no outage is asked for
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.loads import moved_kw
from planner.audit.verdict import PRINTED, RELATIVE, Check, Floats, at_most, every_at_most
from planner.audit.view import Block, Record, View

NAME = "outage"
HOUR_S = 3600.0


def check(view: View) -> Iterator[Check]:
    for site, period in view.places():
        asked, place = view.sites[site].get("keys", {}).get("outage"), {"site": site, "period": period}
        where = f"outage at {site} in {period}"
        for store in view.sites[site]["batteries"]:
            keys = {**place, "battery": store["id"]}
            kept, kwh = view.total("outage.reserve_kwh", **keys), view.total("battery.kwh", **keys)
            yield at_most(f"{where}, {store['id']}", "reserve (kWh)", kept, kwh if asked else 0.0, floor=PRINTED)
        if not asked:
            yield at_most(where, "kWh needed where none is asked for", view.total("outage.needed_kwh", **place), 0.0)
        elif (block := view.block(site, period)) is not None:
            yield from _borne(view, block, asked, where)


def _borne(view: View, block: Block, asked: Record, where: str) -> Iterator[Check]:
    place, stores = {"site": block.site, "period": block.period}, view.sites[block.site]["batteries"]
    hours = round(asked["duration"] / HOUR_S)
    drawn = block.flow("draw") - moved_kw(block)
    need = asked["share"] * drawn - block.flow("produced") - block.flow("curtailed")
    for g in view.sites[block.site].get("generators", ()):
        need = need - (view.total("generators.kw", generator=g["id"], **place) if g["backup"] else 0.0)
    for store in stores[1:]:
        firm = view.total("outage.firm_kw", battery=store["id"], **place)
        need = need - firm
        yield from _gone_through(view, block, store, np.full(len(need), firm), hours, f"{where}, {store['id']}")
    give = np.maximum(need, 0.0)
    if stores:
        yield from _gone_through(view, block, stores[0], give, hours, f"{where}, {stores[0]['id']}")
    else:
        yield every_at_most(where, "need (kW) without a store", give, 0.0, _slack(block, drawn))
    sums = _from_every_hour(block, give, hours, 1.0)
    needed = view.total("outage.needed_kwh", **place)
    slack = hours * _slack(block, drawn)
    yield every_at_most(where, "what a window takes (kWh)", sums, needed, slack)


def _gone_through(
    view: View, block: Block, store: Record, give: Floats, hours: int, where: str
) -> Iterator[Check]:
    """The store gives what it must from every hour on: within its power, and never beyond its reserve."""
    keys = {"site": block.site, "period": block.period, "battery": store["id"]}
    kw = view.total("battery.kw", **keys)
    kept = view.total("outage.reserve_kwh", **keys) * store["usable_fraction"]
    slack = _slack(block, block.flow("draw"))
    yield every_at_most(where, "given (kW)", give, kw, RELATIVE * kw + slack)
    eta, keep = store["discharge_efficiency"], 1 - store["standing_loss_per_hour"]
    taken = _from_every_hour(block, give / eta, hours, keep)
    yield every_at_most(where, "taken (kWh) over its reserve", taken, kept, RELATIVE * kept + hours * slack / eta)


def _slack(block: Block, drawn: Floats) -> float:
    return 2 * RELATIVE * float(drawn.max(initial=0.0)) + PRINTED * len(block.dispatch)


def _from_every_hour(block: Block, kw: Floats, hours: int, keep: float) -> Floats:
    """kWh that must be there at the start of each hour (T,) to give `kw` for `hours` on; a stretch ends as it begins.

    An hour keeps `keep` of what it began with: what hour k gives was more by 1 / keep^(k + 1).
    """
    total = np.zeros(len(kw))
    for begin, end in block.stretches:
        part = kw[begin:end]
        for k in range(min(hours, end - begin)):
            total[begin:end] += np.roll(part, -k) / keep ** (k + 1)
    return total
