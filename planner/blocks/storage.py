"""Storage: on which tier every dataset's bytes lie, in whole units of that tier.

    sum over tiers of tb = the band's TB, at each of `copies` sites                   'storage.placed[...]'
    units >= sum of tb / usable TB of a unit                                          'storage.capacity[...]'
    units >= failure domains x used,  sum of tb <= most x used,  fast <= most x used
                                              'storage.domains[...]', 'storage.use[...]', 'storage.machines_use[...]'
    units >= sum of read rate / a unit's read rate;  writes likewise      'storage.read[...]', 'storage.write[...]'
    units >= sum of operations / a unit's operations a second                         'storage.operations[...]'
    rates of machines (checkpoints) <= sum over fast tiers of fast, beside what data needs of the same units
                                                       'storage.machines_read[...]', 'storage.machines_write[...]'

A dataset's reads and writes fall on its hot band; where nothing is hot, on the cold one. A tier may hold a band when it
answers in time (the hot band at once, the cold band within `retrieval`) and its scheme gives the durability asked for.
Rented classes hold cold data only: what is read at a rate stays on site, for a rate from afar costs egress not priced.
With `bands` every band has rates of its own, and reads and writes are those of moves and recalls too; a rented class
may then hold any band that bears its wait, for its traffic is paid (block lifecycle).

| symbol | name in code | unit | meaning |
| tb | storage.tb[site,dataset,band,tier,period] | TB | logical bytes placed (1 TB = 1e12 bytes) |
| used | storage.used[site,tier,period] | 0/1 | the tier holds anything: its scheme needs so many units apart |
| units | storage.units[site,tier,period] | units | servers, frames or, for a rented class, TB |
| fast | storage.machines_gb_per_s[site,flow,tier,period] | GB/s | what machines read or write of a tier |
"""

from __future__ import annotations

from collections import defaultdict

from planner.assets import Asset, own
from planner.model import Col, Model, name_of
from planner.options.bands import AT_ONCE_S, Band, bands
from planner.options.types import Option, OptionSet
from planner.places import heat
from planner.problem import Period, Problem, Site, StorageTier


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    datasets = [w for w in problem.workloads if w.kind == "dataset"]
    random = any(b["operations"] for w in datasets for b in w.spec.get("bands") or ())
    for site in problem.sites:
        units: dict[str, dict[str, Col]] = defaultdict(dict)
        writers = any(o.storage_write_gb_per_s or o.storage_read_gb_per_s for o in options.options)
        if not datasets and not writers:
            continue
        for tier in problem.tiers:
            for period in problem.periods:
                units[tier.id][period.name] = _units(m, site, tier, period, random=random)
            _acquire(m, problem, site, tier, units[tier.id])
    for index, period in enumerate(problem.periods):
        for dataset in datasets:
            for band in bands(problem, dataset, index):
                _place(m, band, period)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    needs = {o.id: o for o in options.options if o.storage_write_gb_per_s or o.storage_read_gb_per_s}
    if not needs:
        return
    fast = [t for t in problem.tiers if t.retrieval_s <= AT_ONCE_S and not t.rent_usd_per_month]
    for site in problem.sites:
        for period in problem.periods:
            for what in ("read", "write"):
                _stream(m, site, period, what, needs, fast)


def _stream(m: Model, site: Site, period: Period, what: str, needs: dict[str, Option], fast: list[StorageTier]) -> None:
    """Rates that machines need of the site's fast tiers, on top of what data needs of the same units."""
    terms: dict[Col, float] = {}
    most = 0.0
    for _, column in m.family("work.units"):
        keys = m.columns[column].keys
        option = needs.get(keys["option"])
        if option and keys["site"] == site.id and keys["period"] == period.name:
            rate = option.storage_read_gb_per_s if what == "read" else option.storage_write_gb_per_s
            terms[column] = rate * (option.block_machines or option.replica_machines)
            most += terms[column] * m.columns[column].hi
    if any(terms.values()):
        for tier in fast:
            place = {"site": site.id, "tier": tier.id, "period": period.name}
            if m.has_row(name_of(f"storage.{what}", **place)):
                name = name_of("storage.machines_gb_per_s", **place, flow=what)
                terms[part := m.column(name, origin=tier.origin, unit="GB/s")] = -1.0
                m.extend(name_of(f"storage.{what}", **place), {part: 1.0})
                used = m.find(name_of("storage.used", **place))
                if used is not None:
                    row = name_of("storage.machines_use", **place, flow=what)
                    m.row(row, {part: 1.0, used: -most}, "<=", origin=tier.origin)
        name = name_of(f"storage.machines_{what}", site=site.id, period=period.name)
        m.row(name, terms, "<=", origin=site.origin)


