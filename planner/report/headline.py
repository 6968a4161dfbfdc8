"""The plan in a few numbers, and what runs where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.numbers import plain, share, si, usd
from planner.report.section import Section, where

if TYPE_CHECKING:
    from planner.plan.schema import Accuracy, Headline, Plan, Solver
    from planner.plan.schema_redundancy import Level

CERTAIN = 5e-7
"""What is short of certainty by less would print as 100 %."""
DAYS = 365
FIRST = "only the first"
"""How the note of a plan of less than its periods begins."""
STATUS = {"optimal": "proven", "limit": "stopped at a limit", "interrupted": "interrupted"}


def headline(plan: Plan) -> Section:
    """Money, energy, carbon, water, and how far from the best this can be."""
    rows: list[tuple[str, ...]] = []
    alone = plan.accuracy.note.startswith(FIRST)
    for h in plan.headline:
        years = plan.problem.get("finance", {}).get("horizon_years", 1.0)
        numbers = _of_hours(h, years) if alone else [*_in_all(h, years), *_of_years(h)]
        rows += [*numbers, *_shares(h, "own supply and contracts" if _contracts(plan) else "own supply")]
    rows.append(("Distance from the best plan, at most", _gap(plan.solver)))
    rows.append(("Hours modelled", _hours(plan.solver, plan.accuracy)))
    return Section(f"Plan {plan.name}", ("", ">"), rows)


def _contracts(plan: Plan) -> bool:
    """Whether contracts cover consumption by the hour."""
    sites = plan.problem["sites"]
    green = [s["grid"]["green"] for s in sites if s.get("grid", {}).get("green")]
    agreements = [p for s in sites for p in s.get("contracts", ())]
    return any(p["counts"] == "hourly" for p in agreements) or any(g["hourly"] for g in green)


def _in_all(h: Headline, years: float) -> list[tuple[str, ...]]:
    """What the horizon costs, where it is not a year."""
    if round(years * DAYS) in (DAYS, DAYS + 1):
        return []
    span = f"{round(years, 1):g} years" if years > 1 else f"{years * DAYS:.0f} days"
    return [(f"Cost over {span}, levelised", usd(h.levelised_cost_usd))]


def _of_years(h: Headline) -> list[tuple[str, ...]]:
    return [
        ("Cost per year, levelised", usd(h.cost_usd_per_year)),
        ("Purchases", usd(h.purchase_usd)),
        ("Energy per year", si(h.energy_kwh_per_year, "kWh")),
        ("Power usage effectiveness (PUE)", "-" if h.pue is None else f"{h.pue:.3f}"),
        ("Peak power, all at once", si(h.peak_kw, "kW")),
        ("Carbon per year, operation, location-based", si(h.co2_location_kg_per_year, "kgCO2e")),
        ("Carbon per year, operation, market-based", si(h.co2_market_kg_per_year, "kgCO2e")),
        ("Carbon per year, embodied", si(h.embodied_kg_per_year, "kgCO2e")),
        ("Water per year, on site", si(h.water_l_per_year, "L")),
    ]


def _of_hours(h: Headline, years: float) -> list[tuple[str, ...]]:
    """Of a plan of the first hours of its periods: its sums are of those, only what is owned is of whole years."""
    return [
        ("Cost per year of what is owned, and of these hours alone", usd(h.cost_usd_per_year)),
        ("Purchases", usd(h.purchase_usd)),
        ("Energy of these hours", si(h.energy_kwh_per_year * years, "kWh")),
        ("Power usage effectiveness (PUE)", "-" if h.pue is None else f"{h.pue:.3f}"),
        ("Peak power, all at once", si(h.peak_kw, "kW")),
        ("Carbon of these hours, operation, location-based", si(h.co2_location_kg_per_year * years, "kgCO2e")),
        ("Carbon of these hours, operation, market-based", si(h.co2_market_kg_per_year * years, "kgCO2e")),
        ("Carbon per year, embodied", si(h.embodied_kg_per_year, "kgCO2e")),
        ("Water of these hours, on site", si(h.water_l_per_year * years, "L")),
    ]


def _shares(h: Headline, own: str) -> list[tuple[str, ...]]:
    return [
        (f"Carbon-free hour by hour, {own}", share(h.carbon_free_share_own)),
        ("Carbon-free hour by hour, with the grid's", share(h.carbon_free_share_with_grid)),
    ]


def _gap(solver: Solver) -> str:
    return f"{solver.gap:.3%} ({STATUS[solver.status]}; {solver.name}, {solver.engine})"


def _hours(solver: Solver, accuracy: Accuracy) -> str:
    if accuracy.difference is None:
        alone = accuracy.note.startswith(FIRST)
        return f"{solver.hours:,}" + (", the first of a period: no year" if alone else "")
    return f"{solver.hours:,}; over all {accuracy.hours:,} the cost is {accuracy.difference:+.2%}"


def work(plan: Plan) -> Section:
    """Each workload's machines, and its availability against what was asked."""
    up = {(a.workload, a.period): a for a in plan.availability}
    rows = []
    for w in plan.work:
        a = up.get((w.workload, w.period))
        reached = "-" if a is None else _up(a.achieved)
        asked = "-" if a is None else f"{a.target:.4g}" if a.target >= 1 else f"{a.target:.3%}"
        served = si(w.served, w.unit)
        place = where(w.site, w.hall)
        rows.append((w.workload, place, w.period, w.machine, plain(w.machines), served, reached, asked))
    heads = ("Workload", "Where", "Period", "Runs on", ">Machines", ">Serves", ">Available", ">Asked")
    return Section("What runs where", heads, rows)


def redundancy(plan: Plan) -> Section:
    """Each workload's level of redundancy and its price, with the next level up and down and what they cost more."""
    rows = []
    for r in plan.redundancy:
        down = "-" if r.down is None else _level(r.down, r.cost_usd)
        rows.append((r.workload, r.period, r.level, _up(r.achieved), usd(r.cost_usd), _level(r.up, r.cost_usd), down))
    heads = ("Workload", "Period", "Level", ">Available", ">Costs", ">Next level up", ">Next level down")
    return Section("Redundancy", heads, rows)


def states(plan: Plan) -> Section:
    """How each workload's state is kept, what it loses with a site, and its price."""
    rows = []
    for k in plan.states:
        sites = ", ".join(_stand(site, count, k.racks.get(site, 1)) for site, count in sorted(k.replicas.items()))
        across = k.mode != "one_site"
        lost = (f"{k.rpo_s:g} s", f"{k.rto_s:g} s") if across else ("-", "-")
        row = (k.workload, k.period, k.mode.replace("_", " "), sites, str(k.quorum), _up(k.achieved), *lost)
        rows.append((*row, si(k.between_sites_gb_per_s, "GB/s"), usd(k.machines_usd), usd(k.traffic_usd)))
    heads = ("State of", "Period", "Kept", "Replicas", ">Quorum", ">Available", ">RPO", ">RTO")
    return Section("State", (*heads, ">Between sites", ">Machines", ">Traffic"), rows)


def _stand(site: str, count: int, racks: int) -> str:
    return f"{count} {site}" if racks < 2 else f"{count} {site} in {racks} racks"


def _level(level: Level, taken_usd: float) -> str:
    """A level beside the one taken: its availability, and what it costs more or less."""
    more = level.cost_usd - taken_usd
    return f"{level.level} {_up(level.achieved)} {'-' if more < 0 else '+'}{usd(abs(more))}"


def _up(share: float) -> str:
    """An availability, never rounded up to certainty."""
    return ">99.9999%" if share >= 1 - CERTAIN else f"{share:.4%}"
