"""Data that a pipeline sends from site to site: it leaves where it is made, and arrives where it is read.

of an edge:  share(from, to) >= 0, sum over from and to of it >= 1;  into a dataset, what each site holds of it arrives
leaves a site <= what is served there / demand, or of a dataset the bytes of its hottest band there
arrives <= what is served there / demand
what is sent of a read >= peak of each of its edges x share, what is moved >= its mean x share
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.bands import bands_of
from planner.audit.loads import unit_served
from planner.audit.verdict import Check, at_least, at_most, true
from planner.audit.view import Record, View

STEP = 1e-6
GB = 1e9
Rates = dict[tuple[str, str], tuple[float, float]]
"""(peak, mean) bytes/s of every edge, by its ends."""


def between(view: View, edges: list[Record], rates: Rates, period: str) -> Iterator[Check]:
    """Every edge's way between sites, where they have links; else nothing is sent."""
    if view.problem["keys"].get("wan") is None:
        sent = view.total("pipeline.sent", period=period) + view.total("pipeline.moved", period=period)
        yield true(f"pipeline in {period}", "sends between sites that nothing joins", sent <= STEP)
        return
    for e in edges:
        yield from _edge(view, e, rates[e["source"], e["to"]], period)


def _edge(view: View, e: Record, rate: tuple[float, float], period: str) -> Iterator[Check]:
    flow, into = f"{e['source']}>{e['to']}", view.workloads[e["to"]]["kind"] == "dataset"
    where = f"{e['source']} to {e['to']} in {period}"
    gives, takes = _there(view, e["source"], period), _there(view, e["to"], period)
    leaves: dict[str, float] = defaultdict(float)
    comes: dict[str, float] = defaultdict(float)
    reads = f"{e['source']}>({e['shared_read']})" if e["shared_read"] else flow
    for k, share in view.each("pipeline.share", flow=flow, period=period):
        site, to = k["site"], k["to"]
        leaves[site] = max(leaves[site], share) if into else leaves[site] + share
        comes[to] += share
        yield at_least(where, f"share from {site} to {to}", share, 0.0, floor=STEP)
        if site != to:
            pair = {"reads": reads, "site": site, "to": to, "period": period}
            floor = STEP * (1 + rate[0] / GB)
            for family, each in (("pipeline.sent", rate[0]), ("pipeline.moved", rate[1])):
                yield at_least(
                    where, f"GB/s {site} to {to}", view.total(family, **pair), each / GB * share, floor=floor
                )
    for site, share in leaves.items():
        yield at_most(where, f"share that leaves {site}", share, gives.get(site, 0.0), floor=STEP)
    for to in sorted({*comes, *takes}):
        if into:
            yield at_least(where, f"share that arrives at {to}", comes[to], takes.get(to, 0.0), floor=STEP)
        else:
            yield at_most(where, f"share that arrives at {to}", comes[to], takes.get(to, 0.0), floor=STEP)
    if not into:
        yield at_least(where, "share that flows", sum(comes.values()), 1.0, floor=STEP)


def _there(view: View, id: str, period: str) -> dict[str, float]:
    """How much of a workload is at each site, of its demand or of the bytes of its hottest band."""
    found: dict[str, float] = defaultdict(float)
    if view.workloads[id]["kind"] == "dataset":
        band = bands_of(view, view.workloads[id], period)[0]
        for k, tb in view.each("storage.tb", dataset=id, band=band.name, period=period):
            found[k["site"]] += tb / band.tb
        return found
    for k, units in view.each("work.units", period=period):
        option = view.options[k["option"]]
        if option["workload"] == id:
            found[k["site"]] += units * unit_served(view, option, period) / view.demand(id, period)
    return found
