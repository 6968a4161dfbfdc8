"""Efficiencies and constants of the estimators, from catalog rows of kind `coefficient`, `engine` and `service`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT = "default"
OTHER = "other"
"""Row of serving software without rows of its own: how far such software lies off."""
RELEASE = "release"
"""Row of a source that is none of those of its serving software: how far another release or measurer lies off."""
PLANS = "plans"
"""Stands for the software of a plan, which names none."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A coefficient with its range and where it stands: `basis` calibrated (rows of this accelerator) or estimated."""

    value: float
    low: float
    high: float
    basis: str


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Figures by accelerator id, by work id, and by serving software (multiples of the accelerator's)."""

    table: Mapping[str, Mapping[str, Spread]]
    services: Mapping[str, Mapping[str, Spread]]
    engines: Mapping[str, Mapping[str, Spread]] = field(default_factory=dict)
    generations: Mapping[str, str] = field(default_factory=dict)
    """Generation of an accelerator id, where its row says: chips of one design in several forms."""
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Sources, in small letters, whose rows stand behind a serving software."""

    def own(self, accelerator: str, name: str) -> Spread | None:
        """The accelerator's own coefficient, if it has one."""
        return self.table.get(accelerator, {}).get(name)

    def of(self, accelerator: str, name: str) -> Spread:
        """The accelerator's own coefficient, or the default one, then marked as estimated."""
        own = self.own(accelerator, name)
        if own is not None:
            return own
        any_ = self.table[DEFAULT][name]
        return Spread(any_.value, any_.low, any_.high, "estimated")

    def efficiency(self, accelerator: str, name: str, of_measured: str, ceiling: float) -> Spread:
        """Achieved over peak: the accelerator's own; else a share of its measured ceiling; else the default.

        `ceiling` is the measured matrix-multiply rate over the peak, 0 where nobody measured it.
        """
        if self.own(accelerator, name) is not None or ceiling <= 0:
            return self.of(accelerator, name)
        share = self.table[DEFAULT][of_measured]
        return Spread(share.value * ceiling, share.low * ceiling, share.high * ceiling, "estimated")

    def measured(self, accelerator: str, engine: str, name: str) -> Spread | None:
        """The figure of an accelerator under a serving software: a row `<accelerator>.<software>` that rows were
        measured for (`aiplan catalog calibrate`), `<accelerator>.plans` where none is named. It is taken as it is.
        """
        return self.table.get(f"{accelerator}.{engine or PLANS}", {}).get(name)

    def serving(self, accelerator: str, engine: str, name: str) -> Spread:
        """A serving coefficient of an accelerator under a software: measured for both, else the one's times the
        other's.
        """
        own = self.measured(accelerator, engine, name)
        if own is not None:
            return own
        found, times = self.of(accelerator, name), self.multiple(engine, name)
        return Spread(found.value * times, found.low * times, found.high * times, found.basis)

    def multiple(self, engine: str, name: str) -> float:
        """What a serving software makes of a coefficient; 1 where it has no figure of its own, or none is named."""
        found = self.engines.get(engine, {}).get(name)
        return 1.0 if found is None else found.value

    def constant(self, name: str) -> float:
        return self.table[DEFAULT][name].value


def from_catalog(catalog: Any) -> Coefficients:
    """Read the coefficients a catalog carries."""
    table = {
        row.id: {name: _spread(figure, _basis(name, figure, row.text)) for name, figure in row.figures.items()}
        for row in catalog.rows("coefficient")
    }
    services = {
        row.id: {n: _spread(f, _service_basis(f)) for n, f in row.figures.items()} for row in catalog.rows("service")
    }
    engines = {row.id: {n: _spread(f, "calibrated") for n, f in row.figures.items()} for row in catalog.rows("engine")}
    generations = {
        row.id: str(row.text["generation"]) for row in catalog.rows("coefficient") if "generation" in row.text
    }
    sources = {row.id: _texts(row.text.get("measured_by", ())) for row in catalog.rows("engine")}
    return Coefficients(table, services, engines, generations, sources)


def _texts(written: Any) -> frozenset[str]:
    return frozenset(text.lower() for text in ((written,) if isinstance(written, str) else written))


def _basis(name: str, figure: Any, text: Mapping[str, Any]) -> str:
    """Training figures that are those of another accelerator (`trains_like`, of low confidence) are estimates; those
    that rows of one's own were fitted to in their place (`aiplan catalog calibrate`) are not.
    """
    lent = "trains_like" in text and name.startswith("training_") and figure.confidence == "low"
    return "estimated" if lent else "calibrated"


def _service_basis(figure: Any) -> str:
    """A published measurement counts as measured, whatever rests on memory or stands in does not."""
    return "measured" if figure.confidence == "high" else "estimated"


def _spread(figure: Any, basis: str) -> Spread:
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return Spread(figure.value, low, high, basis)
