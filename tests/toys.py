"""A small problem made by hand, every number in plain sight; tests take it and change what they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf
from typing import Any

import numpy as np

from planner.model import Calendar
from planner.money import Clock
from planner.options.types import Option, OptionSet
from planner.problem import (
    Battery,
    Cooling,
    FabricClass,
    Finance,
    Generator,
    Grid,
    Hall,
    Machine,
    Period,
    PowerTrain,
    Problem,
    Producer,
    Site,
    StorageTier,
    Switch,
    Workload,
)


def year(value: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.full(8760, float(value))


def calendar(hours: int = 3, weight: float | None = None) -> Calendar:
    each = 8760 / hours if weight is None else weight
    return Calendar(np.arange(hours), np.full(hours, each), ((0, hours),), (tuple(range(12)),))


def period(hours: int = 3, rate: float = 0.08) -> Period:
    return Period("y1", date(2027, 1, 1), date(2028, 1, 1), 0.0, 1.0, calendar(hours), Clock(rate, 1.0).during(0, 1))


def machine(id: str = "box", **changes: Any) -> Machine:
    made = Machine(
        id=id,
        name=id,
        vendor="ACME",
        tags=("cpu",),
        acquisition="buy",
        price_usd=10_000.0,
        life_years=4.0,
        maintenance_fraction=0.05,
        idle_kw=0.2,
        busy_kw=0.8,
        peak_kw=1.0,
        rack_units=2.0,
        liquid=False,
        embodied_kg=1000.0,
        failures_per_day=0.01,
        repair_days=1.0,
        accelerator="",
        accelerators=0,
        cores=64,
        ram_gb=256.0,
        nvme_tb=10.0,
        nics=2,
        nic_gbps=100.0,
        performance={"provider_pue": 1.1},
        origin=f"node/{id}",
    )
    return replace(made, **changes)


def switch(**changes: Any) -> Switch:
    made = Switch("sw", "sw", 8, 100.0, 0.3, 5000.0, 200.0, 0.01, 6.0, 0.05, 100.0, "switch/sw")
    return replace(made, **changes)


def fabric(**changes: Any) -> FabricClass:
    return replace(FabricClass("net", switch(), 1.0, "switch/sw"), **changes)


def cooling(id: str = "air", **changes: Any) -> Cooling:
    made = Cooling(
        id=id,
        name=id,
        liquid=False,
        max_rack_kw=20.0,
        air_overhead=year(0.2),
        liquid_overhead=year(0.2),
        air_water=year(1.0),
        liquid_water=year(1.0),
        fixed_overhead=0.03,
        design_overhead=0.3,
        plant_usd_per_kw=2000.0,
        maintenance_fraction=0.03,
        life_years=15.0,
        embodied_kg_per_kw=10.0,
        origin=f"cooling/{id}",
    )
    return replace(made, **changes)


def train(**changes: Any) -> PowerTrain:
    return replace(
        PowerTrain("n_plus_1", "N+1", 1.25, 0.95, 0.9999, 0.8, 3000.0, 15.0, 0.03, 400.0, "power_train/n_plus_1"),
        **changes,
    )


def grid(**changes: Any) -> Grid:
    made = Grid(
        region="here",
        connection_kw=1000.0,
        price_usd_per_kwh=year(0.1),
        export_usd_per_kwh=None,
        export_kw=0.0,
        demand_charge_usd_per_kw_month=10.0,
        intensity_kg_per_kwh=year(0.4),
        market_intensity_kg_per_kwh=0.5,
        carbon_free_fraction=year(0.3),
        water_l_per_kwh=1.8,
        origin="toy.yaml:1",
    )
    return replace(made, **changes)


def solar(**changes: Any) -> Producer:
    factor = np.tile([0.0, 0.6, 0.3], 2920)
    made = Producer("solar", "solar", factor, 1000.0, 20.0, 30.0, 500.0, 100.0, 0.0, "energy/solar")
    return replace(made, **changes)


def battery(**changes: Any) -> Battery:
    made = Battery(
        "cell",
        "cell",
        200.0,
        150.0,
        0.02,
        15.0,
        0.95,
        0.95,
        0.0,
        0.9,
        0.001,
        100.0,
        50.0,
        200.0,
        0.0,
        0.0,
        "energy/cell",
    )
    return replace(made, **changes)


def generator(**changes: Any) -> Generator:
    made = Generator(
        id="engine",
        name="engine",
        capex_usd_per_kw=1000.0,
        fixed_om_usd_per_kw_year=20.0,
        life_years=20.0,
        embodied_kg_per_kw=100.0,
        efficiency=0.4,
        fuel_usd_per_kwh=0.02,
        running_usd_per_kwh=0.01,
        fuel_kg_per_kwh=0.18,
        carbon_free=False,
        max_kw=1000.0,
        installed_kw=0.0,
        unit_kw=None,
        spares=0,
        full_load_hours=None,
        least_load=0.25,
        backup=True,
        origin="energy/engine",
    )
    return replace(made, **changes)


def hall(**changes: Any) -> Hall:
    return replace(Hall("main", inf, inf, inf, ("air",), False, "toy.yaml:2"), **changes)


def site(id: str = "s", **changes: Any) -> Site:
    made = Site(
        id=id,
        name=id,
        latitude=0.0,
        longitude=0.0,
        building="own",
        space_usd_per_kw_month=150.0,
        shell_usd_per_kw=4000.0,
        shell_life_years=30.0,
        shell_embodied_kg_per_kw=1000.0,
        staff_usd_per_kw_year=50.0,
        water_usd_per_l=0.002,
        halls=(hall(),),
        cooling=(cooling(),),
        power_train=train(),
        grid=grid(),
        producers=(),
        batteries=(),
        installed={},
        weather="made up",
        temperature_c=year(15.0),
        origin="toy.yaml:3",
    )
    return replace(made, **changes)


def tier(id: str = "flash", **changes: Any) -> StorageTier:
    made = StorageTier(
        id=id,
        name=id,
        heat="hot",
        unit="units",
        raw_tb=100.0,
        usable_fraction=0.25,
        scheme="3x",
        failure_domains=3,
        durability_nines=10.0,
        read_gb_per_s=10.0,
        write_gb_per_s=5.0,
        retrieval_s=0.001,
        price_usd=20_000.0,
        rent_usd_per_month=0.0,
        life_years=5.0,
        maintenance_fraction=0.05,
        kw=0.5,
        rack_units=2.0,
        embodied_kg=500.0,
        origin=f"storage_unit/{id}",
    )
    return replace(made, **changes)


def workload(id: str = "web", **changes: Any) -> Workload:
    made = Workload(
        id=id,
        kind="service",
        sites=("s",),
        availability=0.99,
        survive_site_loss=False,
        surge=0.0,
        unit="req/s",
        demand=(1000.0,),
        shape=np.ones(168),
        spec={},
        origin="toy.yaml:4",
    )
    return replace(made, **changes)


def dataset(id: str = "data", **changes: Any) -> Workload:
    spec = {"size": 60e12, "hot": 0.5, "read": 1e9, "write": 1e8, "durability": 9.0, "retrieval": 3600.0, "copies": 1}
    return workload(id, kind="dataset", unit="B", demand=(60e12,), spec=spec, **changes)


def option(workload: str = "web", machine: str = "box", **changes: Any) -> Option:
    made = Option(
        id=f"{workload}/{machine}",
        workload=workload,
        machine=machine,
        fabric="net",
        storage="",
        per_machine=100.0,
        block_machines=0,
        replica_machines=1,
        idle_kw=0.2,
        busy_kw=0.6,
        duty=1.0,
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=0.0,
    )
    return replace(made, **changes)


def problem(**changes: Any) -> Problem:
    made = Problem(
        name="toy",
        description="",
        scenario_file="toy.yaml",
        scenario_sha256="0" * 64,
        catalog_sha256="0" * 64,
        finance=Finance(0.08, 1.0, "toy.yaml:5"),
        periods=(period(),),
        sites=(site(),),
        machines=(machine(),),
        fabrics=(FabricClass("none", None, 1.0, ""), fabric()),
        tiers=(tier(),),
        models={},
        workloads=(workload(),),
        objective=("cost",),
        carbon_price_usd_per_kg=0.0,
        mip_gap=1e-9,
        keys={"limits": {}, "origins": {}},
    )
    return replace(made, **changes)


def options(*found: Option) -> OptionSet:
    return OptionSet(found or (option(),), ())
