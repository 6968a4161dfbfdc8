"""A plan in sections, each a title and a small table of text: what every readable format shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.report.numbers import plain, share, si, usd

if TYPE_CHECKING:
    from planner.plan.schema import Plan

KINDS = {
    "machine": "machines in all",
    "spare": "of them spare",
    "switch bought": "switches",
    "cable bought": "links",
    "storage": "storage",
    "data placed": "data placed",
    "cooling": "cooling plant",
    "facility": "hall built for",
    "generation": "generation and storage of energy",
    "grid": "peak",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A title, column heads (`>` first: right-aligned) and rows."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def sections(plan: Plan, detail: str) -> Iterator[Section]:
    """The plan from the top: summary, then what is built, then where energy and money go, then limits."""
    yield headline(plan)
    if detail != "summary":
        yield work(plan)
        yield built(plan)
        yield chosen(plan)
        yield energy(plan)
    yield money(plan)
    if detail != "summary":
        yield limits(plan, detail)
    if detail == "full":
        yield ledger(plan)
        yield excuses(plan)
    yield Section("Notes", ("",), [(n,) for n in _notes(plan, detail)])


def headline(plan: Plan) -> Section:
    h, s = plan.headline[0], plan.solver
    rows = [
        ("Cost per year, levelised", usd(h.cost_usd_per_year)),
        ("Purchases", usd(h.purchase_usd)),
        ("Energy per year", si(h.energy_kwh_per_year, "kWh")),
        ("PUE", "-" if h.pue is None else f"{h.pue:.3f}"),
        ("Peak power", si(h.peak_kw, "kW")),
        ("Carbon per year, location-based", si(h.co2_location_kg_per_year, "kgCO2e")),
        ("Carbon per year, market-based", si(h.co2_market_kg_per_year, "kgCO2e")),
        ("Embodied carbon per year", si(h.embodied_kg_per_year, "kgCO2e")),
        ("Water per year, on site", f"{plain(h.water_l_per_year / 1000)} m3"),
        ("Carbon-free by the hour, own supply", share(h.carbon_free_share_own)),
        ("Carbon-free by the hour, with the grid's", share(h.carbon_free_share_with_grid)),
        ("Proven gap", f"{s.gap:.3%} ({s.status}, {s.name}, {s.hours:,} hours modelled)"),
    ]
    a = plan.accuracy
    if a.difference is not None:
        rows.append(("All 8,760 hours", f"{a.difference:+.2%} in cost ({a.note})"))
    return Section(f"Plan {plan.name}", ("", ">"), rows)


def work(plan: Plan) -> Section:
    up = {(a.workload, a.period): a for a in plan.availability}
    rows = []
    for w in plan.work:
        a = up.get((w.workload, w.period))
        reached = "-" if a is None else f"{a.achieved:.4%} of {a.target:.3%}"
        served = f"{plain(w.served)} {w.unit}"
        rows.append((w.workload, f"{w.site}/{w.hall}", w.period, w.machine, plain(w.machines), served, reached))
    heads = ("Workload", "Where", "Period", "Machine", ">Machines", ">Serves", ">Availability")
    return Section("What runs where", heads, rows)


def built(plan: Plan) -> Section:
    rows = [
        (name, s.item, "/".join(filter(None, (s.site, s.hall))), s.period, si(s.quantity, s.unit))
        for kind, name in KINDS.items()
        for s in plan.sizing
        if s.kind == kind
    ]
    return Section("What is built", ("", "Item", "Where", "Period", ">Quantity"), rows)


def chosen(plan: Plan) -> Section:
    groups: dict[tuple[str, str, str], list[tuple[str, bool]]] = defaultdict(list)
    for c in plan.choices:
        groups[c.kind, c.site, c.hall].append((c.item, c.chosen))
    rows = []
    for (kind, site, hall), items in sorted(groups.items()):
        taken = ", ".join(i for i, yes in items if yes) or "none"
        rows.append((kind, f"{site}/{hall}", taken, ", ".join(i for i, yes in items if not yes)))
    return Section("Choices", ("", "Where", "Chosen", "Not chosen"), rows)


def energy(plan: Plan) -> Section:
    rows = []
    for site, period in sorted({(f.site, f.period) for f in plan.flows}):
        here = [f for f in plan.flows if (f.site, f.period) == (site, period)]
        load = sum(f.kwh for f in here if f.role == "draw")
        for f in here:
            if f.role != "draw" and load:
                name = {"imported": "from the grid", "exported": "sold", "produced": "made here"}.get(f.role, f.role)
                rows.append((site, period, f.who, name, si(f.kwh, "kWh"), share(f.kwh / load), si(f.peak_kw, "kW")))
        rows.append((site, period, "all loads", "drawn", si(load, "kWh"), share(1.0), ""))
    heads = ("Site", "Period", "Source", "", ">Energy", ">Of each kWh drawn", ">Peak")
    return Section("Where each kilowatt-hour comes from", heads, rows)


def money(plan: Plan) -> Section:
    total = sum(x.amount_usd for x in plan.ledger)
    accounts: dict[str, float] = defaultdict(float)
    for x in plan.ledger:
        accounts[x.account] += x.amount_usd
    rows = [
        (a, usd(v), share(v / total if total else None)) for a, v in sorted(accounts.items(), key=lambda kv: -kv[1])
    ]
    rows.append(("in all", usd(total), share(1.0)))
    return Section("Cost over the horizon, levelised", ("Account", ">Amount", ">Share"), rows)


def limits(plan: Plan, detail: str) -> Section:
    rows = []
    for n in plan.limits:
        tight = abs(n.slack) <= 1e-6 * max(1.0, abs(n.limit))
        if tight or detail == "full":
            price = "-" if not n.shadow_price_usd else f"{plain(n.shadow_price_usd)} USD per {n.unit}"
            slack = "binds" if tight else f"{plain(n.slack)} {n.unit}"
            rows.append((n.label, f"{n.sense} {plain(n.limit)} {n.unit}", slack, price))
    heads = ("Limit", ">", ">Slack", ">One unit looser saves")
    return Section("Limits that bind" if detail != "full" else "Limits", heads, rows)


def ledger(plan: Plan) -> Section:
    rows = []
    for x in plan.ledger:
        price, amount = f"{x.unit_price_usd:,.6g}", f"{x.amount_usd:,.2f}"
        rows.append(
            (x.account, x.item, x.site, f"{plain(x.quantity)} {x.unit}", price, f"{x.factor:.5f}", amount, x.origin)
        )
    heads = ("Account", "Item", "Site", ">Quantity", ">USD each", ">Factor", ">USD", "From")
    return Section("Ledger", heads, rows)


def excuses(plan: Plan) -> Section:
    rows = [(str(e["workload"]), str(e["machine"]), str(e["reason"]), str(e["text"])) for e in plan.excuses]
    return Section("Why not these machines", ("Workload", "Machine", "Reason", ""), rows)


def _notes(plan: Plan, detail: str) -> list[str]:
    """All notes; what rests on memory in one line unless everything is asked for."""
    memory = [n for n in plan.notes if "rests on memory" in n]
    rest = [n for n in plan.notes if n not in memory]
    if plan.accuracy.year_usd is None:
        rest.append(plan.accuracy.note)
    if memory and detail != "full":
        names = ", ".join(n.split(" ", 1)[0] for n in memory)
        rest.append(f"Figures of these rows rest on memory, not on a source read (--detail full names them): {names}")
    return rest + (memory if detail == "full" else [])
