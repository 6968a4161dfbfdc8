"""What estimators need of a machine's accelerators, in base units: FLOP/s, bytes, bytes/s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.machine import Machine

CHAIN = {
    "fp32": ("fp32_tflops",),
    "tf32": ("tf32_tflops",),
    "bf16": ("bf16_tflops", "fp16_tflops"),
    "fp16": ("fp16_tflops", "bf16_tflops"),
    "fp8": ("fp8_tflops", "bf16_tflops", "fp16_tflops"),
    "int8": ("int8_tops", "bf16_tflops", "fp16_tflops"),
    "fp4": ("fp4_tflops", "bf16_tflops", "fp16_tflops"),
    "int4": ("bf16_tflops", "fp16_tflops"),
}
"""Where weights are held at a precision that the units cannot multiply, 16 bits do: engines widen weights of four bits
in registers (Marlin, Triton kernels of MXFP4), and caches stay at 16 bits too."""
PCIE_LANE_GB_PER_S = {3: 0.985, 4: 1.969, 5: 3.938, 6: 7.563}
"""One way, per lane, by generation (PCI-SIG base specifications; confidence: memory, high)."""
PCIE_LANES, PCIE_OLDEST = 16, 4
PREFIX = "accelerator_"
"""Figures of the accelerator among those of its machine."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One accelerator and its place in a machine. Link rates are one way, per accelerator, in bytes/s."""

    id: str
    count: int
    """Accelerators of one machine."""
    memory: float
    memory_rate: float
    scale_up: float
    domain: int
    """Accelerators that reach each other over `scale_up`."""
    scale_out: float
    """This accelerator's share of the machine's NICs."""
    peak: tuple[tuple[str, float, str], ...]
    """(precision, dense FLOP/s, precision that multiplies), for what the accelerator can do."""
    ceilings: tuple[tuple[str, float], ...] = ()
    """(precision that multiplies, measured matrix-multiply rate over peak), where somebody measured it."""

    def flops(self, precision: str) -> float:
        """Dense peak FLOP/s for weights held at a precision; 0 where there is no figure."""
        return next((rate for name, rate, _ in self.peak if name == precision), 0.0)

    def multiplies(self, precision: str) -> str:
        """The precision at which the units multiply weights held at `precision`; empty where unknown."""
        return next((unit for name, _, unit in self.peak if name == precision), "")

    def ceiling(self, precision: str) -> float:
        """Measured matrix-multiply rate over peak for weights held at a precision; 0 where nobody measured it."""
        unit = self.multiplies(precision)
        return next((share for name, share in self.ceilings if name == unit), 0.0)


def chip_of(machine: Machine) -> Chip | None:
    """The accelerators of a machine, or its CPUs taken as one where the node itself has peak and memory figures.

    None where a figure is missing.
    """
    p = machine.performance
    nics = machine.nics * machine.nic_gbps / 8 * 1e9
    if not machine.accelerators:
        return chip_from(machine.id, 1, {**p, "mem_gb": machine.ram_gb}, nics)
    figures = {name.removeprefix(PREFIX): value for name, value in p.items() if name.startswith(PREFIX)}
    return chip_from(machine.accelerator or machine.id, machine.accelerators, figures, nics / machine.accelerators)


def chip_from(id: str, count: int, figures: Mapping[str, float], scale_out: float) -> Chip | None:
    """`count` accelerators of one machine from the figures of their catalog row; `scale_out` in bytes/s for each.

    None where a figure is missing. Accelerators without a link of their own, or in machines larger than their link's
    domain, talk over PCIe.
    """
    memory, bandwidth = figures.get("mem_gb", 0.0), figures.get("mem_gb_per_s", 0.0)
    peaks = []
    for precision, chain in CHAIN.items():
        found = next((name for name in chain if figures.get(name, 0.0) > 0), None)
        if found is not None:
            peaks.append((precision, figures[found] * 1e12, found.split("_", 1)[0]))
    if not peaks or memory <= 0 or bandwidth <= 0:
        return None
    link, domain = figures.get("scale_up_gb_per_s", 0.0), int(figures.get("scale_up_domain", 1))
    if link <= 0 or domain < count:
        generation = int(figures.get("pcie_generation", PCIE_OLDEST))
        link, domain = PCIE_LANES * PCIE_LANE_GB_PER_S.get(generation, PCIE_LANE_GB_PER_S[PCIE_OLDEST]), count
    return Chip(
        id=id,
        count=count,
        memory=memory * 1e9,
        memory_rate=bandwidth * 1e9,
        scale_up=link * 1e9,
        domain=max(domain, count),
        scale_out=scale_out,
        peak=tuple(peaks),
        ceilings=tuple(
            (unit, figures[f"mamf_{unit}_tflops"] / figures[f"{unit}_tflops"])
            for unit in ("bf16", "fp8")
            if figures.get(f"mamf_{unit}_tflops", 0.0) > 0 and figures.get(f"{unit}_tflops", 0.0) > 0
        ),
    )
