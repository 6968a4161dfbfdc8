"""A small valid plan written out by hand: one site, one machine type, sun, store and grid, three hours of 2,920 each.

IT draws by hour: 5 machines x 0.2 idle + 4 x 0.6 busy x shape (1, 0.5, 1) + 5 switches x 0.3 + (10 + 12) links x 0.01
+ 2 storage units x 0.5 = 3.72 + (2.4, 1.2, 2.4) = (6.12, 4.92, 6.12) kW. The train loses a fifth (x 1.25), cooling adds
(0.15, 0.25, 0.35) and 0.03 of the 7 kW plant:
    6.12 x 1.40 + 0.21 = 8.778      4.92 x 1.50 + 0.21 = 7.59      6.12 x 1.60 + 0.21 = 10.002 kW
Sun: 20 kW x (0, 0.5, 0.2) = (0, 10, 4) kW, of which 0.11 is curtailed and 0.3 sold in the second hour. The store takes
2 kW in the second hour (1.8 kWh arrive), loses a tenth by the third (1.62) and gives 1.62 x 0.8 = 1.296 kW. Grid:
    8.778      0 = 7.59 + 2 + 0.3 - 9.89      10.002 - 4 - 1.296 = 4.706 kW
Money at 10 % over one year: K = 1.1, so what is bought at the start counts 1.1 and what is sold at the end 1.0.
Spares: u = 0.01 / 1.01 = 1 / 101; 4 of 5 machines are up with (100^5 + 5 x 100^4) / 101^5 = 105e8 / 10510100501.
"""

from __future__ import annotations

from typing import Any

from hand_hours import HERE, flows, hours, measures

CLOCK = 1.1
UP = 105e8 / 10510100501
POOL = {"site": "s", "hall": "main", "fabric": "net", "machine": "box", "target": "0.995", "period": "y1"}
HALL = {"site": "s", "hall": "main", "period": "y1"}
NET = {"site": "s", "hall": "main", "fabric": "net", "period": "y1"}
SIZED = (
    "servers.total",
    "spares.count",
    "storage.units",
    "renewables.kw",
    "battery.kw",
    "battery.kwh",
    "power.peak_kw",
)


def column(family: str, value: float, keys: dict[str, str], integer: bool = False) -> dict[str, Any]:
    name = f"{family}[{','.join(f'{k}={v}' for k, v in keys.items())}]"
    fixed = {"family": family, "keys": dict(keys), "integer": integer, "unit": "", "origin": "toy.yaml:1"}
    return {"name": name, "value": value, **fixed}


def columns() -> list[dict[str, Any]]:
    solar, cell = {"site": "s", "producer": "solar", "period": "y1"}, {"site": "s", "battery": "cell", "period": "y1"}
    room, air = {"site": "s", "hall": "main"}, {**HALL, "cooling": "air"}
    shelf = {"site": "s", "tier": "flash", "period": "y1"}
    hot, cold = ({**shelf, "dataset": "data", "band": band} for band in ("hot", "cold"))
    machines = {**HALL, "machine": "box"}
    months = [column("grid.month_kw", 8.778, {**HERE, "month": str(m)}) for m in range(1, 13)]
    return [
        *months,
        column("work.units", 4.0, {**HALL, "option": "web/box"}),
        column("servers.working", 4, POOL, True),
        column("spares.count", 1, POOL, True),
        column("servers.total", 5, machines, True),
        column("servers_bought", 5, machines, True),
        column("fabric.use", 1, {**room, "fabric": "net", "topology": "leaf_spine"}, True),
        column("fabric.endpoints", 10, NET),
        column("fabric.leaves", 3, NET),
        column("fabric.spines", 2, NET),
        column("fabric.units", 3, {**NET, "topology": "leaf_spine"}, True),
        column("fabric.switches", 5, NET),
        column("fabric.switches_bought", 5, NET, True),
        column("fabric.links", 10, NET),
        column("fabric.links_bought", 10, NET),
        column("fabric.trunks", 12, NET),
        column("fabric.trunks_bought", 12, NET),
        column("storage.tb", 12, hot),
        column("storage.tb", 18, cold),
        column("storage.units", 2, shelf, True),
        column("storage.units_bought", 2, shelf, True),
        column("cooling.use", 1, {**room, "cooling": "air"}, True),
        column("cooling.plant_kw", 7, air),
        column("cooling.plant_bought", 7, air),
        column("facility.built_kw", 7, HALL),
        column("facility.shell_bought", 7, HALL),
        column("facility.power_train_bought", 7, HALL),
        column("power.peak_kw", 11.66, HERE),
        column("renewables.kw", 20, solar),
        column("renewables.kw_bought", 20, solar),
        column("battery.kw", 4, cell),
        column("battery.kw_bought", 4, cell),
        column("battery.kwh", 5, cell),
        column("battery.kwh_bought", 5, cell),
    ]


