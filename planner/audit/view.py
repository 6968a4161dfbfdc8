"""A plan's JSON, indexed for the laws: columns by family and keys, records by id, hours as arrays.

It remembers which column families, accounts, tallies and dispatch roles were asked for, so that what no law has read
can be named. It decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from planner.audit.verdict import Floats

Record = dict[str, Any]
Keys = dict[str, str]
HELPERS = frozenset(
    {
        "availability.used",
        "fabric.ends",
        "fabric.rung",
        "generators.used",
        "grid.peak_kw",
        "load.on",
        "pipeline.share",
        "outage.working_kwh",
        "power_train.copy",
        "power_train.peak_kw",
        "series.train",
        "series.used",
        "state.lead",
        "state.prime",
        "state.standby",
        "storage.used",
        "survive.full",
        "survive.left",
    }
)
"""Columns that steer the solver and say nothing of the world that another column does not."""


@dataclass(frozen=True, slots=True)
class Block:
    """The modelled hours of a site's power bus in a period; series and dispatch by name, each of shape (hours,)."""

    site: str
    period: str
    where: str
    hour: Floats
    weight: Floats
    stretches: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, ...], ...]
    series: dict[str, Floats]
    dispatch: dict[str, Floats]

    def flow(self, role: str, who: str | None = None) -> Floats:
        """Sum of a role's flows, or one part's, kW; zero where there is none."""
        total = np.zeros(len(self.weight))
        for name, values in self.dispatch.items():
            part, _, mine = name.partition(".")
            if part == role and (who is None or mine == who):
                total = total + values
        return total

    def who(self, role: str) -> list[str]:
        return sorted(name.partition(".")[2] for name in self.dispatch if name.partition(".")[0] == role)

    def energy(self, kw: Floats) -> float:
        """kWh of a flow over the period."""
        return float(self.weight @ kw)


def most(record: Record, field: str) -> float:
    """A limit; null is none."""
    return inf if record[field] is None else float(record[field])


def by_id(records: list[Record]) -> dict[str, Record]:
    return {r["id"]: r for r in records}


class View:
    """One plan. Lookups that fail raise KeyError: the law that asked then finds the plan incomplete."""

    def __init__(self, plan: Record) -> None:
        self.plan = plan
        problem = plan["problem"]
        self.problem: Record = problem
        self.periods: dict[str, Record] = {p["name"]: p for p in problem["periods"]}
        self.sites, self.machines = by_id(problem["sites"]), by_id(problem["machines"])
        self.fabrics, self.tiers = by_id(problem["fabrics"]), by_id(problem["tiers"])
        self.workloads, self.options = by_id(problem["workloads"]), by_id(plan["options"])
        self.asked: dict[str, set[str]] = defaultdict(set)
        self._families: dict[str, list[tuple[Keys, float]]] = defaultdict(list)
        for column in plan["columns"]:
            self._families[column["family"]].append((column["keys"], float(column["value"])))
        self.blocks = [_block(h) for h in plan["hours"] if h["bus"] == "power"]

    @property
    def has_hours(self) -> bool:
        return bool(self.plan["hours"])

    @property
    def limits(self) -> Record:
        """What the scenario limits, by key."""
        found: Record = self.problem["keys"].get("limits", {})
        return found

    def each(self, family: str, **keys: str) -> list[tuple[Keys, float]]:
        """(keys, value) of a family's columns that match `keys`."""
        self.asked["column family"].add(family)
        return [(k, v) for k, v in self._families.get(family, ()) if all(k.get(n) == w for n, w in keys.items())]

    def total(self, family: str, **keys: str) -> float:
        """Sum of a family's columns that match `keys`; zero where there is none, as the plan leaves zeros out."""
        return sum(value for _, value in self.each(family, **keys))

    def index(self, period: str) -> int:
        return list(self.periods).index(period)

    def demand(self, workload: str, period: str) -> float:
        return float(self.workloads[workload]["demand"][self.index(period)])

    def places(self) -> Iterator[tuple[str, str]]:
        """(site, period), all of them."""
        return ((site, period) for site in self.sites for period in self.periods)

    def block(self, site: str, period: str) -> Block | None:
        return next((b for b in self.blocks if (b.site, b.period) == (site, period)), None)

    def cooling_used(self, site: str, hall: str) -> list[Record]:
        """Cooling options in use in a hall."""
        offered = by_id(self.sites[site]["cooling"])
        return [offered[k["cooling"]] for k, v in self.each("cooling.use", site=site, hall=hall) if v > 0.5]

    def money(self, account: str) -> dict[tuple[str, str], tuple[float, float]]:
        """(site, period) -> (sum of the account's amounts, sum of their sizes), USD."""
        self.asked["account"].add(account)
        found: dict[tuple[str, str], tuple[float, float]] = {}
        for line in self.plan["ledger"]:
            if line["account"] == account:
                value, size = found.get((line["site"], line["period"]), (0.0, 0.0))
                amount = line["amount_usd"]
                found[line["site"], line["period"]] = value + amount, size + abs(amount)
        return found

    def tally(self, name: str, site: str | None = None, period: str | None = None) -> float:
        """A tally summed over who, and over sites and periods where none is named."""
        self.asked["tally"].add(name)
        return sum(
            float(t["quantity"])
            for t in self.plan["tallies"]
            if t["tally"] == name and site in (None, t["site"]) and period in (None, t["period"])
        )

    def unread(self) -> list[str]:
        """What the plan holds and no law has asked for."""
        held = {
            "column family": set(self._families) - HELPERS,
            "account": {line["account"] for line in self.plan["ledger"]},
            "tally": {t["tally"] for t in self.plan["tallies"]},
        }
        missed = [(kind, name) for kind, names in held.items() for name in sorted(names - self.asked[kind])]
        return [f"{kind} {name!r} is read by no law of its own" for kind, name in missed]


def _block(hours: Record) -> Block:
    def arrays(found: Record) -> dict[str, Floats]:
        return {name: np.array(values, dtype=np.float64) for name, values in sorted(found.items())}

    return Block(
        site=hours["site"],
        period=hours["period"],
        where=f"power bus of {hours['site']} in {hours['period']}",
        hour=np.array(hours["hour"], dtype=np.float64),
        weight=np.array(hours["weight"], dtype=np.float64),
        stretches=tuple((int(pair[0]), int(pair[1])) for pair in hours["stretches"]),
        months=tuple(tuple(int(m) for m in months) for months in hours["months"]),
        series=arrays(hours["series"]),
        dispatch=arrays(hours["dispatch"]),
    )
