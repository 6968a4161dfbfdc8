"""Files over files: a later row of a kind and id overrides field by field; then every row is held to its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from planner.catalog.fields import CHOICES, PRICED, REFERENCES, REQUIRED, REQUIRED_TEXT
from planner.catalog.reader import FileRows
from planner.catalog.rows import CatalogFault, Row

Table = dict[str, dict[str, Row]]


def merge(files: Sequence[FileRows], faults: list[CatalogFault]) -> Table:
    """Rows by kind and id. An id that stands twice in one file is a fault."""
    table: Table = {}
    for file in files:
        seen: dict[str, Row] = {}
        for row in file.rows:
            if row.id in seen:
                text = f"{row.kind} {row.id!r} stands at line {seen[row.id].line} already"
                faults.append(CatalogFault(row.file, row.line, 1, text, "Keep one of them."))
                continue
            seen[row.id] = row
            before = table.setdefault(file.kind, {}).get(row.id)
            table[file.kind][row.id] = row if before is None else _over(before, row, faults)
    return table


def known_kinds(files: Sequence[FileRows], kinds: set[str], faults: list[CatalogFault]) -> None:
    """Files of a kind that nothing reads: most likely a slip of the pen, which would be passed over in silence."""
    for file in files:
        if file.kind and file.kind not in kinds:
            fix = f"{_nearest(file.kind, kinds)}Kinds: {', '.join(sorted(kinds))}."
            faults.append(CatalogFault(file.name, file.line, 1, f"there is no kind {file.kind!r}", fix))


def check(table: Table, faults: list[CatalogFault]) -> None:
    """What every row of its kind needs, and what rows point at.

    Rows of files that have faults already are not asked for what they lack: it may be what did not load.
    """
    spoiled = {fault.file for fault in faults}
    for kind, rows in table.items():
        for row in rows.values():
            if row.file not in spoiled:
                _complete(kind, row, faults)
    for kind, field, target in REFERENCES:
        for row in table.get(kind, {}).values():
            named = row.text.get(field)
            if named is not None and named not in table.get(target, {}):
                _missing(row, f"{field} {named!r} is no {target} of the catalogs", str(named), table, target, faults)
    for kind, target in PRICED:
        for row in table.get(kind, {}).values():
            if row.id not in table.get(target, {}):
                _missing(row, f"there is no {target} {row.id!r} to price", row.id, table, target, faults)


def _complete(kind: str, row: Row, faults: list[CatalogFault]) -> None:
    lacking = [f for f in REQUIRED.get(kind, ()) if f not in row.figures]
    lacking += [f for f in REQUIRED_TEXT.get(kind, ()) if f not in row.text]
    if lacking:
        text = f"{row.origin} lacks {', '.join(lacking)}"
        faults.append(CatalogFault(row.file, row.line, 1, text, f"Every {kind} needs them."))
    for field in row.text:
        allowed = CHOICES.get((kind, field))
        if allowed and row.text[field] not in allowed:
            text = f"{row.origin}: {field} is {row.text[field]!r}"
            faults.append(CatalogFault(row.file, row.line, 1, text, f"Use one of {', '.join(allowed)}."))


def _missing(row: Row, text: str, named: str, table: Table, target: str, faults: list[CatalogFault]) -> None:
    fix = _nearest(named, table.get(target, {})) + f"See `aiplan catalog list {target}`."
    faults.append(CatalogFault(row.file, row.line, 1, f"{row.origin}: {text}", fix))


def _nearest(name: str, known: set[str] | Mapping[str, Row]) -> str:
    longer = [k for k in sorted(known) if k.startswith(name)]
    close = longer or get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"Did you mean {close[0]!r}? " if close else ""


def _over(base: Row, top: Row, faults: list[CatalogFault]) -> Row:
    """`top` over `base`, field by field. A figure stays a figure: text in its place is a fault."""
    for field in sorted((set(top.text) | set(top.arrays)) & set(base.figures)):
        text = f"{top.origin}: {field} is a figure in {base.file}:{base.line}"
        faults.append(CatalogFault(top.file, top.line, 1, text, "Give it as `[value, source]`."))
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
        base.overridden | frozenset(base.figures),
    )
