"""Names as Kubernetes and Prometheus take them, from the plan's ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

MOST = 52
"""Characters of a name: 63 (RFC 1123 labels), less what controllers append to the names of pods."""
MARK = 6


def dns(*parts: str) -> str:
    """A label of RFC 1123: lower case letters, digits, `-`; what was cut or changed is told apart by a hash."""
    whole = "-".join(p for p in parts if p)
    text = _plain(whole)
    return text if text == re.sub(r"[_.]", "-", whole) and len(text) <= MOST else _marked(whole)


def distinct(texts: Iterable[str]) -> dict[str, str]:
    """A name for each text, as `dns` gives it; where two would be one, with a hash each."""
    names = {text: dns(text) for text in dict.fromkeys(texts)}
    often = Counter(names.values())
    return {text: name if often[name] == 1 else _marked(text) for text, name in names.items()}


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _marked(text: str) -> str:
    return f"{_plain(text)[: MOST - MARK - 1].strip('-') or 'x'}-{sha256(text.encode()).hexdigest()[:MARK]}"


def label(text: str) -> str:
    """A label's value: as it is where it may be, else as a name."""
    return text if re.fullmatch(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", text) else dns(text)


def line(text: str) -> str:
    """Text on one line, for a comment."""
    return " ".join(text.split())
