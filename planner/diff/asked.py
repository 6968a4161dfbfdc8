"""What was asked otherwise: leaves of the two problems, by the names that lead to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PASSED = frozenset(
    {"aliases", "calendar", "catalog_sha256", "cites", "notes", "origin", "origins", "scenario_file", "scenario_sha256"}
)
"""Names of a problem that are no question: where figures stand, and what follows from others."""
FIRST = ("workloads", "keys", "sites", "finance", "periods", "objective")
"""What a scenario says comes before what catalogs say."""
SPEC, METERED = "spec", "series_kw"
"""Of a workload: what the scenario says of it, and a metered load's hours; all else follows from these."""
LONG = 12
"""Numbers in a list of more are told apart, not shown."""
ABSENT = "-"


@dataclass(frozen=True, slots=True)
class Asked:
    """A leaf of the problem, in its base units, as text: what it was and is; `-` where it is not given."""

    name: str
    before: str
    after: str


def asked(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Asked]:
    """Every leaf that is not the same: the scenario's first, then the catalogs', each by name.

    A record that only one of the two has is one leaf.
    """
    found = sorted(_unlike(before, after, ""), key=lambda a: (_rank(a.name), a.name))
    yield from found


def _rank(name: str) -> int:
    head = name.partition(".")[0]
    return FIRST.index(head) if head in FIRST else len(FIRST)


def _unlike(old: Any, new: Any, name: str) -> Iterator[Asked]:
    old, new = _named(old, name), _named(new, name)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in set(old) | set(new):
            inner = name if name.count(".") == 1 and key == SPEC else f"{name}.{key}".lstrip(".")
            if key not in PASSED:
                yield from _unlike(old.get(key), new.get(key), inner)
    elif old != new:
        yield Asked(name, *_beside(old, new))


def _named(value: Any, name: str) -> Any:
    """A list of records as a mapping by their ids; of a workload what the scenario says of it."""
    if isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
        return {_id(v, index): v for index, v in enumerate(value)}
    if isinstance(value, Mapping) and SPEC in value and name.startswith("workloads."):
        return {key: value[key] for key in (SPEC, METERED) if value.get(key) is not None}
    return value


def _beside(old: Any, new: Any) -> tuple[str, str]:
    lists = [isinstance(v, list) and len(v) > LONG for v in (old, new)]
    return ("a list", "another list") if all(lists) else (_said(old), _said(new))


def _id(record: Mapping[str, Any], index: int) -> str:
    return str(record.get("id") or record.get("name") or index)


def _said(value: Any) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Mapping):
        return "there"
    if isinstance(value, list):
        return "a list" if len(value) > LONG else ", ".join(map(_said, value)) or "none"
    return str(value)
