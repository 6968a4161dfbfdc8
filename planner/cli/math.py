"""`aiplan math`: every block's equations."""

from __future__ import annotations

import typer


def math(block: str = typer.Argument("", help="Only this block.")) -> None:
    """Print what every block decides: its equations, its symbols, where they stand in the code.

    Example: aiplan math spares
    """
    from planner import driver
    from planner.errors import BadInput

    found = [(name, doc) for name, doc in driver.math() if block in ("", name)]
    if not found:
        raise BadInput(f"no block {block!r}; there are {', '.join(name for name, _ in driver.math())}")
    for name, doc in found:
        typer.echo(f"{name}\n{'=' * len(name)}\n{doc}\n")
