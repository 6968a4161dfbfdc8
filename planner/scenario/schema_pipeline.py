"""Pipelines: what flows from one workload into another."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.scenario.quantity import Seconds, SomeFraction
from planner.scenario.schema_base import Id, Record, Ref


class Edge(Record):
    """Data that one workload gives to another: streams and data sets are read, stages and streams and data sets fed."""

    source: Annotated[Ref, Field(alias="from", description="A stream, a stage or a dataset")]
    to: Annotated[Ref, Field(description="A stage, a stream, a dataset or a service")]
    share: Annotated[SomeFraction, Field(description="Of the source's data")] = 1.0
    shared_read: Annotated[Id | None, Field(description="Readers of one source with the same name read it once")] = None
    keep: Annotated[Seconds | None, Field(description="How long a dataset keeps what flows in")] = None
