"""Heat bands of a dataset, from the plan's problem: TB stored, rates, waits, and what moves between them.

Two bands by the share `hot`, or those of `bands`: in order, what leaves one is written to the next.

    moved = TB / stay,  recall = recalled x TB / rehydrate, read from its band and written to the first
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from planner.audit.view import Record, View

AT_ONCE_S, WARM_S = 0.005, 0.1
"""The slowest first byte that counts as hot and as warm, seconds: flash in under one thousandth, disks in about ten."""
TB = 1e12
GB = 1e9
MONTH_S = 8760 * 3600 / 12


@dataclass(frozen=True, slots=True)
class Band:
    """Part of a dataset in a period: TB, GB/s read and written, the slowest first byte it bears."""

    dataset: Record
    name: str
    tb: float
    read: float
    write: float
    wait_s: float
    operations: float = 0.0
    far: bool = False
    """Whether a rented class may hold it though it is used at a rate: its traffic is paid."""
    read_gb_month: float = 0.0
    written_gb_month: float = 0.0
    stay_s: float = inf
    object_gb: float = 1.0


def bands_of(view: View, dataset: Record, period: str) -> list[Band]:
    """A dataset's bands with bytes in a period."""
    if dataset["spec"].get("bands"):
        return list(_named(view, dataset, period))
    spec, stored = dataset["spec"], view.demand(dataset["id"], period)
    grown = stored / spec["size"] if spec["size"] else 0.0
    found = []
    for name, share, wait in (("hot", spec["hot"], AT_ONCE_S), ("cold", 1 - spec["hot"], spec["retrieval"])):
        if share > 0:
            busy = grown if name == "hot" or spec["hot"] == 0 else 0.0
            rates = spec["read"] * busy / GB, spec["write"] * busy / GB
            found.append(Band(dataset, name, stored / TB * share, *rates, wait))
    return found


def _named(view: View, dataset: Record, period: str) -> Iterator[Band]:
    spec, asked = dataset["spec"], view.demand(dataset["id"], period)
    grown, stored = asked / spec["size"], asked / TB / spec["reduction"]
    given = [b for b in spec["bands"] if b["share"] > 0]
    recalls = [b["recalled"] * b["share"] * stored * TB / GB for b in given]
    arriving = 0.0
    for i, b in enumerate(given):
        leaving = 0.0 if b["stay"] is None else b["share"] * stored * TB / GB / b["stay"]
        onward = leaving if i + 1 < len(given) else 0.0
        back = recalls[i] / spec["rehydrate"] if i else 0.0
        rehydrated = 0.0 if i else sum(recalls[1:]) / spec["rehydrate"]
        read, write = b["read"] * grown / GB, b["write"] * grown / GB
        default = {"hot": AT_ONCE_S, "warm": WARM_S}.get(b["heat"], spec["retrieval"])
        yield Band(
            dataset,
            b["heat"],
            b["share"] * stored,
            read + onward + back,
            write + arriving + rehydrated,
            default if b["retrieval"] is None else b["retrieval"],
            b["operations"] * grown,
            True,
            (read + onward) * MONTH_S + recalls[i],
            (write + arriving) * MONTH_S,
            inf if b["stay"] is None else b["stay"],
            spec["object_size"] / GB,
        )
        arriving = leaving
