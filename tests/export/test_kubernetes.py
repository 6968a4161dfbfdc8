"""Kubernetes objects: valid by the published schemas, and saying what the plan says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import golden
import jsonschema
import pytest
import yaml
from export_toys import POOLS, everything

from planner.export import render
from planner.export.allocatable import GIB, cores, memory_bytes
from planner.export.names import distinct, dns

HERE = Path(__file__).parent
SCHEMAS = json.loads((HERE / "schemas" / "kubernetes.json").read_text(encoding="utf-8"))
Objects = list[dict[str, Any]]


def schema_of(body: dict[str, Any]) -> dict[str, Any]:
    """The published schema of an object's kind, closed: keys it does not know are refused."""
    group, _, version = body["apiVersion"].rpartition("/")
    of = f"{body['kind']}.{group}_{version}" if group else f"{body['kind']}.{version}"
    return {"definitions": SCHEMAS["definitions"], **SCHEMAS["kinds"][of]}


@pytest.fixture(scope="module")
def text() -> str:
    files = render(everything(), "kubernetes", "2027")
    assert list(files) == ["north.yaml"]
    return files["north.yaml"]


@pytest.fixture(scope="module")
def objects(text: str) -> Objects:
    return [body for body in yaml.safe_load_all(text) if body]


def of_kind(objects: Objects, kind: str) -> dict[str, dict[str, Any]]:
    return {o["metadata"]["name"]: o for o in objects if o["kind"] == kind}


def test_every_object_is_valid(objects: Objects) -> None:
    for body in objects:
        jsonschema.Draft7Validator(schema_of(body)).validate(body)
    assert {o["kind"] for o in objects} == {
        *("Namespace", "NodePool", "ResourceFlavor", "ClusterQueue", "LocalQueue"),
        *("Deployment", "StatefulSet", "Service", "LeaderWorkerSet", "JobSet", "PodDisruptionBudget"),
        "CronJob",
    }


@pytest.mark.parametrize("kind", sorted(k.split(".")[0] for k in SCHEMAS["kinds"]))
def test_the_schemas_refuse_what_is_misspelt(objects: Objects, kind: str) -> None:
    body = next(iter(of_kind(objects, kind).values()))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema_of(body)).validate({**body, "metadata": {"nmae": "x"}})


def test_screen(text: str) -> None:
    golden.check(HERE / "golden" / "kubernetes.txt", text)


def test_same_plan_same_bytes(text: str) -> None:
    assert render(everything(), "kubernetes", "2027")["north.yaml"] == text


def test_every_object_says_where_it_is_from(text: str) -> None:
    for part in text.split("---\n")[1:]:
        assert part.startswith("# ")


def test_names_are_unique(objects: Objects) -> None:
    named = Counter((o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) for o in objects)
    assert set(named.values()) == {1}


def test_pools_have_the_plan_machines_and_flavors_point_at_them(objects: Objects) -> None:
    pools, flavors = of_kind(objects, "NodePool"), of_kind(objects, "ResourceFlavor")
    assert {n: p["spec"]["replicas"] for n, p in pools.items()} == {
        dns(f"{hall}-{machine}"): sum(counts) for (hall, machine), counts in POOLS.items()
    }
    for name, pool in pools.items():
        labels = pool["spec"]["template"]["metadata"]["labels"]
        assert flavors[name]["spec"]["nodeLabels"].items() <= labels.items()
        assert flavors[name]["spec"].get("nodeTaints", []) == pool["spec"]["template"]["spec"].get("taints", [])


