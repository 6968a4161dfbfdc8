"""Rules ready to be judged: the figure that each names is found, and what it is compared with is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.plan.schema import Plan
from planner.policy.facts import Facts, Found
from planner.policy.figures import FIGURES, Figure
from planner.policy.kinds import ANY, NUMBER, WORD, Kind, Unfit, read
from planner.policy.path import LABELS, Leaf, NoPath, Step, leads_to, parse, plain, values
from planner.policy.schema import COMPARISONS, SUBJECTS, Rule
from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place

Known = Mapping[str, Collection[str]]
"""Names of the catalogs, by kind."""
NAMED_BY = {"region": "grid", "model": "model", "technology": "energy", "cooling": "cooling", "work": "service"}
"""Keys of scenarios whose words are ids of a catalog."""
RISES = ("may_rise", "may_fall")


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule with its figure. `limits`: what it is compared with, in base units; `line` and `file` of the policy."""

    rule: Rule
    file: str
    line: int
    owner: str
    kind: Kind
    limits: Mapping[str, Any]
    figure: Figure | None = None
    steps: tuple[Step, ...] = ()

    @property
    def name(self) -> str:
        """The figure or path, as the rule has it."""
        return self.rule.figure or self.rule.plan or self.rule.scenario or ""

    @property
    def planned(self) -> bool:
        """Whether it asks a plan."""
        return self.rule.plan is not None or (self.figure is not None and self.figure.planned)

    @property
    def based(self) -> bool:
        """Whether it compares with the plan that was there before."""
        return any(key in self.limits for key in RISES)

    def found(self, facts: Facts) -> list[Found]:
        """Every value of the figure that the rule is of."""
        if self.figure is not None:
            every = list(self.figure.read(facts))
        else:
            root = facts.plan if self.rule.plan is not None else facts.scenario
            every = [_of_leaf(leaf, self.rule.plan is None) for leaf in values(root, self.steps)]
        mine = [f for f in every if all(f.labels.get(k) == v for k, v in narrowed(self.rule).items())]
        return [_total(self.rule.total, mine)] if self.rule.total else mine


def narrowed(rule: Rule) -> dict[str, str]:
    """What `of` says of a rule."""
    return rule.of.model_dump(exclude_none=True)


def _of_leaf(leaf: Leaf, located: bool) -> Found:
    value = leaf.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    said = None if value is None else float(value) if number else plain(value)
    return Found(said, leaf.labels, place=leaf.place if located else None)


def _total(how: str, found: Sequence[Found]) -> Found:
    """How many there are, or their sum: none where one of them is no number, or there are none to add."""
    if how == "count":
        return Found(float(sum(f.value is not None for f in found)))
    numbers = [f.value for f in found if isinstance(f.value, float)]
    return Found(sum(numbers) if numbers and len(numbers) == len(found) else None)


def ruled(
    rules: Mapping[int, Rule], owner: str, source: Source, scenario: type[Any], known: Known
) -> tuple[list[Ruled], list[Problem]]:
    """The rules that hold together, and what is wrong with the others.

    `rules`: by their place in the file; `owner`: of those that name none; `scenario`: the model of scenarios, blocks'
    keys included; `known`: names of the catalogs, empty where not known.
    """
    made: list[Ruled] = []
    problems = list(_twice(rules, source))
    for i, rule in rules.items():
        reader = _Reader(source, ("rules", i), rule, scenario, known)
        found = reader.read(owner)
        problems += reader.problems
        made += [found] if found is not None and not reader.problems else []
    return made, problems


def _twice(rules: Mapping[int, Rule], source: Source) -> Iterator[Problem]:
    for i, rule in rules.items():
        if rule.id in [r.id for j, r in rules.items() if j < i]:
            said = f"{shown(rule.id)} is taken by a rule above"
            yield source.problem(("rules", i, "id"), "duplicate", said, "an id of its own", "Rename one of them.")


