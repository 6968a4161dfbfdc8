"""One catalog file: YAML to rows, with every fault located."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any, TypeGuard

from planner.catalog.rows import LEVELS, MEMORY, CatalogFault, Figure, Row
from planner.yaml12 import Located, Mark, Path, YamlProblem, decode, parse

FIGURE_KEYS = {"value", "low", "high", "source", "as_of", "confidence", "note"}
ARRAY_KEYS = {"array", "source", "as_of", "confidence", "note"}
FILE_KEYS = {"kind", "as_of", "sources", "rows"}
SOURCE_KEYS = {"ref", "as_of"}
MAX_BYTES = 4 << 20

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_SHORT = "Write `[value, source]` or `{value: …, source: …}`."


@dataclass(slots=True)
class FileRows:
    """What one file holds; `line` is where the kind is named."""

    kind: str = ""
    name: str = ""
    line: int = 1
    rows: list[Row] = field(default_factory=list)


def read_file(raw: bytes, name: str, faults: list[CatalogFault]) -> FileRows:
    """The rows of one file; what is wrong with it is added to `faults`, and nothing is raised."""
    try:
        located = parse(decode(raw, name), name, max_bytes=MAX_BYTES)
    except YamlProblem as problem:
        faults += [CatalogFault(name, f.mark.line, f.mark.column, f.message, f.fix) for f in problem.faults]
        return FileRows()
    data = located.data
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or not isinstance(data.get("rows"), list):
        faults.append(_no_rows(name, located))
        return FileRows()
    file = _File(name, located, faults)
    made = [file.row(data["kind"], i, row) for i, row in enumerate(data["rows"])]
    return FileRows(data["kind"], name, file.mark(("kind",)).line, [r for r in made if r is not None])


def _no_rows(name: str, located: Located) -> CatalogFault:
    """The fault of a file without a kind or a list of rows, at the key that stands for them."""
    data, at = located.data, Mark(1, 1, 2)
    said, fix = "a catalog file has a `kind:` and a list of `rows:`", "Begin with `kind: node`, then `rows:`"
    if isinstance(data, dict) and isinstance(data.get("kind"), str):
        others = [key for key in data if key not in FILE_KEYS and isinstance(data[key], list | dict)]
        if "rows" in data:
            at, said = located.keys[("rows",)], "`rows` is a list"
            fix = "Write each row as `- id: NAME`, with its figures below its id"
        elif others:
            at, said = located.keys[(others[0],)], f"a catalog file has no key {others[0]!r}, and no `rows:`"
            fix = "Write `rows:`, and each row as `- id: NAME` with its figures below its id"
    return CatalogFault(name, at.line, at.column, said, f"{fix}; see `aiplan schema catalog`.")


class _File:
    """A file being read: its defaults, its sources, its faults."""

    def __init__(self, name: str, located: Located, faults: list[CatalogFault]) -> None:
        self.name = name
        self.located = located
        self.faults = faults
        for unknown in sorted(set(located.data) - FILE_KEYS):
            self.fault((unknown,), f"a catalog file has no key {unknown!r}", f"Use {', '.join(sorted(FILE_KEYS))}.")
        self.as_of = self.date(("as_of",), located.data.get("as_of"))
        self.sources = self.read_sources(located.data.get("sources"))

    def mark(self, path: Path) -> Mark:
        return self.located.keys.get(path) or self.located.values.get(path) or Mark(1, 1, 2)

    def fault(self, path: Path, message: str, fix: str) -> None:
        at = self.mark(path)
        self.faults.append(CatalogFault(self.name, at.line, at.column, message, fix))

    def date(self, at: Path, value: Any) -> str:
        """A date as text, or a fault: a year, a month or a day."""
        if value is None:
            return ""
        text = str(value)
        if _DATE.fullmatch(text):
            try:
                date.fromisoformat((text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10])
                return text
            except ValueError:
                pass
        self.fault(at, f"{_shown(value)} is not a date", "Write it as 2026-11-23, 2026-11 or 2026.")
        return ""

    def read_sources(self, given: Any) -> dict[str, tuple[str, str]]:
        """Reference and date by source id."""
        if given is None:
            return {}
        if not isinstance(given, dict):
            self.fault(("sources",), "`sources` maps ids to references", "Write `quote: {ref: …, as_of: …}`.")
            return {}
        found = {}
        for id, value in given.items():
            at: Path = ("sources", id)
            known = value if isinstance(value, dict) else {"ref": value}
            ref = known.get("ref")
            if not isinstance(ref, str) or not ref.strip():
                self.fault(at, f"the source {id!r} has no reference", "Write `ref:` with where the figure stands.")
                continue
            for unknown in sorted(set(known) - SOURCE_KEYS):
                self.fault((*at, unknown), f"a source has no {unknown!r}", "Use ref, as_of.")
            found[id] = (ref.strip(), self.date((*at, "as_of"), known.get("as_of")))
        return found

    def row(self, kind: str, index: int, data: Any) -> Row | None:
        """A row, or nothing where it has no usable id."""
        path: Path = ("rows", index)
        id = data.get("id") if isinstance(data, dict) else None
        if not isinstance(id, str):
            self.fault(path, "a row needs an `id` of text", "Write `- id: some_name`.")
            return None
        if not _ID.fullmatch(id):
            self.fault((*path, "id"), f"{_shown(id)} is no id", "Use letters, digits, `.`, `_` and `-`.")
            return None
        figures: dict[str, Figure] = {}
        texts: dict[str, str | bool | tuple[str, ...]] = {}
        arrays: dict[str, tuple[float, ...]] = {}
        for key, value in data.items():
            if _level(value):
                fix = "Take this level out, so that they stand beside `id`."
                self.fault((*path, key), f"figures stand in their row, not under {key!r}", fix)
            elif key not in ("id", "name", "tags"):
                self.field((*path, key), key, value, figures, texts, arrays)
        tags = self.tags((*path, "tags"), data.get("tags"))
        name = data.get("name")
        if name is not None and not isinstance(name, str | int | float):
            self.fault((*path, "name"), "a name is text", "Write it in quotes.")
        shown = id if name is None else str(name)
        return Row(kind, id, shown, tags, texts, figures, arrays, self.name, self.mark((*path, "id")).line)

    def tags(self, at: Path, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(t, str) for t in value):
            self.fault(at, "tags are a list of texts", "Write `tags: [one, two]`.")
            return ()
        return tuple(value)

    def field(
        self,
        at: Path,
        key: str,
        value: Any,
        figures: dict[str, Figure],
        texts: dict[str, str | bool | tuple[str, ...]],
        arrays: dict[str, tuple[float, ...]],
    ) -> None:
        """One field of a row, into the figures, texts or arrays."""
        if isinstance(value, str | bool):
            texts[key] = value
        elif isinstance(value, dict) and "array" in value:
            arrays[key] = self.array(at, value)
        elif isinstance(value, dict) or (isinstance(value, list) and len(value) == 2 and _number(value[0])):
            figure = self.figure(at, value)
            if figure is not None:
                figures[key] = figure
        elif isinstance(value, list) and value and all(isinstance(v, str) for v in value):
            texts[key] = tuple(value)
        elif value is None or value == []:
            self.fault(at, f"`{key}` is empty", "Remove the key, or give it a value.")
        else:
            self.fault(at, f"`{key}` is neither text nor a figure with a source", _SHORT)

    def array(self, at: Path, value: dict[str, Any]) -> tuple[float, ...]:
        self.unknown(at, value, ARRAY_KEYS, "an array")
        self.cite(at, value.get("source"), value.get("as_of"))
        items = value["array"]
        if not isinstance(items, list) or not items or not all(_number(v) for v in items):
            self.fault(at, "an array holds finite numbers only", "Write `{array: [1.0, 0.9], source: id}`.")
            return ()
        return tuple(float(v) for v in items)

    def unknown(self, at: Path, value: dict[str, Any], keys: set[str], what: str) -> None:
        for key in () if value.keys() <= keys else sorted(set(value) - keys):
            self.fault((*at, key), f"{what} has no {key!r}", f"Use {', '.join(sorted(keys))}.")

    def figure(self, at: Path, value: Any) -> Figure | None:
        """A figure in its long or short form; None, and a fault, where number, source or date is missing."""
        full = {"value": value[0], "source": value[1]} if isinstance(value, list) else value
        self.unknown(at, full, FIGURE_KEYS, "a figure")
        if full.get("value") is None:
            self.fault(at, "the figure has no `value`", _SHORT)
        low, number, high = (self.number(at, full, k) for k in ("low", "value", "high"))
        source, as_of, remembered = self.cite(at, full.get("source"), full.get("as_of"))
        confidence = full.get("confidence") or (MEMORY if remembered else "high")
        if confidence not in LEVELS:
            self.fault(at, f"{_shown(confidence)} is no confidence", f"Use one of {', '.join(LEVELS)}.")
        elif remembered and confidence != MEMORY:
            self.fault(at, f"the sources are memory, the confidence is {confidence}", "Leave `confidence` out.")
        if number is None or not source or not as_of:
            return None
        if (low is not None and low > number) or (high is not None and high < number):
            shown = " <= ".join(f"{n:g}" for n in (low, number, high) if n is not None)
            self.fault(at, f"{shown} does not hold", "Order low <= value <= high.")
        return Figure(number, low, high, source, as_of, str(confidence), str(full.get("note") or ""))

    def number(self, at: Path, figure: dict[str, Any], key: str) -> float | None:
        value = figure.get(key)
        if value is None or _number(value):
            return None if value is None else float(value)
        at = (*at, key) if (*at, key) in self.located.keys else at
        self.fault(at, f"{_shown(value)} is not a finite number", "Write a number; its unit belongs in the key.")
        return None

    def cite(self, at: Path, ids: Any, as_of: Any) -> tuple[str, str, bool]:
        """Expanded sources (an id or a list of them), their date (the latest), and whether all of it is memory."""
        names = [ids] if isinstance(ids, str) else ids
        if not isinstance(names, list) or not names or not all(isinstance(n, str) and n for n in names):
            self.fault(at, "the figure has no source", "Add `source:`; a figure without one does not load.")
            return "", "", False
        refs, dates = [], [self.date((*at, "as_of"), as_of)]
        for name in names:
            known = self.sources.get(name)
            if known is None:
                self.fault(at, f"the source {name!r} is not among this file's `sources`", "Add it with its reference.")
                continue
            refs.append(known[0])
            dates.append(known[1])
        found = dates[0] or max(dates) or self.as_of
        if not found:
            self.fault(at, "the figure has no date", "Add `as_of:` to the figure, its source or the file.")
        return "; ".join(refs), found, all(n.startswith(MEMORY) for n in names)


def _number(value: Any) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(value)
    except OverflowError:
        return False


def _level(value: Any) -> bool:
    """Whether a mapping holds figures and is none itself."""
    if not isinstance(value, dict) or not value or set(value) & (FIGURE_KEYS | ARRAY_KEYS):
        return False
    return all(isinstance(inner, dict | list) for inner in value.values())


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…"
