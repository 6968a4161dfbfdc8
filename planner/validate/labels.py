"""What a row is called, and what it is grouped by unless its predictor knows better."""

from __future__ import annotations

import re

from planner.validate.entry import Entry

NAMES, SOURCES = ("id", "run", "name"), ("source", "src", "org", "from")
_FAMILY = re.compile(r"[a-z]+")
MOST_CHARACTERS = 80


def name_of(entry: Entry) -> str:
    """The row's own id or run; else its number and line in the file."""
    return _first(entry, NAMES) or f"row {entry.index} (line {entry.line})"


def labels_of(entry: Entry) -> dict[str, str]:
    """Accelerator, model family and source, as written; empty where the row does not say."""
    return {
        "accelerator": _first(entry, ("accelerator",)),
        "family": family(_model(entry)),
        "source": _first(entry, SOURCES),
    }


def family(model: str) -> str:
    """The first word of a model's name, without its publisher: `llama` of `meta-llama/Llama-3.1-70B`."""
    found = _FAMILY.search(model.rpartition("/")[2].lower())
    return found.group() if found else ""


def _model(entry: Entry) -> str:
    model = entry.data.get("model")
    if isinstance(model, dict):
        model = model.get("name")
    return model if isinstance(model, str) else _first(entry, ("run",))


def _first(entry: Entry, names: tuple[str, ...]) -> str:
    for name in names:
        value = entry.data.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:MOST_CHARACTERS]
    return ""
