"""Peak: a cap on every site's coincident peak power.

    peak <= limit                                                                     'peak.cap[site,period]'

| symbol | name in code | unit | meaning |
| peak | power.peak_kw[site,period] | kW | design-day coincident peak of the site |
"""

from __future__ import annotations

from planner.model import Model
from planner.options.types import OptionSet
from planner.problem import Problem


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    limit = problem.keys["limits"].get("power")
    for name, peak in m.family("power.peak_kw") if limit is not None else ():
        m.row(
            name.replace("power.peak_kw", "peak.cap"),
            {peak: 1.0},
            "<=",
            limit,
            origin=problem.keys["origins"].get("limits.power", problem.scenario_file),
            label=f"{m.columns[peak].keys['site']} peak power",
            unit="kW",
        )