def pod_of(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Pods of a workload object, and what each is."""
    spec = body["spec"]
    if body["kind"] == "JobSet":
        job = spec["replicatedJobs"][0]
        return job["replicas"] * job["template"]["spec"]["parallelism"], job["template"]["spec"]["template"]
    if body["kind"] == "CronJob":
        return spec["jobTemplate"]["spec"]["parallelism"], spec["jobTemplate"]["spec"]["template"]
    if body["kind"] == "LeaderWorkerSet":
        group = spec["leaderWorkerTemplate"]
        return spec["replicas"] * group["size"], group["workerTemplate"]
    return spec["replicas"], spec["template"]


def millis(text: str) -> float:
    units = {"m": 1.0, "Mi": 1.0}
    return float(text.rstrip("mMi")) * next((f for u, f in units.items() if text.endswith(u)), 1.0)


RUNNING = ("Deployment", "StatefulSet", "LeaderWorkerSet", "JobSet", "CronJob")


def test_quotas_are_what_the_pods_ask_for(objects: Objects) -> None:
    asked: dict[tuple[str, str, str], float] = Counter()
    for body in (o for kind in RUNNING for o in of_kind(objects, kind).values()):
        pods, pod = pod_of(body)
        queue = body["metadata"]["labels"]["kueue.x-k8s.io/queue-name"]
        pool = pod["spec"]["nodeSelector"]["aiplan/pool"]
        for what, amount in pod["spec"]["containers"][0]["resources"]["requests"].items():
            asked[queue, pool, what] += pods * millis(amount)
    local = of_kind(objects, "LocalQueue")
    quotas = {}
    for name, queue in of_kind(objects, "ClusterQueue").items():
        for group in queue["spec"]["resourceGroups"]:
            for flavor in group["flavors"]:
                assert [r["name"] for r in flavor["resources"]] == group["coveredResources"]
                for r in flavor["resources"]:
                    if name in local and millis(r["nominalQuota"]):
                        quotas[name, flavor["name"], r["name"]] = millis(r["nominalQuota"])
    assert quotas == asked


def test_pods_fit_the_working_machines(objects: Objects) -> None:
    """All pods of a pool ask for no more than its working machines have, each no more than one machine."""
    for (hall, machine), (working, _) in POOLS.items():
        total = 0.0
        for body in (o for kind in RUNNING for o in of_kind(objects, kind).values()):
            pods, pod = pod_of(body)
            if pod["spec"]["nodeSelector"]["aiplan/pool"] == dns(f"{hall}-{machine}"):
                asked = millis(pod["spec"]["containers"][0]["resources"]["requests"]["memory"])
                assert asked <= memory_bytes(512e9) / 2**20
                total += pods * asked
        assert 0 < total <= working * memory_bytes(512e9) / 2**20


def test_divisible_work_is_cut_until_it_packs(text: str, objects: Objects) -> None:
    """2.4, 1.6 and 1 machines' worth pack on 5 machines in pods of 0.2, not in whole machines' worth."""
    assert "Pool main-cpu-box: its pods fill 6 nodes; 6 of its machines work, 1 stand by." in text
    web, feed = of_kind(objects, "Deployment")["web"], of_kind(objects, "StatefulSet")["feed"]
    assert (web["spec"]["replicas"], feed["spec"]["replicas"]) != (3, 2)


def test_a_group_of_machines_is_a_leader_worker_set_and_a_run_a_job_set(objects: Objects) -> None:
    giant, learn = of_kind(objects, "LeaderWorkerSet")["giant"], of_kind(objects, "JobSet")["learn"]
    assert (giant["spec"]["replicas"], giant["spec"]["leaderWorkerTemplate"]["size"]) == (2, 2)
    job = learn["spec"]["replicatedJobs"][0]["template"]["spec"]
    assert (job["parallelism"], job["completions"], learn["spec"]["suspend"]) == (4, 4, True)
    # 0.002 failures a day on each of 4 machines over 30 days: 0.24 and 3 x sqrt(0.24)
    assert learn["spec"]["failurePolicy"]["maxRestarts"] == 2


@pytest.mark.parametrize(
    ("every", "schedule"),
    [
        (900, "*/15 * * * *"),
        (21600, "0 */6 * * *"),
        (86400, "0 0 * * *"),
        (604800, "0 0 * * 0"),
        (100_000, "0 0 * * *"),
    ],
)
def test_batches_run_by_the_clock(every: int, schedule: str) -> None:
    plan = everything()
    next(w for w in plan.problem["workloads"] if w["id"] == "nightly")["spec"]["every"] = float(every)
    text = render(plan, "kubernetes", "2027")["north.yaml"]
    nightly = of_kind([o for o in yaml.safe_load_all(text) if o], "CronJob")["nightly"]
    assert nightly["spec"]["schedule"] == schedule
    assert nightly["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 7200
    assert ("cron cannot say that" in text) == (every == 100_000)


def test_brokers_are_no_fewer_than_copies(objects: Objects) -> None:
    assert of_kind(objects, "StatefulSet")["feed"]["spec"]["replicas"] >= 3


def test_replicas_of_state_keep_a_quorum_up(objects: Objects, text: str) -> None:
    """Two replicas on two machines each, one on one: five pods with drives of their own, of three replicas one down."""
    sets = {n: s for n, s in of_kind(objects, "StatefulSet").items() if n.startswith("state")}
    assert sorted(s["spec"]["replicas"] for s in sets.values()) == [1, 4]
    (budget,) = [b for n, b in of_kind(objects, "PodDisruptionBudget").items() if n.startswith("state")]
    assert budget["spec"]["maxUnavailable"] == 1
    chosen = budget["spec"]["selector"]["matchLabels"]
    for name, body in sets.items():
        pod = body["spec"]["template"]
        assert chosen.items() <= pod["metadata"]["labels"].items()
        assert body["spec"]["serviceName"] == name
        assert name in of_kind(objects, "Service")
        (claim,) = body["spec"]["volumeClaimTemplates"]
        assert claim["spec"]["resources"]["requests"]["storage"] == f"{int(15.36e12 / 2**30)}Gi"
        spread = {c["topologyKey"]: c for c in pod["spec"]["topologySpreadConstraints"]}
        assert spread["aiplan/rack"]["maxSkew"] == 1
        assert spread["kubernetes.io/hostname"]["whenUnsatisfiable"] == "DoNotSchedule"
        assert all(c["labelSelector"]["matchLabels"] == chosen for c in spread.values())
    assert "a majority of 3 decides, 1 may be down; label nodes with aiplan/rack: 2 racks at least" in text


def test_control_planes_are_no_objects_of_the_cluster(text: str) -> None:
    assert "control" not in text.replace("controller", "")


def test_work_that_outlives_a_rack_is_spread_over_racks() -> None:
    plan = everything()
    next(w for w in plan.problem["workloads"] if w["id"] == "web")["survive"] = "rack"
    text = render(plan, "kubernetes", "2027")["north.yaml"]
    found = of_kind([o for o in yaml.safe_load_all(text) if o], "Deployment")
    spread = {n: d["spec"]["template"]["spec"]["topologySpreadConstraints"] for n, d in found.items()}
    assert "aiplan/rack" in [c["topologyKey"] for c in spread["web"]]
    assert "aiplan/rack" not in [c["topologyKey"] for c in spread["chat"]]


def test_updates_and_disruptions_take_what_the_spares_hold(objects: Objects) -> None:
    chat = of_kind(objects, "Deployment")["chat"]
    assert chat["spec"]["replicas"] == 11
    assert chat["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 8, "maxUnavailable": 0}
    budgets = {n: b["spec"]["maxUnavailable"] for n, b in of_kind(objects, "PodDisruptionBudget").items()}
    assert (budgets["chat"], budgets["giant"], budgets["feed"]) == (8, 2, 1)
    odd = next(o for n, o in of_kind(objects, "Deployment").items() if n.startswith("odd"))
    assert odd["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_spread_over_halls_and_nodes(objects: Objects) -> None:
    for body in of_kind(objects, "Deployment").values():
        pod = body["spec"]["template"]
        spread = pod["spec"]["topologySpreadConstraints"]
        assert [c["topologyKey"] for c in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        assert all(c["labelSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items() for c in spread)


def test_reserve_as_published() -> None:
    """GKE's own worked figures: 4 GiB leave 2.9 GiB less 100 MiB of eviction; 4 cores leave 3.92."""
    assert cores(4) == pytest.approx(3.92)
    assert memory_bytes(4 * GIB) == pytest.approx(3 * GIB - 100 * 2**20)
    assert memory_bytes(150 * GIB) == pytest.approx(140.1423 * GIB, rel=1e-6)


def test_names_stay_apart_and_short() -> None:
    assert dns("amd_epyc.9655") == "amd-epyc-9655"
    found = distinct(["a_b", "a-b", "x" * 80, "Ü"])
    assert len(set(found.values())) == 4
    assert all(len(n) <= 52 and n == n.lower() and n.strip("-") == n for n in found.values())


@pytest.mark.full
@pytest.mark.parametrize("path", sorted((HERE.parents[1] / "scenarios").glob("*.yaml")), ids=lambda p: p.stem)
def test_plans_of_the_shipped_scenarios(path: Path) -> None:
    """Every object valid, and as many nodes as the plan has machines."""
    from planner import driver

    plan = driver.solve(path, hours=24, gap=0.02)
    period = str(plan.problem["periods"][0]["name"])
    nodes = 0
    for text in render(plan, "kubernetes", period).values():
        for body in (b for b in yaml.safe_load_all(text) if b):
            jsonschema.Draft7Validator(schema_of(body)).validate(body)
            nodes += body["spec"]["replicas"] if body["kind"] == "NodePool" else 0
    assert nodes == sum(s.quantity for s in plan.sizing if s.kind == "machine" and s.period == period)
