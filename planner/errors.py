"""What can go wrong, and the exit code each ends with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

OK = 0
FINDINGS = 1
BAD_INPUT = 2
INFEASIBLE = 3
LIMIT = 4
STOPPED = 5
BUG = 70
INTERRUPTED = 130


class AiplanError(Exception):
    """An end that was foreseen: its text is all the user sees."""

    code = BUG

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadInput(AiplanError):
    """The scenario, a file it names, or a plan cannot be read; every fault is located in the text.

    `problems`: the same faults of a scenario taken apart, as planner.scenario.problems has them.
    """

    code = BAD_INPUT

    def __init__(self, text: str, problems: Sequence[Any] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


class Infeasible(AiplanError):
    """No plan can meet the scenario, proven; `reasons` say what clashes."""

    code = INFEASIBLE

    def __init__(self, text: str, reasons: list[str] | None = None) -> None:
        super().__init__(text)
        self.reasons = reasons or []


class Stopped(AiplanError):
    """Stopped at a limit before any plan was found."""

    code = STOPPED


class AuditFailed(AiplanError):
    """The answer broke a law: a bug of ours, never a plan."""

    code = BUG
