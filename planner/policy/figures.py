"""The figures that a policy can name, each with its unit and what it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from planner.policy import of_catalog, of_plan
from planner.policy.facts import Facts, Found
from planner.policy.kinds import ANSWERS, CONFIDENCES, LOSSES, MACHINE, NUMBER, WORD, Kind

Read = Callable[[Facts], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure: its kind, what `of` may narrow it to, and how it is read.

    `whole_years`: a plan of the first hours of its periods has none; `planned`: it needs a plan.
    """

    words: str
    kind: Kind
    read: Read
    labels: tuple[str, ...] = ()
    whole_years: bool = True
    planned: bool = True


def _measured(words: str, dimension: str, read: Read, *labels: str) -> Figure:
    return Figure(words, Kind("quantity", dimension), read, labels)


def _of_design(words: str, kind: Kind, read: Read, *labels: str) -> Figure:
    """What holds of a design whatever hours were modelled."""
    return Figure(words, kind, read, labels, whole_years=False)


def _share(words: str, read: Read, *labels: str) -> Figure:
    return _of_design(words, Kind("quantity", "fraction"), read, *labels)


_WORK = ("workload", "kind", "period")
_POOL = ("machine", "site", "hall", "period")
head = of_plan.headline

FIGURES: Mapping[str, Figure] = {
    "cost": _measured("levelised cost over the horizon", "money", head("levelised_cost_usd", "budget")),
    "cost_per_year": _measured("levelised cost by year", "yearly_money", head("cost_usd_per_year", "budget")),
    "net_present_cost": _measured("net present cost", "money", head("net_present_cost_usd", "budget")),
    "purchases": _of_design("purchases", Kind("quantity", "money"), head("purchase_usd", "purchase")),
    "cost_per_million_tokens": _measured(
        "all of the plan's cost by tokens in and out of language models", "token_price", of_plan.cost_of_tokens
    ),
    "energy_cost": _measured("levelised cost of energy", "energy_price", of_plan.energy_cost, "site"),
    "energy_per_year": _measured("energy by year", "yearly_energy", head("energy_kwh_per_year")),
    "carbon_per_year": _measured("operational (location-based) and embodied carbon", "carbon", of_plan.carbon),
    "operational_carbon_per_year": _measured(
        "operational carbon, location-based", "carbon", head("co2_location_kg_per_year", "carbon")
    ),
    "market_carbon_per_year": _measured(
        "operational carbon, market-based", "carbon", head("co2_market_kg_per_year", "carbon")
    ),
    "embodied_carbon_per_year": _of_design(
        "embodied carbon, by year of life", Kind("quantity", "carbon"), head("embodied_kg_per_year", "carbon")
    ),
    "carbon_intensity": _measured("operational carbon by energy used", "intensity", of_plan.intensity),
    "carbon_free_share": _measured(
        "carbon-free share by the hour, the grid's included",
        "fraction",
        head("carbon_free_share_with_grid", "carbon_free"),
    ),
    "carbon_free_share_own": _measured(
        "carbon-free share by the hour, own supply", "fraction", head("carbon_free_share_own", "carbon_free")
    ),
    "water_per_year": _measured("water on site", "water", head("water_l_per_year", "water")),
    "pue": Figure("power usage effectiveness (PUE)", NUMBER, head("pue")),
    "wue": _measured("water usage effectiveness (WUE), on site", "water_intensity", of_plan.wue),
    "peak_power": _measured("peak of all sites together", "power", head("peak_kw", "power")),
    "site_peak": _measured("coincident peak", "power", of_plan.site_peak, "site", "period"),
    "utilisation": _share("machines that the busiest hour needs, of all that stand", of_plan.utilisation, *_POOL),
    "machine_count": _of_design("machines that stand", NUMBER, of_plan.standing, *_POOL),
    "machines": _of_design("machines that run it", MACHINE, of_plan.machines, *_WORK, "site", "hall", "machine"),
    "availability": _share("availability", of_plan.availability, *_WORK),
    "spares": _of_design("spare machines", NUMBER, of_plan.redundancy("spares"), *_WORK),
    "redundancy": _of_design("level of redundancy", WORD, of_plan.redundancy("level"), *_WORK),
    "sites_used": _of_design("sites that it runs at", NUMBER, of_plan.spread("site"), *_WORK),
    "zones_used": _of_design("zones of halls that it runs in", NUMBER, of_plan.spread("zone"), *_WORK),
    "feeds": _of_design("feeds of a hall with machines", NUMBER, of_plan.feeds, "site", "hall"),
    "train_survives": _of_design(
        "what the power train bears the loss of", Kind("word", words=LOSSES), of_plan.train_survives, "site", "period"
    ),
    "train_maintainable": _of_design(
        "whether the power train can be maintained under load",
        Kind("word", words=ANSWERS),
        of_plan.train_maintainable,
        *("site", "period"),
    ),
    "durability": _of_design("nines of durability by year", NUMBER, of_plan.durability, "site"),
    "recovery_point": _of_design(
        "writes lost with a site (RPO)", Kind("quantity", "time"), of_plan.state("rpo_s"), *_WORK
    ),
    "recovery_time": _of_design("time to serve again (RTO)", Kind("quantity", "time"), of_plan.state("rto_s"), *_WORK),
    "gap": _share("distance from the best plan, at most", of_plan.solver("gap")),
    "solve_status": _of_design(
        "how the search ended", Kind("word", words=("optimal", "limit", "interrupted")), of_plan.solver("status")
    ),
    "hours_modelled": _of_design("hours modelled of a period", NUMBER, of_plan.solver("hours")),
    "confidence": _of_design(
        "least confidence of a figure", Kind("word", words=CONFIDENCES), of_catalog.confidence, "row"
    ),
    "low_confidence_share": _share("figures of low confidence or from memory, of all used", of_catalog.low_share),
    "catalog_age": _of_design("age of the oldest figure", Kind("quantity", "time"), of_catalog.age, "row"),
    "machines_offered": Figure(
        "machines that could run it",
        MACHINE,
        of_plan.offered,
        ("workload", "kind", "machine"),
        whole_years=False,
        planned=False,
    ),
}
