"""Paths into a plan's JSON or a scenario: names, `[*]`, `[2]` and `[key=value]`, checked against the shape there.

A path is parsed by one pattern and never evaluated. A name that the shape does not have is refused with those it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel

from planner.policy.kinds import ANY, NUMBER, WORD, Kind
from planner.scenario.problems import did_you_mean, listed
from planner.scenario.quantity import Quantity
from planner.scenario.source import shown
from planner.scenario.translate import parts_of, written

STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\*)\]|\[([0-9]{1,6})\]|\[([A-Za-z_][A-Za-z0-9_]*)=([^\[\]=]+)\]")
WRITE = "Write it like `workloads[*].survive` or `measures[measure=import_peak].value`."
YES_NO = Kind("word", words=("no", "yes"))


@dataclass(frozen=True, slots=True)
class Step:
    """One step: into a `name`, or into items: all, the one `at` a place, or those whose `key` is `value`."""

    name: str = ""
    at: int | None = None
    key: str = ""
    value: str = ""


class NoPath(ValueError):
    """A path that leads nowhere: message, expected, fix."""

    def __init__(self, message: str, expected: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.expected, self.fix = message, expected, fix


def parse(text: str) -> tuple[Step, ...]:
    """The steps of a path. Raises NoPath."""
    steps: list[Step] = []
    position = 0
    while position < len(text):
        found = STEP.match(text, position)
        if found is None or (found[1] is not None and text.startswith(".", position) == (position == 0)):
            said = f"{shown(text)} is no path from its character {position + 1} on"
            raise NoPath(said, "names, with `[*]`, `[2]` or `[key=value]` after lists", WRITE)
        name, _, at, key, value = found.groups()
        steps.append(Step(name or "", None if at is None else int(at), key or "", (value or "").strip()))
        position = found.end()
    return tuple(steps)


def leads_to(root: type[BaseModel], steps: Sequence[Step]) -> Kind:
    """What stands at the end of a path through a shape. Raises NoPath, also where that is no single value."""
    here: list[Any] = [root]
    for step in steps:
        here = _checked(here, step) if step.name else _items(here, step)
    kinds = list(dict.fromkeys(_kinds(here)))
    if not kinds:
        names = _names(here)
        inside = f"There are: {listed(names, 20)}." if names else "Add `[*]`."
        raise NoPath("this path ends before a value", "a path to a number or a word", inside)
    return kinds[0] if len(kinds) == 1 else WORD


def _checked(here: list[Any], step: Step) -> list[Any]:
    found = list(_inside(here, step.name))
    if not found:
        names = _names(here)
        if not names and any(_is_list(part) for part in _all(here)):
            raise NoPath(f"`{step.name}` is asked of a list", "its items", f"Write `[*]` before `.{step.name}`.")
        fix = f"{did_you_mean(step.name, names)}There are: {listed(names, 20)}." if names else "Leave it out."
        raise NoPath(f"there is no `{step.name}` here", "a name that there is", fix)
    return found


def _items(here: list[Any], step: Step) -> list[Any]:
    found = [item for part in _all(here) for item in _of_list(part)]
    if not found:
        raise NoPath("`[...]` is asked of what is no list", "a list before it", "Leave the brackets out.")
    if step.key:
        value = _checked(found, Step(step.key))
        words = {str(w) for part in _all(value) if get_origin(part) is Literal for w in get_args(part)}
        if words and not any(part in (str, Any) for part in _all(value)) and step.value not in words:
            fix = f"{did_you_mean(step.value, words)}There are: {listed(sorted(words), 20)}."
            raise NoPath(f"no `{step.key}` is `{step.value}`", "one that there is", fix)
    return found


def _all(here: Sequence[Any]) -> Iterator[Any]:
    for annotation in here:
        yield from parts_of(annotation)


def _is_list(part: Any) -> bool:
    return get_origin(part) in (list, tuple)


def _of_list(part: Any) -> tuple[Any, ...]:
    if part is Any:
        return (Any,)
    return get_args(part)[:1] if _is_list(part) else ()


def _inside(here: Sequence[Any], name: str) -> Iterator[Any]:
    for part in _all(here):
        if part is Any:
            yield Any
        elif get_origin(part) in (dict, Mapping):
            yield get_args(part)[1]
        elif is_typeddict(part) and name in (hints := get_type_hints(part)):
            yield hints[name]
        elif isinstance(part, type) and issubclass(part, BaseModel) and name in (fields := written(part)):
            yield _annotation(fields[name])


def _annotation(field: Any) -> Any:
    """A field's type with what pydantic took out of its `Annotated`."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _names(here: Sequence[Any]) -> list[str]:
    found: dict[str, None] = {}
    for part in _all(here):
        if is_typeddict(part):
            found |= dict.fromkeys(get_type_hints(part))
        elif isinstance(part, type) and issubclass(part, BaseModel):
            found |= dict.fromkeys(written(part))
    return list(found)


