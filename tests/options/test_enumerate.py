"""Options by kind on hand-made machines: arithmetic, excuses for the rest, order."""

from __future__ import annotations

from typing import Any

import pytest
import toys
from estimate_toys import accelerated, coefficients, spread
from option_cases import SERVING, STREAM, TRAINING, case, found, work

from planner.options.enumerate import enumerate_options


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
