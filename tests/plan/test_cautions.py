"""Sentences on what a reader would take otherwise: runs shorter than their period, and spot machines."""

from __future__ import annotations

from dataclasses import replace

import pytest
import toys

from planner.blocks import assemble
from planner.options.types import Option, OptionSet
from planner.plan.cautions import notes
from planner.problem import FailureEvent, Machine
from planner.solve.monolithic import solve


def said(option: Option, machine: Machine) -> list[str]:
    problem = toys.problem(machines=(machine,))
    options = OptionSet((option,), ())
    m = assemble(problem, options)
    return notes(m, solve(m, gap=1e-9), problem, options)


def run(duty: float) -> Option:
    return toys.option(block_machines=4, duty=duty, idle_kw=0.2, busy_kw=0.6)


RENTED = toys.machine(acquisition="rent", price_usd=2.0, maintenance_fraction=0.0, performance={"provider_pue": 1.1})


def test_a_run_that_does_not_fill_its_period_says_what_it_counts_as() -> None:
    (text,) = said(run(0.25), toys.machine())
    assert text.startswith("web runs 25% of y1, counts as 1.4 kW of IT in each of its hours, and draws 3.2 kW while it")
    assert "`periods`" in text


def test_a_short_run_is_not_said_to_be_none() -> None:
    (text,) = said(run(0.002), toys.machine())
    assert text.startswith("web runs under 1% of y1")


def test_on_rented_machines_it_says_that_rent_is_of_the_whole_period() -> None:
    (text,) = said(run(0.03), RENTED)
    assert text.startswith("web runs 3% of y1 on box, whose rent is paid for all of it")


@pytest.mark.parametrize("option", [run(0.95), toys.option(duty=1.0)])
def test_what_fills_its_period_needs_no_word(option: Option) -> None:
    assert said(option, toys.machine()) == []


def test_spot_machines_are_named_unless_the_scenario_says_how_often_they_are_taken() -> None:
    spot = replace(RENTED, tags=("cpu", "rented", "spot"))
    (text,) = said(toys.option(), spot)
    assert text.startswith("box: spot machines may be taken back at any time")
    assert said(toys.option(), replace(spot, events=(FailureEvent("restart", 2.0, 0.01),))) == []
    assert said(toys.option(), RENTED) == []
