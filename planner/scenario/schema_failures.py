"""How machines fail and are mended, where the catalog's one rate does not say enough."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.scenario.quantity import Fraction, SomeSeconds
from planner.scenario.schema_base import Positive, Record
from planner.scenario.schema_workload import HardwareName


class Event(Record):
    """One kind of failure: mean time between two on one machine, and how long each keeps it out of service."""

    every: SomeSeconds
    takes: SomeSeconds


class Domain(Record):
    """Machines that go down together (a rack, a power feed, a cooling loop), and the share of time that they do."""

    machines: Positive
    down: Fraction


class Members(Record):
    """A machine of many parts (a rack of trays): it may run whole, or with at least so many of them up."""

    least: Positive
    count: Annotated[Positive | None, Field(description="Default: the catalog's trays")] = None


class Failure(Record):
    """What holds of the machines it matches; the first that matches counts."""

    match: HardwareName
    restart: Event | None = None
    repair: Event | None = None
    vendor: Annotated[Event | None, Field(description="Back to the vendor")] = None
    domain: Domain | None = None
    crews: Annotated[Positive | None, Field(description="Repairs at once in a pool; default no limit")] = None
    members: Members | None = None
