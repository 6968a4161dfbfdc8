"""Replicas that keep state: a StatefulSet of pods with names and drives of their own, apart by machine, rack and hall.

    replicas x machines of a replica       pods, one on a machine: each holds a part of one replica
    n - q of n                             pods of a state that may be down at will: the budget of all its parts
    racks                                  at least one for every n - q replicas, so that none holds a majority's worth

A rack is what nodes say of themselves under the label `aiplan/rack`, which no plan knows: where nodes lack it, pods are
spread by machine and hall alone. The budget is one cluster's: two clusters must not be drained at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import Any

from planner.estimate.state import Quorum, majority
from planner.export.capacity import WORKLOAD
from planner.export.documents import Document
from planner.export.fleet import STATE, Part
from planner.export.names import dns, label

PART, RACK = "aiplan/part", "aiplan/rack"
GIB = 2**30
NODE, HALL = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


def names(part: Part, namespace: str) -> dict[str, Any]:
    """The headless Service that gives each pod a name of its own."""
    meta = {"name": part.name, "namespace": namespace, "labels": {WORKLOAD: label(part.workload["id"])}}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"clusterIP": "None", "publishNotReadyAddresses": True, "selector": {PART: part.name}},
    }


def claim(part: Part, name: str) -> dict[str, Any]:
    """The part's share of its machine's own drives."""
    gib = floor(part.pool.machine["nvme_tb"] * 1e12 * part.share / GIB)
    return {
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "local-nvme",
            "resources": {"requests": {"storage": f"{gib}Gi"}},
        },
    }


def replicas(part: Part, meta: dict[str, Any], pod: dict[str, Any]) -> dict[str, Any]:
    """All machines of all replicas that stand on one pool."""
    whole = {"matchLabels": {WORKLOAD: label(part.workload["id"])}}
    spread = [
        {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": must, "labelSelector": whole}
        for key, must in ((HALL, "ScheduleAnyway"), (RACK, "ScheduleAnyway"), (NODE, "DoNotSchedule"))
    ]
    spec = {
        "replicas": part.pods,
        "serviceName": part.name,
        "podManagementPolicy": "Parallel",
        "updateStrategy": {"type": "RollingUpdate"},
        "selector": {"matchLabels": {PART: part.name}},
        "template": {**pod, "spec": {**pod["spec"], "topologySpreadConstraints": spread}},
        "volumeClaimTemplates": [claim(part, "data")],
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec}


def racks(part: Part) -> str:
    """What to see to: racks, quorum, and which pods make a replica."""
    quorum = _quorum(part)
    spare = quorum.survives
    held = f"a majority of {quorum.replicas} decides, {spare} may be down"
    needs = f"label nodes with {RACK}: {ceil(part.replicas / max(1, spare))} racks at least hold these replicas"
    cut = f"; pods of one replica: every {part.replicas}th of {part.pods}" if part.size > 1 else ""
    return f"{held}; {needs}{cut}"


def budgets(parts: Sequence[Part], namespace: str) -> Iterator[Document]:
    """One budget for each state of a cluster, over all pools that it stands on."""
    for id in dict.fromkeys(str(p.workload["id"]) for p in parts if p.workload["spec"].get("role") == STATE):
        part = next(p for p in parts if p.workload["id"] == id)
        quorum = _quorum(part)
        spare = quorum.survives
        chosen = {WORKLOAD: label(id)}
        body = {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": dns(id), "namespace": namespace, "labels": chosen},
            "spec": {"maxUnavailable": spare, "selector": {"matchLabels": chosen}},
        }
        alone = "; its one replica is moved by hand" if not spare else ""
        said = f"state.replicas: of {quorum.replicas} a majority stays up; drain one cluster at a time{alone}"
        yield Document(body, (f"{said} ({part.workload['origin']})",))


def _quorum(part: Part) -> Quorum:
    return majority(int(part.workload["spec"]["replicas"]))
