"""Rules held against one scenario, its plan, and the plan that was there before.

A figure that is not there is a finding, never a pass. A rule that asks a plan, or a base, that was not given is not
judged, and said to be. Numbers within a millionth of a limit keep it: solvers leave as much.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.findings.checked import POLICY, Judged
from planner.plan.schema import FIRST
from planner.policy.facts import Facts, Found, Hardware, Place
from planner.policy.kinds import Kind, amount, apart, digits, rank
from planner.policy.rules import RISES, Ruled, narrowed
from planner.policy.schema import Exemption
from planner.scenario.problems import Problem

NEAR = 1e-6
"""Of a limit or of the base: solvers leave as much."""
NOTHING = "nothing here is of that kind"
SOFT = ("kind",)
"""What `of` may narrow a rule to without there being one: a policy is of scenarios with and without serving."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One value that breaks a rule."""

    text: str
    asked: str
    found: Found


def judge(
    rules: Sequence[Ruled], facts: Facts, base: Mapping[str, Any] | None, labels: Collection[str]
) -> tuple[list[Judged], list[Problem]]:
    """A verdict on every rule, and a problem at its place of the scenario for every value that breaks one.

    `base`: JSON of the plan that was there before; `labels`: those of the pull request.
    """
    verdicts: list[Judged] = []
    problems: list[Problem] = []
    for ruled in rules:
        verdict, found = _judged(ruled, facts, base, labels)
        verdicts.append(verdict)
        problems += found
    return verdicts, problems


def _judged(
    ruled: Ruled, facts: Facts, base: Mapping[str, Any] | None, labels: Collection[str]
) -> tuple[Judged, list[Problem]]:
    if not _is_of(ruled, facts.scenario.tags):
        return _verdict(ruled, "does not apply", ("the scenario's tags are others",)), []
    if lacks := _lacks(ruled, facts, base):
        return _verdict(ruled, "not judged", (lacks,)), []
    breaches = list(_breaches(ruled, facts, base))
    if not breaches:
        if ruled.found(facts):
            return _verdict(ruled, "kept", ()), []
        return _verdict(ruled, "does not apply", (NOTHING,)), []
    if ruled.rule.unless_label in labels:
        said = f"waived by the label `{ruled.rule.unless_label}`"
        return _verdict(ruled, "waived", (said, *(b.text for b in breaches))), []
    open_ones, spared = _sorted_out(ruled, facts, breaches)
    texts = tuple(b.text for b in open_ones) or tuple(spared)
    verdict = _verdict(ruled, "broken" if open_ones else "exempt", texts)
    return verdict, [_problem(ruled, facts, breach) for breach in open_ones]


def _verdict(ruled: Ruled, verdict: Any, texts: tuple[str, ...]) -> Judged:
    rule = ruled.rule
    return Judged(rule.id, ruled.file, ruled.line, rule.level, verdict, texts, rule.reason, ruled.owner)


def _is_of(ruled: Ruled, tags: Collection[str]) -> bool:
    where = ruled.rule.where
    return set(where.tags) <= set(tags) and not set(where.without) & set(tags)


def _lacks(ruled: Ruled, facts: Facts, base: Mapping[str, Any] | None) -> str:
    """What a rule would need to be judged."""
    if ruled.planned and facts.plan is None:
        return "it asks a plan: --plan FILE or --solve"
    return "it asks a plan to compare with: --base FILE" if ruled.based and base is None else ""


def _breaches(ruled: Ruled, facts: Facts, base: Mapping[str, Any] | None) -> Iterator[Breach]:
    """Everything that breaks a rule, what is not there among it."""
    if ruled.figure is not None and ruled.planned and ruled.figure.whole_years:
        for plan, what in ((facts.plan, "the plan"), (base if ruled.based else None, "the base")):
            if plan is not None and str(plan["accuracy"]["note"]).startswith(FIRST):
                said = f"{what} models the first {plan['solver']['hours']:,} hours of its periods alone"
                yield _missing(ruled, said)
                return
        if ruled.based and base is not None and facts.plan is not None and _hours(base) != _hours(facts.plan):
            hours = f"{_hours(base):,} hours of a period, the plan {_hours(facts.plan):,}"
            yield _missing(ruled, f"the base models {hours}")
            return
    found = ruled.found(facts)
    if not found:
        if not _optional(ruled):
            yield _missing(ruled, "there is none")
        return
    before = _before(ruled, facts, base)
    for one in found:
        yield from _of_value(ruled, one, before)


