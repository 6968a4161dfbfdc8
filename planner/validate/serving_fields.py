"""What a row of serving measured: which of its fields are measurements, of what, and in which unit.

value              by `metric`: output tokens/s, requests/s or all tokens/s, of the system or of one accelerator;
                   time from token to token; time to the first token
ttft_p50_ms, ...   times of a batch that begins together, by their name: what, percentile, unit
system_power_w     at the wall
accelerator_power_w, joules_per_token
                   of all accelerators, as they meter themselves; of an output token
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.validate.entry import Entry, Excluded

POWER = "system_power_w"
BOARDS, ENERGY = "accelerator_power_w", "joules_per_token"
METERED = (BOARDS, ENERGY, POWER)
THROUGHPUT, TPOT, TTFT, TTFT_ALONE = "throughput", "tpot", "ttft", "ttft at batch 1"
_TIMED = re.compile(r"(ttft|tpot|itl)_(?:p\d+(?:\.\d+)?|mean|median)_(ms|s)")
_METRICS = (
    (TPOT, re.compile(r"tpot|(?<![a-z])itl(?![a-z])|inter.?token|time.?per.?output")),
    (TTFT, re.compile(r"ttft|first.?token")),
    (THROUGHPUT, re.compile(r"throughput|tok(en)?s?[ _/]?(per_)?s(ec|econd)?\b|requests?_per_s")),
)
_TAIL = re.compile(r"p9\d|p99|tail|max")
_EACH = re.compile(r"(/|per[ _])(gpu|accelerator|chip|device|card)\b")
_REQUESTS = re.compile(r"^(req|request|sample|quer)|^request")
_ALL_TOKENS = re.compile(r"^total[ _]tok|input[ _]?(and|\+)[ _]?output")
_SECONDS = {"": 1e3, "ms": 1e3, "s": 1.0, "sec": 1.0, "seconds": 1.0, "us": 1e6}
TIMES = {"ms": 1e3, "s": 1.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured field: the quantity; times, its unit in a second; of rates, what output tokens/s are multiplied by
    is `scale` over requests, tokens or accelerators."""

    field: str
    quantity: str
    unit: str
    scale: float = 1.0
    each: bool = False
    """Of one accelerator."""
    requests: bool = False
    """Requests/s, not tokens/s."""
    everything: bool = False
    """Tokens of prompts too."""

    def rate(self, tokens_per_s: float, prompt: float, answer: float, accelerators: float) -> float:
        """Output tokens/s of the whole system in the row's own unit."""
        value = tokens_per_s / (accelerators if self.each else 1.0)
        if self.requests:
            return value / answer
        return value * (prompt + answer) / answer if self.everything else value


def fields(entry: Entry) -> list[str]:
    """Measured fields of a row that are not null, its value first and power last."""
    timed = [name for name in entry.data if isinstance(name, str) and _TIMED.fullmatch(name)]
    return [name for name in ("value", *timed, *METERED) if entry.has(name)]


def unit(entry: Entry, field: str) -> str:
    """The unit of a field as the row says it; empty where it does not."""
    found = _TIMED.fullmatch(field)
    if found:
        return found[2]
    if field in METERED:
        return "J" if field == ENERGY else "W"
    said = entry.data.get("unit")
    return said if isinstance(said, str) else ""


def measured(entry: Entry, field: str) -> Measured:
    """What a field stands for. Raises Excluded."""
    found = _TIMED.fullmatch(field)
    if found:
        return Measured(field, TTFT if found[1] == "ttft" else TPOT, found[2], TIMES[found[2]])
    metric, written = entry.text("metric").lower(), entry.text("unit", "")
    quantity = next((name for name, pattern in _METRICS if pattern.search(metric)), "")
    if not quantity:
        raise Excluded(f"metric {entry.text('metric')!r} is not one of throughput, tpot and ttft")
    said = written.lower()
    if quantity != THROUGHPUT:
        if _TAIL.search(metric):
            raise Excluded(f"{metric} is of the latest few: benchmarks' own arrivals decide it")
        if said not in _SECONDS:
            raise Excluded(f"unit {written!r} is none of a time: ms or s")
        return Measured(field, quantity, written or "ms", _SECONDS[said])
    return Measured(
        field,
        THROUGHPUT,
        written,
        each=bool(_EACH.search(metric) or _EACH.search(said)),
        requests=bool(_REQUESTS.search(said) or _REQUESTS.search(metric)),
        everything=bool(_ALL_TOKENS.search(metric)),
    )
