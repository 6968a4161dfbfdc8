"""How many units of an option a plan may use: what bounds columns, and whatever is sized on them."""

from __future__ import annotations

from math import ceil

from planner.options.types import Option

ROUNDING = 1e-6
"""Relative slack when a bound is rounded up to whole replicas."""

CATCH_UP_ROOM = "catch_up_room"
"""Detail of an option: machines that may stand for work that is made up for."""


def most_units(option: Option, demand: float) -> float:
    """Units of a rate option that serve all the demand; the last replica whole, copies on machines of their own.

    `whole_replicas`, `machines_apart` and `update_room` are details that blocks give their options: replicas that share
    a machine, copies that must not, and machines that stand for updates alone.
    """
    each = option.per_machine * option.replica_machines
    bound = demand / each if each else 0.0
    if several := option.details.get("whole_replicas"):
        bound = ceil(bound * several - ROUNDING) / several
    return max(bound, float(option.details.get("machines_apart", 0.0)))


def room(option: Option) -> int:
    """Machines that updates of the option, or work that is made up for, may need beside those that work."""
    beside = float(option.details.get("update_room", 0.0)) + float(option.details.get(CATCH_UP_ROOM, 0.0))
    return ceil(beside - ROUNDING)