class _Reader:
    """Reads one rule, gathering what is wrong with it."""

    def __init__(self, source: Source, place: Place, rule: Rule, scenario: type[Any], known: Known) -> None:
        self.source, self.place, self.rule, self.scenario, self.known = source, place, rule, scenario, known
        self.problems: list[Problem] = []
        self.steps: tuple[Step, ...] = ()

    def read(self, owner: str) -> Ruled | None:
        subjects = [name for name in SUBJECTS if getattr(self.rule, name) is not None]
        asked = [name for name in COMPARISONS if getattr(self.rule, name) is not None]
        if len(subjects) != 1:
            self._choose(subjects, SUBJECTS, "what it is about")
        if not asked:
            self._choose(asked, COMPARISONS, "what that is held to")
        if len(subjects) != 1 or not asked or (kind := self._kind(subjects[0])) is None:
            return None
        kind = self._settled(kind, asked)
        limits = {name: value for name in asked if (value := self._limit(kind, name)) is not None}
        self._sound(kind, subjects[0], limits)
        figure = FIGURES.get(self.rule.figure or "")
        line, rule = self.source.line((*self.place, "id")), self.rule
        return Ruled(rule, self.source.file, line, rule.owner or owner, kind, limits, figure, self.steps)

    def _fault(self, key: str, code: str, message: str, expected: str, fix: str, *more: str | int) -> None:
        path = (*self.place, key, *more)
        self.problems.append(self.source.problem(path, code, message, expected, fix, key=not more and code == "rule"))

    def _choose(self, given: list[str], names: Sequence[str], what: str) -> None:
        expected = f"one of {listed(names)}"
        if given:
            self._fault(given[1], "rule", f"a rule says once {what}: {listed(given)} stand here", expected, "Keep one.")
        else:
            fix = f"Add one of {listed(names)}."
            said = f"the rule {shown(self.rule.id)} does not say {what}"
            self.problems.append(self.source.problem(self.place, "missing", said, expected, fix))

    def _kind(self, subject: str) -> Kind | None:
        """The kind of the figure, of the path's end, or of a total; a fault where there is none such."""
        name = getattr(self.rule, subject)
        if subject == "figure":
            if name in FIGURES:
                return FIGURES[name].kind
            fix = f"{did_you_mean(name, FIGURES)}There are: {listed(list(FIGURES), 60)}."
            self._fault(subject, "unknown-figure", f"there is no figure {shown(name)}", "a figure that there is", fix)
            return None
        try:
            self.steps = parse(name)
            kind = leads_to(Plan if subject == "plan" else self.scenario, self.steps)
        except NoPath as error:
            self._fault(subject, "path", str(error), error.expected, error.fix)
            return None
        return NUMBER if self.rule.total == "count" else kind

    def _settled(self, kind: Kind, asked: Sequence[str]) -> Kind:
        """Of a path into what has no shape, the kind that the comparison asks for."""
        numeric = any(name in ("at_most", "at_least", *RISES) for name in asked)
        return kind if kind != ANY else NUMBER if numeric else WORD

    def _limit(self, kind: Kind, name: str) -> Any:
        """What the figure is compared with, in base units; none, and a fault, where it does not fit."""
        given = getattr(self.rule, name)
        if name == "given":
            return given
        if name in ("one_of", "none_of"):
            found = [self._value(kind, value, name, i) for i, value in enumerate(given)]
            return None if None in found else tuple(found)
        if name in RISES:
            share = isinstance(given, str) and given.strip().endswith(("%", "percent"))
            value = self._value(Kind("quantity", "growth") if share else kind, given, name)
            return None if value is None else ("share" if share else "amount", value)
        return self._value(kind, given, name)

    def _value(self, kind: Kind, given: Any, name: str, *more: int) -> Any:
        try:
            return read(kind, given, self._names(kind))
        except Unfit as error:
            self._fault(name, "value", error.message, error.expected, error.fix, *more)
            return None

    def _names(self, kind: Kind) -> Collection[str]:
        if kind.type == "machine" and "node" in self.known:
            marked = [f"{mark}:{name}" for mark in ("vendor", "tag") for name in self.known[mark]]
            return [*self.known["node"], *self.known.get("accelerator", ()), *marked]
        last = next((s.name for s in reversed(self.steps) if s.name), "")
        return self.known.get(NAMED_BY.get(last, ""), ()) if self.rule.scenario is not None else ()

    def _sound(self, kind: Kind, subject: str, limits: Mapping[str, Any]) -> None:
        """Comparisons that the kind does not have, labels that the figure does not, and bounds that cross."""
        for name in limits:
            if name in RISES and not kind.numeric:
                self._fault(name, "rule", "this figure is no number", "a figure that is one", "Use `one_of`.")
            elif name in RISES and subject == "scenario":
                self._fault(
                    name, "rule", "a base is a plan, and this asks a scenario", "a figure of plans", "Use `at_most`."
                )
            elif name in ("at_most", "at_least") and not kind.ordered:
                self._fault(name, "rule", "these words have no order", "`one_of` or `none_of`", "Name the words.")
            elif name == "given" and subject != "scenario":
                self._fault(
                    name, "rule", "`given` is of keys of a scenario", "a path under `scenario`", "Use `at_most`."
                )
            elif name in ("one_of", "none_of") and kind.numeric:
                self._fault(name, "rule", "this figure is a number", "`at_most` or `at_least`", "Use one of those.")
        low, high = limits.get("at_least"), limits.get("at_most")
        if isinstance(low, float) and isinstance(high, float) and low > high:
            self._fault("at_least", "range", "nothing is both at least this and at most that", "less", "Lower it.")
        if self.rule.total and (subject == "figure" or (self.rule.total == "sum" and not kind.numeric)):
            self._fault("total", "rule", "`total` is of paths, `sum` of paths to numbers", "a path", "Remove it.")
        self._labels(subject)

    def _labels(self, subject: str) -> None:
        have = FIGURES[self.rule.figure].labels if self.rule.figure else LABELS
        for name in narrowed(self.rule):
            if name not in have:
                known = f"It has: {listed(have)}." if have else "It is of the whole plan: remove `of`."
                path = (*self.place, "of", name)
                said = f"{shown(self.rule.figure)} is not told apart by {name}"
                self.problems.append(self.source.problem(path, "rule", said, "a part that it has", known, key=True))
