"""Options by kind on hand-made machines: arithmetic, excuses for the rest, order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import toys
from estimate_toys import accelerated, coefficients, row, spread
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.training import Frontier
from planner.options import train
from planner.options.enumerate import enumerate_options
from planner.options.types import Option, OptionSet
from planner.problem import FabricClass, Machine, Problem, Workload

DAY_S = 86_400.0
SERVING = {
    "model": "small",
    "input_tokens": 1000,
    "output_tokens": 100,
    "ttft": 1.0,
    "tpot": 0.05,
    "precision": None,
}
TRAINING = {
    "model": "small",
    "tokens": 1e11,
    "sequence": 1024,
    "batch": 65_536.0,
    "precision": "bf16",
    "deadline": 30 * DAY_S,
    "development_factor": 1.0,
    "checkpoint_every": None,
    "oversubscription": 1.0,
}
STREAM = {"replication": 3, "consumers": 4, "retention": 3600.0, "event_size": 1000.0, "processing": "none"}
NET = toys.fabric(id="net", switch=toys.switch(port_gbps=100.0))
SERVICES = {"scoring": {"ssj_ops_per_request": spread(1000.0, basis="estimated")}}
C = coefficients(SERVICES)


def work(kind: str, spec: dict[str, Any]) -> Workload:
    return toys.workload("w", kind=kind, spec={"hardware_allow": [], "hardware_deny": [], **spec})


def case(workload: Workload, *machines: Machine, **changes: Any) -> Problem:
    plain = {
        "fabrics": (FabricClass("none", None, 1.0, ""), NET),
        "machines": machines or (accelerated(), toys.machine(performance={"ssj_ops": 1e7})),
        "models": {"small": row()},
        "workloads": (workload,),
    }
    return toys.problem(**{**plain, **changes})


def found(workload: Workload, *machines: Machine, **changes: Any) -> OptionSet:
    return enumerate_options(case(workload, *machines, **changes), C)


def days(option: Option) -> float:
    return float(option.details["days"])


@pytest.mark.parametrize(
    ("kind", "spec", "runs", "excused"),
    [
        ("serving", SERVING, "pod", {"box": "no-figure"}),
        ("training", TRAINING, "pod", {"box": "no-figure"}),
        ("service", {"work": "scoring"}, "box", {"pod": "no-figure"}),
        ("stream", STREAM, "box", {"pod": "accelerated"}),
    ],
)
def test_every_machine_has_an_option_or_an_excuse(
    kind: str, spec: dict[str, Any], runs: str, excused: dict[str, str]
) -> None:
    result = found(work(kind, spec))
    assert {o.machine for o in result.options} == {runs}
    assert {e.machine: e.reason for e in result.excuses if e.machine != runs} == excused
    assert all(e.text for e in result.excuses)


@pytest.mark.parametrize("kind", ["dataset", "load"])
def test_storage_and_metered_load_need_no_options(kind: str) -> None:
    assert found(toys.workload("w", kind=kind)).options == ()


def test_order_of_machines_changes_nothing() -> None:
    several = [accelerated(f"pod{k}", price_usd=1e4 * (k + 1)) for k in range(3)]
    forward, back = found(work("serving", SERVING), *several), found(work("serving", SERVING), *reversed(several))
    assert forward == back


def test_a_denied_machine_is_excused() -> None:
    result = found(work("serving", {**SERVING, "hardware_deny": ["pod"]}))
    assert result.options == ()
    assert {(e.machine, e.reason) for e in result.excuses} == {("box", "no-figure"), ("pod", "denied")}


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


def test_training_meets_the_deadline_with_the_fewest_machines() -> None:
    result = found(work("training", TRAINING))
    fewest = min(result.options, key=lambda o: o.block_machines)
    assert all(days(o) <= 30 for o in result.options)
    assert len({o.block_machines for o in result.options}) <= 3
    tighter = {**TRAINING, "deadline": days(fewest) * DAY_S * 0.7}
    assert min(o.block_machines for o in found(work("training", tighter)).options) > fewest.block_machines


def test_duty_and_checkpoints_by_hand() -> None:
    option = min(found(work("training", TRAINING)).options, key=lambda o: o.block_machines)
    assert option.duty == pytest.approx(days(option) / 365)
    assert option.storage_write_gb_per_s * option.block_machines == pytest.approx(10.0 * 1e9 / 50 / 1e9)
    steps = 1e11 / 65_536
    assert days(option) == pytest.approx(steps * option.details["step_s"] / option.details["goodput"] / DAY_S)


def test_development_shares_the_deadline() -> None:
    twice = found(work("training", {**TRAINING, "development_factor": 2.0}))
    half = found(work("training", {**TRAINING, "deadline": 15 * DAY_S}))
    assert {o.block_machines for o in twice.options} == {o.block_machines for o in half.options}
    assert twice.options[0].duty == pytest.approx(2 * half.options[0].duty)


@given(st.floats(1.0, 3.0))
def test_twice_the_tokens_take_twice_the_time(scale: float) -> None:
    spec = {**TRAINING, "deadline": 3000 * DAY_S, "tokens": 1e10 * scale}
    base = {o.block_machines: days(o) for o in found(work("training", spec)).options}
    more = {o.block_machines: days(o) for o in found(work("training", {**spec, "tokens": 2e10 * scale})).options}
    assert base
    assert more == {n: pytest.approx(2 * d) for n, d in base.items()}


def test_a_deadline_beyond_the_period_is_said() -> None:
    result = found(work("training", {**TRAINING, "deadline": 500 * DAY_S}))
    (note,) = [e for e in result.excuses if e.reason == "period"]
    assert (note.value, note.limit, note.unit) == (pytest.approx(500), pytest.approx(365), "days")


def test_an_impossible_deadline_gives_the_fastest_time() -> None:
    result = found(work("training", {**TRAINING, "deadline": 60.0}))
    excuse = next(e for e in result.excuses if e.machine == "pod")
    assert excuse.reason == "deadline"
    assert excuse.value is not None
    assert excuse.limit is not None
    assert excuse.value > excuse.limit == pytest.approx(60 / DAY_S)


def test_ports_at_another_speed_are_no_fabric() -> None:
    result = found(work("training", TRAINING), accelerated(nic_gbps=400.0))
    assert [e.reason for e in result.excuses] == ["fabric"]


def test_one_machine_needs_no_fabric() -> None:
    result = found(work("training", {**TRAINING, "tokens": 1e9}))
    assert ("none", 1) in {(o.fabric, o.block_machines) for o in result.options}


def test_only_oversubscription_that_is_allowed_is_offered() -> None:
    thin = replace(NET, id="thin", oversubscription=4.0)
    fabrics = (FabricClass("none", None, 1.0, ""), NET, thin)
    strict = found(work("training", TRAINING), fabrics=fabrics)
    loose = found(work("training", {**TRAINING, "oversubscription": 4.0}), fabrics=fabrics)
    assert "thin" not in {o.fabric for o in strict.options}
    assert "thin" in {o.fabric for o in loose.options}


def test_counts_beyond_the_fewest_stay_near(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    made = train._case(case(work("training", TRAINING)), work("training", TRAINING), accelerated(), C)
    assert isinstance(made, train.Case)
    front = train.frontier(made.chip, made.model, made.run, 1.0, C)
    few = Frontier(
        machines=np.array([10, 100]),
        step_s=np.array([1e-9, 1e-10]),
        layouts=(front.layouts[0], front.layouts[0]),
        basis="estimated",
        low=1.0,
        high=1.0,
        least_gb=1.0,
    )
    assert len(list(train._blocks(made, NET, few))) == 1


def test_service_and_stream_by_hand() -> None:
    (scoring,) = found(work("service", {"work": "scoring"})).options
    assert scoring.per_machine == pytest.approx(7000.0)
    (own,) = found(work("service", {"throughput": {"pod": 5.0}})).options
    assert (own.machine, own.per_machine, own.basis) == ("pod", 5.0, "measured")
    (events,) = found(work("stream", STREAM)).options
    assert events.details["binding"] == min(
        ("cores", "drives", "network", "capacity"), key=lambda k: events.details[f"{k}_bytes_per_s"]
    )
    assert events.per_machine == events.details[f"{events.details['binding']}_bytes_per_s"]


def test_a_broker_without_drives_is_excused() -> None:
    result = found(work("stream", STREAM), toys.machine(nvme_tb=0.0))
    assert [(e.reason, e.machine) for e in result.excuses] == [("no-figure", "box")]


def test_vision_draws_less_than_language_on_accelerators() -> None:
    services = {"vision": {"chip": spread(10.0, basis="measured")}}
    result = enumerate_options(case(work("service", {"work": "vision"})), coefficients(services))
    assert result.options[0].busy_kw == pytest.approx(0.8 * 0.8 - 0.2)


@pytest.mark.parametrize(
    ("kind", "spec", "name"),
    [
        ("serving", SERVING, "requests_per_s_per_kw"),
        ("training", TRAINING, "tokens_per_s_per_kw"),
        ("service", {"work": "scoring"}, "requests_per_s_per_kw"),
    ],
)
def test_every_option_says_its_work_per_kw(kind: str, spec: dict[str, Any], name: str) -> None:
    for option in found(work(kind, spec)).options:
        kw = option.idle_kw + option.busy_kw
        rate = option.details["tokens_per_s"] / option.block_machines if option.block_machines else option.per_machine
        assert option.details[name] == pytest.approx(rate / kw)
