"""Runs `aiplan` as its users do: a process with its own standard output and error."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300
Run = Callable[..., subprocess.CompletedProcess[str]]

SCENARIO = """\
aiplan: 1
name: tiny
description: One service on one site, on numbers of its own.
sites:
  - id: north
    location: {latitude: 39.04, longitude: -77.49}
    region: us_pjm_virginia
    grid: {connection: 3 MW, price: 0.06 USD/kWh}
    cooling: [air_chilled_water]
    renewables: [{technology: solar_pv_utility, max: 100 kW}]
hardware: {allow: [amd_epyc_9654_2s, amd_epyc_7763_2s]}
workloads:
  - kind: service
    id: scoring
    work: fraud_scoring
    rate: 200000 req/s
    throughput: {amd_epyc_9654_2s: 9000 req/s, amd_epyc_7763_2s: 5000 req/s}
    availability: 99%
"""


def environment(**changes: str) -> dict[str, str]:
    """The environment without what would change a screen."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIPLAN_", "COLUMNS", "FORCE_COLOR", "TERMINAL"))}
    return kept | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80"} | changes
