"""What runs: a Deployment, StatefulSet, LeaderWorkerSet, JobSet or CronJob for each part of a workload, and its guards.

    replicas of one pod            Deployment        services, models on one machine
    brokers                        StatefulSet       streams, with their log on local drives and a Service for names
    replicas of state              StatefulSet       databases beside workloads: planner/export/replicated.py
    replicas over several machines LeaderWorkerSet   models spread over machines
    runs over several machines     JobSet            training
    batches                        CronJob           stages of pipelines that work every so often, within a time

Rolling updates and disruptions take as many pods at once as the pool's spares hold, one at least.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, sqrt
from typing import Any

from planner.export.capacity import POOL, QUEUE, WORKLOAD, queue_name, taints
from planner.export.documents import Document
from planner.export.fleet import STATE, Part
from planner.export.names import label
from planner.export.replicated import HALL, NODE, PART, RACK, claim, names, racks, replicas
from planner.export.resources import of_pod, written

SIGMAS = 3
"""Standard deviations of the number of failures, beyond its mean, that a run's restarts allow."""


def objects(part: Part, namespace: str) -> Iterator[Document]:
    """A part's workload object and its disruption budget."""
    because = (_because(part),)
    meta = {
        "name": part.name,
        "namespace": namespace,
        "labels": {WORKLOAD: label(part.workload["id"]), QUEUE: queue_name(part)},
    }
    if part.workload["spec"].get("role") == STATE:
        yield Document(names(part, namespace), because)
        yield Document(replicas(part, meta, _pod(part)), (*because, racks(part)))
        return
    if part.option["block_machines"]:
        yield Document(_job_set(part, meta), (*because, _restarts(part)[1]))
        return
    if part.workload["spec"].get("every"):
        yield Document(_cron_job(part, meta), (*because, _schedule(part)[1]))
        return
    if part.size > 1:
        yield Document(_groups(part, meta), because)
    elif part.workload["kind"] == "stream":
        yield Document(names(part, namespace), because)
        yield Document(_brokers(part, meta), because)
    else:
        yield Document(_deployment(part, meta), because)
    yield Document(_budget(part, namespace), (_room(part),))


def _because(part: Part) -> str:
    w, pool = part.work, part.pool
    share = f"{part.size} machines each" if part.size > 1 else f"{part.share:.4g} of a machine each"
    return (
        f"work: {part.workload['id']} as {part.option['id']} in {pool.site}/{pool.hall}: {w.machines:.6g} machines "
        f"serve {w.served:.6g} {w.unit}; {part.replicas} replicas, {share} ({part.workload['origin']})"
    )


