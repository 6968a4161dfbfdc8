"""What one broker takes in, bytes/s at peak, by what might bind it.

    drives    in x RF <= sustained write rate
    capacity  in x RF x retention <= drives x fill
    network   in x (consumers + RF - 1) out, in x RF in <= NICs x share                AWS bound, linear in brokers
    cores     in / 5 MiB/s + in x consumers / 15 MiB/s + events / (events/s and core) <= cores

Every byte costs RF writes in the cluster. Constants: catalog row coefficient/default, with their sources. Losing a
broker is the spares' business, not this bound's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.estimate.coefficients import Coefficients
from planner.machine import Machine

MIB = 2**20
ERROR = (0.57, 1.43)
"""Low and high over base: published fill fractions range from 0.4 to 0.7 (0.57 of base), the same the other way."""
PROCESSING = {
    "stateless": "stream_stateless_per_core",
    "heap": "stream_heap_per_core",
    "rocksdb": "stream_rocksdb_per_core",
}


def per_broker(machine: Machine, spec: Mapping[str, Any], c: Coefficients) -> dict[str, float]:
    """Ingress bytes/s that one machine bears, by resource; the least of them binds."""
    copies, readers = float(spec["replication"]), float(spec["consumers"])
    nic = machine.nics * machine.nic_gbps / 8 * 1e9 * c.constant("broker_nic_share")
    cores_per_byte = 1 / (c.constant("broker_in_mib_per_s_core") * MIB)
    cores_per_byte += readers / (c.constant("broker_out_mib_per_s_core") * MIB)
    state = spec.get("processing") or "none"
    if state in PROCESSING:
        cores_per_byte += 1 / (c.constant(PROCESSING[state]) * float(spec["event_size"]))
    found = {
        "cores": machine.cores / cores_per_byte,
        "drives": c.constant("disk_write_gb_per_s") * 1e9 / copies,
        "network": nic / max(readers + copies - 1, copies),
    }
    kept = copies * float(spec["retention"])
    if kept > 0:
        found["capacity"] = machine.nvme_tb * 1e12 * c.constant("broker_fill") / kept
    return found
