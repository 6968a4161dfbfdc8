"""What is lost with a rack, a feed or a zone, from the plan's problem."""

from __future__ import annotations

from math import ceil, inf

from planner.audit.view import Record, View, most

RACK_UNITS = 42.0


def halls_of(view: View, workload: Record) -> dict[str, set[tuple[str, str]]]:
    """Domains of whole halls that the workload outlives, by name: halls on one feed, zones, sites."""
    found: dict[str, set[tuple[str, str]]] = {}
    for site in (view.sites[s] for s in workload["sites"]):
        for hall in site["halls"]:
            here = (site["id"], hall["id"])
            if workload["survive"] == "feed" and hall["feeds"] < 2:
                found[f"{site['id']}/{hall['id']}"] = {here}
            if workload["survive"] == "zone":
                found.setdefault(f"{site['id']}/{hall['zone'] or hall['id']}", set()).add(here)
            if workload["survive"] == "site":
                found.setdefault(site["id"], set()).add(here)
    return found


def rack_of(view: View, site: str, hall: str, machine: Record) -> int:
    """Machines in the densest rack that the hall's cooling in use allows."""
    record = next(h for h in view.sites[site]["halls"] if h["id"] == hall)
    used = view.cooling_used(site, hall)
    kw = min(most(record, "rack_kw"), max((most(c, "max_rack_kw") for c in used), default=inf))
    return max(1, int(min(kw / machine["peak_kw"], max(1.0, RACK_UNITS / machine["rack_units"])) + 1e-9))


def stopped(option: Record, rack: int) -> int:
    """Replicas or blocks with a machine in a rack of so many, at worst."""
    size = int(option["block_machines"] or option["replica_machines"] or 1)
    if rack % size == 0:
        return rack // size
    return 1 if size % rack == 0 else ceil((rack - 1) / size) + 1
