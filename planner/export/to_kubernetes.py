"""A plan as Kubernetes objects, one file a site: a site is a cluster.

Namespace; a Karpenter NodePool and a Kueue ResourceFlavor for each pool of machines; a ClusterQueue and a LocalQueue
for each workload; what runs, with requests, spread and disruption budgets. Storage, switches and metered loads are no
objects of a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.export.capacity import flavor, node_pool, queues
from planner.export.documents import Document, text
from planner.export.fleet import Cluster, clusters
from planner.export.names import distinct, dns
from planner.export.replicated import budgets
from planner.export.running import objects

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def render(plan: Plan, period: str) -> dict[str, str]:
    """`SITE.yaml` for each site with machines; objects of one kind together, in the scenario's order."""
    found = clusters(plan, period)
    files = distinct(c.site for c in found)
    return {f"{files[c.site]}.yaml": text(_documents(c, plan), _head(c, plan, period)) for c in found}


def _documents(cluster: Cluster, plan: Plan) -> Iterator[Document]:
    namespace = dns(plan.name)
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    yield Document(body, (f"plan {plan.name} ({plan.scenario_file})",))
    for pool in cluster.pools:
        yield node_pool(pool)
    for pool in cluster.pools:
        yield flavor(pool)
    yield from queues(cluster, namespace)
    for part in cluster.parts:
        yield from objects(part, namespace)
    yield from budgets(cluster.parts, namespace)


def _head(cluster: Cluster, plan: Plan, period: str) -> Iterator[str]:
    yield f"Cluster {cluster.site} of plan {plan.name}, period {period}; scenario sha256 {plan.scenario_sha256}"
    yield "Needs Kueue (v1beta2); JobSet and LeaderWorkerSet for runs and replicas over several machines; Karpenter for"
    yield "NodePools with replicas (static capacity), or nodes that join with the labels and taints said there."
    yield "Images are the workloads' ids: set them with kustomize `images:`."
    yield "Brokers and replicas of state use the storage class local-nvme."
    yield "Requests are shares of what a node has left after GKE's reserve; processors are physical cores."
    for pool in cluster.pools:
        filled, holds = cluster.filled[pool.name], f"{pool.working} of its machines work, {pool.spares} stand by"
        yield f"Pool {pool.name}: its pods fill {filled:.6g} nodes; {holds}."
        if filled > pool.working:
            yield f"Pool {pool.name}: whole pods need more nodes than the plan's fractions; spares carry the rest."