def _kinds(here: Sequence[Any]) -> Iterator[Kind]:
    """Kinds of the single values, and of those that stand in plain lists."""
    parts = [part for annotation in here for part in parts_of(annotation)]
    measured = [part for part in parts if isinstance(part, Quantity)]
    for part in measured:
        yield Kind("quantity", part.dimension)
    for part in parts:
        if get_origin(part) is Literal:
            yield Kind("word", words=tuple(map(str, get_args(part))))
        elif part is bool:
            yield YES_NO
        elif part in (int, float) and not measured:
            yield NUMBER
        elif part is str:
            yield WORD
        elif part is Any:
            yield ANY
        elif _is_list(part):
            yield from _kinds(get_args(part)[:1])


Place = tuple[str | int, ...]
LABELS = ("workload", "kind", "site", "hall", "period", "machine", "row")
"""What tells one value of a figure from another."""
LISTS = {"workloads": "workload", "sites": "site", "halls": "hall", "periods": "period", "machines": "machine"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value at the end of a path: None where the key is known and nothing is given; `labels`: whose it is."""

    place: Place
    value: Any
    labels: Mapping[str, str]


def values(root: Any, steps: Sequence[Step]) -> Iterator[Leaf]:
    """Everything that a path leads to."""
    yield from _walk(root, tuple(steps), (), {})


def _walk(here: Any, steps: tuple[Step, ...], place: Place, labels: dict[str, str]) -> Iterator[Leaf]:
    labels = labels | _labels(here, place)
    if not steps:
        items = enumerate(here) if isinstance(here, list | tuple) else ()
        yield from (Leaf((*place, i), item, labels) for i, item in items)
        if not isinstance(here, list | tuple):
            yield Leaf(place, here, labels)
        return
    step, rest = steps[0], steps[1:]
    if not step.name:
        for i, item in enumerate(here if isinstance(here, list | tuple) else ()):
            if step.at in (None, i) and (not step.key or plain(_get(item, step.key)) == step.value):
                yield from _walk(item, rest, (*place, i), labels)
    elif here is None:
        yield Leaf((*place, step.name), None, labels)
    elif (found := _get(here, step.name)) is not _ABSENT:
        yield from _walk(found, rest, (*place, step.name), labels)


def _labels(here: Any, place: Place) -> dict[str, str]:
    """Whose a row or a record is: by its own words, and by its id in the list that it stands in."""
    found = {name: value for name in LABELS if isinstance(value := _get(here, name), str) and value}
    if len(place) > 1 and isinstance(place[-1], int) and (name := LISTS.get(str(place[-2]))):
        id = _get(here, "name" if name == "period" else "id")
        found |= {name: id} if isinstance(id, str) else {}
    return found if len(place) < 2 or place[-2] == "workloads" else {k: v for k, v in found.items() if k != "kind"}


_ABSENT = object()


def _get(here: Any, name: str) -> Any:
    if isinstance(here, Mapping):
        return here.get(name, _ABSENT)
    if isinstance(here, BaseModel):
        named = {key: attribute for attribute, f in type(here).model_fields.items() for key in (f.alias or attribute,)}
        return getattr(here, named[name]) if name in named else _ABSENT
    return _ABSENT


def plain(value: Any) -> str:
    """A value as a policy writes it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
