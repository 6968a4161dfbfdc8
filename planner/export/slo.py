"""Service levels: how fast the allowance of failed requests burns, and latencies against their targets.

    allowance = 1 - availability promised;  burn = share of requests that fail / allowance
    page    burn over 14.4 in 1 h and in 5 min (2 % of 30 days' allowance in an hour), over 6 in 6 h and in 30 min (5 %)
    ticket  burn over 3 in 1 day and in 2 h (10 %),  over 1 in 3 days and in 6 h (10 %)

Windows and factors: Google, The Site Reliability Workbook (2018), chapter 5, table 5-8. The short window ends an alert
soon after its cause ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.export.rules import Rule, matcher, number

BURNS = (
    ("page", 14.4, "1h", "5m"),
    ("page", 6.0, "6h", "30m"),
    ("ticket", 3.0, "1d", "2h"),
    ("ticket", 1.0, "3d", "6h"),
)
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
ASKED = ("serving", "service", "stream")
LATENCIES = (
    ("serving", "ttft", "vllm:time_to_first_token_seconds_bucket", 0.95),
    ("serving", "tpot", "vllm:time_per_output_token_seconds_bucket", 0.95),
    ("service", "latency", "http_request_duration_seconds_bucket", 0.95),
)
"""Kind, scenario key, the metric of what serves it by default, the percentile held to the target."""
FAILED = {
    "stream": (
        "kafka_server_brokertopicmetrics_failedproducerequests_total",
        "kafka_server_brokertopicmetrics_totalproducerequests_total",
    )
}


def inputs(workload: dict[str, Any]) -> Iterator[Rule]:
    """Shares of failed requests by window, and percentiles of latencies: what your own metrics are adapted to here."""
    id, because = str(workload["id"]), f"measured: {workload['id']} ({workload['origin']})"
    if workload["kind"] not in ASKED:
        return
    failed, every = FAILED.get(workload["kind"], ("http_requests_total", "http_requests_total"))
    broken = matcher(workload=id)[:-1] + (',code=~"5.."}' if failed == every else "}")
    for window in WINDOWS:
        expr = f"sum(rate({failed}{broken}[{window}])) / sum(rate({every}{matcher(workload=id)}[{window}]))"
        yield Rule(expr, because, record=f"aiplan:failed:ratio_rate{window}", labels={"workload": id})
    for _, key, metric, share in _latencies(workload):
        expr = f"histogram_quantile({number(share)}, sum by (le) (rate({metric}{matcher(workload=id)}[5m])))"
        yield Rule(expr, because, record=f"aiplan:{key}_seconds:quantile5m", labels={"workload": id})


def alerts(workload: dict[str, Any]) -> Iterator[Rule]:
    """Burn of the allowance over two windows each, and latencies over their targets."""
    id, promised = str(workload["id"]), float(workload["availability"])
    if workload["kind"] not in ASKED:
        return
    chosen = matcher(workload=id)
    because = f"availability {promised:.7g} of {id} ({workload['origin']})"
    for severity, factor, long, short in BURNS:
        limit = factor * (1 - promised)
        if limit >= 1:
            continue
        pair = (f"aiplan:failed:ratio_rate{w}{chosen} > {number(limit)}" for w in (long, short))
        summary = f"{id}: failures burn its allowance {number(factor)} times too fast over {long}"
        labels = {"workload": id, "severity": severity, "window": long}
        yield Rule(" and ".join(pair), because, alert="AiplanAllowanceBurns", labels=labels, summary=summary)
    for _, key, _, share in _latencies(workload):
        target = float(workload["spec"][key])
        expr = f"aiplan:{key}_seconds:quantile5m{chosen} > {number(target)}"
        because = f"{key} {number(target)} s of {id} ({workload['origin']})"
        summary = f"{id}: {key} at {share:.0%} of requests is over its target of {number(target)} s"
        labels = {"workload": id, "severity": "page"}
        yield Rule(expr, because, alert=f"AiplanSlow_{key}", wait="10m", labels=labels, summary=summary)


def _latencies(workload: dict[str, Any]) -> Iterator[tuple[str, str, str, float]]:
    return (x for x in LATENCIES if x[0] == workload["kind"] and workload["spec"].get(x[1]))
