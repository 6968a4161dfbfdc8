"""What sites send each other goes over a link, within its capacity, and is paid for where it leaves.

peak of a link one way >= sum of what states and pipelines send over it at their peaks;  peak <= capacity
GB moved = sum over states of rate at the peak x 3,600 s x sum over hours of weight x shape
         + sum over pipelines' reads of mean rate x 3,600 s x sum of weights      (checked where a plan holds its hours)
account 'wan' = GB moved x USD per GB x factor + rent x 12 x years x factor, where anything flows over a rented link
without the key nothing is sent;  with `links` nothing is sent where there is none
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import inf

from planner.audit.loads import shape_at
from planner.audit.verdict import Check, at_least, at_most, equal, true
from planner.audit.view import Record, View

NAME = "wan"
GB = 1e9
NOISE = 1e-6
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Way:
    """GB/s each way, USD per GB, USD a month, and the site that its rent is booked at."""

    capacity: float
    price: float
    rent: float
    booked: str


def check(view: View) -> Iterator[Check]:
    ways = _ways(view)
    paid = view.money("wan")
    for site, period in view.places():
        factor, years = view.periods[period]["value_factor"], view.periods[period]["years"]
        expected = 0.0
        for to in (t for t in view.sites if t != site):
            keys, where = {"site": site, "to": to, "period": period}, f"{site} to {to} in {period}"
            rate, moved = view.total("wan.gb_per_s", **keys), view.total("wan.gb", **keys)
            way = ways.get(frozenset((site, to)))
            sent = sum(v for _, v in _sent(view, keys)) + view.total("pipeline.sent", **keys)
            yield at_least(where, "GB/s on the link", rate, sent, floor=NOISE)
            yield from _volume(view, where, keys, moved)
            if way is None:
                yield true(where, "has no link, and data flows", rate <= NOISE and moved <= NOISE and sent <= NOISE)
                continue
            yield at_most(where, "GB/s on the link", rate, way.capacity, floor=NOISE)
            expected += moved * way.price * factor
            if way.rent and way.booked == site:
                back = view.total("wan.gb_per_s", site=to, to=site, period=period)
                taken = view.total("wan.open", **keys)
                yield true(where, "carries data, and is not rented", rate + back <= NOISE or taken > 1 - NOISE)
                expected += taken * way.rent * 12 * years * factor
        amount, size = paid.get((site, period), (0.0, 0.0))
        yield equal(f"{site} in {period}", "wan (USD)", amount, expected, scale=size, floor=NOISE)


def _ways(view: View) -> dict[frozenset[str], Way]:
    asked = view.problem["keys"].get("wan")
    if asked is None:
        return {}
    usual = asked["price"]
    if usual is None:
        usual = view.problem["keys"]["figures"]["wan"]["values"]["usd_per_gb"]
    if not asked["links"]:
        return {frozenset(pair): Way(inf, usual, 0.0, pair[0]) for pair in combinations(view.sites, 2)}
    return {frozenset((x["source"], x["to"])): _way(x, usual) for x in asked["links"]}


def _way(link: Record, usual: float) -> Way:
    capacity = inf if link["capacity"] is None else link["capacity"] / GB
    return Way(capacity, usual if link["price"] is None else link["price"], link["rent"] or 0.0, link["source"])


def _sent(view: View, keys: dict[str, str]) -> Iterator[tuple[str, float]]:
    """(workload, GB/s at its peak) of everything that is sent this way."""
    for k, value in view.each("state.sent", **keys):
        yield k["workload"], value


def _volume(view: View, where: str, keys: dict[str, str], moved: float) -> Iterator[Check]:
    block = view.block(keys["site"], keys["period"])
    if block is None:
        return
    expected = 0.0
    for workload, rate in _sent(view, keys):
        expected += rate * HOUR_S * block.energy(shape_at(view, view.workloads[workload], block))
    seconds = HOUR_S * float(block.weight.sum())
    expected += view.total("pipeline.moved", **keys) * seconds
    yield equal(where, "GB moved", moved, expected, floor=NOISE * seconds)
