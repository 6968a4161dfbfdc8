"""Capacity and power: what is measured against what the plan was made for.

Demand against what was planned (and its trend, a month ahead), machines that are up against those that must work, power
against the planned peak and the grid connection, and PUE against the worst hour and the worst day of the plan's year.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.export.capacity import POOL
from planner.export.fleet import Cluster
from planner.export.rules import Rule, matcher, number

if TYPE_CHECKING:
    from planner.plan.schema import Hours, Plan

DAY = 24
AHEAD_S = 30 * 86_400
"""How far ahead the trend of demand is looked at, seconds."""
DEMAND = {
    "serving": "http_requests_total",
    "service": "http_requests_total",
    "stream": "kafka_server_brokertopicmetrics_bytesin_total",
}
Where = dict[str, str]


def demand_inputs(workload: dict[str, Any]) -> Iterator[Rule]:
    """What a workload is asked for, in the plan's unit."""
    id, metric = str(workload["id"]), DEMAND.get(workload["kind"], "")
    if metric:
        because = f"measured, {workload['unit']}: {id} ({workload['origin']})"
        expr = f"sum(rate({metric}{matcher(workload=id)}[5m]))"
        yield Rule(expr, because, record="aiplan:demand:rate5m", labels={"workload": id})


def demand(workload: dict[str, Any], served: float) -> Iterator[Rule]:
    """`served`: what the plan serves at the site, in the workload's unit."""
    if workload["kind"] not in DEMAND:
        return
    id, unit, chosen = str(workload["id"]), workload["unit"], matcher(workload=str(workload["id"]))
    because = f"work: {served:.6g} {unit} of {id} ({workload['origin']})"
    yield Rule(
        f"vector({number(served)})", because, record="aiplan:planned:demand", labels={"workload": id, "unit": unit}
    )
    labels = {"workload": id, "severity": "page"}
    over = f"aiplan:demand:rate5m{chosen} > on (workload) aiplan:planned:demand{chosen}"
    summary = f"{id}: demand is over the {served:.6g} {unit} that the plan serves here"
    yield Rule(over, because, alert="AiplanDemandOverPlan", wait="15m", labels=labels, summary=summary)
    trend = f"predict_linear(aiplan:demand:rate5m{chosen}[4w], {AHEAD_S})"
    summary = f"{id}: at its trend of four weeks, demand outgrows the plan's {served:.6g} {unit} within 30 days"
    labels = {"workload": id, "severity": "ticket"}
    expr = f"{trend} > on (workload) aiplan:planned:demand{chosen}"
    yield Rule(expr, because, alert="AiplanDemandWillOutgrowPlan", wait="1d", labels=labels, summary=summary)


def pool_inputs(cluster: Cluster) -> Iterator[Rule]:
    """Nodes that are ready, by pool: kube-state-metrics with `--metric-labels-allowlist=nodes=[aiplan/pool]`."""
    label = POOL.replace("/", "_")
    for pool in cluster.pools:
        named = f"kube_node_labels{matcher(**{'label_' + label: pool.name})}"
        ready = 'kube_node_status_condition{condition="Ready",status="true"}'
        expr = f"sum({ready} * on (node) group_left () {named}) or vector(0)"
        because = f"measured: nodes of {pool.machine['id']} in {pool.site}/{pool.hall}"
        yield Rule(expr, because, record="aiplan:nodes:ready", labels={"pool": pool.name})


def pools(cluster: Cluster, promised: dict[str, float]) -> Iterator[Rule]:
    """Fewer nodes up than must work; spares in use; a month's share of time below what was promised.

    `promised`: the least availability of the workloads on each pool.
    """
    for pool in cluster.pools:
        because = f"servers.working {pool.working}, spares.count {pool.spares} of {pool.machine['id']}"
        chosen, labels = matcher(pool=pool.name), {"pool": pool.name}
        yield Rule(f"vector({pool.working})", because, record="aiplan:planned:nodes_working", labels=labels)
        short = f"aiplan:nodes:ready{chosen} < {pool.working}"
        summary = f"{pool.name}: fewer nodes are ready than the {pool.working} that must work"
        made = {**labels, "severity": "page"}
        yield Rule(short, because, alert="AiplanNodesShort", wait="5m", labels=made, summary=summary)
        if pool.spares:
            expr = f"aiplan:nodes:ready{chosen} < {pool.nodes} and aiplan:nodes:ready{chosen} >= {pool.working}"
            summary = f"{pool.name}: spares stand in, of {pool.spares} planned"
            made = {**labels, "severity": "info"}
            yield Rule(expr, because, alert="AiplanSparesInUse", wait="30m", labels=made, summary=summary)
        if pool.name in promised:
            target = promised[pool.name]
            expr = f"avg_over_time((aiplan:nodes:ready{chosen} >= bool {pool.working})[30d:5m]) < {number(target)}"
            summary = f"{pool.name}: {pool.working} nodes were ready for less of 30 days than the {target:.7g} promised"
            made = {**labels, "severity": "ticket"}
            yield Rule(
                expr,
                f"availability {target:.7g}; {because}",
                alert="AiplanPoolUnreliable",
                labels=made,
                summary=summary,
            )


