"""A file of measurements to entries: a list of rows, a mapping with `rows`, or a mapping that is one row itself.

Untrusted text: YAML 1.2, duplicate keys, aliases and tags refused, sizes and depth bounded (planner/yaml12.py).
"""

from __future__ import annotations

from pathlib import Path

from planner.errors import BadInput
from planner.validate.entry import Entry
from planner.yaml12 import Located, YamlProblem, decode, parse

MAX_BYTES = 8 << 20
SHAPE = "a file of measurements is a list of rows, or a mapping with a list `rows`"


def entries(path: Path) -> list[Entry]:
    """The rows of a file. Raises BadInput, located, where it cannot be read or has none."""
    name = path.as_posix()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{name}:1:1: larger than {MAX_BYTES:,} bytes. Split the file.")
        located = parse(decode(path.read_bytes(), name), name, max_bytes=MAX_BYTES)
    except OSError as error:
        raise BadInput(f"{name}: cannot be read: {error.strerror or error}") from None
    except YamlProblem as problem:
        raise BadInput(
            "\n".join(f"{name}:{f.mark.line}:{f.mark.column}: {f.message}. {f.fix}" for f in problem.faults)
        ) from None
    return _entries(located, name)


def _entries(located: Located, name: str) -> list[Entry]:
    data = located.data
    where: tuple[str | int, ...] = ()
    if isinstance(data, dict) and "rows" in data:
        where, data = ("rows",), data["rows"]
    elif isinstance(data, dict) and data:
        return [Entry(data)]
    if not isinstance(data, list) or not data:
        at = located.values.get(where)
        raise BadInput(f"{name}:{at.line if at else 1}:{at.column if at else 1}: {SHAPE}.")
    faults = []
    for index, row in enumerate(data):
        if not isinstance(row, dict):
            at = located.values[(*where, index)]
            faults.append(f"{name}:{at.line}:{at.column}: a row is a mapping of fields. Write `- id: some_name`.")
    if faults:
        raise BadInput("\n".join(faults))
    return [Entry(row, located.values[(*where, index)].line, index + 1) for index, row in enumerate(data)]
