"""Lock files: the catalog rows a scenario plans with, as they were, each with its date and the hash of its content.

    {"aiplan_lock": "1.0", "scenario": "quickstart.yaml", "rows": {"node/dgx_h100": {"sha256": …, "as_of": …, …}}}

Rows hold their figures whole, so that a difference can be told figure by figure without the catalogs of that day. There
is no clock in it: the same catalogs give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, NoReturn

from planner.catalog.content import PARTS, Content, content, dated, digest
from planner.catalog.rows import Row
from planner.control import CONTROL
from planner.errors import BadInput

FORMAT_VERSION = "1.0"
SUFFIX = ".lock"
"""A scenario's lock lies beside it: `quickstart.yaml` and `quickstart.lock`."""
MAX_BYTES = 64 << 20
MOST = 20
"""Faults that are printed."""
EXPECTED = "a lock file, as `aiplan catalog lock SCENARIO` writes it"
SHAPES = {"name": str, "tags": list, "figures": dict, "text": dict, "arrays": dict}
FIGURE = {"value", "low", "high", "source", "as_of", "confidence", "note"}


def beside(scenario: Path) -> Path:
    """Where a scenario's lock lies; never where the scenario itself does."""
    return scenario.with_name(scenario.name + SUFFIX) if scenario.suffix == SUFFIX else scenario.with_suffix(SUFFIX)


def render(scenario: str, rows: Mapping[str, Row]) -> str:
    """The lock of some rows, a line for each figure, so that version control shows what changed."""
    body = ",\n".join(f"  {_quoted(origin)}: {_row(content(row))}" for origin, row in sorted(rows.items()))
    head = f' "aiplan_lock": "{FORMAT_VERSION}",\n "scenario": {_quoted(scenario)},\n'
    return f'{{\n{head} "rows": {{\n{body}\n }}\n}}\n'


def _row(said: Content) -> str:
    facts = {"sha256": digest(said), "as_of": dated(said), "name": said["name"], "tags": said["tags"]}
    lines = [f"   {_quoted(key)}: {_flat(value)}" for key, value in facts.items()]
    for part in ("figures", "text", "arrays"):
        inner = ",\n".join(f"    {_quoted(name)}: {_flat(value)}" for name, value in said[part].items())
        lines.append(f"   {_quoted(part)}: {{\n{inner}\n   }}" if inner else f"   {_quoted(part)}: {{}}")
    return "{\n" + ",\n".join(lines) + "\n  }"


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _quoted(text: str) -> str:
    return str(encode_basestring(text))


def read(path: Path) -> dict[str, Content]:
    """The rows of a lock file by `kind/id`. Raises BadInput, with every row that is not as it was written."""
    name = path.as_posix()
    data = _document(path)
    rows = data.get("rows") if isinstance(data, dict) else None
    version = data.get("aiplan_lock") if isinstance(data, dict) else None
    if not isinstance(version, str) or not isinstance(rows, dict):
        _refuse(name, "JSON, but no lock file: it has no `aiplan_lock` and `rows`")
    if version.split(".")[0] != FORMAT_VERSION.split(".")[0]:
        _refuse(name, f"the lock is of format {version[:20]!r}; this aiplan reads {FORMAT_VERSION}")
    faults = [f"{name}: {fault}" for origin, said in rows.items() for fault in _faults(origin, said)]
    if faults:
        more = [f"{name}: and {len(faults) - MOST:,} more"] if len(faults) > MOST else []
        fix = "  fix: Lock anew; what a lock file says is not edited."
        raise BadInput("\n".join([*faults[:MOST], *more, f"  expected: {EXPECTED}", fix]))
    return dict(rows)


def _faults(origin: str, said: Any) -> Iterator[str]:
    if not isinstance(said, dict) or not all(isinstance(said.get(part), kind) for part, kind in SHAPES.items()):
        yield f"rows.{origin}: not a row with {', '.join(PARTS)}"
        return
    figures = said["figures"].items()
    odd = [field for field, f in figures if not isinstance(f, dict) or set(f) != FIGURE or not _number(f["value"])]
    if odd:
        yield f"rows.{origin}: {', '.join(odd)}: not figures with {', '.join(sorted(FIGURE))}"
    elif said.get("sha256") != digest(said):
        yield f"rows.{origin}: its content is not that of its sha256"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _document(path: Path) -> Any:
    name = path.as_posix()
    try:
        if path.stat().st_size > MAX_BYTES:
            _refuse(name, f"larger than {MAX_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text, parse_constant=_no_number)
        if CONTROL.search(text):
            _refuse(name, "a control character, which could steer a terminal")
        return data
    except OSError as error:
        _refuse(name, f"cannot be read: {error.strerror}", "Lock first: `aiplan catalog lock SCENARIO`.")
    except json.JSONDecodeError as error:
        _refuse(f"{name}:{error.lineno}:{error.colno}", f"not JSON: {error.msg}")
    except RecursionError:
        _refuse(name, "nested deeper than any lock is")
    except ValueError as error:  # not UTF-8, or no number of JSON
        _refuse(name, f"not a lock: {error}")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _refuse(where: str, message: str, fix: str = "Lock anew: `aiplan catalog lock SCENARIO`.") -> NoReturn:
    raise BadInput(f"{where}: {message}\n  expected: {EXPECTED}\n  fix: {fix}") from None
