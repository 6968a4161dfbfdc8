"""State: replicas with a quorum, where they stand, and what they send each other between sites.

    a replica is cut over s machines: by bytes on drives, writes, and what its leaders send the others
    n replicas, a majority q of which decides; n the fewest of 1, 3, 5 (or as asked) with P[q up]^s >= availability
    replicas, whole = units                                                              'state.replicas[...]'
    one mode of those that its RPO and RTO allow                                         'state.one[workload,period]'
    replicas of a site >= n x (prime + standby)                                          'state.least[...]'
                       <= n x (prime + standby) + (n - q) x active_active                'state.most[...]'
    sum over sites = n x (one_site + active_active) + 2 n x active_passive               'state.all[workload,period]'
    feeds, zones (survived):  replicas in one <= n - q                                   'state.apart[...]'
    racks (survived):  replicas in a hall <= (n - q) x racks of the hall                 'state.racks[...]'
    sent >= write x (prime here + standby there - 1)                                     'state.follows[...]'
    sent >= write x (replicas there - n x (1 - lead here))                               'state.leads[...]'

Active-active: every write is acknowledged by a majority over three sites or more, none of which holds a majority's
worth; RPO 0. Active-passive: a quorum at the prime site, and another at the standby, behind by its lag. What is sent
goes over the links of the block wan, at the peak write rate, and in volume by the shape of the workload.

| symbol | name in code | unit | meaning |
| replicas | state.replicas[site,hall,option,period] | replicas | whole replicas |
| mode | state.mode[mode,workload,period] | 0/1 | one_site, active_active or active_passive |
| prime | state.prime[site,workload,period] | 0/1 | the site that takes writes |
| standby | state.standby[site,workload,period] | 0/1 | the site that stands behind it |
| lead | state.lead[site,workload,period] | 0/1 | active-active: where leaders stand |
| sent | state.sent[site,to,workload,period] | GB/s | at the peak of writes |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import inf
from typing import Annotated, Any, Literal

from pydantic import Field

from planner.estimate.state import ACTIVE_ACTIVE, ACTIVE_PASSIVE, ONE_SITE, majority
from planner.model import Col, Model, name_of
from planner.options.domains import domains
from planner.options.replicas import ROLE, held, replicas, write_gb_per_s
from planner.options.types import Excuse, Option, OptionSet
from planner.places import weekly
from planner.problem import Period, Problem, Workload
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import BytesPerSecond, Seconds, SomeBytes, SomeBytesPerSecond
from planner.scenario.schema_base import Record


class State(Record):
    """Bytes kept in replicas beside the workload, on machines of their own."""

    size: Annotated[SomeBytes, Field(description="Of one replica")]
    write: Annotated[BytesPerSecond, Field(description="At the peak")] = 0.0
    replicas: Annotated[Literal[1, 3, 5] | None, Field(description="Default the fewest that hold the target")] = None
    mode: Annotated[
        Literal["active_active", "active_passive"] | None,
        Field(description="Over sites, where the loss of one is survived; default whichever costs less"),
    ] = None
    rpo: Annotated[Seconds | None, Field(description="Writes that may be lost with a site")] = None
    rto: Annotated[Seconds | None, Field(description="Until it serves again without a site")] = None
    lag: Annotated[Seconds | None, Field(description="How far the standby is behind, as you measured it")] = None
    detect: Annotated[Seconds | None, Field(description="Until the loss of a site is seen")] = None
    promote: Annotated[Seconds | None, Field(description="Until the standby takes over, its log aside")] = None
    log: Annotated[SomeBytes | None, Field(description="What the standby replays first")] = None
    replay: SomeBytesPerSecond | None = None


KEYS = (Fragment("workload", "state", State, "State kept in replicas: quorum, RPO, RTO", ("state", "replica")),)


def add(problem: Problem, options: OptionSet) -> tuple[list[Workload], list[Option], list[Excuse]]:
    return replicas(problem)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    owners = {w.id: w for w in held(problem)}
    for kept in (w for w in problem.workloads if w.spec.get("role") == ROLE):
        for index, period in enumerate(problem.periods):
            _Kept(m, problem, options, owners[kept.spec["of"]], kept, period, index).bind()


class _Kept:
    """One state in one period: its columns and rows."""

    def __init__(
        self,
        m: Model,
        problem: Problem,
        options: OptionSet,
        owner: Workload,
        kept: Workload,
        period: Period,
        index: int,
    ) -> None:
        self.m, self.problem, self.owner, self.kept, self.period = m, problem, owner, kept, period
        self.keys = {"workload": owner.id, "period": period.name}
        self.n = int(kept.spec["replicas"])
        self.spare = self.n - majority(self.n).write
        self.write = write_gb_per_s(problem, owner, index)
        self.halls = self._replicas(options)

    def bind(self) -> None:
        modes = self._modes()
        prime = self._sites("prime", {modes[k]: -1.0 for k in (ONE_SITE, ACTIVE_PASSIVE) if k in modes})
        standby = self._sites("standby", {modes[ACTIVE_PASSIVE]: -1.0}) if ACTIVE_PASSIVE in modes else {}
        lead = self._sites("lead", {modes[ACTIVE_ACTIVE]: -1.0}) if ACTIVE_ACTIVE in modes else {}
        totals = {ONE_SITE: self.n, ACTIVE_ACTIVE: self.n, ACTIVE_PASSIVE: 2 * self.n}
        everywhere = dict.fromkeys(self.halls.values(), 1.0) | {c: -float(totals[k]) for k, c in modes.items()}
        self._row("all", everywhere, "==")
        for site in self.owner.sites:
            here = self._here(site)
            fixed = {s[site]: -float(self.n) for s in (prime, standby) if s}
            self._row("least", here | fixed, ">=", site=site)
            loose = {modes[ACTIVE_ACTIVE]: -float(self.spare)} if lead else {}
            self._row("most", here | fixed | loose, "<=", site=site)
            if standby:
                self._row("other", {prime[site]: 1.0, standby[site]: 1.0}, "<=", 1.0, site=site)
        self._apart()
        self._traffic(prime, standby, lead)

    def _row(self, what: str, terms: Mapping[Col, float], sense: Any, rhs: float = 0.0, **keys: str) -> None:
        self.m.row(name_of(f"state.{what}", **self.keys, **keys), terms, sense, rhs, origin=self.owner.origin)

    def _binary(self, family: str, *, choice: bool = False, **keys: str) -> Col:
        return self.m.column(
            name_of(f"state.{family}", **self.keys, **keys),
            origin=self.owner.origin,
            hi=1.0,
            integer=True,
            kind="state" if choice else "",
            item=f"{self.owner.id} {keys.get('mode', '')}" if choice else "",
            choice=choice,
        )

    def _modes(self) -> dict[str, Col]:
        found = {mode: self._binary("mode", choice=True, mode=mode) for mode in self.kept.spec["modes"]}
        self._row("one", dict.fromkeys(found.values(), 1.0), "==", 1.0)
        return found

    def _sites(self, family: str, modes: dict[Col, float]) -> dict[str, Col]:
        """A yes or no for each site, of which one is yes where one of the modes is taken."""
        if not modes:
            return {}
        found = {site: self._binary(family, site=site) for site in self.owner.sites}
        self._row(f"one_{family}", dict.fromkeys(found.values(), 1.0) | modes, "==")
        return found

    def _replicas(self, options: OptionSet) -> dict[tuple[str, str, str], Col]:
        """Whole replicas by site, hall and option."""
        found: dict[tuple[str, str, str], Col] = {}
        mine = {o.id for o in options.of(self.kept.id)}
        for _, units in list(self.m.family("work.units")):
            keys = self.m.columns[units].keys
            if keys["period"] == self.period.name and keys["option"] in mine:
                name = name_of("state.replicas", **keys)
                whole = self.m.column(name, origin=self.owner.origin, unit="replicas", integer=True)
                self.m.row(name, {units: 1.0, whole: -1.0}, "==", origin=self.owner.origin)
                found[keys["site"], keys["hall"], keys["option"]] = whole
        return found

    def _here(self, site: str) -> dict[Col, float]:
        return {c: 1.0 for place, c in self.halls.items() if place[0] == site}

    def _apart(self) -> None:
        """No feed or zone whose loss is survived holds more replicas than may be down."""
        for domain in domains(self.problem, self.owner):
            inside = {c: 1.0 for place, c in self.halls.items() if place[:2] in domain.halls}
            if inside:
                self._row("apart", inside, "<=", float(self.spare), domain=domain.name)
        for site in self.owner.sites if self.owner.survive == "rack" else ():
            for hall in self.problem.site(site).halls:
                inside = {c: 1.0 for place, c in self.halls.items() if place[:2] == (site, hall.id)}
                if inside and hall.racks < inf:
                    self._row("racks", inside, "<=", self.spare * hall.racks, site=site, hall=hall.id)

    def _traffic(self, prime: dict[str, Col], standby: dict[str, Col], lead: dict[str, Col]) -> None:
        """What one site sends another; where there is no link, nothing leads there."""
        for site in self.owner.sites:
            for to in (t for t in self.owner.sites if t != site):
                pair = {"site": site, "to": to}
                here = {prime[site]: self.write, standby[to]: self.write} if standby else {}
                there = dict.fromkeys(self._here(to), self.write) | {lead[site]: self.write * self.n} if lead else {}
                if not self.m.has_row(name_of("wan.carried", **pair, period=self.period.name)):
                    self._unlinked(pair, here, there)
                    continue
                sent = self.m.column(name_of("state.sent", **self.keys, **pair), origin=self.owner.origin, unit="GB/s")
                if here:
                    self._row("follows", here | {sent: -1.0}, "<=", self.write, **pair)
                if there:
                    self._row("leads", there | {sent: -1.0}, "<=", self.write * self.n, **pair)
                self._send(sent, pair)

    def _unlinked(self, pair: dict[str, str], here: dict[Col, float], there: dict[Col, float]) -> None:
        if here:
            self._row("follows", dict.fromkeys(here, 1.0), "<=", 1.0, **pair)
        if there:
            counts: dict[Col, float] = defaultdict(float)
            for column in there:
                counts[column] = float(self.n) if self.m.columns[column].family == "state.lead" else 1.0
            self._row("leads", counts, "<=", float(self.n), **pair)

    def _send(self, sent: Col, pair: dict[str, str]) -> None:
        seconds = 3600.0 * float(self.period.calendar.weight @ weekly(self.period, self.owner.shape))
        place = {**pair, "period": self.period.name}
        self.m.extend(name_of("wan.carried", **place), {sent: 1.0})
        self.m.extend(name_of("wan.volume", **place), {sent: seconds})
