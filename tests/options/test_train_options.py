"""Options of training: the fewest machines that meet a deadline, their fabric, duty and checkpoints."""

from __future__ import annotations

from dataclasses import replace

import pytest
from estimate_toys import accelerated
from hypothesis import given
from hypothesis import strategies as st
from option_cases import DAY_S, NET, TRAINING, C, case, found, work

from planner.estimate.training import Frontier
from planner.options import train
from planner.options.types import Option
from planner.problem import FabricClass


def days(option: Option) -> float:
    return float(option.details["days"])


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
