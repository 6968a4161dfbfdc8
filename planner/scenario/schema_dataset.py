"""Datasets: bytes that must live somewhere, by how hot they are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.quantity import BytesPerSecond, Fraction, PerSecond, SomeBytes, SomeFraction, SomeSeconds
from planner.scenario.schema_base import Many, Record


class Band(Record):
    """A part of a dataset: how large, how busy, how long its bytes stay before they move on to the next band."""

    heat: Literal["hot", "warm", "cold", "archive"]
    """From the hottest down: bytes move in this order."""
    share: Annotated[SomeFraction, Field(description="Of the dataset's bytes")]
    read: BytesPerSecond = 0.0
    write: BytesPerSecond = 0.0
    operations: Annotated[PerSecond, Field(description="Random reads and writes")] = 0.0
    retrieval: Annotated[SomeSeconds | None, Field(description="Longest wait for the first byte")] = None
    stay: Annotated[SomeSeconds | None, Field(description="Time in the band; default for good")] = None
    recalled: Annotated[Fraction, Field(description="Share read back in a month")] = 0.0


class Feeds(Record):
    """What reads the dataset step by step: accelerators, each a batch of records in every step."""

    accelerators: Annotated[int, Field(ge=1, le=10_000_000)]
    record: Annotated[SomeBytes, Field(description="Mean bytes of a record, as they lie on disk")]
    batch: Annotated[int, Field(ge=1, le=10_000_000, description="Records of one accelerator in a step")]
    step: Annotated[SomeSeconds, Field(description="Of computation alone, as you measured it")]
    utilisation: Annotated[SomeFraction, Field(description="Share of the time that accelerators compute")] = 0.9


Bands = Annotated[Many[Band], Field(description="Heat bands, the hottest first, instead of `hot`; shares sum to 100%")]
Rehydrate = Annotated[SomeSeconds, Field(description="Within what time a month's recall must be back; default 1 day")]
ObjectSize = Annotated[SomeBytes, Field(description="Mean size of an object, of which requests are counted")]
Reduction = Annotated[
    float, Field(ge=1, le=100, allow_inf_nan=False, description="Bytes before compression and deduplication over after")
]
DAY_S = 86_400.0
OBJECT_BYTES = 64e6
"""A planning default of ours: datasets packed in shards of tens of megabytes."""
