"""Counts of networks: published ones, what must hold of every one, and the cheapest against plain enumeration."""

from __future__ import annotations

import random
from math import ceil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.estimate.topology import FAMILIES, Wiring, counts, fewest, largest, shapes

FAT, RAILS, APART, DRAGONFLY = FAMILIES


def wirings() -> st.SearchStrategy[Wiring]:
    return st.builds(
        lambda family, ports, ratio, above, rails, planes: Wiring(
            family, ports, ratio, above, rails if "rail" in family else 1, planes, ports * planes if planes > 1 else 0
        ),
        st.sampled_from(FAMILIES),
        st.sampled_from([4, 8, 20, 36, 40, 64]),
        st.sampled_from([1.0, 1.5, 2.0, 3.0]),
        st.sampled_from([1.0, 2.0, 7.0]),
        st.sampled_from([1, 4, 8]),
        st.sampled_from([1, 2]),
    )


@pytest.mark.parametrize(
    ("endpoints", "wiring", "switches"),
    [
        (768, Wiring(RAILS, 64, rails=8), (24, 16, 0)),  # three scalable units of H100: sixteen spines, not twelve
        (2048, Wiring(FAT, 64), (64, 32, 0)),
        (16384, Wiring(FAT, 64), (512, 512, 256)),
        (2304, Wiring(RAILS, 144, rails=8), (32, 18, 0)),
        (8192, Wiring(RAILS, 64, rails=8, planes=2, split_ports=128), (256, 128, 0)),
        (1024, Wiring(APART, 64, rails=8), (32, 16, 0)),  # eight rails of 128, each four leaves and two spines
        (512, Wiring(APART, 64, rails=8), (8, 0, 0)),  # eight rails of 64, a switch each
    ],
)
def test_counts_by_hand_and_as_published(endpoints: int, wiring: Wiring, switches: tuple[int, int, int]) -> None:
    found = fewest(wiring, endpoints)
    assert found is not None
    assert (found.leaf, found.spine, found.core) == switches


def test_an_oversubscribed_pod_keeps_its_leaves_whole() -> None:
    """Seven to one above the pod: 8 of a spine's 64 ports go up, so a pod has 56 leaves and 1,792 endpoints."""
    (pod,) = [s for s in shapes(Wiring(FAT, 64, above=7.0), 24_576) if s.tiers == 3]
    assert (pod.ports, pod.leaf, pod.spine, pod.leaf_links, pod.spine_links) == (1792, 56, 32, 1792, 256)
    found = fewest(Wiring(FAT, 64, above=7.0), 24_576)
    assert found is not None
    assert (found.leaf, found.spine, found.core) == (14 * 56, 14 * 32, 64)  # 14 pods x 8 / c <= 64: c is 2


def test_a_leaf_takes_more_uplinks_where_they_divide_better() -> None:
    """Two to one on 64 ports, 400 endpoints: 10 leaves of 22 up need 11 spines, of 24 up four."""
    found = fewest(Wiring(FAT, 64, 2.0), 400)
    assert found is not None
    assert (found.shape, found.leaf, found.spine) == ("leaf_spine_24", 10, 4)


