"""A command whose plain options are read without pydantic.

typer 0.29 builds a pydantic adapter for every option of a command; importing pydantic takes longer than an estimate.
Here numbers and texts that are plainly right are taken as they are; all else, and all that is wrong, goes to typer's
own converter, so that values and messages are the same. Releases of typer without such converters are left alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

_PLAIN = {int: re.compile(r"[-+]?[0-9]{1,15}"), float: re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,15})?")}
_SLOT = "_runtime_param"


class Verb(TyperCommand):
    """A typer command with `Quick` converters."""

    def get_params(self, ctx: Any) -> Any:
        return _quickened(super().get_params(ctx))


class Verbs(TyperGroup):
    """A typer group with them."""

    def get_params(self, ctx: Any) -> Any:
        return _quickened(super().get_params(ctx))


def _quickened(params: Any) -> Any:
    for param in params:
        if getattr(param, _SLOT, params) is None:
            setattr(param, _SLOT, Quick())
    return params


class Quick:
    """Stands where typer keeps an option's converter, until a value needs that."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        found = plain(value, param.type_descriptor.annotation, param.type_descriptor.parameter_info)
        if found is not None:
            return found
        if value is None and not param.multiple and param.nargs == 1:
            return None
        setattr(param, _SLOT, None)
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def plain(value: Any, kind: Any, info: Any) -> Any:
    """The value as its option's type; None where typer should look at it."""
    if kind in _PLAIN:
        if isinstance(value, str) and _PLAIN[kind].fullmatch(value):
            value = kind(value)
        low, high = -float("inf") if info.min is None else info.min, float("inf") if info.max is None else info.max
        return value if type(value) is kind and low <= value <= high else None
    if kind is str:
        return value if type(value) is str else None
    if kind in (list[str], list[Path]) and not value and value is not None:
        return []
    return list(value) if kind == list[str] and all(type(v) is str for v in value or [None]) else None
