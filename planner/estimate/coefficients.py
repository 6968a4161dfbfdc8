"""Efficiencies and constants of the estimators, from catalog rows of kind `coefficient` and `service`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Spread:
    """A coefficient with its range and where it stands: `basis` calibrated (rows of this accelerator) or estimated."""

    value: float
    low: float
    high: float
    basis: str


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Figures by accelerator id and by work id."""

    table: Mapping[str, Mapping[str, Spread]]
    services: Mapping[str, Mapping[str, float]]

    def of(self, accelerator: str, name: str) -> Spread:
        """The accelerator's own coefficient, or the default one, then marked as estimated."""
        own = self.table.get(accelerator, {}).get(name)
        if own is not None:
            return own
        any_ = self.table[DEFAULT][name]
        return Spread(any_.value, any_.low, any_.high, "estimated")

    def constant(self, name: str) -> float:
        return self.table[DEFAULT][name].value


def from_catalog(catalog: Any) -> Coefficients:
    """Read the coefficients a catalog carries."""
    table = {
        row.id: {name: _spread(figure) for name, figure in row.figures.items()} for row in catalog.rows("coefficient")
    }
    services = {row.id: {name: figure.value for name, figure in row.figures.items()} for row in catalog.rows("service")}
    return Coefficients(table, services)


def _spread(figure: Any) -> Spread:
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return Spread(figure.value, low, high, "calibrated")
