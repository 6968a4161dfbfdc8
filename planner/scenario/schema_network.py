"""The network: which families may be built, how they are cabled, what stands beside the fabric between machines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from planner.scenario.quantity import BytesPerSecond, Metres, SomeUsd
from planner.scenario.schema_base import Count, Positive, Record, Some, fault
from planner.scenario.schema_workload import Ratio

Family = Literal["fat_tree", "rail_optimized", "rail_only", "dragonfly_plus", "torus", "torus_optical"]
FASTEST_GBPS = 1600
BYTES_PER_S = 1e9 / 8
RACK_M = 0.6
"""Width of a rack: cabinets of EIA-310 equipment are 600 mm wide."""
INSIDE_M, RISE_M = 2.0, 1.5
"""Longest run inside a rack of 42 units; from its middle to a tray above (confidence: memory)."""


def _speed(rate: float) -> float:
    if not 0 < rate <= FASTEST_GBPS * BYTES_PER_S:
        expected = f"above 0, at most {FASTEST_GBPS} Gb/s"
        raise fault("no switch of the catalogs has such ports", expected, "Write it like `100 Gb/s`.", "range")
    return rate


class Cables(Record):
    """Longest runs; the cheapest medium that reaches is taken: copper, active cable, or optics with fibre."""

    to_machines: Annotated[Metres | None, Field(description="From a machine to its leaf")] = None
    between_switches: Metres | None = None
    racks_to_leaf: Annotated[
        Count | None, Field(description="Racks between a machine and its leaf, for its length")
    ] = None
    racks_between_switches: Count | None = None

    @property
    def runs(self) -> dict[str, float | None]:
        """Metres of each run by key; none where neither a length nor racks say."""
        return {
            "to_machines": self.to_machines or _along(self.racks_to_leaf),
            "between_switches": self.between_switches or _along(self.racks_between_switches),
        }


def _along(racks: int | None) -> float | None:
    """Metres of a cable that passes so many racks: inside one, or up to a tray, along it and down."""
    if racks is None:
        return None
    return INSIDE_M if racks == 0 else 2 * RISE_M + RACK_M * racks


class Beside(Record):
    """A network of its own that every machine bought hangs on."""

    ports: Annotated[Positive, Field(description="Ports of each machine")] = 2
    speed: Annotated[Annotated[BytesPerSecond, AfterValidator(_speed)], Field(description="Least speed of a port")] = (
        100 * BYTES_PER_S
    )
    oversubscription: Ratio = 1.0


class Network(Record):
    """How machines may be wired; the plan takes what costs least in all, slower steps of training counted."""

    families: Some[Family] = ("fat_tree",)
    circuit_switch: Annotated[SomeUsd | None, Field(description="Price of an optical circuit switch, of tori")] = None
    above_pod: Annotated[Ratio, Field(description="Oversubscription above a pod of three tiers, or a group")] = 1.0
    planes: Annotated[
        int, Field(ge=1, le=8, description="Networks that each port may be split over, where its adapters can")
    ] = 1
    cables: Cables | None = None
    storage: Annotated[Beside | None, Field(description="A storage network beside the compute fabric")] = None
    frontend: Annotated[Beside | None, Field(description="A network to users, on every machine")] = None
    management: Annotated[Beside | None, Field(description="Out-of-band management")] = None
