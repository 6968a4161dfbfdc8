"""What predictors look things up in: catalogs, coefficients, and which catalog row a written name means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.catalog import Catalog, Row
from planner.estimate.coefficients import Coefficients, from_catalog
from planner.validate.entry import Excluded

_WORD = re.compile(r"[a-z]+[0-9]+[a-z]*|[a-z]+|[0-9]+[a-z]*")
_UNIT = re.compile(
    r"\d+(gb|w)|hbm.*|sxm\d*|oam|nvl\d*|pcie|tpu|rtx|gddr.*|pro|instinct|nvidia|amd|intel|google|aws|chip"
)


@dataclass(frozen=True, slots=True)
class Books:
    """Catalogs and coefficients, and accelerators by the words of their ids and names."""

    catalog: Catalog
    coefficients: Coefficients
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def accelerator(self, name: str) -> Row:
        """The catalog row that a written name means: its model's word (`h100`, `v5p`) and most of the others.

        Raises Excluded where no row has the model's word.
        """
        asked = _words(name)
        model = {word for word in asked if not _UNIT.fullmatch(word)}
        fits = [id for id, words in self.words.items() if model and model <= words]
        if not fits:
            raise Excluded(f"no accelerator {name!r} in the catalogs")
        best = min(
            fits, key=lambda id: (_elsewhere(asked, id), -_agree(asked, self.words[id]), len(self.words[id]), id)
        )
        return self.catalog.row("accelerator", best)


def books(catalog: Catalog) -> Books:
    """Books of a catalog. Texts `aliases` of accelerator rows count as names too."""
    words = {}
    for row in catalog.rows("accelerator"):
        aliases = row.text.get("aliases", ())
        words[row.id] = frozenset(
            word
            for text in (row.id, row.name, *(aliases if isinstance(aliases, tuple) else ()))
            for word in _words(text)
        )
    return Books(catalog, from_catalog(catalog), words)


def _words(text: str) -> set[str]:
    """The words of a name; letters that run into digits stay together: `tpu v5p`, `a100 sxm4 80gb`, `mi300x`."""
    return set(_WORD.findall(re.sub(r"\btpu(?=v)", "tpu ", text.lower())))


def _elsewhere(asked: set[str], id: str) -> bool:
    """Whether one is a PCIe card and the other is not; a name that says nothing means the module."""
    return ("pcie" in asked) != ("pcie" in id)


def _agree(asked: set[str], words: frozenset[str]) -> int:
    """How many words of a name a row has, whole or as the beginning of one (`sxm` of `sxm4`)."""
    return sum(word in words or any(w.startswith(word) for w in words) for word in asked)
