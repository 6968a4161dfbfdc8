"""Power trains of an answer: the one that each site takes, and what each would cost at the site's size.

equipment: the ledger's lines of the train that is taken, times price (and upkeep, and life) over its own
losses:    IT kWh x (1 / efficiency - 1) x USD of energy and its demand charges / kWh drawn, of the site
"""

from __future__ import annotations

from dataclasses import replace

from planner.estimate.power_train import modules_of
from planner.model import Model, name_of
from planner.plan.encode import tidy
from planner.plan.schema import Line, Tally
from planner.plan.schema_redundancy import Train
from planner.problem import PowerTrain, Problem, Site
from planner.solve.solution import Solution

ENERGY = ("energy", "demand_charge")
HALF = 0.5


def with_trains(problem: Problem, m: Model, s: Solution) -> Problem:
    """The problem with the power train that each site takes, where it had a choice."""
    return replace(problem, sites=tuple(_taken(site, m, s) for site in problem.sites))


def _taken(site: Site, m: Model, s: Solution) -> Site:
    if len(site.train_choice) < 2:
        return site
    for train in (t for t in site.trains if t.id in site.train_choice):
        use = m.find(name_of("power_train.use", site=site.id, train=train.id))
        if use is not None and s.values[use] > HALF:
            taken = replace(train, curve=site.power_train.curve)
            return replace(site, power_train=taken, best_efficiency=site.power_train.efficiency)
    raise ValueError(f"{site.id}: no power train was taken")


def price(site: Site, train: PowerTrain, ledger: list[Line], tallies: list[Tally]) -> float:
    """USD over the horizon of a train at a site: bought and kept, and what it loses."""
    own, lines = site.power_train, [x for x in ledger if x.site == site.id]
    mine = [x for x in lines if x.item == own.id]
    bought = sum(x.amount_usd for x in mine if x.account in ("purchase", "resale"))
    kept = sum(x.amount_usd for x in mine if x.account == "maintenance")
    same = train.usd_per_kw / own.usd_per_kw if own.usd_per_kw else 0.0
    upkeep = train.maintenance_fraction / own.maintenance_fraction if own.maintenance_fraction else 0.0
    equipment = bought * same * own.life_years / train.life_years + kept * same * upkeep
    energy = sum(x.amount_usd for x in lines if x.account in ENERGY)
    drawn = sum(t.quantity for t in tallies if t.tally == "power_load_kwh" and t.site == site.id)
    it = sum(t.quantity for t in tallies if t.tally.startswith("it_") and t.site.split("/")[0] == site.id)
    return equipment + (it * (1 / train.efficiency - 1) * energy / drawn if drawn > 0 else 0.0)


def beside(
    site: Site, kw: float, ledger: list[Line], tallies: list[Tally]
) -> tuple[float | None, Train | None, Train | None]:
    """What the site's train costs, and the next ones up and down in availability; none where the catalog has none."""
    order = [t.id for t in site.trains]
    if site.power_train.id not in order:
        return None, None, None
    at = order.index(site.power_train.id)

    def row(index: int) -> Train | None:
        if not 0 <= index < len(order):
            return None
        train = site.trains[index]
        modules = modules_of(train.id, kw, train.built_over_needed, train.modules)
        return Train(
            train=train.id,
            availability=train.availability,
            survives_module=modules.survives_module,
            survives_path=modules.survives_path,
            maintainable=modules.maintainable,
            cost_usd=tidy(price(site, train, ledger, tallies)),
            on_offer=train.id in site.train_choice,
        )

    return tidy(price(site, site.power_train, ledger, tallies)), row(at + 1), row(at - 1)
