"""Orchestration: what is kept of machines, control planes that outvote what fails, whole replicas on whole machines."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import golden
import pytest
import toys
from block_rows import rows
from orchestrated_toys import ROWS, orchestrated, planned, sharing

from planner.audit import audit
from planner.blocks import all_blocks, assemble, prepared
from planner.estimate.orchestration import reserve, reserved_cores, reserved_memory
from planner.options.types import OptionSet
from planner.problem import Problem

F = ROWS["orchestration"]
SCENARIO = """\
aiplan: 1
name: small
sites:
  - id: north
    location: {latitude: 39.04, longitude: -77.49}
    region: us_pjm_virginia
    cooling: [air_chilled_water]
hardware: {allow: [amd_epyc_9654_2s]}
workloads:
  - {kind: service, id: scores, work: fraud_scoring, rate: 100000 /s}
"""
HERE = Path(__file__).parent


def machines(plan: dict[str, Any], workload: str) -> float:
    return sum(w["machines"] for w in plan["work"] if w["workload"] == workload)


def sized(plan: dict[str, Any], kind: str) -> float:
    return sum(s["quantity"] for s in plan["sizing"] if s["kind"] == kind)


def test_reserve_is_the_published_steps() -> None:
    """GKE keeps 60, 70, 80 and 90 millicores of 1, 2, 4 and 8 cores; daemons on top."""
    for cores, kept in ((1, 0.06), (2, 0.07), (4, 0.08), (8, 0.09), (64, 0.23)):
        assert reserved_cores(cores, F) - F["daemon_cores"] == pytest.approx(kept)


def test_memory_reserved_is_the_published_calculator() -> None:
    """150 GiB leave 140.1423 GiB, as github.com/hatemosphere/gke-node-allocatable-memory-calculator prints it."""
    machine = toys.machine(ram_gb=150 * 2**30 / 1e9)
    left = 150 * (1 - reserved_memory(machine, {**F, "daemon_mib": 0.0}))
    assert left == pytest.approx(140.1423, abs=1e-4)


def test_where_memory_binds_its_reserve_counts() -> None:
    held = toys.option("web", per_machine=100.0, details={"binding": "memory"})
    plan = planned(orchestrated(), OptionSet((held,), ()))
    assert audit(plan).accepted, audit(plan).findings
    assert option_of(plan, "web")["per_machine"] == pytest.approx(100 * (1 - reserved_memory(toys.machine(), F)))


def test_without_the_key_nothing_changes() -> None:
    problem, options = toys.problem(), toys.options()
    assert prepared(problem, options) == (problem, options)


def test_machines_do_less_and_rest_less() -> None:
    problem, options = prepared(orchestrated(), toys.options())
    share = reserve(toys.machine(), F)
    (web,) = options.of("web")
    assert web.per_machine == pytest.approx(100 * (1 - share))
    assert web.busy_kw == pytest.approx(0.6 * (1 - share))
    assert problem.machine("box").idle_kw + web.busy_kw == pytest.approx(0.2 + 0.6)


def test_a_control_plane_at_each_site_that_passes_every_law() -> None:
    plan = planned(orchestrated(), toys.options())
    verdict = audit(plan)
    assert verdict.accepted, verdict.findings
    assert not [n for n in verdict.notes if "read by no law" in n]
    assert machines(plan, "control-plane.s") == 3


def test_more_replicas_than_pods_is_no_option() -> None:
    work, option = sharing("chat", 200, 10.0)
    _, options = prepared(orchestrated(toys.problem(workloads=(work,))), OptionSet((option,), ()))
    assert "pods" in {e.reason for e in options.excuses}
    assert not options.of("chat")


def three_halls(**changes: Any) -> Problem:
    halls = tuple(toys.hall(id=id) for id in ("a", "b", "c"))
    return orchestrated(toys.problem(sites=(toys.site(halls=halls),)), **changes)


@pytest.mark.parametrize("count", [3, 5])
def test_no_hall_of_three_holds_a_majority(count: int) -> None:
    plan = planned(three_halls(control_plane=count), toys.options())
    assert audit(plan).accepted, audit(plan).findings
    halls = [w["machines"] for w in plan["work"] if w["workload"] == "control-plane.s"]
    assert sum(halls) == count
    assert max(halls) <= (count - 1) / 2


@pytest.mark.parametrize(("first", "second"), [(3.0, 1.0), (3.2, 1.1), (5.0, 2.0), (4.1, 3.9), (7.0, 3.0)])
def test_whole_replicas_are_packed_as_by_hand(first: float, second: float) -> None:
    """Quarters and halves of machines: as many machines as the sum of whole replicas fills, rounded up."""
    (chat, quarters), (talk, halves) = sharing("chat", 4, first), sharing("talk", 2, second)
    found = OptionSet((quarters, halves), ())
    free = replace(toys.machine(), accelerators=8, accelerator="x")
    box = toys.machine("cpu")
    problem = orchestrated(toys.problem(workloads=(chat, talk), machines=(free, box)))
    plan = planned(problem, found)
    assert audit(plan).accepted, audit(plan).findings
    working = [s["quantity"] for s in plan["sizing"] if s["kind"] == "machine working" and s["item"] == "box"]
    assert sum(working) == ceil(ceil(first) / 4 + ceil(second) / 2 - 1e-9)


def test_an_update_has_room_beside_what_runs() -> None:
    sure = replace(toys.machine(), failures_per_day=1e-7)
    problem = toys.problem(machines=(sure,))
    without = planned(orchestrated(problem), toys.options())
    with_surge = planned(orchestrated(problem, surge=2), toys.options())
    assert audit(with_surge).accepted, audit(with_surge).findings
    assert (sized(without, "spare"), sized(with_surge, "spare")) == (0, 2)


def test_a_cluster_has_no_more_machines_than_kubernetes_bears() -> None:
    from planner.solve.monolithic import NoPlan

    problem = orchestrated(toys.problem(workloads=(toys.workload(demand=(1000.0,)),)))
    problem.keys["figures"]["orchestration"]["values"] = {**F, "nodes_per_cluster": 5.0}
    with pytest.raises(NoPlan):
        planned(problem, toys.options())


def test_rows() -> None:
    work, option = sharing("chat", 4, 6.0)
    problem = replace(three_halls(surge=1, control_plane=3), workloads=(work,))
    made = assemble(*prepared(problem, OptionSet((option,), ())))
    golden.check(HERE / "golden" / "orchestration.txt", rows(made, "orchestration"))


def test_the_order_of_blocks_does_not_matter() -> None:
    from orchestrated_toys import keyed

    from planner.blocks.monitoring import Monitoring
    from planner.blocks.orchestration import Orchestration

    problem = keyed(toys.problem(), orchestration=Orchestration(), monitoring=Monitoring())
    blocks = list(all_blocks())
    one = prepared(problem, toys.options(), blocks)
    other = prepared(problem, toys.options(), blocks[::-1])

    def told(made: tuple[Problem, OptionSet]) -> Any:
        return sorted(repr(o) for o in made[1].options), sorted(w.id for w in made[0].workloads), made[0].machines

    assert told(one) == told(other)


def test_shuffled_blocks_give_the_same_model() -> None:
    problem, options = prepared(orchestrated(surge=2), toys.options())
    blocks = list(all_blocks())

    def told(chosen: list[Any]) -> Any:
        m = assemble(problem, options, chosen)
        names = [c.name for c in m.columns]
        return sorted((r.name, sorted((names[c], v) for c, v in r.terms.items())) for r in m.rows)

    assert told(blocks) == told(blocks[::-1])


Edit = Callable[[dict[str, Any]], None]


def option_of(plan: dict[str, Any], workload: str) -> dict[str, Any]:
    found: dict[str, Any] = next(o for o in plan["options"] if o["workload"] == workload)
    return found


def machine(plan: dict[str, Any], **changes: Any) -> None:
    plan["problem"]["machines"][0].update(changes)


EDITS: dict[str, Edit] = {
    "reserve forgotten": lambda p: option_of(p, "web").update(per_machine=100.0),
    "one node short": lambda p: next(
        c for c in p["columns"] if c["family"] == "work.units" and "control" in c["name"]
    ).update(value=2.0),
    "too few cores": lambda p: machine(p, cores=3),
    "too little memory": lambda p: machine(p, ram_gb=8.0),
    "a majority too often down": lambda p: machine(p, failures_per_day=0.2),
    "too many pods": lambda p: option_of(p, "web")["details"].update(replicas_per_machine=111),
    "a cluster too large": lambda p: p["problem"]["keys"]["figures"]["orchestration"]["values"].update(
        nodes_per_cluster=4
    ),
    "no room for an update": lambda p: p["problem"]["keys"]["orchestration"].update(surge=9),
}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return planned(orchestrated(), toys.options())


@pytest.mark.parametrize("name", list(EDITS))
def test_the_law_sees(name: str, whole: dict[str, Any]) -> None:
    plan = copy.deepcopy(whole)
    EDITS[name](plan)
    assert "orchestration" in {f.law for f in audit(plan).findings}


def test_the_law_sees_replicas_that_do_not_pack() -> None:
    """Quarters of 1.01 machines are five, and fill a machine and a quarter."""
    work, option = sharing("chat", 4, 4.0)
    made = (toys.machine(accelerators=8, accelerator="x"), toys.machine("cpu"))
    plan = planned(orchestrated(toys.problem(workloads=(work,), machines=made)), OptionSet((option,), ()))
    assert audit(plan).accepted, audit(plan).findings
    units = next(c for c in plan["columns"] if c["family"] == "work.units" and "chat" in c["name"])
    units["value"] += 0.01
    assert "orchestration" in {f.law for f in audit(plan).findings}


def test_keys_of_a_scenario_file(tmp_path: Path) -> None:
    """From the file to the audited plan: control plane and monitoring stand beside the work, with sources to read."""
    from planner import driver
    from planner.errors import BadInput

    text = SCENARIO + "orchestration: {surge: 1}\nmonitoring: {retention: 30 days}\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    plan = driver.solve(tmp_path / "s.yaml", hours=24)
    assert {w.workload for w in plan.work} == {"scores", "control-plane.north", "monitoring.north"}
    assert plan.problem["keys"]["monitoring"]["retention"] == 30 * 86400
    cites = plan.problem["keys"]["figures"]["orchestration"]["cites"]
    assert {c["row"] for c in cites} == {"orchestration/kubernetes"}
    (tmp_path / "s.yaml").write_text(SCENARIO + "orchestration: {control_plane: 4}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="control_plane"):
        driver.solve(tmp_path / "s.yaml", hours=24)


def test_both_engines_agree() -> None:
    from planner.solve import decomposed, monolithic

    problem, options = prepared(orchestrated(surge=1), toys.options())
    m = assemble(problem, options)
    one, other = monolithic.solve(m, gap=1e-7), decomposed.solve(assemble(problem, options), gap=1e-5)
    assert other.cost_usd == pytest.approx(one.cost_usd, rel=2e-5)