def _units(m: Model, site: Site, tier: StorageTier, period: Period, *, random: bool) -> Col:
    """The tier's units at a site, and the rows they must carry (filled in as bands are placed).

    `random`: some dataset counts its random reads and writes.
    """
    rented = bool(tier.rent_usd_per_month)
    keys = {"site": site.id, "tier": tier.id, "period": period.name}
    units = m.column(
        name_of("storage.units", **keys),
        origin=tier.origin,
        unit=tier.unit,
        integer=not rented,
        kind="storage",
        item=tier.id,
    )
    usable = tier.raw_tb * tier.usable_fraction
    _spread(m, tier, units, keys)
    loads = [("capacity", usable), ("read", tier.read_gb_per_s), ("write", tier.write_gb_per_s)]
    for what, each in [*loads, *([("operations", tier.operations_per_s)] if random else [])]:
        m.row(name_of(f"storage.{what}", **keys), {units: -each}, "<=", origin=tier.origin)
    if not rented:
        heat(m, site.id, site.halls[0].id, period, liquid=False).draw(tier.id, units, tier.kw)
    return units


def _spread(m: Model, tier: StorageTier, units: Col, keys: dict[str, str]) -> None:
    """A scheme over k + m failure domains has its durability only on that many units."""
    if tier.failure_domains > 1:
        used = m.column(name_of("storage.used", **keys), origin=tier.origin, hi=1.0, integer=True)
        need = {units: -1.0, used: float(tier.failure_domains)}
        m.row(name_of("storage.domains", **keys), need, "<=", origin=tier.origin)


def _place(m: Model, band: Band, period: Period) -> None:
    """Bytes of a band over tiers and sites: `copies` whole copies, at most one at a site."""
    dataset, copies = band.dataset, band.dataset.spec["copies"]
    keys = {"dataset": dataset.id, "band": band.name, "period": period.name}
    everywhere: dict[Col, float] = {}
    for site in dataset.sites:
        here: dict[Col, float] = {}
        for tier in band.tiers:
            tb = m.column(
                name_of("storage.tb", site=site, tier=tier.id, **keys),
                origin=dataset.origin,
                unit="TB",
                hi=band.tb,
                kind="data placed",
                item=f"{dataset.id} {band.name} on {tier.id}",
            )
            here[tb] = 1.0
            place = {"site": site, "tier": tier.id, "period": period.name}
            loads = (
                ("read", band.read_gb_per_s),
                ("write", band.write_gb_per_s),
                ("operations", band.operations_per_s),
            )
            for what, rate in loads:
                if rate:
                    m.extend(name_of(f"storage.{what}", **place), {tb: rate / band.tb})
            m.extend(name_of("storage.capacity", **place), {tb: 1.0})
            used = m.find(name_of("storage.used", **place))
            if used is not None:
                row = name_of("storage.use", site=site, tier=tier.id, **keys)
                m.row(row, {tb: 1.0, used: -band.tb}, "<=", origin=tier.origin)
        m.row(name_of("storage.copy", site=site, **keys), here, "<=", band.tb, origin=dataset.origin)
        everywhere |= here
    label, asked = f"{dataset.id} {band.name} data", band.tb * copies
    m.row(name_of("storage.placed", **keys), everywhere, ">=", asked, origin=dataset.origin, label=label, unit="TB")


def _acquire(m: Model, problem: Problem, site: Site, tier: StorageTier, units: dict[str, Col]) -> None:
    """Buy whole units, or rent by the month."""
    if not tier.rent_usd_per_month:
        upkeep = tier.maintenance_fraction
        asset = Asset(
            tier.id, tier.unit, tier.price_usd, tier.life_years, upkeep, tier.embodied_kg, tier.origin, "storage"
        )
        own(m, problem, asset, "storage.units", {"site": site.id, "tier": tier.id}, units, integer=True)
        return
    for period in problem.periods:
        m.cost(
            "rent",
            tier.id,
            units[period.name],
            quantity=12 * period.years,
            unit=f"{tier.unit}-months",
            unit_price=tier.rent_usd_per_month,
            factor=period.value_factor,
            origin=tier.origin,
            site=site.id,
            period=period.name,
        )