def line(account: str, item: str, quantity: float, price: float, amount: float, factor: float = 1.0) -> dict[str, Any]:
    money = {"quantity": quantity, "unit_price_usd": price, "factor": factor, "amount_usd": amount}
    return {"account": account, "item": item, **HERE, "unit": "", "origin": "toy.yaml:1", **money}


def ledger() -> list[dict[str, Any]]:
    kwh = {"unit": "kWh"}
    months = [line("demand_charge", f"month {m}", 8.778, 10, 87.78) for m in range(1, 13)]
    carbon = [
        line("carbon", "operational carbon", 17123.464, 0.05, 856.1732) | {"site": ""},
        line("carbon", "embodied carbon", 2562, 0.05, 128.1) | {"site": ""},
    ]
    return [
        line("purchase", "box", 5, 10000, 55000, CLOCK),
        line("purchase", "sw", 5, 5000, 27500, CLOCK),
        line("purchase", "sw links", 10, 200, 2200, CLOCK),
        line("purchase", "sw trunks", 12, 200, 2640, CLOCK),
        line("purchase", "flash", 2, 20000, 44000, CLOCK),
        line("purchase", "air", 7, 2000, 15400, CLOCK),
        line("purchase", "shell", 7, 4000, 30800, CLOCK),
        line("purchase", "train", 7, 3000, 23100, CLOCK),
        line("purchase", "solar", 20, 1000, 22000, CLOCK),
        line("purchase", "cell power", 4, 200, 880, CLOCK),
        line("purchase", "cell energy", 5, 150, 825, CLOCK),
        line("resale", "box", 5, -7500, -37500),  # 1 of 4 years old
        line("resale", "sw", 5, -4000, -20000),  # 1 of 5
        line("resale", "sw links", 10, -160, -1600),  # 1 of 5
        line("resale", "sw trunks", 12, -160, -1920),  # 1 of 5
        line("resale", "flash", 2, -16000, -32000),  # 1 of 5
        line("resale", "air", 7, -1800, -12600),  # 1 of 10
        line("resale", "shell", 7, -3900, -27300),  # 1 of 40
        line("resale", "train", 7, -2700, -18900),  # 1 of 10
        line("resale", "solar", 20, -950, -19000),  # 1 of 20
        line("resale", "cell power", 4, -180, -720),  # 1 of 10
        line("resale", "cell energy", 5, -135, -675),  # 1 of 10
        line("maintenance", "box", 5, 500, 2500),
        line("maintenance", "sw", 5, 250, 1250),
        line("maintenance", "flash", 2, 1000, 2000),
        line("maintenance", "air", 7, 60, 420),
        line("maintenance", "train", 7, 60, 420),
        line("maintenance", "solar", 20, 20, 400),
        line("maintenance", "cell power", 4, 4, 16),
        line("maintenance", "cell energy", 5, 3, 15),
        line("staff", "operations staff", 7, 50, 350),
        # (0.1 x 8.778 + 0.2 x 4.706) x 2920 = 1.819 x 2920, over 13.484 x 2920 kWh
        line("energy", "grid energy", 39373.28, 1.819 / 13.484, 5311.48) | kwh,
        line("export", "grid sale", 876, -0.02, -17.52) | kwh,
        line("wear", "cell wear", 3784.32, 0.001, 3.78432) | kwh,
        line("water", "cooling water", 64473.6, 0.002, 128.9472),
        *months,
        *carbon,
    ]


TOTAL_USD = 66965.32472
"""224345 bought - 172215 sold + 7021 upkeep + 350 staff + 5311.48 - 17.52 + 3.78432 + 128.9472 + 1053.36 + 984.2732."""


def tally(name: str, quantity: float, who: str = "grid", site: str = "s") -> dict[str, Any]:
    return {"tally": name, "who": who, "site": site, "period": "y1", "quantity": quantity, "unit": ""}


def tallies() -> list[dict[str, Any]]:
    made = {"box": 1250, "sw": 100, "flash": 200, "air": 7, "shell": 175, "train": 280, "solar": 500, "cell energy": 50}
    return [
        *(tally("embodied_kg", kg, who) for who, kg in made.items()),
        tally("energy_kwh", 39373.28),  # 13.484 x 2920
        tally("co2_kg", 17123.464),  # (0.4 x 8.778 + 0.5 x 4.706) x 2920
        tally("co2_market_kg", 17717.976),  # 0.45 x 39373.28
        tally("brown_kwh", 39373.28),
        tally("brown_grid_kwh", 28935.448),  # (0.7 x 8.778 + 0.8 x 4.706) x 2920
        tally("water_grid_l", 70871.904),  # 1.8 x 39373.28
        tally("water_l", 64473.6, "air"),  # (6.12 + 4.92 x 2 + 6.12) x 2920
        tally("it_air_load_kwh", 50107.2, "IT", "s/main"),  # 17.16 x 2920
        tally("power_load_kwh", 77000.4, "all loads"),  # 26.37 x 2920
    ]


