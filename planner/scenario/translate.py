"""pydantic's errors in plain words, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import isinf
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic.fields import FieldInfo

from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.quantity import Quantity
from planner.scenario.schema_base import UnitOf
from planner.scenario.schema_workload import KINDS
from planner.scenario.source import Source, clean, shown
from planner.scenario.units import DIMENSIONS

WORDS = {
    "string_type": ("text", "Put it in quotes: `'2027'`."),
    "string_unicode": ("text in Unicode", "Remove the broken escapes."),
    "int_type": ("a whole number", "Write digits only: `4`."),
    "int_from_float": ("a whole number", "Write digits only: `4`."),
    "float_type": ("a number without a unit", "Write it like `39.5`."),
    "finite_number": ("a finite number", "Write it like `39.5`."),
    "bool_type": ("true or false", "Write `true` or `false`."),
    "tuple_type": ("a list", "Write it like `[a, b]`, or one `- item` by line."),
    "dict_type": ("a mapping", "Write it like `{key: value}`, or one `key: value` by line."),
    "model_type": ("a mapping", "Write it like `{key: value}`, or one `key: value` by line."),
    "model_attributes_type": ("a mapping", "Write it like `{key: value}`, or one `key: value` by line."),
}
BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
MAX_EXACT = 2.0**53
"""Whole numbers that a float holds exactly end here."""
NAMES = "letters, digits, `.`, `_` and `-`, at most 64, beginning with a letter or a digit"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
OWN_NAMES = NAMES.replace("letters", "small letters", 1).replace("a letter", "a small letter")


def translate(error: ValidationError, source: Source, model: type[BaseModel]) -> list[Problem]:
    """Every fault that pydantic found, once."""
    items = error.errors(include_url=False, include_input=False)
    return list(dict.fromkeys(_problem(item, source, model) for item in items if not _echoes(item, source)))


def _echoes(item: Mapping[str, Any], source: Source) -> bool:
    """A list that seems too short only because its items are at fault."""
    value = source.value(path_of(tuple(item["loc"]), source.data))
    short = isinstance(value, list | str) and not value
    return item["type"] == "too_short" and not short


def _problem(item: Mapping[str, Any], source: Source, model: type[BaseModel]) -> Problem:
    kind, loc, context = str(item["type"]), tuple(item["loc"]), item.get("ctx", {})
    if loc and loc[-1] == "[key]":
        path = path_of(loc[:-1], source.data)
        return source.problem(path, "name", f"{shown(path[-1])} is not a name", NAMES, "Rename it.", key=True)
    path = path_of(loc, source.data)
    if kind == "missing":
        return _missing(loc, source, model)
    if kind == "extra_forbidden":
        known = list(written(_model_at(model, loc[:-1])))
        path = (*path_of(loc[:-1], source.data), loc[-1])
        fix = f"{did_you_mean(loc[-1], known)}Known here: {listed(known, 40)}."
        return source.problem(path, "unknown-key", "this key is not known here", "a key that is", fix, key=True)
    if kind.startswith("union_tag"):
        return _no_kind(path, source)
    return source.problem(path, *_words(kind, context, source.value(path), str(item["msg"])))


def _words(kind: str, context: Mapping[str, Any], value: Any, message: str) -> tuple[str, str, str, str]:
    """Code, message, expected, fix."""
    if "message" in context:
        return kind, clean(context["message"], 300), context["expected"], context["fix"]
    if kind == "literal_error":
        return _choice(str(context["expected"]), value)
    if kind in WORDS:
        return _type(kind, value)
    if kind in BOUNDS:
        name, words = BOUNDS[kind]
        limit = f"{context[name]:,.10g}"
        return (
            "range",
            f"{shown(value)} is out of range",
            f"a number {words} {limit}",
            f"Write a number {words} {limit}.",
        )
    if kind == "string_pattern_mismatch":
        return _name(str(value), "A-Z" not in str(context.get("pattern")))
    if kind in ("too_short", "string_too_short"):
        return (
            "empty",
            "this is empty",
            f"at least {context['min_length']}",
            f"Write at least {context['min_length']}.",
        )
    if kind in ("too_long", "string_too_long"):
        most = f"at most {context['max_length']:,} long"
        return "long", "this is too long", most, "Shorten it."
    return "value", f"{shown(value)} does not fit", clean(message, 200), "See `aiplan schema scenario`."


def _type(kind: str, value: Any) -> tuple[str, str, str, str]:
    """A value of another type than the one asked for."""
    expected, fix = WORDS[kind]
    said = "nothing is given here" if value is None else f"{shown(value)} is not {expected}"
    if kind == "string_type":
        plain = isinstance(value, int | float)
        fix = fix.replace("2027", clean(str(value), 20)) if plain else "Write some text."
    if kind.startswith("int") and isinstance(value, float) and isinf(value):
        said = "this number is too large"
    elif kind.startswith("int") and isinstance(value, float) and value.is_integer():
        large = abs(value) >= MAX_EXACT
        said, fix = ("this number is too large", fix) if large else (said, f"Write digits only: `{int(value)}`.")
    return "type", said, expected, fix


def _name(value: str, own: bool) -> tuple[str, str, str, str]:
    """A name that is not one; `own`: given in the scenario, in small letters."""
    small = value.lower()
    fix = f"Write it in small letters: `{clean(small)}`." if own and NAME.fullmatch(small) else "Rename it."
    return "name", f"{shown(value)} is not a name", OWN_NAMES if own else NAMES, fix


def _choice(expected: str, value: Any) -> tuple[str, str, str, str]:
    options = re.findall(r"'([^']*)'", expected) or [expected]
    names = listed(options, 20)
    if isinstance(value, str) and value in options:
        return "choice", f"{shown(value)} is text here", f"the number {names}", "Write it without quotes."
    return (
        "choice",
        f"{shown(value)} is not one of the choices",
        names,
        f"{did_you_mean(value, options)}Write one of: {names}.",
    )


def _no_kind(path: tuple[str | int, ...], source: Source) -> Problem:
    record = source.value(path)
    names = listed(list(KINDS))
    if not isinstance(record, dict):
        return source.problem(path, "type", f"{shown(record)} is not a workload", "a mapping", "Begin it with `kind:`.")
    if "kind" not in record:
        return source.problem(path, "missing", "`kind` is missing", names, "Add `kind: serving`, or another.")
    return source.problem((*path, "kind"), *_choice(" ".join(f"'{k}'" for k in KINDS), record["kind"]))


def written(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A record's fields by the keys of the file: `from` is no name that Python lets a field have."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _missing(loc: tuple[Any, ...], source: Source, model: type[BaseModel]) -> Problem:
    key = str(loc[-1])
    owner = _model_at(model, loc[:-1])
    field = written(owner)[key]
    example = EXAMPLES.get(key) or example_of(
        Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    )
    expected = field.description or f"`{key}`"
    path = path_of(loc[:-1], source.data)
    return source.problem(path, "missing", f"`{key}` is missing", expected, f"Add `{key}: {example}`.", key=True)


EXAMPLES = {
    "aiplan": "1",
    "id": "some-name",
    "name": "some name",
    "location": "{latitude: 39.0, longitude: -77.5}",
    "latitude": "39.0",
    "longitude": "-77.5",
    "region": "us_pjm_virginia",
    "sites": "[...]",
    "workloads": "[...]",
    "model": "llama-3.1-70b",
    "technology": "solar_pv_utility",
    "start": "2027-01-01",
    "end": "2028-01-01",
    "input_tokens": "1000",
    "output_tokens": "250",
    "sequence": "8192",
    "batch": "4M tokens",
    "requests": "40 req/s",
    "events": "200000 /s",
    "from": "some-stream",
    "to": "some-stage",
    "rate": "20000 req/s",
    "ttft": "1 s",
    "tpot": "50 ms",
    "deadline": "60 days",
    "retention": "72 h",
    "event_size": "1 kB",
    "size": "500 TB",
    "machine": "dgx_h100",
    "count": "4",
    "file": "data.csv",
    "column": "name",
    "match": "vendor:NVIDIA",
    "discount": "15%",
    "aiplan_policy": "1",
    "rules": "[...]",
    "reason": "why this is asked",
    "scenario": "some-name",
}


def example_of(annotation: Any) -> str:
    """How a value of this type may be written."""
    for part in parts_of(annotation):
        if isinstance(part, UnitOf):
            return next(iter(DIMENSIONS[part.dimension].units))
        if isinstance(part, Quantity):
            return DIMENSIONS[part.dimension].example
        if get_origin(part) is Literal:
            return str(get_args(part)[0])
    return "..."


def path_of(loc: tuple[Any, ...], data: Any) -> tuple[str | int, ...]:
    """pydantic's location as a path of the file: what only the schema knows (tags, shorthands) is left out."""
    path: list[str | int] = []
    for step in loc:
        listed_there = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if listed_there or (isinstance(data, dict) and step in data):
            data = data[step]
            path.append(step)
    return tuple(path)


def _model_at(model: type[BaseModel], loc: tuple[Any, ...]) -> type[BaseModel]:
    """The record's model at a location: through lists, options and tags."""
    here: Any = model
    for step in loc:
        found = _inside(here, step)
        here = here if found is None else found
    return next(p for p in parts_of(here) if isinstance(p, type) and issubclass(p, BaseModel))


def _inside(annotation: Any, step: Any) -> Any:
    for part in parts_of(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel) and step in written(part):
            return written(part)[step].annotation
        if get_origin(part) is tuple and isinstance(step, int):
            return get_args(part)[0]
        if get_origin(part) is Annotated and Tag(step) in part.__metadata__:
            return part.__origin__
    return None


def parts_of(annotation: Any) -> Iterator[Any]:
    """The annotation and all that it is a choice of, with metadata."""
    yield annotation
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from annotation.__metadata__
        yield from parts_of(annotation.__origin__)
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from parts_of(member)