def _pod(part: Part, *, restart: str = "") -> dict[str, Any]:
    """The pod of a part: on its pool, spread over nodes and halls, asking for its share."""
    amounts = written(of_pod(part))
    devices = {k: v for k, v in amounts.items() if k not in ("cpu", "memory")}
    spec: dict[str, Any] = {"nodeSelector": {POOL: part.pool.name}}
    held = [
        {"key": t["key"], "operator": "Equal", "value": t["value"], "effect": t["effect"]} for t in taints(part.pool)
    ]
    if held:
        spec["tolerations"] = held
    if part.size == 1:
        chosen = {"matchLabels": {PART: part.name}}
        spec["topologySpreadConstraints"] = [
            {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": chosen}
            for key in (HALL, *((RACK,) if part.workload.get("survive") == "rack" else ()), NODE)
        ]
    if restart:
        spec["restartPolicy"] = restart
    limits = {"memory": amounts["memory"], **devices} if "memory" in amounts else devices
    resources = {"requests": amounts, "limits": limits} if limits else {"requests": amounts}
    spec["containers"] = [{"name": "main", "image": label(part.workload["id"]), "resources": resources}]
    marks = {WORKLOAD: label(part.workload["id"]), PART: part.name}
    return {"metadata": {"labels": marks}, "spec": spec}


def _spared(part: Part) -> int:
    """Pods of a part that its pool's spares could hold."""
    each = floor(1 / part.share + 1e-9) if part.share > 0 else 1
    return part.pool.spares * max(1, each)


def _room(part: Part) -> str:
    if not part.pool.spares:
        return f"no spares on {part.pool.name}: what is taken down is missed"
    return f"spares.count {part.pool.spares} of {part.pool.machine['id']}: room for {_spared(part)} such pods"


def _selector(part: Part) -> dict[str, Any]:
    return {"matchLabels": {PART: part.name}}


def _deployment(part: Part, meta: dict[str, Any]) -> dict[str, Any]:
    surge = min(part.replicas, _spared(part))
    rolling = {"maxSurge": surge, "maxUnavailable": 0 if surge else 1}
    spec = {
        "replicas": part.replicas,
        "selector": _selector(part),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
        "template": _pod(part),
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def _brokers(part: Part, meta: dict[str, Any]) -> dict[str, Any]:
    spec = {
        "replicas": part.replicas,
        "serviceName": part.name,
        "podManagementPolicy": "Parallel",
        "selector": _selector(part),
        "template": _pod(part),
        "volumeClaimTemplates": [claim(part, "log")],
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec}


def _groups(part: Part, meta: dict[str, Any]) -> dict[str, Any]:
    """Replicas that spread over several machines each: restarted as one, for none of them can go on alone."""
    surge = part.pool.spares // part.size
    rolling = {"maxSurge": surge, "maxUnavailable": 0 if surge else 1}
    spec = {
        "replicas": part.replicas,
        "rolloutStrategy": {"type": "RollingUpdate", "rollingUpdateConfiguration": rolling},
        "leaderWorkerTemplate": {
            "size": part.size,
            "restartPolicy": "RecreateGroupOnPodRestart",
            "workerTemplate": _pod(part),
        },
    }
    return {"apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet", "metadata": meta, "spec": spec}


def _restarts(part: Part) -> tuple[int, str]:
    """Restarts allowed: the failures to be expected of the run, and three standard deviations."""
    daily = float(part.pool.machine["failures_per_day"]) * part.size
    days = float(part.option["details"].get("days", 1.0))
    mean = daily * days
    most = ceil(mean + SIGMAS * sqrt(mean))
    said = f"{mean:.4g} failures expected of {part.size} machines in {days:.4g} days; {most} with 3 sigma"
    return max(1, most), said


def _job_set(part: Part, meta: dict[str, Any]) -> dict[str, Any]:
    job = {
        "parallelism": part.size,
        "completions": part.size,
        "completionMode": "Indexed",
        "backoffLimit": 0,
        "template": _pod(part, restart="Never"),
    }
    spec = {
        "suspend": True,
        "failurePolicy": {"maxRestarts": _restarts(part)[0]},
        "replicatedJobs": [{"name": "workers", "replicas": part.replicas, "template": {"spec": job}}],
    }
    return {"apiVersion": "jobset.x-k8s.io/v1alpha2", "kind": "JobSet", "metadata": meta, "spec": spec}


def _schedule(part: Part) -> tuple[str, str]:
    """The batch's time of day in cron's words, and what to say of it."""
    minutes = round(float(part.workload["spec"]["every"]) / 60)
    said = f"every {minutes} min, done within {part.workload['spec']['within']:.6g} s"
    for each, most, words in ((1, 60, "*/{} * * * *"), (60, 24, "0 */{} * * *")):
        count, rest = divmod(minutes, each)
        if not rest and 0 < count < most and most % count == 0:
            return words.format(count), said
    if minutes == 7 * 24 * 60:
        return "0 0 * * 0", said
    return "0 0 * * *", said if minutes == 24 * 60 else f"{said}: cron cannot say that, set another schedule"


def _cron_job(part: Part, meta: dict[str, Any]) -> dict[str, Any]:
    job = {
        "parallelism": part.replicas,
        "completions": part.replicas,
        "completionMode": "Indexed",
        "suspend": True,
        "activeDeadlineSeconds": max(1, floor(float(part.workload["spec"]["within"]))),
        "template": _pod(part, restart="OnFailure"),
    }
    spec = {
        "schedule": _schedule(part)[0],
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"metadata": {"labels": dict(meta["labels"])}, "spec": job},
    }
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": spec}


def _budget(part: Part, namespace: str) -> dict[str, Any]:
    """Pods that may be taken down at will: what the spares hold; whole groups; of a stream's brokers one at a time."""
    one = part.workload["kind"] == "stream"
    most = part.size if part.size > 1 else 1 if one else max(1, min(part.replicas, _spared(part)))
    meta = {"name": part.name, "namespace": namespace, "labels": {WORKLOAD: label(part.workload["id"])}}
    spec = {"maxUnavailable": most, "selector": _selector(part)}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": spec}
