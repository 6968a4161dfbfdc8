"""Pools of nodes and the queues before them: Karpenter NodePools; Kueue ResourceFlavors, ClusterQueues, LocalQueues.

A pool is a static NodePool: as many nodes as the plan has machines, spares among them. Each workload has a ClusterQueue
of exactly what its pods ask for; the queues of a site are one cohort, and the queue `spares` lends it the standing
machines, for rolling updates and for what has failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.export.documents import Document
from planner.export.fleet import Cluster, Part, Pool
from planner.export.names import dns, label
from planner.export.resources import Amounts, of_node, of_pod, times, written

POOL, MACHINE, WORKLOAD, QUEUE = "aiplan/pool", "aiplan/machine", "aiplan/workload", "kueue.x-k8s.io/queue-name"
SPARES = "aiplan-spares"
KUEUE = "kueue.x-k8s.io/v1beta2"


def labels(pool: Pool) -> dict[str, str]:
    """What every node of a pool is labelled with."""
    return {
        POOL: pool.name,
        MACHINE: label(pool.machine["id"]),
        "topology.kubernetes.io/region": label(pool.site),
        "topology.kubernetes.io/zone": label(f"{pool.site}-{pool.hall}"),
    }


def taints(pool: Pool) -> list[dict[str, str]]:
    """Nodes with accelerators are kept for what asks for them."""
    return [{"key": POOL, "value": pool.name, "effect": "NoSchedule"}] if pool.machine["accelerators"] else []


def node_pool(pool: Pool) -> Document:
    """A static NodePool; the comment says how nodes join that Karpenter does not start."""
    spec: dict[str, Any] = {
        "nodeClassRef": {"group": "karpenter.example", "kind": "NodeClass", "name": dns(pool.machine["id"])},
        "requirements": [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}],
    }
    if taints(pool):
        spec["taints"] = taints(pool)
    marks = ",".join(f"{k}={v}" for k, v in labels(pool).items())
    kept = "".join(f" --register-with-taints={t['key']}={t['value']}:{t['effect']}" for t in taints(pool))
    body = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": pool.name},
        "spec": {
            "replicas": pool.nodes,
            "limits": {"nodes": str(pool.nodes)},
            "template": {"metadata": {"labels": labels(pool)}, "spec": spec},
        },
    }
    where = f"{pool.machine['id']} in {pool.site}/{pool.hall} on fabric {pool.fabric}"
    said = f"servers.working {pool.working} + spares.count {pool.spares} of {where} ({pool.machine['origin']})"
    joins = f"without Karpenter, kubelets join with --node-labels={marks}{kept}"
    return Document(body, (said, "nodeClassRef names a node class of your provider", joins))


def flavor(pool: Pool) -> Document:
    """The ResourceFlavor of a pool."""
    spec: dict[str, Any] = {"nodeLabels": {POOL: pool.name}}
    if taints(pool):
        spec["nodeTaints"] = taints(pool)
    body = {"apiVersion": KUEUE, "kind": "ResourceFlavor", "metadata": {"name": pool.name}, "spec": spec}
    return Document(body, (f"machines {pool.machine['id']} in {pool.site}/{pool.hall} ({pool.machine['origin']})",))


def queues(cluster: Cluster, namespace: str) -> Iterator[Document]:
    """A ClusterQueue and a LocalQueue for each workload, and the ClusterQueue of the spares."""
    for id in dict.fromkeys(str(p.workload["id"]) for p in cluster.parts):
        parts = [p for p in cluster.parts if p.workload["id"] == id]
        because = tuple(
            f"work: {p.work.machines:.6g} machines {p.work.machine} serve {p.work.served:.6g} {p.work.unit} "
            f"as {p.pods} pods ({p.workload['origin']})"
            for p in parts
        )
        quota = [(p.pool, times(of_pod(p), p.pods)) for p in parts]
        yield _cluster_queue(queue_name(parts[0]), cluster.site, _merged(quota), because, namespace)
        local = {
            "apiVersion": KUEUE,
            "kind": "LocalQueue",
            "metadata": {"name": queue_name(parts[0]), "namespace": namespace},
            "spec": {"clusterQueue": queue_name(parts[0])},
        }
        yield Document(local, (f"workload {id} ({parts[0].workload['origin']})",))
    spare = [(pool, times(of_node(pool), pool.spares)) for pool in cluster.pools if pool.spares]
    if spare:
        because = tuple(f"spares.count {p.spares} of {p.machine['id']} ({p.machine['origin']})" for p, _ in spare)
        yield _cluster_queue(SPARES, cluster.site, spare, because, "")


def queue_name(part: Part) -> str:
    return dns(str(part.workload["id"]))


def _merged(quota: list[tuple[Pool, Amounts]]) -> list[tuple[Pool, Amounts]]:
    """One line a pool: parts of a workload on the same pool together."""
    found: dict[str, tuple[Pool, Amounts]] = {}
    for pool, amounts in quota:
        have = found.get(pool.name, (pool, {}))[1]
        found[pool.name] = pool, {k: have.get(k, 0) + amounts.get(k, 0) for k in {**have, **amounts}}
    return list(found.values())


def _cluster_queue(
    name: str, site: str, quota: list[tuple[Pool, Amounts]], because: tuple[str, ...], namespace: str
) -> Document:
    covered = list(dict.fromkeys(what for _, amounts in quota for what in amounts))
    flavors = [
        {
            "name": pool.name,
            "resources": [
                {"name": what, "nominalQuota": written({what: amounts.get(what, 0)})[what]} for what in covered
            ],
        }
        for pool, amounts in quota
    ]
    chosen = {"matchLabels": {"kubernetes.io/metadata.name": namespace}} if namespace else None
    spec: dict[str, Any] = {"cohortName": dns(site)} | ({"namespaceSelector": chosen} if chosen else {})
    spec["resourceGroups"] = [{"coveredResources": covered, "flavors": flavors}]
    body = {"apiVersion": KUEUE, "kind": "ClusterQueue", "metadata": {"name": name}, "spec": spec}
    return Document(body, because)
