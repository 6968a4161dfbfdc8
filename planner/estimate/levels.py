"""Names of redundancy levels, as data-center people write them."""

from __future__ import annotations

from collections.abc import Collection


def level_name(systems: int, spares: Collection[int]) -> str:
    """`N`, `N+1`, `2N`, `2(N+1)`, `3N/2`: any `systems` less one carry the load, each with so many spares.

    Where systems keep different numbers of spares, the fewest is named: the level is what all of them hold.
    """
    least = min(spares, default=0)
    inner = f"N+{least}" if least else "N"
    if systems <= 1:
        return inner
    many = f"{systems}({inner})" if least else f"{systems}N"
    return many if systems == 2 else f"{many}/{systems - 1}"
