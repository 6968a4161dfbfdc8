"""One catalog file: YAML to rows, with every fault located."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from planner.catalog.rows import MEMORY, CatalogFault, Figure, Row
from planner.yaml12 import Located, Mark, Path, YamlProblem, decode, parse

LEVELS = ("high", "medium", "low", MEMORY)
FIGURE_KEYS = {"value", "low", "high", "source", "as_of", "confidence", "note"}
MAX_BYTES = 4 << 20


@dataclass(slots=True)
class FileRows:
    """What one file holds."""

    kind: str = ""
    rows: list[Row] = field(default_factory=list)


class _File:
    """A file being read: its defaults, its sources, its faults."""

    def __init__(self, name: str, located: Located, faults: list[CatalogFault]) -> None:
        self.name = name
        self.located = located
        self.faults = faults
        data = located.data
        self.as_of = str(data.get("as_of") or "")
        self.sources: dict[str, Any] = data.get("sources") or {}

    def fault(self, path: Path, message: str, fix: str) -> None:
        mark = self.located.keys.get(path) or self.located.values.get(path) or Mark(1, 1, 2)
        self.faults.append(CatalogFault(self.name, mark.line, mark.column, message, fix))

    def row(self, kind: str, index: int, data: Any) -> Row | None:
        path: Path = ("rows", index)
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            self.fault(path, "a row needs an `id`", "Write `- id: some_name`.")
            return None
        figures: dict[str, Figure] = {}
        texts: dict[str, str | bool | tuple[str, ...]] = {}
        arrays: dict[str, tuple[float, ...]] = {}
        for key, value in data.items():
            if key in ("id", "name", "tags"):
                continue
            at = (*path, key)
            if isinstance(value, str | bool):
                texts[key] = value
            elif isinstance(value, dict) and "array" in value:
                arrays[key] = self.array(at, value)
            elif _is_figure(value):
                figure = self.figure(at, value)
                if figure is not None:
                    figures[key] = figure
            elif isinstance(value, list) and all(isinstance(v, str) for v in value):
                texts[key] = tuple(value)
            elif value is not None:
                self.fault(at, f"{key} is neither text nor a figure with a source", "Write `[value, source]`.")
        mark = self.located.values[path]
        tags = data.get("tags") or []
        name = str(data.get("name") or data["id"])
        return Row(kind, data["id"], name, tuple(str(t) for t in tags), texts, figures, arrays, self.name, mark.line)

    def array(self, at: Path, value: dict[str, Any]) -> tuple[float, ...]:
        self.cite(at, value.get("source"), value.get("as_of"))
        items = value["array"]
        if not isinstance(items, list) or not all(isinstance(v, int | float) for v in items):
            self.fault(at, "an array holds numbers only", "Write `{array: [1.0, 0.9], source: id}`.")
            return ()
        return tuple(float(v) for v in items)

    def figure(self, at: Path, value: Any) -> Figure | None:
        full = {"value": value[0], "source": value[1]} if isinstance(value, list) else value
        number = full.get("value")
        if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
            self.fault(at, f"{number!r} is not a finite number", "Give the figure's value as a number.")
            return None
        for unknown in sorted(set(full) - FIGURE_KEYS):
            self.fault((*at, unknown), f"a figure has no {unknown!r}", f"Use {', '.join(sorted(FIGURE_KEYS))}.")
        source, as_of, remembered = self.cite(at, full.get("source"), full.get("as_of"))
        confidence = full.get("confidence") or (MEMORY if remembered else "high")
        if confidence not in LEVELS:
            self.fault(at, f"confidence {confidence!r}", f"Use one of {', '.join(LEVELS)}.")
        low, high = full.get("low"), full.get("high")
        if (low is not None and low > number) or (high is not None and high < number):
            self.fault(at, f"{low} <= {number} <= {high} does not hold", "Order low, value, high.")
        if not source or not as_of:
            return None
        return Figure(
            float(number),
            None if low is None else float(low),
            None if high is None else float(high),
            source,
            as_of,
            str(confidence),
            str(full.get("note") or ""),
        )

    def cite(self, at: Path, ids: Any, as_of: Any) -> tuple[str, str, bool]:
        """Expanded sources (an id or a list of them), their date, and whether all of it is memory."""
        names = [ids] if isinstance(ids, str) else list(ids or [])
        if not names:
            self.fault(at, "the figure has no source", "Add `source:`; a row without one does not load.")
            return "", "", False
        refs, date = [], str(as_of or "")
        for name in names:
            known = self.sources.get(name)
            if known is None:
                self.fault(at, f"source {name!r} is not in this file's `sources`", "Add it there with its reference.")
                continue
            refs.append(str(known.get("ref") if isinstance(known, dict) else known))
            if not date and isinstance(known, dict):
                date = str(known.get("as_of") or "")
        date = date or self.as_of
        if not date:
            self.fault(at, "the figure has no date", "Add `as_of:` to the figure, its source or the file.")
        return "; ".join(refs), date, all(n.startswith(MEMORY) for n in names)


def read_file(raw: bytes, name: str, faults: list[CatalogFault]) -> FileRows:
    """The rows of one file; what is wrong with it is added to `faults`."""
    try:
        located = parse(decode(raw, name), name, max_bytes=MAX_BYTES)
    except YamlProblem as problem:
        faults += [CatalogFault(name, f.mark.line, f.mark.column, f.message, f.fix) for f in problem.faults]
        return FileRows()
    data = located.data
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or not isinstance(data.get("rows"), list):
        faults.append(
            CatalogFault(name, 1, 1, "a catalog file has `kind:` and `rows:`", "See `aiplan schema catalog`.")
        )
        return FileRows()
    file = _File(name, located, faults)
    made = [file.row(data["kind"], i, row) for i, row in enumerate(data["rows"])]
    return FileRows(data["kind"], [r for r in made if r is not None])


def _is_figure(value: Any) -> bool:
    if isinstance(value, dict):
        return "value" in value
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], int | float)
        and not isinstance(value[0], bool)
    )


def merge(files: Sequence[FileRows], faults: list[CatalogFault]) -> dict[str, dict[str, Row]]:
    """Rows by kind and id; a later row of the same id overrides field by field."""
    table: dict[str, dict[str, Row]] = {}
    for file in files:
        seen: dict[str, Row] = {}
        for row in file.rows:
            if row.id in seen:
                text = f"{row.kind} {row.id!r} stands at line {seen[row.id].line} already"
                faults.append(CatalogFault(row.file, row.line, 1, text, "Keep one of them."))
            seen[row.id] = row
            before = table.setdefault(file.kind, {}).get(row.id)
            table[file.kind][row.id] = row if before is None else _over(before, row)
    return table


def _over(base: Row, top: Row) -> Row:
    return Row(
        base.kind,
        base.id,
        top.name if top.name != top.id else base.name,
        tuple(dict.fromkeys((*base.tags, *top.tags))),
        {**base.text, **top.text},
        {**base.figures, **top.figures},
        {**base.arrays, **top.arrays},
        top.file,
        top.line,
    )
