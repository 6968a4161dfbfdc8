"""Plan JSON -> verdict: every law in `laws/` on the plan, whatever the plan holds.

A law is a module in `laws/`: a docstring with the law in words and equations, `NAME`, `check(plan) -> Iterator[Check]`,
and if it has something to say of a plan that it accepts, `notes(plan) -> Iterator[str]`. Adding one is adding a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np

from planner.audit import laws
from planner.audit.shape import misfits
from planner.audit.verdict import Check, Finding, Verdict
from planner.audit.view import View

NO_HOURS = "the plan holds no hours: the hours went unchecked"


@dataclass(frozen=True, slots=True)
class Law:
    """One law module, taken apart."""

    name: str
    doc: str
    check: Callable[[View], Iterator[Check]]
    notes: Callable[[View], Iterator[str]] | None


def all_laws() -> tuple[Law, ...]:
    """Every law in the folder, by name."""
    modules = [import_module(f"{laws.__name__}.{info.name}") for info in iter_modules(laws.__path__)]
    found = [Law(m.NAME, m.__doc__ or "", m.check, getattr(m, "notes", None)) for m in modules]
    return tuple(sorted(found, key=lambda law: law.name))


def audit(plan: dict[str, Any]) -> Verdict:
    """Judge a plan as `json.load` gives it. Never raises: what cannot be computed is a finding."""
    looked_at = 0
    try:
        shape, looked_at = misfits(plan)
        view = None if shape else View(plan)
    except Exception as error:  # nested too deep, say, or of keys that clash
        shape, view = [Finding("shape", "plan", f"cannot be read: {type(error).__name__}: {error}", None, None)], None
    if view is None:
        note = "the plan is not of the right shape: no law was checked"
        return Verdict(False, tuple(shape), (("shape", looked_at),), (note,), readable=False)
    findings: list[Finding] = []
    checked = [("shape", looked_at)]
    notes = [] if view.has_hours else [NO_HOURS]
    with np.errstate(all="ignore"):
        for law in all_laws():
            broken, count, said = _try(law, view)
            findings += broken
            checked.append((law.name, count))
            notes += said
    notes += view.unread()
    return Verdict(not findings, tuple(findings), tuple(checked), tuple(notes))


def _try(law: Law, view: View) -> tuple[list[Finding], int, list[str]]:
    """The law's findings, its number of checks, and its notes; a law that cannot be computed is itself a finding."""
    findings: list[Finding] = []
    count, said = 0, []
    try:
        for check in law.check(view):
            count += check.count
            if not check.holds:
                findings.append(
                    Finding(law.name, check.where, check.message, _finite(check.value), _finite(check.limit))
                )
        said = list(law.notes(view)) if law.notes else []
    except Exception as error:  # the plan is anyone's JSON: whatever breaks a law on it is the plan's fault
        message = f"cannot be computed from this plan: {type(error).__name__}: {error}"
        findings.append(Finding(law.name, "plan", message, None, None))
    return findings, count, said


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
