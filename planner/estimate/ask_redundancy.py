"""Questions of redundancy without a scenario: spares of a pool, durability of schemes, state kept in replicas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.estimate import durability as lasting
from planner.estimate.failures import Failures, spares, up
from planner.estimate.levels import level_name
from planner.estimate.state import majority, replicas_for

SCHEMES = ((1, 1), (1, 2), (4, 2), (8, 2), (10, 2), (8, 3), (17, 3), (8, 4), (12, 4))
"""k and m of the ladder, as the catalog has them."""


def pool(working: int, target: float, failures: Failures) -> dict[str, Any] | None:
    """The fewest spares, and the levels above and below; None where no number of spares holds the target."""
    count = spares(failures, working, target)
    if count is None:
        return None
    levels = [s for s in (count - 1, count, count + 1) if s >= 0]
    rows = [{"level": level_name(1, [s]), "spares": s, "availability": up(failures, working, s)} for s in levels]
    alone = Failures(failures.per_day, failures.repair_days)
    return {
        "working": working,
        "target": target,
        "spares": count,
        "availability": up(failures, working, count),
        "spares_if_machines_failed_apart": spares(alone, working, target),
        "unavailability_of_one": 1 - (1 - failures.down) * (1 - failures.domain_down),
        "levels": rows,
    }


def ladder(annual: float, repair_h: float, groups: float, crews: int) -> list[dict[str, Any]]:
    """Every scheme, the least raw bytes first: its nines by year for so many groups, and the domains it takes."""
    found = []
    for k, m in SCHEMES:
        scheme = lasting.Scheme(k, m)
        nines = lasting.durability(scheme, annual, repair_h, groups, crews)
        found.append(
            {
                "scheme": scheme.name,
                "raw_bytes_for_each": scheme.overhead,
                "nines": min(nines, lasting.MOST_NINES),
                "printed": lasting.printed(nines),
                "failure_domains": scheme.domains,
                "failure_domains_to_heal": scheme.domains_to_heal,
            }
        )
    return sorted(found, key=lambda x: (x["raw_bytes_for_each"], x["scheme"]))


def state(target: float, u: float, domains: int) -> dict[str, Any] | None:
    """The fewest replicas whose majority holds the target and outlives any one domain; None where fifteen do not."""
    n = replicas_for(target, u, domains)
    if n is None:
        return None
    found = majority(n)
    return {
        "replicas": n,
        "quorum": found.write,
        "may_be_down": found.survives,
        "failure_domains": domains,
        "availability": found.availability(u),
        "target": target,
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows under their keys, aligned."""
    heads = [k.replace("_", " ") for k in rows[0]]
    cells = [[_cell(k, v) for k, v in row.items()] for row in rows]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    return "".join(
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() + "\n" for line in [heads, *cells]
    )


def _cell(key: str, value: Any) -> str:
    if key in ("availability", "target"):
        return f"{value:.6%}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