def power_inputs(site: str) -> Iterator[Rule]:
    """Power of the site and of its IT, from meters; their ratio."""
    because, labels = f"measured: meters of {site}", {"site": site}
    chosen = matcher(site=site)
    yield Rule(f"sum(facility_power_watts{chosen}) / 1000", because, record="aiplan:facility_power:kw", labels=labels)
    yield Rule(f"sum(it_power_watts{chosen}) / 1000", because, record="aiplan:it_power:kw", labels=labels)
    ratio = f"aiplan:facility_power:kw{chosen} / aiplan:it_power:kw{chosen}"
    yield Rule(ratio, because, record="aiplan:pue:ratio", labels=labels)


def power(plan: Plan, site: dict[str, Any], period: str) -> Iterator[Rule]:
    """Peaks of the site and of IT, the connection, and PUE."""
    id = str(site["id"])
    peak = next((s for s in plan.sizing if s.kind == "grid" and (s.site, s.period) == (id, period)), None)
    if peak is not None:
        because = f"{peak.column} = {peak.quantity:.6g} kW ({peak.origin})"
        yield from _over(id, "facility_power:kw", peak.quantity, "kW", because, "AiplanPowerOverPlan", "ticket", "15m")
    connection = site["grid"]["connection_kw"]
    if connection and not site.get("generators"):  # what generators carry does not come through it
        because = f"grid connection {connection:.6g} kW of {id} ({site['origin']})"
        yield from _over(id, "facility_power:kw", connection, "kW", because, "AiplanConnectionExceeded", "page", "1m")
    built = [s for s in plan.sizing if s.column.startswith("facility.built_kw[") and (s.site, s.period) == (id, period)]
    if built:
        kw = sum(s.quantity for s in built)
        because = " + ".join(f"{s.column} {s.quantity:.6g} kW" for s in built)
        yield from _over(id, "it_power:kw", kw, "kW", because, "AiplanItPowerOverBuilt", "page", "5m")
    hours = next((h for h in plan.hours if (h.bus, h.site, h.period) == ("power", id, period)), None)
    found = None if hours is None else worst_pue(hours, site)
    if found is not None:
        hour, day = found
        because = f"highest PUE in an hour modelled: {hour:.4f} ({hours.bus if hours else ''} bus of {id}, {period})"
        yield from _over(id, "pue:ratio", hour, "", because, "AiplanPueOverWorstHour", "ticket", "1h")
        because = f"highest PUE of a day modelled: {day:.4f}"
        yield from _over(id, "pue:ratio", day, "", because, "AiplanPueOverWorstDay", "ticket", "", over="1d")


def _over(
    site: str, what: str, limit: float, unit: str, because: str, alert: str, severity: str, wait: str, over: str = ""
) -> Iterator[Rule]:
    series = f"aiplan:{what}{matcher(site=site)}"
    measured = f"avg_over_time({series}[{over}])" if over else series
    summary = f"{site}: {what} is over {limit:.6g} {unit}".rstrip()
    labels = {"site": site, "severity": severity}
    expr = f"{measured} > {number(limit)}"
    yield Rule(expr, because, alert=alert, wait=wait, labels=labels, summary=summary)


def worst_pue(hours: Hours, site: dict[str, Any]) -> tuple[float, float] | None:
    """Highest PUE of an hour and of a day, from what the site draws and what of it is IT; none where IT is not told.

    IT of a draw `cooled HALL COOLING MEDIUM K` is its kW / (1 / train efficiency + overhead(t)) of that cooling; where
    the train was chosen, of the best on offer: what the one taken loses beyond it is a draw of its own.
    """
    all_kw, it_kw = np.zeros(len(hours.hour)), np.zeros(len(hours.hour))
    for name, kw in sorted(hours.dispatch.items()):
        role, _, who = name.partition(".")
        if role != "draw" or who.startswith("load "):
            continue
        all_kw = all_kw + np.array(kw)
        words = who.split()
        if words[0] == "cooled" and len(words) == 5:
            overhead = np.array(hours.series[f"{words[3]}_overhead.{words[2]}"])
            efficiency = site.get("best_efficiency") or site["power_train"]["efficiency"]
            it_kw = it_kw + np.array(kw) / (1 / efficiency + overhead)
    if not len(it_kw) or it_kw.min() <= 0:
        return None
    days = [
        all_kw[at : at + DAY].sum() / it_kw[at : at + DAY].sum()
        for begin, end in hours.stretches
        for at in range(begin, max(begin + 1, end - DAY + 1), DAY)
    ]
    return float((all_kw / it_kw).max()), float(max(days))
