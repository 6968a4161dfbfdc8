"""Bin packing: never less than the bound, never more than a plain best fit, and exact where all pods are equal."""

from __future__ import annotations

from math import ceil, floor, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.export.packing import MOST_PODS, nodes_needed

GROUPS = st.lists(
    st.tuples(st.integers(1, 30), st.sampled_from([0.05, 0.1, 0.125, 0.25, 0.3, 0.4, 0.5, 0.6, 1.0])), max_size=5
)


def one_by_one(groups: list[tuple[int, float]]) -> int:
    """Best fit decreasing, a pod at a time."""
    nodes: list[list[float]] = []
    for share in sorted((s for n, s in groups for _ in range(n)), reverse=True):
        fit = [n for n in nodes if sum(n) + share <= 1 + 1e-9]
        if fit:
            max(fit, key=sum).append(share)
        else:
            nodes.append([share])
    return len(nodes)


@settings(max_examples=150, deadline=None)
@given(GROUPS)
def test_grouped_is_best_fit_a_pod_at_a_time(groups: list[tuple[int, float]]) -> None:
    found = nodes_needed(groups)
    assert found == one_by_one(groups)
    assert found >= ceil(sum(n * s for n, s in groups) - 1e-6)


@given(st.integers(1, 10_000), st.floats(0.02, 1.0))
def test_equal_pods_are_exact(count: int, share: float) -> None:
    assert nodes_needed([(count, share)]) == ceil(count / min(MOST_PODS, floor(1 / share + 1e-9)))


def test_a_pod_larger_than_a_node_fits_nowhere() -> None:
    assert nodes_needed([(1, 1.2)]) == inf


def test_no_node_holds_more_pods_than_kubernetes_is_made_for() -> None:
    assert nodes_needed([(111, 0.001)]) == 2


@pytest.mark.parametrize(("groups", "nodes"), [([], 0), ([(3, 0.4), (2, 0.6)], 3), ([(100_000, 0.25)], 25_000)])
def test_by_hand(groups: list[tuple[int, float]], nodes: int) -> None:
    assert nodes_needed(groups) == nodes
