"""Where machines are watched, what watches them has memory, disk and cores for all of their series.

series of a machine = series a machine + accelerators x series each
replicas x (sum over machines of a site of series + extra) <= series planned for there
a machine holds at most min(RAM / bytes a series, NVMe x fill x interval / (bytes a sample x retention),
                            cores x series a machine / cores for one machine) series
replicas stand on machines of their own: working machines of the kinds open to it >= replicas
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.loads import unit_served
from planner.audit.verdict import Check, at_least, at_most, true
from planner.audit.view import Record, View

NAME = "monitoring"
ROLE = "monitoring"
GB, TB = 1e9, 1e12
Figures = dict[str, float]


def check(view: View) -> Iterator[Check]:
    asked = view.problem["keys"].get("monitoring")
    if asked is None:
        none = all(w["spec"].get("role") != ROLE for w in view.workloads.values())
        yield true("monitoring", "stands where none was asked for", none)
        return
    figures: Figures = view.problem["keys"]["figures"]["monitoring"]["values"]
    watchers = [id for id, w in view.workloads.items() if w["spec"].get("role") == ROLE]
    for id, option in view.options.items():
        if option["workload"] in watchers:
            machine = view.machines[option["machine"]]
            yield at_most(id, "series on a machine", option["per_machine"], _holds(machine, asked, figures))
    for site, period in view.places():
        yield from _site(view, asked, figures, watchers, site, period)


def _holds(machine: Record, asked: Record, f: Figures) -> float:
    kept = f["bytes_per_sample"] * asked["retention"] / asked["interval"]
    found = (
        machine["ram_gb"] * GB / f["bytes_per_series"],
        machine["nvme_tb"] * TB * f["disk_fill_fraction"] / kept,
        machine["cores"] * f["series_per_machine"] / f["cores_per_machine"],
    )
    return float(min(found))


def _site(view: View, asked: Record, f: Figures, watchers: list[str], site: str, period: str) -> Iterator[Check]:
    here, where = {"site": site, "period": period}, f"monitoring of {site} in {period}"
    series = float(asked["extra_series"])
    machines = view.each("servers.total", **here)
    for keys, count in machines:
        chips = view.machines[keys["machine"]]["accelerators"]
        series += count * (f["series_per_machine"] + chips * f["series_per_accelerator"])
    kinds = {o["machine"] for o in view.options.values() if o["workload"] in watchers}
    held = 0.0
    for keys, units in view.each("work.units", **here):
        option = view.options[keys["option"]]
        if option["workload"] in watchers and units > 0:
            held += units * unit_served(view, option, period)
    if machines:
        yield at_least(where, "series held", held, asked["replicas"] * series)
        working = sum(v for k, v in view.each("servers.working", **here) if k["machine"] in kinds)
        yield at_least(where, "machines it may stand on", working, asked["replicas"], floor=1e-6)
