"""Options of served models: precisions, replicas over machines, the networks that join them, excuses."""

from __future__ import annotations

from typing import Any

import pytest
import toys
from estimate_toys import accelerated, row
from option_cases import NET, SERVING, found, work

from planner.problem import FabricClass


def test_serving_offers_a_precision_each_and_drops_the_dominated() -> None:
    narrow = found(work("serving", SERVING)).options
    assert [o.details["precision"] for o in narrow] == ["fp8"]
    asked = found(work("serving", {**SERVING, "precision": "bf16"})).options
    assert [o.details["precision"] for o in asked] == ["bf16"]
    assert narrow[0].per_machine > asked[0].per_machine
    (dropped,) = [e for e in found(work("serving", SERVING)).excuses if e.reason == "dominated"]
    assert dropped.machine == "pod"
    assert dropped.value is not None
    assert dropped.limit is not None
    assert dropped.value > dropped.limit == pytest.approx(10_000 / narrow[0].per_machine)


def test_a_model_too_large_for_a_machine_spreads_over_several() -> None:
    wide = row(params_b=100.0, active_params_b=100.0)
    result = found(work("serving", {**SERVING, "precision": "bf16", "tpot": 0.2, "ttft": 5.0}), models={"small": wide})
    (option,) = result.options
    assert (option.replica_machines, option.fabric) == (2, "net")
    assert option.details["accelerators_per_replica"] == 8
    rented = found(
        work("serving", {**SERVING, "precision": "bf16", "tpot": 0.2, "ttft": 5.0}),
        accelerated(acquisition="rent"),
        models={"small": wide},
    )
    (option,) = rented.options
    assert (option.replica_machines, option.fabric, option.details["pipeline_parallel"]) == (2, "none", 2)


def thin(id: str, **changes: Any) -> FabricClass:
    """Leaves of eight ports, six to one: one of the pod's machines under each."""
    return toys.fabric(id=id, switch=toys.switch(ports=8, port_gbps=100.0), **changes)


def test_a_replica_over_machines_comes_once_for_each_network_slower_on_thinner_ones() -> None:
    wide, spec = row(params_b=100.0, active_params_b=100.0), {**SERVING, "precision": "bf16", "tpot": 0.2, "ttft": 5.0}
    nets = (thin("fat"), thin("lean", oversubscription=6.0), thin("beside", side=True))
    made = found(work("serving", spec), models={"small": wide}, fabrics=(FabricClass("none", None, 1.0, ""), *nets))
    by_net = {o.fabric: o for o in made.options}
    assert set(by_net) == {"fat", "lean"}
    assert by_net["lean"].per_machine < by_net["fat"].per_machine
    over = [by_net[n].details["network_oversubscription"] for n in ("fat", "lean")]
    assert over == [1.0, 6.0]


def test_caches_cross_the_network_between_machines_and_nothing_does_within_one() -> None:
    spec = {**SERVING, "input_tokens": 20_000, "ttft": 3.0, "precision": "bf16", "disaggregated": "always"}
    nets = (thin("fat"), thin("lean", oversubscription=6.0))
    within = found(work("serving", spec), fabrics=(FabricClass("none", None, 1.0, ""), *nets)).options
    alone = {o.fabric: o for o in within}["none"]
    assert alone.details["split_over_machines"] == 1
    one = found(work("serving", spec), accelerated(accelerators=1), fabrics=nets).options
    waits = {o.fabric: o.details["transfer_s"] for o in one}
    assert set(waits) == {"fat", "lean"}
    assert waits["lean"] > 3 * waits["fat"]


def test_machines_without_a_fabric_are_joined_by_the_network_to_users() -> None:
    """At a quarter of the ports' speed: slower, but there already."""
    wide, spec = row(params_b=100.0, active_params_b=100.0), {**SERVING, "precision": "bf16", "tpot": 0.2, "ttft": 5.0}
    front = toys.fabric(id="frontend", switch=toys.switch(port_gbps=25.0))
    made = found(
        work("serving", spec), models={"small": wide}, fabrics=(FabricClass("none", None, 1.0, ""), NET, front)
    )
    by_net = {o.fabric: o.per_machine for o in made.options}
    assert set(by_net) == {"net", "frontend"}
    assert by_net["frontend"] < by_net["net"]


def test_a_model_too_large_for_any_number_says_so() -> None:
    result = found(work("serving", SERVING), models={"small": row(params_b=5000.0, active_params_b=5000.0)})
    excuse = next(e for e in result.excuses if e.machine == "pod")
    assert excuse.reason == "memory"
    assert excuse.value is not None
    assert excuse.limit is not None
    assert excuse.value > excuse.limit == pytest.approx(640.0)


def test_a_model_without_figures_is_no_traceback() -> None:
    result = found(work("serving", SERVING), models={"small": {"params_b": 0.03, "modality": "vision"}})
    assert result.options == ()
    assert {e.reason for e in result.excuses} == {"no-figure"}


def test_power_is_idle_and_what_load_adds() -> None:
    option = found(work("serving", SERVING)).options[0]
    assert (option.idle_kw, option.busy_kw) == (0.2, pytest.approx(0.6))
