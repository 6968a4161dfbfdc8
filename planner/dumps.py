"""The stages of a solve as JSON, for looking into one and for comparing two: same input, same bytes.

Whatever has no limit is null, and series of hours are whole. Decisions are named in `columns` and `rows` of the model
and in the solution; elsewhere in a model a column is its place among `columns`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.catalog import Catalog
    from planner.model import Model
    from planner.solve.solution import Solution

BEFORE = ("scenario", "catalog", "problem", "options", "model")
STAGES = (*BEFORE, "solution", "plan")


def render(stage: str, value: Any) -> str:
    """A stage's value, as the driver tells it: of `solution` the model and its answer, else the stage itself."""
    if stage == "plan":
        from planner.report import render as report

        return report(value, "json", detail="full", terminal=False)
    shaped = _SHAPED.get(stage)
    made: dict[str, Any] = _plain(value) if shaped is None else shaped(value)
    parts = [f" {json.dumps(key, ensure_ascii=False)}: {_lines(item)}" for key, item in made.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(value: Any) -> str:
    """Lists of records, and records of records, one a line."""
    if isinstance(value, list) and value and isinstance(value[0], dict | list):
        return "[\n" + ",\n".join(f"  {_line(item)}" for item in value) + "\n ]"
    if isinstance(value, dict) and value and all(isinstance(item, dict | list) for item in value.values()):
        rows = [f"  {json.dumps(key, ensure_ascii=False)}: {_line(item)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n }"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """Any frozen value as JSON: keys of several parts joined by slashes, sets in order, private fields left out."""
    from planner.plan.encode import jsonable

    if hasattr(value, "model_dump"):
        return jsonable(value.model_dump(mode="json", by_alias=True))
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if not f.name.startswith("_")}
    if isinstance(value, Mapping):
        named = [("/".join(map(str, k)) if isinstance(k, tuple) else str(k), v) for k, v in value.items()]
        return {k: _plain(v) for k, v in sorted(named, key=lambda kv: kv[0])}
    if isinstance(value, frozenset | set):
        return [_plain(item) for item in sorted(value)]
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return jsonable(value, arrays=True)


def _catalog(books: Catalog) -> dict[str, Any]:
    """Every row by kind and id, with the sources of its figures."""
    rows = [_plain(row) for kind in books.kinds() for row in books.rows(kind)]
    return {"sha256": books.sha256, "own": sorted(books.own), "rows": rows}


def _model(m: Model) -> dict[str, Any]:
    """Columns, rows with the names of their columns, buses with every profile, ledger, counts."""
    names = [column.name for column in m.columns]
    rows = [{**_plain(row), "terms": _plain({names[c]: value for c, value in row.terms.items()})} for row in m.rows]
    return {**_plain(m), "rows": rows, "buses": [_plain(bus) for _, bus in sorted(m.buses.items())]}


def _solution(found: tuple[Model, Solution]) -> dict[str, Any]:
    """Every column with its value and reduced cost, duals by row, the dispatch by hour; not how long it took."""
    m, s = found
    reduced = s.reduced.tolist() or [None] * len(m.columns)
    columns = [
        {"name": column.name, "value": value, "reduced_cost": cost}
        for column, value, cost in zip(m.columns, s.values.tolist(), reduced, strict=True)
    ]
    said = {name: getattr(s, name) for name in ("status", "engine", "solver", "cost_usd", "objective", "bound", "gap")}
    dispatch = [
        {"bus": key[0], "site": key[1], "period": key[2], **_plain(part)} for key, part in sorted(s.dispatch.items())
    ]
    return {**_plain(said), "columns": _plain(columns), "duals": _plain(s.duals), "dispatch": dispatch}


_SHAPED: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "catalog": _catalog,
    "model": _model,
    "solution": _solution,
}
