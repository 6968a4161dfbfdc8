"""YAML documents with a comment on each: where in the plan it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planner.export.names import line

WIDTH = 4096
"""Columns before YAML breaks a text: never."""


@dataclass(frozen=True, slots=True)
class Document:
    """One object, and the lines of the plan it says again."""

    body: dict[str, Any]
    because: tuple[str, ...]


def text(documents: Iterable[Document], head: Iterable[str]) -> str:
    """All documents, `head` first, keys in the order they were given."""
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes equal lists out each time: no anchors."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    parts = ["".join(f"# {line(said)}\n" for said in head)]
    for document in documents:
        comments = "".join(f"# {line(said)}\n" for said in document.because)
        body = yaml.dump(document.body, Dumper=Plain, sort_keys=False, width=WIDTH, allow_unicode=True)
        parts.append(f"---\n{comments}{body}")
    return "".join(parts)
