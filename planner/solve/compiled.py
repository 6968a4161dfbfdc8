"""Compiled functions: machine code made at the first call and kept on disk for the next run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FAR = 1e30
"""Beyond every slope; never added to anything."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    from numba import njit

    try:
        made: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no folder in which a compiled copy may be kept: compile anew in each run
        made = njit(nogil=True, error_model="numpy")(function)
    return made