def _hours(plan: Mapping[str, Any]) -> int:
    return int(plan["solver"]["hours"])


def _missing(ruled: Ruled, why: str, found: Found | None = None) -> Breach:
    part = "".join(f", {k} {v}" for k, v in narrowed(ruled.rule).items()) if found is None else ""
    whose = f" of {found.of}" if found is not None and found.of else ""
    return Breach(f"{ruled.name}{whose}{part} cannot be judged: {why}", "a figure that is there", found or Found(None))


def _optional(ruled: Ruled) -> bool:
    """Whether there may be nothing to judge: no workload of a kind, or nothing in a list of the scenario."""
    chosen = {*narrowed(ruled.rule), *(s.key for s in ruled.steps if s.key)}
    return chosen <= set(SOFT) and (bool(chosen) or not ruled.planned)


def _before(ruled: Ruled, facts: Facts, base: Mapping[str, Any] | None) -> dict[tuple[tuple[str, str], ...], Found]:
    """The base's values, by whose they are."""
    if not ruled.based or base is None:
        return {}
    old = Facts(facts.scenario, facts.source, facts.today, facts.offered, base)
    return {_key(f): f for f in ruled.found(old)}


def _key(found: Found) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(found.labels.items()))


def _of_value(ruled: Ruled, one: Found, before: Mapping[Any, Found]) -> Iterator[Breach]:
    given = ruled.limits.get("given")
    if given is not None and given != (one.value is not None):
        yield Breach(f"{_named(ruled, one)} is {'not given' if given else 'given'}", _given(given), one)
    if set(ruled.limits) <= {"given"} or (one.value is None and given is False):
        return
    if one.value is None or ruled.kind.numeric != isinstance(one.value, float | int):
        if given is None or one.value is not None:
            yield _missing(ruled, "there is no such number" if ruled.kind.numeric else "nothing is given", one)
        return
    yield from _bounds(ruled, one)
    yield from _members(ruled, one)
    yield from (b for name in RISES if name in ruled.limits for b in _moved(ruled, one, before.get(_key(one)), name))


def _given(given: bool) -> str:
    return "a value for it" if given else "that it is left out"


def _named(ruled: Ruled, one: Found) -> str:
    return f"{ruled.name} of {one.of}" if one.of else ruled.name


def _value(kind: Kind, value: Any) -> str:
    return value.id if isinstance(value, Hardware) else amount(kind, value)


def _bounds(ruled: Ruled, one: Found) -> Iterator[Breach]:
    """`at_most` and `at_least`."""
    for name, words, sign in (("at_most", "at most", 1.0), ("at_least", "at least", -1.0)):
        limit = ruled.limits.get(name)
        if limit is None or isinstance(one.value, Hardware) or one.value is None:
            continue
        if isinstance(one.value, str) and one.value not in ruled.kind.words:
            yield _missing(ruled, f"{one.value} has no place in its order", one)
            continue
        value, most = rank(ruled.kind, one.value), rank(ruled.kind, limit)
        if sign * (value - most) > NEAR * abs(most):
            said, allowed = apart(ruled.kind, one.value, limit)
            asked = f"{words} {allowed}"
            yield Breach(f"{_named(ruled, one)} is {said}, where {asked} is allowed", asked, one)


def _members(ruled: Ruled, one: Found) -> Iterator[Breach]:
    """`one_of` and `none_of`."""
    for name, words, wanted in (("one_of", "one of", True), ("none_of", "none of", False)):
        listed = ruled.limits.get(name)
        if listed is None:
            continue
        value = one.value
        hits = [x for x in listed if (value.is_named(str(x)) if isinstance(value, Hardware) else value == x)]
        if bool(hits) != wanted:
            asked = f"{words} {', '.join(map(str, listed))}"
            by = f" ({', '.join(map(str, hits))})" if isinstance(value, Hardware) and hits else ""
            yield Breach(
                f"{_named(ruled, one)} is {_value(ruled.kind, value)}{by}, where {asked} is allowed", asked, one
            )


