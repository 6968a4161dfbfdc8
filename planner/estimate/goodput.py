"""Share of a training run's time that moves it forward, between failures and checkpoints.

    goodput = (1 - f (restart + interval / 2)) / (1 + write / interval)       Kokolis et al. 2024, arXiv:2410.21680
    f       failures per second of all machines together; half an interval is lost at each, and a restart

The best interval solves  B t^2 + 2 B w t = A w  with A = 1 - f restart, B = f / 2:  t = -w + sqrt(w^2 + A w / B).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any
NEVER_S = 30 * 86_400.0
"""Longest interval considered; nobody leaves a run unsaved for a month."""


def best_interval_s(failures_per_s: Array, restart_s: float, write_s: float) -> Array:
    """The interval between checkpoints that maximises goodput, seconds."""
    alive = np.maximum(0.0, 1.0 - failures_per_s * restart_s)
    half = np.maximum(failures_per_s / 2, 1e-300)
    return np.clip(-write_s + np.sqrt(write_s**2 + alive * write_s / half), max(1.0, write_s), NEVER_S)


def goodput(failures_per_s: Array, restart_s: float, write_s: float, every_s: Array | None = None) -> Array:
    """Goodput at an interval, or at the best one; 0 where failures come faster than restarts."""
    every = best_interval_s(failures_per_s, restart_s, write_s) if every_s is None else every_s
    forward = 1.0 - failures_per_s * (restart_s + every / 2)
    return np.maximum(0.0, forward) / (1.0 + write_s / every)
