"""Lifecycle: what bytes on rented classes cost beyond their rent, and what moving between bands does to it.

    account 'traffic', for every TB of a band on a rented class and month:
    retrieval = GB read x USD per GB;   egress = GB read x USD per GB, for the class is not at the site
    requests  = GB read / object size x USD per read  +  GB written / object size x USD per write
    early     = rent x (least stay / stay - 1) where bytes leave before the least stay is over
    GB read: reads as if sustained, moves to the next band (TB / stay), and what is recalled in the month
    GB written: writes, and moves from the band before

Only datasets with `bands` have traffic on rented classes. Their rates on tiers are rows of the storage block.

| symbol | name in code | unit | meaning |
| tb | storage.tb[site,dataset,band,tier,period] | TB | bytes of a band on a tier |
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.model import Model, name_of
from planner.options.bands import Band, bands
from planner.options.types import OptionSet
from planner.problem import Period, Problem, StorageTier

DAY_S = 86_400.0
MONTHS = 12.0


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for dataset in problem.workloads:
        if dataset.kind == "dataset" and dataset.spec.get("bands"):
            for index, period in enumerate(problem.periods):
                for band in bands(problem, dataset, index):
                    for tier in band.tiers:
                        if tier.rent_usd_per_month:
                            _pay(m, band, tier, period)


def _pay(m: Model, band: Band, tier: StorageTier, period: Period) -> None:
    """Ledger lines of a band on a rented class, at every site it may lie for."""
    keys = {"dataset": band.dataset.id, "band": band.name, "tier": tier.id, "period": period.name}
    for site in band.dataset.sites:
        tb = m.find(name_of("storage.tb", site=site, **keys))
        if tb is None:
            continue
        for what, each, unit, price in charges(band, tier):
            if each * price:
                m.cost(
                    "traffic",
                    f"{tier.id} {what}",
                    tb,
                    quantity=each * MONTHS * period.years,
                    unit=unit,
                    unit_price=price,
                    factor=period.value_factor,
                    origin=tier.origin,
                    site=site,
                    period=period.name,
                )


def charges(band: Band, tier: StorageTier) -> Iterator[tuple[str, float, str, float]]:
    """(what, units per TB and month, unit, USD per unit) of a band on a rented class."""
    read, written = band.read_gb_per_month / band.tb, band.written_gb_per_month / band.tb
    yield "retrieval", read, "GB", tier.retrieval_usd_per_gb
    yield "egress", read, "GB", tier.egress_usd_per_gb
    yield "reads", read / band.object_gb / 1e3, "1,000 requests", tier.read_usd_per_1000
    yield "writes", written / band.object_gb / 1e3, "1,000 requests", tier.write_usd_per_1000
    early = max(0.0, tier.stay_days * DAY_S / band.stay_s - 1.0)
    yield "early deletion", early, "TB-months", tier.rent_usd_per_month