def _moved(ruled: Ruled, one: Found, old: Found | None, name: str) -> Iterator[Breach]:
    """`may_rise` and `may_fall`: a share of the base, or an amount."""
    if old is None or not isinstance(old.value, float | int):
        yield _missing(ruled, "the base has nothing to compare it with", one)
        return
    assert isinstance(one.value, float | int), "comparisons with a base are of numbers"
    how, most = ruled.limits[name]
    sign = 1.0 if name == "may_rise" else -1.0
    by, room = sign * (one.value - old.value), most * abs(old.value) if how == "share" else most
    if by > room + NEAR * max(abs(old.value), abs(room)):
        share = f" ({sign * by / abs(old.value):+.2%})" if old.value else ""
        words = "above" if sign > 0 else "below"
        limit = f"{digits(most * 100)} %" if how == "share" else amount(ruled.kind, most)
        now, before = apart(ruled.kind, one.value, old.value)
        asked = f"at most {limit} {words} the base"
        said = f"{_named(ruled, one)} is {now}, and {before} in the base{share}, where {asked} is allowed"
        yield Breach(said, asked, one)


def _sorted_out(ruled: Ruled, facts: Facts, breaches: Sequence[Breach]) -> tuple[list[Breach], list[str]]:
    """Those that stand, and what is said of those that an exemption spares; one that is over says so."""
    stand: list[Breach] = []
    spared: list[str] = []
    for breach in breaches:
        mine = [e for e in ruled.rule.exempt if _covers(e, facts.scenario.name, breach.found)]
        valid = next((e for e in mine if e.until is None or e.until >= facts.today), None)
        if valid is not None:
            spared.append(f"{breach.text}; exempt{_until(valid)}: {valid.reason}{_by(valid)}")
        elif mine:
            late = max(mine, key=lambda e: str(e.until))
            stand.append(Breach(f"{breach.text}; its exemption ended with {late.until}", breach.asked, breach.found))
        else:
            stand.append(breach)
    return stand, spared


def _covers(exemption: Exemption, scenario: str, found: Found) -> bool:
    asked = exemption.of.model_dump(exclude_none=True)
    return exemption.scenario == scenario and all(found.labels.get(k) == v for k, v in asked.items())


def _until(exemption: Exemption) -> str:
    return "" if exemption.until is None else f" until {exemption.until}"


def _by(exemption: Exemption) -> str:
    return f" ({exemption.owner})" if exemption.owner else ""


def _problem(ruled: Ruled, facts: Facts, breach: Breach) -> Problem:
    """A breach at the key of the scenario that it lies at, else at its workload, its site, or the name."""
    rule, source = ruled.rule, facts.source
    where = f"{ruled.file}:{ruled.line}"
    ask = f"ask {ruled.owner} for an exemption" if ruled.owner else "ask for an exemption"
    fix = f"Change the scenario, or {ask} from `{rule.id}` ({where})."
    place = place_of(facts, breach.found)
    at = source.problem(place, f"{POLICY}{rule.id}", breach.text, f"{breach.asked}: {rule.reason}", fix)
    return replace(at, message=breach.text, level=rule.level)


def place_of(facts: Facts, found: Found) -> Place:
    """The nearest key of the scenario that is given: that of the value, those of the figure, whose it is, the name."""
    if found.place is not None:
        return found.place
    bases = list(_records(facts, found))
    tries: list[Place] = []
    for key in found.keys:
        tries += [key[1:]] if key[:1] == ("/",) else [(*base, *key) for base in bases]
    return next((p for p in (*tries, *bases) if facts.source.value(p) is not None), ("name",))


def _records(facts: Facts, found: Found) -> Iterator[Place]:
    """Where the workload, the hall and the site of a value stand."""
    for label, name in (("workload", "workloads"), ("site", "sites")):
        for i, record in enumerate(facts.source.value((name,)) or ()):
            if isinstance(record, dict) and found.labels.get(label) == record.get("id"):
                halls = enumerate(record.get("halls") or ()) if label == "site" else ()
                yield from ((name, i, "halls", j) for j, h in halls if h.get("id") == found.labels.get("hall"))
                yield name, i
