"""Which serving software a row was measured with: the `engine` row that its source, system and scenario name."""

from __future__ import annotations

import re
from collections.abc import Collection

from planner.validate.entry import Entry

NAMES = (
    ("mlperf_amd", re.compile(r"mlperf.*\b(amd|mi3\d\d)", re.S)),
    ("mlperf_vllm", re.compile(r"mlperf.*(vllm|red ?hat)", re.S)),
    ("gaudi", re.compile(r"gaudi|synapse")),
    ("mlperf_tpu", re.compile(r"mlperf.*tpu", re.S)),
    ("mlperf", re.compile(r"mlperf")),
    ("trtllm", re.compile(r"tensorrt-llm|trtllm|trt-llm")),
    ("vllm", re.compile(r"vllm")),
    ("sglang", re.compile(r"sglang")),
    ("neuron", re.compile(r"neuron")),
)
"""Software by the words of source, system and accelerator; the first that fits."""
SERVED = "closed-loop"
"""A scenario in which requests came over the network, not from a benchmark inside the engine."""
YEARS = {
    "trtllm": (((0, 0), 2023), ((0, 7), 2024), ((0, 17), 2025)),
    "mlperf": (((0, 0), 2023), ((4, 0), 2024), ((5, 0), 2025)),
    "vllm": (((0, 0), 2023), ((0, 3), 2024), ((0, 7), 2025)),
    "sglang": (((0, 0), 2024), ((0, 4), 2025)),
}
"""Year of the software by the lowest version (of MLPerf: the round) that belongs to it, from their release notes."""
UNVERSIONED = {"trtllm": 2024}
"""Pages without a version: the page on in-flight batching of the tool that 1.0 replaced."""
_VERSION = re.compile(r"\bv?(\d{1,4})\.(\d{1,4})")


def software(entry: Entry, known: Collection[str]) -> str:
    """The id of the `engine` row nearest in year, then served alike; empty where the software is unknown."""
    source = entry.text("source", "").lower()
    words = " ".join((source, entry.text("system", "").lower(), entry.text("accelerator", "").lower()))
    name = next((name for name, pattern in NAMES if pattern.search(words)), "")
    if not name:
        return ""
    year = _year(name, source)
    served = SERVED in entry.text("scenario", "")
    fits = [id for id in known if (found := _parts(id)) and found[0] == name]
    return min(fits, key=lambda id: _distance(id, year, served), default="")


def stands_in(entry: Entry, id: str) -> bool:
    """Whether the row's own software and year is another than the one found for it."""
    parts = _parts(id)
    if parts is None:
        return True
    year = _year(parts[0], entry.text("source", "").lower())
    return year not in (0, parts[1]) or parts[2] != (SERVED in entry.text("scenario", ""))


def fresh(entry: Entry, sources: Collection[str]) -> bool:
    """Whether the row's source is none of those that stand behind a software's coefficients."""
    return entry.text("source", "").strip().lower() not in sources


def _year(name: str, source: str) -> int:
    version = _VERSION.search(source)
    steps = YEARS.get(name.split("_")[0])
    if steps is None:
        return 0
    if version is None:
        return UNVERSIONED.get(name, steps[-1][1])
    found = int(version[1]), int(version[2])
    return max(year for lowest, year in steps if found >= lowest)


def _parts(id: str) -> tuple[str, int, bool] | None:
    """Name, year and whether served: `trtllm_2025_served`."""
    found = re.fullmatch(r"(\w+?)_(20\d\d)(_served)?", id)
    return (found[1], int(found[2]), bool(found[3])) if found else None


def _distance(id: str, year: int, served: bool) -> tuple[int, bool, str]:
    parts = _parts(id)
    assert parts is not None
    return abs(parts[1] - year) if year else 0, parts[2] != served, id