@given(wirings(), st.integers(1, 20_000))
def test_no_port_is_used_twice_and_no_spine_is_dark(wiring: Wiring, endpoints: int) -> None:
    for shape in shapes(wiring, min(endpoints, largest(wiring))):
        ports = wiring.ports if shape.planes == 1 else wiring.split_ports
        copies = shape.planes * (wiring.rails if wiring.family == APART else 1)
        for rung in shape.rungs:
            for n in (1, rung.units):
                n = rung.units if shape.exact else n
                leaf, spine = n * shape.leaf // copies, (n * shape.spine + rung.spine) // copies
                core = rung.core // copies
                each_way = (n * shape.leaf_links, n * shape.spine_links + rung.links)
                low, high = (links * shape.planes // copies for links in each_way)
                ends = n * shape.ports * shape.planes // copies
                assert ends + low <= leaf * ports
                assert low + high * (2 if shape.exact else 1) <= max(spine, 0) * ports if spine else low == 0
                assert high <= core * ports or shape.exact
                if shape.tiers == 2:
                    up = low // leaf
                    assert up % spine == 0
                    assert (low == 0) == (spine == 0)


@given(wirings(), st.integers(1, 5_000), st.integers(1, 500))
def test_more_endpoints_never_take_fewer_switches(wiring: Wiring, endpoints: int, more: int) -> None:
    fewer, greater = fewest(wiring, endpoints), fewest(wiring, endpoints + more)
    if greater is not None:
        assert fewer is not None
        assert fewer.switches <= greater.switches
        assert fewer.endpoints < greater.endpoints
    assert (greater is None) == (endpoints + more > largest(wiring))


def least(wiring: Wiring, endpoints: int, per_switch: float, per_link: float) -> float:
    found = [c for s in shapes(wiring, endpoints) for c in counts(s, endpoints)]
    return min((per_switch * c.switches + per_link * c.links for c in found), default=float("inf"))


@given(wirings(), st.integers(1, 5_000), st.integers(1, 500), st.floats(0, 10), st.floats(0, 10))
def test_more_endpoints_never_cost_less_whatever_the_prices(
    wiring: Wiring, endpoints: int, more: int, per_switch: float, per_link: float
) -> None:
    """Any mix of fewest switches and fewest links: neither count that a plan would take falls as endpoints grow."""
    fewer, greater = (least(wiring, n, per_switch, per_link) for n in (endpoints, endpoints + more))
    assert fewer <= greater * (1 + 1e-12)


@given(wirings(), st.integers(1, 20_000))
def test_whatever_goes_up_reaches_every_switch_above_equally(wiring: Wiring, endpoints: int) -> None:
    for shape in shapes(wiring, min(endpoints, largest(wiring))):
        copies = shape.planes * (wiring.rails if wiring.family == APART else 1)
        up = shape.leaf_links * shape.planes / shape.leaf  # uplinks of one leaf
        for rung in shape.rungs:
            spines = (shape.spine or rung.spine) / copies  # of one network: of a pod, or of all
            assert spines == int(spines)
            assert up % spines == 0 if spines else up == 0
            if rung.core:
                above = shape.spine_links * shape.planes / shape.spine  # uplinks of one spine
                cores = rung.core / copies / spines  # over each spine of a pod
                assert cores == int(cores) > 0
                assert above % cores == 0


@example(Wiring("fat_tree", 64, 2.0, planes=2, split_ports=128), 337, 1.0, 0.0)
@given(wirings(), st.integers(1, 3_000), st.floats(0, 10), st.floats(0, 10))
def test_what_is_left_out_is_never_cheapest(wiring: Wiring, endpoints: int, per_switch: float, per_link: float) -> None:
    """Shapes kept for larger networks and those kept for just these endpoints give the same least cost."""

    def least(most: int) -> float:
        found = [c for s in shapes(wiring, most) for c in counts(s, endpoints)]
        return min((per_switch * c.switches + per_link * c.links for c in found), default=float("inf"))

    assert least(endpoints) == pytest.approx(least(4 * endpoints))


def plain(k: int, endpoints: int, per_switch: float, per_link: float) -> float:
    """The cheapest even fat tree at full bisection: leaves, spines, pods and cores counted one by one."""
    half, best = k // 2, float("inf")
    if endpoints <= k:
        best = per_switch + per_link * endpoints
    leaves = ceil(endpoints / half)
    for spines in range(1, half + 1):
        if half % spines == 0 and leaves * (half // spines) <= k:
            best = min(best, per_switch * (leaves + spines) + per_link * (endpoints + leaves * half))
    for spines in range(1, half + 1):
        if half % spines or spines * 4 < half:
            continue
        each = half // (half // spines)
        pods = ceil(endpoints / (each * half))
        for over in range(1, half + 1):
            if half % over == 0 and pods * (half // over) <= k:
                switches = pods * (each + spines) + spines * over
                links = endpoints + pods * (each * half + spines * half)
                best = min(best, per_switch * switches + per_link * links)
    return best


def test_the_cheapest_is_that_of_plain_enumeration() -> None:
    chance = random.Random(7)
    for _ in range(300):
        k, endpoints = chance.choice([8, 36, 64]), chance.randint(1, 8_000)
        per_switch, per_link = chance.uniform(1, 50), chance.uniform(0.01, 2)
        found = [c for s in shapes(Wiring(FAT, k), endpoints) for c in counts(s, endpoints)]
        least = min((per_switch * c.switches + per_link * c.links for c in found), default=float("inf"))
        assert least == pytest.approx(plain(k, endpoints, per_switch, per_link))
