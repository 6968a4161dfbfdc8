"""Which options another makes pointless."""

from __future__ import annotations

from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload

PLAIN = ("none", "frontend")
"""Classes of machines that need no fabric between them; any other costs more."""
KEEP = 5
"""Machine types kept per workload beyond dominance, cheapest per unit of work first: enough to flip with prices."""


def prune(problem: Problem, workload: Workload, found: list[Option]) -> tuple[list[Option], list[Excuse]]:
    """Drop options that another beats on price, power, space and grain at once, then all but the cheapest few machines.

    Machines already installed cost nothing more to use, so only their own other options can beat theirs. Cost here is
    money only up to a rough rate for power; the optimiser, which knows the site, decides among the rest.
    """
    installed = {key.split("/", 1)[1] for s in problem.sites for key in s.installed}
    ordered = sorted(found, key=lambda o: o.id)
    kept: list[Option] = []
    excuses: list[Excuse] = []
    for option in ordered:
        rivals = [
            o for o in ordered if o is not option and (o.machine == option.machine or option.machine not in installed)
        ]
        better = [o for o in rivals if _beats(problem, o, option)]
        if better:
            excuses.append(_dominated(problem, workload, option, better))
        else:
            kept.append(option)
    ranked: dict[str, float] = {}
    for option in kept:
        cost = _yearly(problem.machine(option.machine), option)
        ranked[option.machine] = min(cost, ranked.get(option.machine, cost))
    cheapest = sorted(ranked, key=lambda m: (ranked[m], m))[:KEEP]
    for option in [o for o in kept if o.machine not in cheapest and o.machine not in installed]:
        kept.remove(option)
        limit = ranked[cheapest[-1]]
        text = f"costs more per unit of work than {KEEP} other machine types"
        value = ranked[option.machine]
        excuses.append(Excuse(workload.id, option.machine, "dearer", value, limit, "USD/year per unit", text))
    return kept, excuses


def _dominated(problem: Problem, workload: Workload, option: Option, rivals: list[Option]) -> Excuse:
    """The excuse names the rival that does the same work for least money."""
    better = min(rivals, key=lambda o: (_burden(problem.machine(o.machine), o), o.id))
    value = _burden(problem.machine(option.machine), option)[0]
    limit = _burden(problem.machine(better.machine), better)[0]
    unit = "USD per unit of work" if problem.machine(option.machine).acquisition == "buy" else "USD per hour and unit"
    text = f"{better.id} does the work of {option.id} with no more money, power, space and carbon"
    return Excuse(workload.id, option.machine, "dominated", value, limit, unit, text)


KW_YEAR_USD = 2500.0
"""Rough yearly cost of one kW of IT, for ranking only: 0.1 USD/kWh at PUE 1.25 and 12,000 USD of facility over 15 years
at 8 %. The optimiser never sees it."""


def _yearly(machine: Machine, option: Option) -> float:
    """A rough yearly cost per unit of work."""
    if machine.acquisition == "rent":
        money, kw = machine.price_usd * 8760 * option.duty, 0.0
    else:
        money = machine.price_usd * (1 / machine.life_years + 0.04 + machine.maintenance_fraction)
        kw = option.idle_kw + option.busy_kw * option.duty
    whole = option.block_machines or 1
    per = option.per_machine if not option.block_machines else 1.0
    return (money + kw * KW_YEAR_USD) * whole / per


def _beats(problem: Problem, a: Option, b: Option) -> bool:
    """Whether `a` is no worse than `b` in everything and better in something; ties go to the lower id."""
    if a.fabric != b.fabric and not (_same_machine(a, b) and a.fabric in PLAIN):
        return False
    ma, mb = problem.machine(a.machine), problem.machine(b.machine)
    if ma.acquisition != mb.acquisition or ma.liquid != mb.liquid:
        return False
    x, y = _burden(ma, a), _burden(mb, b)
    if any(p > q * (1 + 1e-9) for p, q in zip(x, y, strict=True)):
        return False
    return any(p < q * (1 - 1e-9) for p, q in zip(x, y, strict=True)) or a.id < b.id


def _same_machine(a: Option, b: Option) -> bool:
    return a.machine == b.machine and a.block_machines == 0


def _burden(machine: Machine, option: Option) -> tuple[float, ...]:
    """Per unit of work: money, energy, peak, space, carbon, failures; and the grain, what the least of it costs."""
    whole = option.block_machines or option.replica_machines
    units = 1.0 if option.block_machines else option.per_machine * option.replica_machines
    each = whole / units
    return (
        each * machine.price_usd,
        each * (option.idle_kw + option.busy_kw * option.duty),
        each * machine.peak_kw,
        each * machine.rack_units,
        each * machine.embodied_kg,
        each * machine.failures_per_day,
        machine.repair_days,
        machine.domain_machines * machine.domain_down,
        1 / machine.crews if machine.crews else 0.0,
        whole * machine.price_usd,
    )
