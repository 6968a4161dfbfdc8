"""Bytes stored against bytes planned: what brokers keep on their drives, and what lies in data sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from planner.export.names import dns
from planner.export.rules import Rule, matcher, number
from planner.export.thresholds import AHEAD_S

if TYPE_CHECKING:
    from planner.plan.schema import Plan

TB = 1e12


def planned(plan: Plan, site: str, period: str) -> dict[str, float]:
    """Bytes by workload at a site: data sets as placed, streams with all their copies for as long as they are kept."""
    found: dict[str, float] = defaultdict(float)
    for column in plan.columns:
        keys = column.keys
        if column.family == "storage.tb" and (keys.get("site"), keys.get("period")) == (site, period):
            found[keys["dataset"]] += column.value * TB
    streams = {w["id"]: w["spec"] for w in plan.problem["workloads"] if w["kind"] == "stream"}
    for work in plan.work:
        if (work.site, work.period) == (site, period) and work.workload in streams:
            spec = streams[work.workload]
            found[work.workload] += work.served * float(spec["replication"]) * float(spec["retention"])
    return {id: amount for id, amount in found.items() if amount > 0}


def inputs(workload: dict[str, Any]) -> Iterator[Rule]:
    """What is stored: on the volumes of brokers by kubelet, of data sets by whatever holds them."""
    id = str(workload["id"])
    volumes = f'kubelet_volume_stats_used_bytes{{persistentvolumeclaim=~"log-{dns(id)}(-[0-9]+)+"}}'
    metric = volumes if workload["kind"] == "stream" else f"dataset_stored_bytes{matcher(workload=id)}"
    because = f"measured, B: {id} ({workload['origin']})"
    yield Rule(f"sum({metric})", because, record="aiplan:stored:bytes", labels={"workload": id})


def alerts(workload: dict[str, Any], amount: float) -> Iterator[Rule]:
    """More stored than the plan has room for, now or, at the trend of four weeks, within 30 days."""
    id, chosen = str(workload["id"]), matcher(workload=str(workload["id"]))
    because = f"{amount:.6g} B planned of {id} ({workload['origin']})"
    labels = {"workload": id, "severity": "ticket"}
    summary = f"{id}: more is stored than the {amount:.6g} B that the plan has room for here"
    expr = f"aiplan:stored:bytes{chosen} > {number(amount)}"
    yield Rule(expr, because, alert="AiplanStoredOverPlan", wait="1h", labels=labels, summary=summary)
    expr = f"predict_linear(aiplan:stored:bytes{chosen}[4w], {AHEAD_S}) > {number(amount)}"
    summary = f"{id}: at its trend of four weeks it outgrows the {amount:.6g} B planned here within 30 days"
    yield Rule(expr, because, alert="AiplanStoredWillOutgrowPlan", wait="1d", labels=labels, summary=summary)
