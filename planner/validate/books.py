"""What predictors look things up in: catalogs, coefficients, and which catalog row a written name means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.catalog import Catalog, Row
from planner.estimate.chip import Chip, chip_from
from planner.estimate.coefficients import Coefficients, from_catalog
from planner.validate.entry import Excluded

_WORD = re.compile(r"[a-z]+[0-9]+[a-z]*|[a-z]+|[0-9]+[a-z]*")
_IDLE = re.compile(r"gpu|per|chip|dgx|hgx|tensor|core|ai|accelerators?|cloud|habana|tesla|large|metal")
"""Words that say nothing of a model or its variant."""
_UNIT = re.compile(
    r"\d+(gb|w)|hbm.*|gddr.*|sxm\d*|oam|nvl\d*|pcie|tpu|rtx|pro|instinct|nvidia|amd|intel|google|aws|" + _IDLE.pattern
)
"""Words that say which variant, and not which model."""
_SPELLED = (
    (re.compile(r"\btpu(?=v)"), "tpu "),
    (re.compile(r"\b\d{1,5} ?x ?(?=[a-z])"), ""),
    (re.compile(r"(?<=[0-9])x\d{1,3}\b|(?<=\dgb)x\d{1,3}\b| x ?\d{1,5}\b"), ""),
    (re.compile(r"\b(\d{2,3}) ?gi?b?\b"), r"\1gb"),
    (re.compile(r"\bv5 ?lite(pod)?\b"), "v5e"),
    (re.compile(r"\b(v\d[a-z]?)-\d{1,4}\b"), r"\1"),
    (re.compile(r"\b(gaudi|trainium|inferentia|mi|ascend)[ _-](?=\d)"), r"\1"),
)
"""Counts beside a name (`8x H100`, `H100x8`, `v5e-8`) say nothing of the model; a model's number may stand apart."""
STAND_IN_COUNT, STAND_IN_NIC = 8, 5e10
"""Accelerators of a machine and bytes/s of a NIC each where no machine is known: the commonest form."""


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
        return self.catalog.row("accelerator", min(fits, key=lambda id: self._distance(asked, id)))

    def node(self, row: Row) -> Row | None:
        """The machine that carries an accelerator: the one with the fastest network, of the same model at least."""
        model, found = _model(row.id), []
        for node in self.catalog.rows("node"):
            carried = str(node.text.get("accelerator", ""))
            if carried and _model(carried) == model:
                found.append(((_network(node), carried == row.id, -node.number("accelerators"), node.id), node))
        return max(found, key=lambda ranked: ranked[0])[1] if found else None

    def chip(self, row: Row) -> Chip:
        """An accelerator in its machine; where no machine is known, eight with a 400 Gb/s NIC each. Raises Excluded."""
        node = self.node(row)
        count, nic = (int(node.number("accelerators")), _network(node)) if node else (STAND_IN_COUNT, STAND_IN_NIC)
        made = chip_from(row.id, count, {name: figure.value for name, figure in row.figures.items()}, nic)
        if made is None:
            raise Excluded(f"the catalog has no peak or no memory figure of {row.id}")
        return made

    def _distance(self, asked: set[str], id: str) -> tuple[bool, int, int, str]:
        """How far a row is from the words asked for: another form, fewer words shared, more words of its own."""
        words = self.words[id]
        return _elsewhere(asked, id), -_agree(asked, words), len(words), id


def books(catalog: Catalog) -> Books:
    """Books of a catalog. Texts `aliases` of accelerator rows count as names too."""
    words = {}
    for row in catalog.rows("accelerator"):
        aliases = row.text.get("aliases", ())
        texts = (row.id, row.name, *(aliases if isinstance(aliases, tuple) else ()))
        words[row.id] = frozenset(word for text in texts for word in _words(text))
    return Books(catalog, from_catalog(catalog), words)


def _model(id: str) -> str:
    """The word of an id that names the model: `a100` of `nvidia_a100_sxm4_80gb`."""
    return next((w for w in id.split("_") if _WORD.fullmatch(w) and not _UNIT.fullmatch(w)), id)


def _network(node: Row) -> float:
    """One accelerator's share of a machine's NICs, bytes/s."""
    return node.get("nics", 0) * node.get("nic_gbps", 0) / 8 * 1e9 / max(1.0, node.number("accelerators"))


def _words(text: str) -> set[str]:
    """The words of a name; letters that run into digits stay together: `tpu v5p`, `a100 sxm4 80gb`, `mi300x`."""
    plain = text.lower()
    for pattern, to in _SPELLED:
        plain = pattern.sub(to, plain)
    return set(_WORD.findall(plain))


def _elsewhere(asked: set[str], id: str) -> bool:
    """Whether one is a PCIe card and the other is not; a name that says nothing means the module."""
    return ("pcie" in asked) != ("pcie" in id)


def _agree(asked: set[str], words: frozenset[str]) -> int:
    """How many words of a name a row has, whole or as the beginning of one (`sxm` of `sxm4`)."""
    said = (word for word in asked if not _IDLE.fullmatch(word))
    return sum(word in words or any(w.startswith(word) for w in words) for word in said)
