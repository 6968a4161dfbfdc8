"""The problem that the plan in `hand_plan` answers, as its JSON carries it: no hourly series, null for no limit."""

from __future__ import annotations

from typing import Any


def machine() -> dict[str, Any]:
    return {
        "id": "box",
        "acquisition": "buy",
        "price_usd": 10000,
        "life_years": 4,
        "maintenance_fraction": 0.05,
        "idle_kw": 0.2,
        "peak_kw": 1.0,
        "rack_units": 2,
        "liquid": False,
        "embodied_kg": 1000,
        "failures_per_day": 0.01,
        "repair_days": 1,
        "events": [],
        "domain_machines": 1,
        "domain_down": 0,
        "crews": 0,
        "members": 0,
        "least_members": 0,
        "member_failures_per_day": 0,
        "member_repair_days": 0,
        "nics": 2,
        "performance": {},
    }


def switch() -> dict[str, Any]:
    return {
        "id": "sw",
        "ports": 8,
        "kw": 0.3,
        "price_usd": 5000,
        "link_usd": 200,
        "link_kw": 0.01,
        "life_years": 5,
        "maintenance_fraction": 0.05,
        "embodied_kg": 100,
        "rack_units": 1,
        "trunk_usd": None,
        "trunk_kw": None,
    }


def fabric(id: str, **changes: Any) -> dict[str, Any]:
    plain = {"family": "fat_tree", "above": 1, "rails": 1, "planes": 1, "split_ports": 0, "ports_per_machine": 0}
    plain |= {"machine": "", "dimensions": 0, "pod": 0}
    return {"id": id, "oversubscription": 1, "switch": None, "side": False, **plain, **changes}


def tier() -> dict[str, Any]:
    return {
        "id": "flash",
        "raw_tb": 100,
        "usable_fraction": 0.25,
        "failure_domains": 2,
        "durability_nines": 10,
        "read_gb_per_s": 10,
        "write_gb_per_s": 5,
        "retrieval_s": 0.001,
        "price_usd": 20000,
        "rent_usd_per_month": 0,
        "life_years": 5,
        "maintenance_fraction": 0.05,
        "kw": 0.5,
        "rack_units": 2,
        "embodied_kg": 500,
        "operations_per_s": 0,
        "stay_days": 0,
        "retrieval_usd_per_gb": 0,
        "egress_usd_per_gb": 0,
        "write_usd_per_1000": 0,
        "read_usd_per_1000": 0,
    }


def cooling() -> dict[str, Any]:
    return {
        "id": "air",
        "liquid": False,
        "max_rack_kw": 3,
        "fixed_overhead": 0.03,
        "design_overhead": 0.4,
        "plant_usd_per_kw": 2000,
        "maintenance_fraction": 0.03,
        "life_years": 10,
        "embodied_kg_per_kw": 10,
    }


def train() -> dict[str, Any]:
    return {
        "id": "n_plus_1",
        "availability": 0.9999,
        "efficiency": 0.8,
        "breaker_derating": 0.8,
        "usd_per_kw": 3000,
        "life_years": 10,
        "maintenance_fraction": 0.02,
        "embodied_kg_per_kw": 400,
    }


def solar() -> dict[str, Any]:
    return {
        "id": "solar",
        "capex_usd_per_kw": 1000,
        "fixed_om_usd_per_kw_year": 20,
        "life_years": 20,
        "embodied_kg_per_kw": 500,
        "max_kw": 20,
        "installed_kw": 0,
    }


def battery() -> dict[str, Any]:
    return {
        "id": "cell",
        "power_usd_per_kw": 200,
        "energy_usd_per_kwh": 150,
        "fixed_om_fraction": 0.02,
        "life_years": 10,
        "charge_efficiency": 0.9,
        "discharge_efficiency": 0.8,
        "standing_loss_per_hour": 0.1,
        "usable_fraction": 0.8,
        "wear_usd_per_kwh": 0.001,
        "embodied_kg_per_kwh": 100,
        "max_kw": 10,
        "max_kwh": None,
        "installed_kw": 0,
        "installed_kwh": 0,
    }


def site() -> dict[str, Any]:
    hall = {
        "id": "main",
        "racks": 3,
        "rack_kw": 4,
        "feed_kw": 20,
        "feeds": 1,
        "zone": "",
        "cooling": ["air"],
        "built": False,
    }
    grid = {
        "connection_kw": 50,
        "export_kw": 0.5,
        "demand_charge_usd_per_kw_month": 10,
        "market_intensity_kg_per_kwh": 0.45,
        "water_l_per_kwh": 1.8,
    }
    return {
        "id": "s",
        "building": "own",
        "space_usd_per_kw_month": 150,
        "shell_usd_per_kw": 4000,
        "shell_life_years": 40,
        "shell_embodied_kg_per_kw": 1000,
        "staff_usd_per_kw_year": 50,
        "water_usd_per_l": 0.002,
        "halls": [hall],
        "cooling": [cooling()],
        "power_train": train(),
        "grid": grid,
        "producers": [solar()],
        "batteries": [battery()],
        "installed": {},
    }


def workloads() -> list[dict[str, Any]]:
    # 1 January 2027 is a Friday: its second hour is hour 97 of a week that starts on Monday.
    shape = [0.5 if h == 4 * 24 + 1 else 1.0 for h in range(168)]
    spec = {"size": 30e12, "hot": 0.4, "read": 1e9, "write": 1e8, "durability": 9, "retrieval": 3600, "copies": 1}
    both = {"sites": ["s"], "availability": 0.99, "survive_site_loss": False, "series": "none", "survive": "none"}
    return [
        {"id": "web", "kind": "service", "unit": "req/s", "demand": [400], "shape": shape, "spec": {}, **both},
        {"id": "data", "kind": "dataset", "unit": "B", "demand": [30e12], "shape": [1.0] * 168, "spec": spec, **both},
    ]


def option() -> dict[str, Any]:
    return {
        "id": "web/box",
        "workload": "web",
        "machine": "box",
        "fabric": "net",
        "per_machine": 100,
        "block_machines": 0,
        "replica_machines": 1,
        "busy_kw": 0.6,
        "duty": 1.0,
        "storage_read_gb_per_s": 0,
        "storage_write_gb_per_s": 0,
    }


def problem() -> dict[str, Any]:
    period = {"name": "y1", "start": "2027-01-01", "end": "2028-01-01", "begin": 0, "years": 1, "value_factor": 1}
    caps = {"budget": 70000, "purchase": 230000, "carbon": 25000, "water": 70000, "power": 12}
    return {
        "finance": {"cost_of_capital": 0.1, "horizon_years": 1},
        "periods": [period],
        "sites": [site()],
        "machines": [machine()],
        "fabrics": [
            fabric("none"),
            fabric("net", switch=switch()),
        ],
        "tiers": [tier()],
        "workloads": workloads(),
        "objective": ["cost"],
        "carbon_price_usd_per_kg": 0.05,
        "mip_gap": 1e-4,
        "keys": {"limits": {**caps, "carbon_free": {"share": 0.5, "grid": "included"}}, "origins": {}},
    }
