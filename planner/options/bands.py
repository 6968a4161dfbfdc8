"""Heat bands of a dataset: parts of it with their own rates, wait and stay, and the tiers that may hold each.

A dataset without `bands` has two, hot and cold, by its share `hot`. With `bands` it has up to four, in the order in
which bytes cool down; what leaves one is written to the next, and what leaves the last is deleted:

    moved out of band b = TB_b / stay_b          written into band b + 1, read from band b
    recall of band b    = recalled_b x TB_b within `rehydrate`, read from band b and written to the first band
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from planner.problem import Problem, StorageTier, Workload

AT_ONCE_S = 0.005
"""The slowest first byte that still counts as hot, seconds: flash answers in a thousandth, disks in about ten."""
WARM_S = 0.1
"""The slowest first byte of a warm band by default, seconds: disks and cloud classes on line answer in time."""
TB, GB = 1e12, 1e9
MONTH_S = 365 * 86_400 / 12
WAITS = {"hot": AT_ONCE_S, "warm": WARM_S}
"""Longest wait of a band that names none; of the others, the dataset's `retrieval`."""


@dataclass(frozen=True, slots=True)
class Band:
    """Part of a dataset: TB stored, rates in GB/s, and the tiers that may hold it."""

    dataset: Workload
    name: str
    tb: float
    """Stored, after reduction."""
    asked_read: float
    asked_write: float
    operations_per_s: float
    tiers: tuple[StorageTier, ...]
    moved: float = 0.0
    """GB/s that leave for the next band (or are deleted)."""
    received: float = 0.0
    """GB/s that arrive from the band before."""
    recall: float = 0.0
    """GB/s at which a recall reads from here."""
    rehydrated: float = 0.0
    """GB/s at which recalls of cooler bands are written here."""
    recalled: float = 0.0
    """Share recalled in a month."""
    stay_s: float = inf
    object_gb: float = 0.0
    last: bool = True

    @property
    def read_gb_per_s(self) -> float:
        """What the tier must read: the dataset's own reads, moves to the next band, recalls."""
        return self.asked_read + (0.0 if self.last else self.moved) + self.recall

    @property
    def write_gb_per_s(self) -> float:
        return self.asked_write + self.received + self.rehydrated

    @property
    def read_gb_per_month(self) -> float:
        """GB that leave a month: rates as if sustained, moves, and what is recalled."""
        moved = 0.0 if self.last else self.moved
        return (self.asked_read + moved) * MONTH_S + self.recalled * self.tb * TB / GB

    @property
    def written_gb_per_month(self) -> float:
        """GB that arrive a month, moves among them; what comes back hot after a recall is a copy that is not kept."""
        return (self.asked_write + self.received) * MONTH_S


def bands(problem: Problem, dataset: Workload, period: int) -> tuple[Band, ...]:
    """The bands of a dataset in a period, the hottest first; empty ones left out."""
    if dataset.spec.get("bands"):
        return _named(problem, dataset, period)
    return _two(problem, dataset, period)


def _two(problem: Problem, dataset: Workload, period: int) -> tuple[Band, ...]:
    """Hot and cold by the share `hot`; rates fall on the hot band, or on the cold one where nothing is hot."""
    spec, total = dataset.spec, dataset.demand[period] / TB
    grown = _grown(dataset, period)
    found = []
    for name, share in (("hot", spec["hot"]), ("cold", 1 - spec["hot"])):
        if share > 0:
            busy = grown if name == "hot" or spec["hot"] == 0 else 0.0
            wait = AT_ONCE_S if name == "hot" else spec["retrieval"]
            rates = spec["read"] * busy / GB, spec["write"] * busy / GB
            near = name == "hot" or any(rates)
            found.append(Band(dataset, name, total * share, *rates, 0.0, _able(problem, spec, wait, near, 0.0)))
    return tuple(found)


def _grown(dataset: Workload, period: int) -> float:
    size = dataset.spec["size"]
    return dataset.demand[period] / size if size else 0.0


def _able(
    problem: Problem, spec: Mapping[str, Any], wait: float, near: bool, operations: float
) -> tuple[StorageTier, ...]:
    """Tiers fast and safe enough; `near`: what is used at a rate stays on site, for traffic has no price."""
    return tuple(
        t
        for t in problem.tiers
        if t.retrieval_s <= wait
        and t.durability_nines >= spec["durability"]
        and not (t.rent_usd_per_month and near)
        and (not operations or t.operations_per_s > 0)
    )


def _named(problem: Problem, dataset: Workload, period: int) -> tuple[Band, ...]:
    """The bands as the scenario gives them, with what moves between them."""
    spec = dataset.spec
    given: Sequence[Mapping[str, Any]] = [b for b in spec["bands"] if b["share"] > 0]
    total, grown = dataset.demand[period] / TB / spec["reduction"], _grown(dataset, period)
    moved = [_moved(total * b["share"], b["stay"]) for b in given]
    recall = [0.0 if i == 0 else _recall(total, b, spec["rehydrate"]) for i, b in enumerate(given)]
    found = []
    for i, b in enumerate(given):
        rates = b["read"] * grown / GB, b["write"] * grown / GB, b["operations"] * grown
        wait = WAITS.get(b["heat"], spec["retrieval"]) if b["retrieval"] is None else b["retrieval"]
        found.append(
            Band(
                dataset,
                b["heat"],
                total * b["share"],
                *rates,
                _able(problem, spec, wait, False, rates[2]),
                moved=moved[i],
                received=moved[i - 1] if i else 0.0,
                recall=recall[i],
                rehydrated=0.0 if i else sum(recall),
                recalled=b["recalled"],
                stay_s=inf if b["stay"] is None else b["stay"],
                object_gb=spec["object_size"] / GB,
                last=i == len(given) - 1,
            )
        )
    return tuple(found)


def _moved(tb: float, stay: float | None) -> float:
    return 0.0 if stay is None else tb * TB / GB / stay


def _recall(total: float, band: Mapping[str, Any], within: float) -> float:
    return float(total * band["share"] * band["recalled"] * TB / GB / within)
