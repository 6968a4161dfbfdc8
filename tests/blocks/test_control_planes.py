"""Control planes: what they need of a machine, how surely a majority is up, and who is refused."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import toys
from orchestrated_toys import ROWS, orchestrated

from planner.blocks import prepared
from planner.estimate.failures import Failures
from planner.estimate.orchestration import control_needs, majority
from planner.estimate.reliability import unavailability

F = ROWS["orchestration"]


def failing(down: float) -> Failures:
    """Machines that are down a share of the time, each alone."""
    return Failures(down / (1 - down), 1.0)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_majority_is_the_binomial(count: int) -> None:
    generator = random.Random(1)
    down, tries = 0.2, 40_000
    won = sum(sum(generator.random() > down for _ in range(count)) > count / 2 for _ in range(tries))
    assert majority(count, failing(down)) == pytest.approx(won / tries, abs=0.01)


def test_more_nodes_are_up_more_surely_and_one_is_as_sure_as_its_machine() -> None:
    down = unavailability(0.01, 1.0)
    one, three, five = (majority(count, Failures(0.01, 1.0)) for count in (1, 3, 5))
    assert one == pytest.approx(1 - down)
    assert one < three < five


def test_machines_that_fail_together_outvote_a_majority() -> None:
    alone, together = Failures(0.001, 1.0), Failures(0.001, 1.0, domain=3, domain_down=0.01)
    assert majority(3, together) == pytest.approx(0.99 * majority(3, alone), abs=1e-9)


def test_a_control_plane_less_sure_than_its_work_is_refused() -> None:
    work = replace(toys.workload(), availability=0.9999)
    _, options = prepared(orchestrated(toys.problem(workloads=(work,)), control_plane=1), toys.options())
    assert [e.reason for e in options.excuses if e.workload == "control-plane.s"] == ["majority"]
    assert not options.of("control-plane.s")


@pytest.mark.parametrize(("nodes", "needs"), [(25, (4, 16)), (26, (8, 32)), (250, (16, 96)), (500, (32, 192))])
def test_needs_grow_by_the_published_steps(nodes: float, needs: tuple[float, float]) -> None:
    assert control_needs(nodes, F) == pytest.approx(needs)


def test_small_machines_and_accelerators_carry_no_control_plane() -> None:
    made = (toys.machine(), toys.machine("small", cores=2), toys.machine("thin", ram_gb=4.0))
    made += (toys.machine("gpu", accelerators=8, accelerator="x"),)
    _, options = prepared(orchestrated(toys.problem(machines=made)), toys.options())
    said = {e.machine: e.reason for e in options.excuses if e.workload == "control-plane.s"}
    assert said == {"small": "cores", "thin": "memory", "gpu": "accelerated"}
