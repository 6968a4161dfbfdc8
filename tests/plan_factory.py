"""A plan made by hand: small, and its numbers add up."""

from __future__ import annotations

from typing import Any

from planner.plan.schema import (
    Accuracy,
    Availability,
    Choice,
    Flow,
    Headline,
    Hours,
    Limit,
    Line,
    Measure,
    Plan,
    Size,
    Solver,
    Tally,
    Value,
    Work,
)

PLACE = {"site": "north", "hall": "main", "period": "2027"}
CITE = {
    "row": "node/box",
    "field": "max_w",
    "source": "a data sheet",
    "as_of": "2026-01-31",
    "confidence": "high",
}


def size(kind: str, item: str, quantity: float, unit: str, **changes: Any) -> Size:
    """One row of the sizing table, at north/main in 2027."""
    row = {"kind": kind, "item": item, "quantity": quantity, "unit": unit, "column": "c", "origin": "o"}
    return Size(**{**PLACE, **row, **changes})


def line(account: str, item: str, quantity: float, unit: str, price: float) -> Line:
    """One ledger line at factor 1."""
    return Line(
        account=account,
        item=item,
        site="north",
        period="2027",
        quantity=quantity,
        unit=unit,
        unit_price_usd=price,
        factor=1.0,
        amount_usd=quantity * price,
        origin=f"node/{item}",
    )


def limit(label: str, sense: Any, value: float, most: float, unit: str, price: float | None) -> Limit:
    return Limit(
        name=label.replace(" ", "."),
        label=label,
        sense=sense,
        value=value,
        limit=most,
        slack=abs(most - value),
        shadow_price_usd=price,
        unit=unit,
        origin="small.yaml:7",
    )


def flow(role: str, who: str, kwh: float, peak_kw: float) -> Flow:
    return Flow(site="north", period="2027", role=role, who=who, kwh=kwh, peak_kw=peak_kw)


def measure(name: str, value: float, unit: str = "", who: str = "") -> Measure:
    return Measure(measure=name, who=who, site="north", period="2027", value=value, unit=unit)


MEASURES = [
    measure("carbon_free_hourly_own", 0.21),
    measure("carbon_free_annual_own", 0.22),
    measure("co2_location", 0.16, "kgCO2e per kWh"),
    measure("co2_consequential", 120_000.0, "kgCO2e"),
    measure("water_on_site", 0.025, "L per kWh"),
    measure("curtailed", 0.009, who="sun"),
    measure("full_cycles", 250.5, "per year", "battery"),
    measure("load_peak", 70.0, "kW"),
    measure("energy_cost", 71.3, "USD per MWh"),
    measure("one_more_saves", 45.0, "USD per kW-year", "sun"),
    measure("one_more_costs", 61.5, "USD per kW-year", "sun"),
]


def choice(kind: str, item: str, chosen: bool) -> Choice:
    return Choice(**PLACE, kind=kind, item=item, chosen=chosen, column="c", origin=f"{kind}/{item}")


