"""YAML 1.2 (core schema) with positions: untrusted text to plain data, duplicate keys and aliases refused.

PyYAML's own loader reads YAML 1.1: `no` is False, `1e24` a string, `12:30` 750, and of two equal keys the last wins in
silence. This one keeps PyYAML's parser and builds values from its events by the 1.2 core schema in one pass, noting
where everything stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Path = tuple[str | int, ...]
Noted = tuple[Any, Any]
"""Where something begins and ends, as the parser says it."""

MAX_BYTES = 1 << 20
MAX_DEPTH = 40
MAX_NODES = 200_000
SHALLOW = 3
"""Steps of a path whose places are noted at once: a row of a list, and its keys."""

_WORDS = {
    **dict.fromkeys(("~", "null", "Null", "NULL", "")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TAG = "tag:yaml.org,2002:"
_CORE = {"str", "int", "float", "bool", "null", "timestamp", "merge", "value"}
_INF, _NAN = re.compile(r"[-+]?\.(inf|Inf|INF)"), re.compile(r"\.(nan|NaN|NAN)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text; lines and columns count from one, `end_column` is just past the last character."""

    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class YamlFault:
    """One thing wrong with the text."""

    mark: Mark
    message: str
    fix: str


class YamlProblem(ValueError):
    """Everything wrong with a YAML text."""

    def __init__(self, name: str, faults: list[YamlFault]) -> None:
        super().__init__("; ".join(f"{name}:{f.mark.line}:{f.mark.column}: {f.message}" for f in faults))
        self.name = name
        self.faults = faults


class Marks(Mapping[Path, Mark]):
    """Where things stand, by path.

    Reading notes the places of `SHALLOW` steps at most; the first question about a deeper one reads the text again.
    """

    def __init__(self, noted: dict[Path, Noted], again: Callable[[], dict[Path, Noted]]) -> None:
        self._noted, self._again, self._whole = noted, again, False

    def __getitem__(self, path: Path) -> Mark:
        if path not in self._noted:
            self._complete()
        return _mark(*self._noted[path])

    def __iter__(self) -> Iterator[Path]:
        self._complete()
        return iter(self._noted)

    def __len__(self) -> int:
        self._complete()
        return len(self._noted)

    def _complete(self) -> None:
        if not self._whole:
            self._noted, self._whole = self._again(), True


@dataclass(frozen=True, slots=True)
class Located:
    """Plain data, and where every value (`values`) and every mapping key (`keys`) stands, by path."""

    data: Any
    values: Mapping[Path, Mark]
    keys: Mapping[Path, Mark]


def parse(text: str, name: str, *, max_bytes: int = MAX_BYTES) -> Located:
    """The one document in `text`. Raises YamlProblem, and nothing else, whatever the text."""
    if len(text) > max_bytes:
        raise YamlProblem(name, [YamlFault(Mark(1, 1, 2), f"the text is larger than {max_bytes:,} bytes", "Split it.")])
    made = _read(text, name, SHALLOW)
    again = lru_cache(maxsize=1)(lambda: _read(text, name, MAX_DEPTH))
    return Located(made.data, Marks(made.values, lambda: again().values), Marks(made.keys, lambda: again().keys))


def _read(text: str, name: str, deep: int) -> _Reader:
    """The text read once, places noted as far as `deep` steps. Raises YamlProblem."""
    import yaml

    try:
        source: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        try:
            reader = _Reader(name, source.get_event, yaml, deep)
            reader.document()
        finally:
            source.dispose()
    except yaml.YAMLError as error:
        raise YamlProblem(name, [_syntax(error, text)]) from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, YamlProblem):
            raise
        fault = YamlFault(Mark(1, 1, 2), f"not readable as YAML: {error}", "Save it as text.")
        raise YamlProblem(name, [fault]) from None
    if reader.faults:
        raise YamlProblem(name, reader.faults)
    return reader


