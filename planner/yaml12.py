"""YAML 1.2 (core schema) with positions: untrusted text to plain data, duplicate keys and aliases refused.

PyYAML's own loader reads YAML 1.1: `no` is False, `1e24` a string, `12:30` 750, and of two equal keys the last wins in
silence. This one keeps PyYAML's scanner and composes values by the 1.2 core schema, noting where everything stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

MAX_BYTES = 1 << 20
MAX_DEPTH = 40
MAX_NODES = 200_000

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE, _FALSE = re.compile(r"true|True|TRUE"), re.compile(r"false|False|FALSE")
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


@dataclass(frozen=True, slots=True)
class Located:
    """Plain data, and where every value (`values`) and every mapping key (`keys`) stands, by path."""

    data: Any
    values: dict[Path, Mark]
    keys: dict[Path, Mark]


def parse(text: str, name: str, *, max_bytes: int = MAX_BYTES) -> Located:
    """The one document in `text`. Raises YamlProblem, and nothing else, whatever the text."""
    import yaml

    if len(text) > max_bytes:
        raise YamlProblem(name, [YamlFault(Mark(1, 1, 2), f"the text is larger than {max_bytes:,} bytes", "Split it.")])
    reader = _Reader(name)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        reader.check_depth(yaml.parse(text, Loader=loader), yaml)
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        raise YamlProblem(name, [_syntax(error)]) from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, YamlProblem):
            raise
        fault = YamlFault(Mark(1, 1, 2), f"not readable as YAML: {error}", "Save it as text.")
        raise YamlProblem(name, [fault]) from None
    data = None if node is None else reader.build(node, ())
    if reader.faults:
        raise YamlProblem(name, reader.faults)
    return Located(data, reader.values, reader.keys)


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


def _syntax(error: Any) -> YamlFault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = Mark(mark.line + 1, mark.column + 1, mark.column + 2) if mark else Mark(1, 1, 2)
    what = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML")
    fix = "Indent with spaces, never tabs." if "\\t" in what else "Check indentation, colons and quotes around here."
    return YamlFault(at, f"YAML syntax: {what}", fix)


class _Reader:
    """Builds plain data from composed nodes, gathering every fault."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[Path, Mark] = {}
        self.keys: dict[Path, Mark] = {}
        self.faults: list[YamlFault] = []
        self.nodes = 0

    def check_depth(self, events: Any, yaml: Any) -> None:
        """Refuse aliases, several documents, and nesting or sizes that no scenario needs, before composing."""
        depth = documents = 0
        opens, closes = (yaml.MappingStartEvent, yaml.SequenceStartEvent), (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        for count, event in enumerate(events):
            kind = type(event)
            if kind in closes:
                depth -= 1
            elif kind in opens or kind is yaml.ScalarEvent:
                depth += kind is not yaml.ScalarEvent
                if event.anchor:
                    self._stop(event, "anchors and aliases are not read", "Write the value out where it is used.")
                if event.tag is not None and (kind in opens or event.tag.removeprefix(_TAG) in _CORE):
                    at = _start(event)
                    self.faults.append(YamlFault(at, "a tag stands here", "Remove it; quotes make a text of anything."))
            elif kind is yaml.AliasEvent:
                self._stop(event, "anchors and aliases are not read", "Write the value out where it is used.")
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._stop(event, "a second document begins here", "Keep one document in a file.")
            if depth > MAX_DEPTH:
                self._stop(event, f"nested deeper than {MAX_DEPTH} levels", "Flatten it.")
            if count > MAX_NODES:
                self._stop(event, f"more than {MAX_NODES:,} values", "Split the file.")

    def _stop(self, event: Any, message: str, fix: str) -> None:
        raise YamlProblem(self.name, [*self.faults, YamlFault(_start(event), message, fix)])

    def build(self, node: Any, path: Path) -> Any:
        self.values[path] = at = _mark(node)
        if node.id == "scalar":
            return self._scalar(node, at)
        if node.id == "sequence":
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        made: dict[str, Any] = {}
        for key_node, child in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in made:
                first = self.keys[(*path, key)]
                self.faults.append(
                    YamlFault(
                        _mark(key_node), f"duplicate key {key!r}, first given at line {first.line}", "Keep one of them."
                    )
                )
                continue
            self.keys[(*path, key)] = _mark(key_node)
            made[key] = self.build(child, (*path, key))
        return made

    def _key(self, node: Any) -> str | None:
        if node.id != "scalar":
            self.faults.append(YamlFault(_mark(node), "a key must be plain text", "Write `name: value`."))
            return None
        if node.value == "<<" and not node.style:
            self.faults.append(YamlFault(_mark(node), "merge keys (<<) are not read", "Write the keys out."))
            return None
        return str(node.value)

    def _scalar(self, node: Any, at: Mark) -> Any:
        text = node.value
        if node.tag.removeprefix(_TAG) not in _CORE:
            self.faults.append(YamlFault(at, f"the tag {node.tag} is not read", "Remove the tag."))
            return text
        if node.style:
            return text
        if _NULL.fullmatch(text):
            return None
        if _TRUE.fullmatch(text):
            return True
        if _FALSE.fullmatch(text):
            return False
        if _INT.fullmatch(text):
            return int(text) if len(text) <= 40 else float(text)
        if _OTHER_BASE.fullmatch(text):
            return int(text, 0) if len(text) <= 40 else text
        if _FLOAT.fullmatch(text) or _INF.fullmatch(text) or _NAN.fullmatch(text):
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        return text


def _start(event: Any) -> Mark:
    at = event.start_mark
    return Mark(at.line + 1, at.column + 1, at.column + 2)


def _mark(node: Any) -> Mark:
    start, end = node.start_mark, node.end_mark
    stop = end.column + 1 if end.line == start.line else start.column + 2
    return Mark(start.line + 1, start.column + 1, max(stop, start.column + 2))
