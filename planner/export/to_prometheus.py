"""A plan as Prometheus rules, one file a site, for the Prometheus of that site.

The group `inputs` records what is measured under names of its own, from the metrics that the usual exporters give:
where yours have other names, only that group changes. The others compare with the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from planner.export import slo, stored, thresholds
from planner.export.fleet import Cluster, clusters
from planner.export.names import distinct
from planner.export.rules import Group, Rule, text

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def render(plan: Plan, period: str) -> dict[str, str]:
    """`SITE.rules.yaml` for every site, its workloads in the scenario's order."""
    have = {c.site: c for c in clusters(plan, period)}
    names = distinct(str(s["id"]) for s in plan.problem["sites"])
    files = {}
    for site in plan.problem["sites"]:
        cluster = have.get(site["id"], Cluster(site["id"], (), ()))
        files[f"{names[site['id']]}.rules.yaml"] = text(_groups(plan, site, cluster, period), _head(plan, site, period))
    return files


def _groups(plan: Plan, site: dict[str, Any], cluster: Cluster, period: str) -> Iterator[Group]:
    served: dict[str, float] = defaultdict(float)
    for work in plan.work:
        if (work.site, work.period) == (site["id"], period):
            served[work.workload] += work.served
    here = [w for w in plan.problem["workloads"] if served[w["id"]] > 0 and not w["spec"].get("role")]
    promised: dict[str, float] = {}
    for part in cluster.parts:
        target = float(part.workload["availability"])
        promised[part.pool.name] = max(target, promised.get(part.pool.name, 0.0))
    inputs: list[Rule] = [*thresholds.power_inputs(site["id"]), *thresholds.pool_inputs(cluster)]
    for workload in here:
        inputs += [*thresholds.demand_inputs(workload), *slo.inputs(workload)]
    held = stored.planned(plan, site["id"], period)
    keepers = [w for w in plan.problem["workloads"] if w["id"] in held]
    inputs += [rule for w in keepers for rule in stored.inputs(w)]
    kept = f"aiplan-{plan.name}-{site['id']}"
    yield Group(f"{kept}-inputs", tuple(inputs))
    demands = [rule for w in here for rule in thresholds.demand(w, served[w["id"]])]
    yield Group(f"{kept}-capacity", (*thresholds.pools(cluster, promised), *demands))
    yield Group(f"{kept}-stored", tuple(rule for w in keepers for rule in stored.alerts(w, held[w["id"]])))
    yield Group(f"{kept}-slo", tuple(rule for w in here for rule in slo.alerts(w)))
    yield Group(f"{kept}-power", tuple(thresholds.power(plan, site, period)))


def _head(plan: Plan, site: dict[str, Any], period: str) -> Iterator[str]:
    yield f"Rules for {site['id']} of plan {plan.name}, period {period}; scenario sha256 {plan.scenario_sha256}"
    yield "Metrics read, in the group inputs alone: facility_power_watts and it_power_watts by meters;"
    yield "kube_node_status_condition and kube_node_labels by kube-state-metrics with"
    yield "--metric-labels-allowlist=nodes=[aiplan/pool];"
    yield "kubelet_volume_stats_used_bytes of brokers, dataset_stored_bytes (label workload) by what holds data sets;"
    yield "http_requests_total and http_request_duration_seconds, vllm:* and kafka_server_* with a label workload."
    yield "severity: page (now), ticket (this week), info."