def limit(name: str, sense: str, value: float, bound: float) -> dict[str, Any]:
    slack = bound - value if sense == "<=" else value - bound
    fixed = {"label": name, "shadow_price_usd": None, "unit": "", "origin": "toy.yaml:9"}
    return {"name": name, "sense": sense, "value": value, "limit": bound, "slack": slack, **fixed}


def limits() -> list[dict[str, Any]]:
    return [
        limit("budget.total", "<=", TOTAL_USD, 70000),
        limit("budget.purchase", "<=", 224345, 230000),
        limit("carbon.cap[period=y1]", "<=", 19685.464, 25000),
        limit("water.cap[period=y1]", "<=", 64473.6, 70000),
        limit("carbon_free.share[period=y1]", "<=", 28935.448 - 0.5 * 77000.4, 0),
        limit("facility.connection[site=s,period=y1]", "<=", 11.66, 50),
        limit("facility.feed[site=s,hall=main,period=y1]", "<=", 8.65, 16),
        limit("peak.cap[site=s,period=y1]", "<=", 11.66, 12),
        limit("racks.room[site=s,hall=main,cooling=air,period=y1]", "<=", 5 / 3 + 4 / 42 + 5 / 42, 3),
        limit("serve.demand[workload=web,period=y1]", ">=", 400, 400),
        limit("storage.placed[band=hot,dataset=data,period=y1]", ">=", 12, 12),
        limit("storage.placed[band=cold,dataset=data,period=y1]", ">=", 18, 18),
    ]


def headline() -> dict[str, Any]:
    return {
        "levelised_cost_usd": TOTAL_USD,
        "cost_usd_per_year": TOTAL_USD,
        "net_present_cost_usd": TOTAL_USD / CLOCK,
        "purchase_usd": 203950,  # 224345 / 1.1
        "energy_kwh_per_year": 77000.4,
        "it_energy_kwh_per_year": 50107.2,
        "pue": 26.37 / 17.16,
        "co2_location_kg_per_year": 17123.464,
        "co2_market_kg_per_year": 17717.976,
        "embodied_kg_per_year": 2562,
        "water_l_per_year": 64473.6,
        "carbon_free_share_own": 1 - 13.484 / 26.37,
        "carbon_free_share_with_grid": 1 - 9.9094 / 26.37,
        "peak_kw": 11.66,
    }


def plan() -> dict[str, Any]:
    """A fresh copy of the whole plan."""
    from hand_problem import option, problem

    block, made = hours(), columns()
    sized = [c for c in made if c["family"] in SIZED or c["family"].endswith("_bought")]
    place = dict.fromkeys(("site", "hall", "period"), "")
    sizing = [
        {"kind": "x", "item": "x", "quantity": c["value"], "unit": "", "column": c["name"], "origin": "", **place}
        | {k: v for k, v in c["keys"].items() if k in place}
        for c in sized
    ]
    choices = [
        {"kind": "x", "item": "x", **place, "chosen": True, "column": c["name"], "origin": ""}
        for c in made
        if c["family"] in ("cooling.use", "fabric.use")
    ]
    pool = f"pool[{','.join(f'{k}={v}' for k, v in POOL.items())}]"
    work = {"workload": "web", **HALL, "option": "web/box", "machine": "box"}
    return {
        "format_version": "1.1",
        "aiplan_version": "0.1.0",
        "name": "by hand",
        "description": "",
        "scenario_file": "toy.yaml",
        "scenario_sha256": "",
        "catalog_sha256": "",
        "solver": {
            "name": "highs",
            "engine": "monolithic",
            "status": "optimal",
            "objective": ["cost"],
            "objective_usd": TOTAL_USD,
            "bound_usd": TOTAL_USD * (1 - 5e-5),
            "gap": 5e-5,
            "gap_asked": 1e-4,
            "hours": 3,
        },
        "accuracy": {"hours": 8760, "weeks_usd": 50000, "year_usd": 51000, "difference": 0.02, "note": ""},
        "headline": [headline()],
        "sizing": sizing,
        "choices": choices,
        "work": [{**work, "served": 400, "unit": "req/s", "machines": 4}],
        "availability": [{"workload": "web", "period": "y1", "target": 0.99, "achieved": UP, "pools": [pool]}],
        "flows": flows(block),
        "ledger": ledger(),
        "tallies": tallies(),
        "measures": measures(),
        "limits": limits(),
        "notes": [],
        "columns": made,
        "options": [option()],
        "excuses": [],
        "problem": problem(),
        "hours": [block],
    }
