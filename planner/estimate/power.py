"""Power of a machine at the wall by what it works on. Never accelerators times board power alone.

sustained   of a machine: metered on language models, a catalog figure; where no machine is known, the boards'
            power times `power_per_tdp`, which brings in processors, memory, fans and conversion
work        times `power_<work>`, metered over that of language models; 1 for work without a figure
tuned       times `power_tuned`, with power limits lowered for the best work per watt

Of the accelerators alone, as they meter themselves, under less than full load, with the shares m of memory bandwidth
and f of peak arithmetic that the work makes use of:

boards      board power x (1 - exp(-(floor + memory m + arithmetic f)))         `power_board_floor`, ...: fitted
"""

from __future__ import annotations

from math import exp

from planner.estimate.coefficients import Coefficients


def share(work: str, c: Coefficients) -> float:
    """Power under a kind of work over that under language models."""
    figure = c.own("default", f"power_{work}")
    return 1.0 if figure is None else figure.value


def boards_w(accelerators: float, tdp_w: float, c: Coefficients) -> float:
    """Sustained watts at the wall of a machine of which only the accelerators are known."""
    return accelerators * tdp_w * c.constant("power_per_tdp")


def working_w(sustained_w: float, work: str, tuned: bool, c: Coefficients) -> float:
    """Watts at the wall under full load of a kind of work."""
    return sustained_w * share(work, c) * (c.constant("power_tuned") if tuned else 1.0)


def loaded_w(accelerators: float, tdp_w: float, memory: float, arithmetic: float, c: Coefficients) -> float:
    """Watts that accelerators meter of themselves at shares of their memory bandwidth and of their peak arithmetic."""
    at = c.constant("power_board_floor")
    at += c.constant("power_board_memory") * memory + c.constant("power_board_arithmetic") * arithmetic
    return accelerators * tdp_w * (1 - exp(-at))