def decode(raw: bytes, name: str) -> str:
    """UTF-8 text of a file; binary junk is a located problem."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        fault = YamlFault(Mark(line, column, column + 1), "this is not UTF-8 text", "Save the file as UTF-8.")
        raise YamlProblem(name, [fault]) from None
    bad = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - (text.rfind("\n", 0, bad.start()) + 1) + 1
        fault = YamlFault(Mark(line, column, column + 1), "a control character stands here", "Remove it.")
        raise YamlProblem(name, [fault])
    return text


def _syntax(error: Any, text: str) -> YamlFault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = Mark(mark.line + 1, mark.column + 1, mark.column + 2) if mark else Mark(1, 1, 2)
    what = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML")
    line = text.split("\n", mark.line + 1)[mark.line] if mark and mark.line <= text.count("\n") else ""
    tabs = "\\t" in what or "\t" in line[: len(line) - len(line.lstrip())]
    fix = "Indent with spaces, never tabs." if tabs else "Check indentation, colons and quotes around here."
    return YamlFault(at, f"YAML syntax: {what}", fix)


class _Reader:
    """Builds plain data from a parser's events in one pass, gathering every fault."""

    def __init__(self, name: str, event: Callable[[], Any], yaml: Any, deep: int) -> None:
        self.name, self.event, self.deep = name, event, deep
        self.scalar, self.alias, self.mapping = yaml.ScalarEvent, yaml.AliasEvent, yaml.MappingStartEvent
        self.ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        self.document_start = yaml.DocumentStartEvent
        self.values: dict[Path, Noted] = {}
        self.keys: dict[Path, Noted] = {}
        self.faults: list[YamlFault] = []
        self.data: Any = None
        self.count = self.depth = 0

    def document(self) -> None:
        """Read the one document; the data is None where there is none."""
        self.event()
        if not isinstance(self.event(), self.document_start):
            return
        self.data = self.build(self.event(), ())
        self.event()
        after = self.event()
        if isinstance(after, self.document_start):
            self._stop(after, "a second document begins here", "Keep one document in a file.")

    def build(self, event: Any, path: Path) -> Any:
        noting = len(path) <= self.deep
        if noting:
            self.values[path] = event.start_mark, event.end_mark
        if type(event) is self.scalar:
            if event.anchor or event.tag is not None:
                self._check(event)
            return event.value if event.style else _plain(event.value)
        self._check(event)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._stop(event, f"nested deeper than {MAX_DEPTH} levels", "Flatten it.")
        made, end = (self._mapping if type(event) is self.mapping else self._sequence)(path)
        self.depth -= 1
        self.count += 1 + len(made)
        if self.count > MAX_NODES:
            self._stop(event, f"more than {MAX_NODES:,} values", "Split the file.")
        if noting:
            self.values[path] = event.start_mark, end.end_mark
        return made

    def _sequence(self, path: Path) -> tuple[list[Any], Any]:
        made: list[Any] = []
        while type(event := self.event()) not in self.ends:
            made.append(self.build(event, (*path, len(made))))
        return made, event

    def _mapping(self, path: Path) -> tuple[dict[str, Any], Any]:
        made: dict[str, Any] = {}
        lines: dict[str, int] = {}
        noting = len(path) < self.deep
        while type(event := self.event()) not in self.ends:
            key = self._key(event)
            at = (*path, key or "")
            if key in made:
                text = f"duplicate key {key!r}, first given at line {lines[key]}"
                self.faults.append(YamlFault(_mark(event.start_mark, event.end_mark), text, "Keep one of them."))
            elif key is not None:
                lines[key] = event.start_mark.line + 1
                if noting:
                    self.keys[at] = event.start_mark, event.end_mark
            value = self.build(self.event(), at)
            if key is not None:
                made.setdefault(key, value)
        return made, event

    def _key(self, event: Any) -> str | None:
        """A key's text; None, and a fault, where it has none."""
        if type(event) is not self.scalar:
            start = event.start_mark
            self.build(event, ("",))
            self.faults.append(YamlFault(_start(start), "a key must be plain text", "Write `name: value`."))
            return None
        if event.anchor or event.tag is not None:
            self._check(event)
        if event.value == "<<" and not event.style:
            at = _mark(event.start_mark, event.end_mark)
            self.faults.append(YamlFault(at, "merge keys (<<) are not read", "Write the keys out."))
            return None
        return str(event.value)

    def _check(self, event: Any) -> None:
        """Refuse aliases, anchors and tags."""
        if type(event) is self.alias or event.anchor:
            self._stop(event, "anchors and aliases are not read", "Write the value out where it is used.")
        if event.tag is None or (type(event) is self.scalar and event.tag == "!"):
            return
        if type(event) is not self.scalar or event.tag.removeprefix(_TAG) in _CORE:
            fix = "Remove it; quotes make a text of anything."
            self.faults.append(YamlFault(_start(event.start_mark), "a tag stands here", fix))
        else:
            at = _mark(event.start_mark, event.end_mark)
            self.faults.append(YamlFault(at, f"the tag {event.tag} is not read", "Remove the tag."))

    def _stop(self, event: Any, message: str, fix: str) -> None:
        raise YamlProblem(self.name, [*self.faults, YamlFault(_start(event.start_mark), message, fix)])


@lru_cache(maxsize=4096)
def _plain(text: str) -> Any:
    """What an unquoted scalar is by the core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) <= 40 else float(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0) if len(text) <= 40 else text
    if _FLOAT.fullmatch(text) or _INF.fullmatch(text) or _NAN.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _start(start: Any) -> Mark:
    return Mark(start.line + 1, start.column + 1, start.column + 2)


def _mark(start: Any, end: Any) -> Mark:
    stop = end.column + 1 if end.line == start.line else start.column + 2
    return Mark(start.line + 1, start.column + 1, max(stop, start.column + 2))
