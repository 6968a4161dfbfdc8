"""A plan's file: JSON read strictly, every fault found in one pass.

What is no JSON is shown at its line and column; what is JSON and no plan, by the names that lead to each fault.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from planner.control import CONTROL
from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.plan.schema import Plan

MAX_BYTES = 1 << 30
"""Thirty sites over ten years are some 500 MB."""
MOST = 20
"""Faults that are printed."""
CHECK = "Check the path."
EXPECTED = "a plan, as `aiplan solve SCENARIO -o json=FILE` writes it"


def document(path: Path) -> dict[str, Any]:
    """The JSON of a plan, of a format that this version reads. Raises BadInput."""
    name = path.as_posix()
    text = _text(path)
    try:
        data = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        _at(name, text, error.pos, f"not JSON: {error.msg}")
    except RecursionError:
        _refuse(name, "nested deeper than any plan is")
    except ValueError as error:
        _refuse(name, f"not a plan: {error}")
    if not isinstance(data, dict) or not isinstance(data.get("format_version"), str):
        _refuse(name, "JSON, but no plan: it has no `format_version`")
    _version(name, data["format_version"])
    if (found := CONTROL.search(text)) is not None:
        _at(name, text, found.start(), "a control character, which could steer a terminal", "Remove it.")
    return data


def read(path: Path) -> Plan:
    """The plan of a file. Raises BadInput, with every misfit, where it is none of ours or of another major format."""
    return plan_of(path, document(path))


def plan_of(path: Path, data: dict[str, Any]) -> Plan:
    """The plan of a file's `document`. Raises BadInput like `read`."""
    from pydantic import ValidationError

    from planner.plan.schema import Plan

    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        _misfits(path, [(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()])
    except RecursionError:
        _refuse(path.as_posix(), "nested deeper than any plan is")


def _misfits(path: Path, faults: list[tuple[str, str]]) -> NoReturn:
    """Refuse a plan of the wrong shape: each fault by the names that lead to it."""
    name = path.as_posix()
    lines = [f"{name}: {where}: {message}" for where, message in faults[:MOST]]
    more = len(faults) - MOST
    lines += [f"{name}: and {more:,} more"] if more > 0 else []
    raise BadInput("\n".join([*lines, f"  expected: {EXPECTED}", "  fix: Write the plan anew; edit the scenario."]))


def _version(name: str, version: str) -> None:
    from planner.plan.schema import FORMAT_VERSION

    if version.split(".")[0] != FORMAT_VERSION.split(".")[0]:
        _refuse(name, f"the plan has format_version {version[:20]!r}; this aiplan reads {FORMAT_VERSION}")


def _text(path: Path) -> str:
    name = path.as_posix()
    try:
        if not (path.is_file() or path.is_fifo()):
            what = "a folder" if path.is_dir() else "not a file" if path.exists() else "no such file"
            _refuse(name, f"cannot be read: {what}", CHECK)
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        _refuse(name, f"cannot be read: {error.strerror}", CHECK)
    except ValueError:
        _refuse(name, "cannot be read: its name is none", CHECK)
    if len(raw) > MAX_BYTES:
        _refuse(name, "larger than 1 GiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise BadInput(_said(f"{name}:{line}:{column}", "this is not UTF-8 text")) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:40]!r} stands twice in one object")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _at(name: str, text: str, position: int, message: str, fix: str = "") -> NoReturn:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    raise BadInput(_said(f"{name}:{line}:{column}", message, fix)) from None


def _refuse(name: str, message: str, fix: str = "") -> NoReturn:
    raise BadInput(_said(name, message, fix)) from None


def _said(where: str, message: str, fix: str = "") -> str:
    return f"{where}: {message}\n  expected: {EXPECTED}\n  fix: {fix or 'Solve the scenario again with this version.'}"