LEDGER = [
    line("purchase", "box", 10, "machines", 200_000.0),
    line("resale", "box", 10, "machines", -120_000.0),
    line("maintenance", "box", 10, "machines-years", 10_000.0),
    line("energy", "grid energy", 400_000.0, "kWh", 0.05),
    line("demand_charge", "month 1", 60.0, "kW-months", 10.0),
]
TOTAL_USD = sum(x.amount_usd for x in LEDGER)
FLOWS = [
    flow("charge", "battery", 20_000.0, 10.0),
    flow("curtailed", "sun", 1_000.0, 15.0),
    flow("discharge", "battery", 18_000.0, 12.0),
    flow("draw", "cooled main air", 500_000.0, 70.0),
    flow("exported", "grid", 8_000.0, 20.0),
    flow("imported", "grid", 400_000.0, 60.0),
    flow("produced", "sun", 110_000.0, 80.0),
]
LIMITS = [
    limit("chat demand", ">=", 200.0, 200.0, "req/s", 89.5),
    limit("feed demand", ">=", 150e6, 150e6, "B/s", 4.3e-6),
    limit("north peak power", "<=", 80.0, 3000.0, "kW", 0.0),
    limit("uncovered energy", "<=", -0.008, 0.0, "kWh", 0.09),
    limit("carbon", "<=", 90_000.0, 90_000.0, "kgCO2e", 0.25),
]
HEADLINE = Headline(
    levelised_cost_usd=TOTAL_USD,
    cost_usd_per_year=TOTAL_USD,
    net_present_cost_usd=TOTAL_USD,
    purchase_usd=2_000_000.0,
    energy_kwh_per_year=500_000.0,
    it_energy_kwh_per_year=400_000.0,
    pue=1.25,
    co2_location_kg_per_year=80_000.0,
    co2_market_kg_per_year=81_000.0,
    embodied_kg_per_year=9_000.0,
    water_l_per_year=12_500.0,
    carbon_free_share_own=0.2,
    carbon_free_share_with_grid=0.55,
    peak_kw=80.0,
)
SOLVER = Solver(
    name="highs",
    engine="monolithic",
    status="optimal",
    objective=["cost"],
    objective_usd=TOTAL_USD,
    bound_usd=TOTAL_USD * 0.9995,
    gap=0.0005,
    gap_asked=0.001,
    hours=1008,
)
ACCURACY = Accuracy(
    hours=8760, weeks_usd=TOTAL_USD, year_usd=TOTAL_USD * 1.002, difference=0.002, note="the same machines"
)
HOURS = Hours(
    bus="power",
    site="north",
    period="2027",
    hour=[0, 1],
    weight=[4380.0, 4380.0],
    stretches=[(0, 2)],
    months=[list(range(12))],
    series={"price_usd_per_kwh": [0.05, 0.06]},
    dispatch={"imported.grid": [40.0, 51.0]},
)
EXCUSES = [
    {
        "workload": "chat",
        "machine": name,
        "reason": "memory",
        "value": 80.0,
        "limit": 140.0,
        "unit": "GB",
        "text": "the model does not fit",
    }
    for name in ("tiny_a", "tiny_b")
]
OPTIONS = [
    {
        "id": f"chat/{machine}/tp4",
        "workload": "chat",
        "machine": machine,
        "fabric": "none",
        "storage": "",
        "per_machine": each,
        "block_machines": 0,
        "replica_machines": 1,
        "idle_kw": 1.0,
        "busy_kw": 2.0,
        "duty": 1.0,
        "storage_read_gb_per_s": 0.0,
        "storage_write_gb_per_s": 0.0,
        "details": {"tpot_s": 0.0312345, "precision": "fp8"},
        "basis": "calibrated",
        "low": 0.7,
        "high": 1.35,
        "origin": "small.yaml:12",
    }
    for machine, each in (("box", 25.0), ("rack", 400.0))
]


def plan(**changes: Any) -> Plan:
    """The plan, with fields changed."""
    fields: dict[str, Any] = {
        "aiplan_version": "0.0.0",
        "name": "small",
        "description": "A plan made by hand.",
        "scenario_file": "small.yaml",
        "scenario_sha256": "0" * 64,
        "catalog_sha256": "1" * 64,
        "solver": SOLVER,
        "accuracy": ACCURACY,
        "headline": [HEADLINE],
        "sizing": [
            size("machine", "box", 10, "machines"),
            size("machine working", "box", 8, "machines"),
            size("spare", "box", 2, "machines"),
            size("machine bought", "box", 10, "machines"),
            size("switch bought", "leaf", 1, "switches"),
            size("storage", "flash", 3, "units", hall=""),
            size("storage bought", "flash", 3, "units", hall=""),
            size("cooling", "air", 71.3158, "kW of IT"),
            size("generation", "sun", 80, "kW", hall=""),
            size("heat pump", "reuse", 12.5, "kW", hall=""),
        ],
        "choices": [choice("cooling", "air", True), choice("cooling", "liquid", False)],
        "work": [
            Work(
                **PLACE,
                workload="chat",
                option="chat/box/tp4",
                machine="box",
                served=200.0,
                unit="req/s",
                machines=7.9,
            )
        ],
        "availability": [
            Availability(workload="chat", period="2027", target=0.999, achieved=0.99991, pools=["pool[machine=box]"])
        ],
        "flows": FLOWS,
        "ledger": LEDGER,
        "measures": MEASURES,
        "tallies": [Tally(tally="co2_kg", who="grid", site="north", period="2027", quantity=80_000.0, unit="kgCO2e")],
        "limits": LIMITS,
        "notes": ["Weather of another place stands in.", "node/box rests on memory, without a source read: nics"],
        "columns": [
            Value(name="x[a=b]", family="x", keys={"a": "b"}, value=1.0, integer=True, unit="", origin="small.yaml:3")
        ],
        "options": OPTIONS,
        "excuses": EXCUSES,
        "problem": {"machines": [{"id": "box", "cites": [CITE]}], "sites": [{"id": "north", "cites": []}]},
        "hours": [HOURS],
    }
    return Plan(**{**fields, **changes})
