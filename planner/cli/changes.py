"""`--set KEY=VALUE`: a scenario with other values than its file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.scenario.change import Change

CHANGES = typer.Option([], "--set", metavar="KEY=VALUE", help="Plan with another value of a key; may be repeated.")


def change(text: str) -> Change:
    """`KEY=VALUE` taken apart. Raises BadInput."""
    from planner.scenario.change import Change

    key, equals, value = text.partition("=")
    if not key or not equals:
        raise BadInput(f"--set {text}: write KEY=VALUE, as limits.carbon_free.share=90%")
    return Change(key, value)
