"""What a topology does to the time of a step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from estimate_toys import coefficients, model, row
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.estimate.chip import Chip
from planner.estimate.model import transformer
from planner.estimate.network import SWITCH_S, Between, Level, Network, examples, flat, network
from planner.estimate.topology import ANY, RAIL_ONLY, RAIL_OPTIMIZED, Wiring
from planner.estimate.training import Run, frontier, hardware, rates
from planner.estimate.training_step import Layouts, step_seconds

CHIP = Chip("chip", 8, 80e9, 2e12, 450e9, 8, 50e9, (("bf16", 1e15, "bf16"),))
C = coefficients()


def layout(**changes: float) -> Layouts:
    plain = {"tp": 1.0, "pp": 1.0, "cp": 1.0, "ep": 1.0, "vp": 1.0, "dp": 1024.0, "micro": 1.0, "count": 1.0}
    return Layouts(**{**plain, "recompute": 0.0, **changes})


def seconds(net: float | Network, lay: Layouts, world: float = 1024.0, overlap: float = 0.0) -> float:
    c = coefficients(training_overlap=overlap)
    hw = hardware(CHIP, "bf16", net, c, world)
    return float(step_seconds(model(), hw, rates(c), lay, 2048.0))


def exchange(over: float | Network) -> float:
    """Seconds that experts' copies take between machines: a step less one with no wait for the network."""
    shape, lay = transformer(row(experts=64, topk=8, moe_ffn=1024)), layout(ep=64.0)
    at_once = hardware(replace(CHIP, scale_out=1e18), "bf16", 1.0, C)
    times = [
        step_seconds(shape, hw, rates(C), lay, 2048.0) for hw in (hardware(CHIP, "bf16", over, C, 1024.0), at_once)
    ]
    return float(times[0] - times[1])


def test_levels_by_hand() -> None:
    """64 ports, two to one: 42 down, 22 up, or as few as 37 down; machines of eight accelerators and ports."""
    plain = network(Wiring(ANY, 64, 2.0), 8, 8)
    assert plain.levels[:3] == (Level(32, 1.0, 1), Level(64, 1.0, 1), Level(42 * 64 // 8 * 8, 2.0, 3))
    rails = network(Wiring(RAIL_OPTIMIZED, 64, 2.0, rails=8), 8, 8)
    assert rails.oversubscription(np.array([296, 304])).tolist() == [1.0, 2.0]  # 37 machines under one set of leaves
    assert plain.oversubscription(296) == 2.0
    assert plain.switches(np.array([8, 64, 72, 2688, 2696])).tolist() == [1, 1, 3, 3, 5]
    assert [plain.level(world).switches for world in (8, 64, 72, 2688, 2696)] == [1, 1, 3, 3, 5]


def test_two_tiers_without_oversubscription_change_nothing() -> None:
    net = network(Wiring(ANY, 64), 8, 8)
    assert seconds(net, layout()) == seconds(1.0, layout()) == seconds(flat(1.0), layout())


def test_oversubscription_slows_only_what_leaves_its_set_of_leaves() -> None:
    net = network(Wiring(RAIL_OPTIMIZED, 64, 2.0, rails=8), 8, 8)
    assert seconds(net, layout(dp=256.0), 256.0) == seconds(1.0, layout(dp=256.0), 256.0)
    assert seconds(net, layout()) > seconds(1.0, layout())


def test_rail_only_slows_experts_as_published_and_leaves_dense_training() -> None:
    """Wang et al. 2023 (arXiv:2307.12169): 8.2 to 11.2 % of an all-to-all, forwarded over NVLink."""
    net = network(Wiring(RAIL_ONLY, 64, rails=8), 8, 8)
    assert seconds(net, layout()) == seconds(1.0, layout())
    assert 0.082 < exchange(net) / exchange(1.0) - 1 < 0.112


def test_a_third_tier_makes_every_step_later_and_more_so_on_more_machines() -> None:
    deep, plain = Network((Level(np.inf, 1.0, 5),)), flat(1.0)
    late = [
        seconds(deep, layout(dp=float(n)), n, overlap=1.0) - seconds(plain, layout(dp=float(n)), n, overlap=1.0)
        for n in (64, 512, 4096)
    ]
    # The optimiser's share and what is hidden fall away: a ring of n / 8 machines takes 2 (n / 8 - 1) hops of 0.8 us.
    exposed = [seconds(deep, layout(dp=float(n)), n) - seconds(plain, layout(dp=float(n)), n) for n in (64, 512, 4096)]
    assert exposed == pytest.approx([2 * (n / 8 - 1) * 0.8e-6 for n in (64, 512, 4096)], rel=1e-6)
    assert late == sorted(late)


@settings(deadline=None)
@given(st.sampled_from(sorted(examples(64, 8))), st.sampled_from([64, 144]))
def test_no_topology_is_faster_than_full_bisection(name: str, ports: int) -> None:
    run = Run(1e9, 2048, 2048 * 512, "bf16")
    best = frontier(CHIP, model(), run, 1.0, C)
    made = frontier(CHIP, model(), run, network(examples(ports, 8)[name], 8, 8), C)
    for machines, step in zip(made.machines, made.step_s, strict=True):
        at = int(np.searchsorted(best.machines, machines, side="right")) - 1
        assert step >= best.step_s[at] * (1 - 1e-12)


def test_what_joins_machines_of_a_replica_by_hand() -> None:
    """50 GB/s a port, two to one beyond a leaf of 32 ports; rails change over 450 GB/s in seven cases of eight."""
    lean = Between(network(Wiring(ANY, 64, 2.0), 8, 8))
    assert lean.rate(CHIP, 8) == pytest.approx(50e9)  # 64 ports of one switch
    assert lean.rate(CHIP, 9) == pytest.approx(25e9)
    assert Between(lean.network, 0.25).rate(CHIP, 9) == pytest.approx(25e9 / 4)
    assert lean.delay_s(CHIP, 9) - lean.delay_s(CHIP, 8) == pytest.approx(2 * SWITCH_S)
    rails = Between(network(Wiring(RAIL_ONLY, 64, rails=8), 8, 8))
    assert rails.rate(CHIP, 9) == pytest.approx(1 / (1 / 50e9 + 7 / 8 / 450e9))
