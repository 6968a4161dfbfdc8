"""Coefficients to be tried on many rows: each looked up once, each replica made once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.estimate.chip import Chip
from planner.estimate.coefficients import Coefficients, Spread
from planner.estimate.serving import Engine
from planner.validate import serving_cases
from planner.validate.serving_cases import Case

Key = tuple[str, str, str]
"""Coefficient, level, and whose effect it is."""


@dataclass(frozen=True)
class Parameter:
    """A coefficient: where the search starts, on which levels it varies, and how hard its effects are held."""

    start: float
    levels: tuple[str, ...] = ()
    held: float = 1.0


class Tried(Coefficients):
    """Coefficients of one accelerator under one software: each name is looked up once and each replica made once, not
    for every row."""

    def __init__(self, default: Mapping[str, Spread], tried: Mapping[str, Spread]) -> None:
        super().__init__({"default": default}, {"tried": tried})
        object.__setattr__(self, "replicas", {})

    def serving(self, accelerator: str, engine: str, name: str) -> Spread:
        found = self.services["tried"].get(name)
        return super().serving(accelerator, engine, name) if found is None else found


class Trials:
    """Coefficients of each accelerator and software under some effects, made once each."""

    def __init__(self, base: Coefficients, effects: Mapping[Key, float], parameters: Mapping[str, Parameter]) -> None:
        self.base, self.effects, self.parameters = base, effects, parameters
        self.made: dict[tuple[str, str], Coefficients] = {}

    def of(self, case: Case) -> Coefficients:
        key = case.accelerator, case.software
        if key not in self.made:
            self.made[key] = self._make(*key)
        return self.made[key]

    def _make(self, accelerator: str, software: str) -> Coefficients:
        get = self.effects.get
        constant, tried = {}, {}
        for name, parameter in self.parameters.items():
            at = get((name, "constant", ""), 0.0)
            constant[name] = parameter.start * math.exp(at)
            if "accelerator" in parameter.levels:
                at += get((name, "accelerator", accelerator), 0.0)
            if "software" in parameter.levels:
                at += get((name, "software", software), 0.0)
            tried[name] = parameter.start * math.exp(at)
        default = {**self.base.table["default"], **_spreads(constant)}
        return Tried(default, _spreads(tried))


def _once(made: Callable[..., Engine | None]) -> Callable[..., Engine | None]:
    """`engine` of planner/estimate/serving.py, asked once for the same replica of coefficients that are tried."""

    def asked(
        chip: Chip, n: int, stages: int, precision: str, c: Coefficients, used: str, ways: float, **spread: Any
    ) -> Engine | None:
        if not isinstance(c, Tried):
            return made(chip, n, stages, precision, c, used, ways, **spread)
        key = chip.id, n, stages, precision, ways, *spread.values()
        if key not in c.replicas:
            c.replicas[key] = made(chip, n, stages, precision, c, used, ways, **spread)
        return c.replicas[key]

    return asked


serving_cases.engine = _once(serving_cases.engine)  # type: ignore[assignment]


def _spreads(values: Mapping[str, float]) -> dict[str, Spread]:
    return {name: Spread(value, value, value, "calibrated") for name, value in values.items()}
