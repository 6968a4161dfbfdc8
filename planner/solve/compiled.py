"""Compiled functions: machine code made at the first call and kept on disk for the next run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FAR = 1e30
"""Beyond every slope; never added to anything."""


def compiled(function: Callable[..., Any], loose: bool | set[str] = False) -> Callable[..., Any]:
    from numba import njit

    how = {"nogil": True, "error_model": "numpy", "fastmath": loose}
    try:
        made: Callable[..., Any] = njit(cache=True, **how)(function)
    except RuntimeError:  # no folder in which a compiled copy may be kept: compile anew in each run
        made = njit(**how)(function)
    return made


def vectorised(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled for several numbers at once: sums may be taken in any order, and nothing may be undefined (nan)."""
    return compiled(function, {"nnan", "nsz", "reassoc"})
