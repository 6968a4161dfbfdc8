"""Switches, cables and optics: what a port takes, and which medium reaches how far for how much."""

from __future__ import annotations

import pytest

from planner.catalog import Catalog, load
from planner.resolve.switches import end_to_end, ports_at, switch_at
from planner.scenario.schema_network import Cables


@pytest.fixture(scope="module")
def books() -> Catalog:
    return load()


def test_a_populated_switch_draws_what_its_optics_add(books: Catalog) -> None:
    """An SN5600 goes from 0.94 kW with copper to 2.03 kW with 64 twin-port modules of 17 W."""
    switch, module = books.row("switch", "nvidia_sn5600"), books.row("optic", "mms4x00_ns_800g_2xdr4")
    full = switch.number("typical_w") + switch.number("ports") * module.number("w_each")
    assert full == pytest.approx(switch.number("typical_w_with_optics"))
    assert full / 1e3 == pytest.approx(2.03, abs=0.005)


def test_a_link_takes_both_ends(books: Catalog) -> None:
    made = switch_at(books, books.row("switch", "nvidia_sn5600"), 800.0)
    assert made is not None
    optic = min(
        (p.number("price_usd"), p.id)
        for p in books.rows("price_optic")
        if books.row("optic", p.id).get("gbps", 0) == 800
    )
    assert made.link_usd == 2 * optic[0]
    assert made.link_kw == pytest.approx(2 * books.row("optic", optic[1]).number("w_each") / 1e3)


@pytest.mark.parametrize(
    ("metres", "usd", "kw"),
    [
        (1.5, 625.0, 2 * 0.1 / 1e3),  # passive copper
        (20.0, 1562.0, 2 * 14 / 1e3),  # active optical cable
        (400.0, 1600.0, 2 * 8.5 / 1e3),  # two linear modules of 800 USD
        (1500.0, 3400.0, 2 * 16 / 1e3),  # two FR4 of 1,700 USD
    ],
)
def test_the_medium_goes_by_length(books: Catalog, metres: float, usd: float, kw: float) -> None:
    found = end_to_end(books, 800.0, metres)
    assert found is not None
    assert (found[0], found[1]) == (usd, pytest.approx(kw))


def test_longer_runs_never_cost_less(books: Catalog) -> None:
    found = [end_to_end(books, 800.0, metres) for metres in (1, 2, 3, 5, 30, 100, 500, 2000)]
    prices = [f[0] for f in found if f is not None]
    assert len(prices) == len(found)
    assert prices == sorted(prices)
    assert end_to_end(books, 800.0, 1e6) is None


def test_broken_out_ports(books: Catalog) -> None:
    switch = books.row("switch", "nvidia_sn5600")
    assert [ports_at(switch, gbps) for gbps in (800.0, 400.0, 100.0)] == [64, 128, 0]


def test_lengths_from_racks() -> None:
    """In the same rack 2 m, which copper reaches; twenty racks on, 3 m up and down and 12 m along."""
    near = Cables(racks_to_leaf=0, racks_between_switches=20).runs
    assert near == {"to_machines": 2.0, "between_switches": 15.0}
    assert Cables.model_validate({"to_machines": "5 m"}).runs == {"to_machines": 5.0, "between_switches": None}
