"""Workloads by kind: what must run, how fast, how surely."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from planner.scenario.quantity import (
    BytesPerSecond,
    Fraction,
    Growth,
    Quantity,
    Seconds,
    SomeBytes,
    SomeBytesPerSecond,
    SomePerSecond,
    SomeSeconds,
    SomeTokens,
)
from planner.scenario.schema_base import (
    BY_SHAPE,
    MAPPING,
    PLAIN,
    Id,
    Many,
    Positive,
    Record,
    Ref,
    SeriesFile,
    Text,
    UnitOf,
    fault,
)
from planner.scenario.schema_dataset import DAY_S, OBJECT_BYTES, Bands, Feeds, ObjectSize, Reduction, Rehydrate

Precision = Literal["fp4", "int4", "fp8", "int8", "fp16", "bf16", "tf32", "fp32"]


def _hardware(name: str) -> str:
    if not re.fullmatch(r"((vendor|tag):)?[A-Za-z0-9][A-Za-z0-9_. +\-]*", name):
        expected = "an id, `vendor:NAME` or `tag:NAME`"
        raise fault("this names no machines", expected, "Write it like `vendor:NVIDIA`.", "hardware")
    return name


HardwareName = Annotated[Text, AfterValidator(_hardware)]
Weight = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Ratio = Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)]


class _Availability(Quantity):
    """A share below 100%: no finite number of spares gives certainty, and no catalog tells more than seven nines."""

    def read(self, value: Any) -> float:
        found = super().read(value)
        if found >= 1.0:
            expected = "a share below 100%, such as `99.9%`"
            raise fault("no finite plan is available 100% of the time", expected, "Write it like `99.99%`.", "quantity")
        if found > MOST_AVAILABLE:
            said = "more than seven nines cannot be told from certainty: no failure rate is known so well"
            raise fault(said, "at most `99.99999%`", "Write it like `99.999%`.", "quantity")
        return found


MOST_AVAILABLE = 0.9999999
Availability = Annotated[float, _Availability("fraction")]


class Hardware(Record):
    """Machines that may be used: ids, `vendor:NAME` or `tag:NAME`; an empty `allow` is all that are bought."""

    allow: Many[HardwareName] = ()
    deny: Many[HardwareName] = ()


class ShapeCurve(Record):
    """Demand by hour of the day and by day of the week (Monday first); only ratios count."""

    hourly: Many[Weight] | None = None
    weekly: Many[Weight] | None = None


NamedShape = Literal["flat", "office", "consumer"]
Shape = Annotated[Annotated[NamedShape, Tag(PLAIN)] | Annotated[ShapeCurve, Tag(MAPPING)], BY_SHAPE]


class Work(Record):
    """What every kind has."""

    id: Id
    availability: Availability = 0.99
    survive: Annotated[
        Literal["none", "rack", "feed", "zone", "site"], Field(description="What it outlives the loss of, any one")
    ] = "none"
    series: Annotated[
        Literal["none", "pools", "site"],
        Field(
            description="What its availability is the product of: pools exactly, or those and the site's power train"
        ),
    ] = "none"
    growth: Growth = 0.0
    surge: Annotated[float, Quantity("growth"), Field(description="Headroom over the peak")] = 0.0
    sites: Annotated[Many[Ref], Field(description="Where it may run; default every site")] = ()
    oversubscription: Annotated[Ratio, Field(description="Allowed oversubscription of the fabric")] = 1.0
    hardware: Hardware | None = None


class Serving(Work):
    """A language model that answers requests."""

    kind: Literal["serving"]
    model: Ref
    requests: SomePerSecond
    shape: Shape = "flat"
    input_tokens: Positive
    output_tokens: Positive
    ttft: Annotated[SomeSeconds, Field(description="Time to the first token")]
    tpot: Annotated[SomeSeconds, Field(description="Time per output token")]
    precision: Precision | None = None
    burstiness: Annotated[
        float,
        Field(
            ge=0,
            le=1000,
            allow_inf_nan=False,
            description="Variance of the times between requests over their mean squared: 1 at random, more in bursts",
        ),
    ] = 1.0
    prefix_hits: Annotated[Fraction, Field(description="Prompt tokens found in a prefix cache, of all")] = 0.0
    decode_speedup: Annotated[
        float,
        Field(
            ge=1, le=20, allow_inf_nan=False, description="Of speculative decoding, as you measured it: times as fast"
        ),
    ] = 1.0
    draft_params_b: Annotated[
        float | None,
        Field(
            ge=0,
            le=10000,
            allow_inf_nan=False,
            description="Billions of parameters of speculative decoding's draft: its weights take memory",
        ),
    ] = None
    disaggregated: Annotated[
        Literal["never", "either", "always"],
        Field(description="Whether prefill and decode may or must run on engines of their own"),
    ] = "never"


class Training(Work):
    """One training run with a deadline; its length is `tokens`, or `steps` of a `batch`."""

    kind: Literal["training"]
    model: Ref
    tokens: SomeTokens | None = None
    steps: Annotated[int, Field(ge=1, le=10**12)] | None = None
    sequence: Positive
    batch: Annotated[SomeTokens, Field(description="Tokens of one step, all machines together")]
    precision: Precision = "bf16"
    deadline: SomeSeconds
    development_factor: Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)] = 1.0
    checkpoint_every: SomeSeconds | None = None
    dataset: Ref | None = None


class Service(Work):
    """Requests served at a measured throughput: the catalog's `work`, or the scenario's own numbers."""

    kind: Literal["service"]
    work: Ref | None = None
    rate: Annotated[SomePerSecond | None, Field(description="May be left out where a pipeline leads here")] = None
    throughput: dict[Ref, SomePerSecond] = Field(default_factory=dict)
    latency: SomeSeconds | None = None
    shape: Shape = "flat"


class Stream(Work):
    """Events that brokers keep and consumers read."""

    kind: Literal["stream"]
    events: Annotated[SomePerSecond | None, Field(description="From outside the scenario's pipeline")] = None
    event_size: SomeBytes
    replication: Annotated[int, Field(ge=1, le=10)] = 3
    retention: Seconds
    consumers: Annotated[int, Field(ge=0, le=1000)] = 1
    processing: Literal["none", "stateless", "heap", "rocksdb"] = "none"
    shape: Shape = "flat"


class Stage(Work):
    """Work on data that flows through: all the time, or `every` so often in batches done `within` a time."""

    kind: Literal["stage"]
    throughput: Annotated[dict[Ref, SomeBytesPerSecond], Field(description="Bytes in that a machine works off")] = (
        Field(default_factory=dict)
    )
    processing: Literal["stateless", "heap", "rocksdb"] | None = None
    event_size: Annotated[SomeBytes | None, Field(description="Default: that of what flows in")] = None
    output: Annotated[Weight, Field(description="Bytes out for a byte in")] = 1.0
    output_events: Annotated[Weight, Field(description="Events out for an event in")] = 1.0
    every: SomeSeconds | None = None
    within: SomeSeconds | None = None
    outage: Annotated[Seconds, Field(description="Longest standstill to make up for")] = 0.0
    catch_up: Annotated[SomeSeconds | None, Field(description="Time in which it is made up for")] = None


class Dataset(Work):
    """Bytes that must live somewhere, with how fast they are read and how surely they last."""

    kind: Literal["dataset"]
    size: SomeBytes
    hot: Fraction = 0.0
    read: BytesPerSecond = 0.0
    write: BytesPerSecond = 0.0
    feeds: Annotated[Feeds | None, Field(description="Readers by the step; adds to `read`")] = None
    durability: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False, description="Nines by year")] | None = None
    retrieval: Annotated[SomeSeconds, Field(description="Longest wait for the cold part; default 1 s, on line")] = 1.0
    local: Annotated[bool, Field(description="A copy at each of its sites")] = False
    copies: Annotated[int, Field(ge=1, le=10)] = 1
    bands: Bands = ()
    rehydrate: Rehydrate = DAY_S
    object_size: ObjectSize = OBJECT_BYTES
    reduction: Reduction = 1.0


class Load(Work, SeriesFile):
    """A metered facility load, hour by hour."""

    kind: Literal["load"]
    column: Annotated[Text, Field(description="Name of the column")]
    unit: Annotated[Text, UnitOf("power")]


KINDS: dict[str, type[Work]] = {
    "serving": Serving,
    "training": Training,
    "service": Service,
    "stream": Stream,
    "stage": Stage,
    "dataset": Dataset,
    "load": Load,
}


def tag_of(kind: str) -> str:
    """The choice's tag of a kind; brackets keep it apart from any key."""
    return f"<{kind}>"


def _kind(value: Any) -> str | None:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return tag_of(kind) if isinstance(kind, str) and kind in KINDS else None


BY_KIND = Discriminator(_kind)
