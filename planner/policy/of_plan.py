"""Figures of a plan, read from its JSON; each gives a value for everything that it is of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from planner.policy.facts import Facts, Found, Hardware, Place, hardware

HOURS_PER_YEAR = 8760
SECONDS_PER_HOUR = 3600.0
MILLION = 1e6
KWH_PER_MWH = 1e3
SMALL = 1e-9
Read = Callable[[Facts], Iterator[Found]]


def _plan(facts: Facts) -> Mapping[str, Any]:
    assert facts.plan is not None, "figures of plans are read where there is one"
    return facts.plan


def _head(facts: Facts) -> Mapping[str, Any]:
    rows: list[Mapping[str, Any]] = _plan(facts)["headline"]
    return rows[0]


def _limit(*names: str) -> tuple[Place, ...]:
    return tuple(("/", "limits", name) for name in names)


def headline(name: str, *limits: str) -> Read:
    """A number of the headline; `limits`: the scenario's limits on it."""

    def read(facts: Facts) -> Iterator[Found]:
        yield Found(_head(facts)[name], keys=_limit(*limits))

    return read


def solver(name: str) -> Read:
    """What is known of the search."""

    def read(facts: Facts) -> Iterator[Found]:
        yield Found(_plan(facts)["solver"][name], keys=(("/", "objective"),))

    return read


def carbon(facts: Facts) -> Iterator[Found]:
    """Operational, location-based, and embodied, kgCO2e a year: what `limits.carbon` counts."""
    h = _head(facts)
    yield Found(h["co2_location_kg_per_year"] + h["embodied_kg_per_year"], keys=_limit("carbon"))


def intensity(facts: Facts) -> Iterator[Found]:
    """kgCO2e for a kWh used; none where nothing is used."""
    h = _head(facts)
    used = h["energy_kwh_per_year"]
    yield Found(h["co2_location_kg_per_year"] / used if used > SMALL else None, keys=_limit("carbon"))


def wue(facts: Facts) -> Iterator[Found]:
    """Litres on site for a kWh of IT; none where there is no IT on site."""
    h = _head(facts)
    used = h["it_energy_kwh_per_year"]
    yield Found(h["water_l_per_year"] / used if used > SMALL else None, keys=_limit("water"))


def cost_of_tokens(facts: Facts) -> Iterator[Found]:
    """USD for a million tokens, in and out, of all language models; none where a plan serves none.

    tokens = sum over periods and models of years x 8,760 x 3,600 x peak / (1 + surge) x mean shape x (in + out)
    """
    plan, tokens = _plan(facts)["problem"], 0.0
    for work in plan["workloads"]:
        if work["kind"] == "serving" and work["shape"]:
            spec = work["spec"]
            each = (spec["input_tokens"] + spec["output_tokens"]) * sum(work["shape"]) / len(work["shape"])
            for period, peak in zip(plan["periods"], work["demand"], strict=True):
                seconds = period["years"] * HOURS_PER_YEAR * SECONDS_PER_HOUR
                tokens += seconds * peak / (1 + work["surge"]) * each
    cost = _head(facts)["cost_usd_per_year"] * plan["finance"]["horizon_years"]
    yield Found(cost / tokens * MILLION if tokens > SMALL else None, keys=_limit("budget"))


def energy_cost(facts: Facts) -> Iterator[Found]:
    """USD for a kWh drawn at each site."""
    for row in _plan(facts)["measures"]:
        if row["measure"] == "energy_cost":
            yield Found(row["value"] / KWH_PER_MWH, {"site": row["site"]}, (("grid", "price"),))


def site_peak(facts: Facts) -> Iterator[Found]:
    """kW of each site and period, at the meter, all loads at once."""
    for row in _plan(facts)["sizing"]:
        if (row["kind"], row["item"]) == ("grid", "coincident peak"):
            labels = {"site": row["site"], "period": row["period"]}
            yield Found(row["quantity"], labels, (("grid", "connection"),))


def _pools(facts: Facts) -> dict[tuple[str, str, str, str], float]:
    """Machines that stand, by machine, site, hall and period."""
    found: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row in _plan(facts)["sizing"]:
        if row["kind"] == "machine":
            found[row["item"], row["site"], row["hall"], row["period"]] += row["quantity"]
    return found


def _pool_labels(key: tuple[str, str, str, str]) -> dict[str, str]:
    return dict(zip(("machine", "site", "hall", "period"), key, strict=True))


def standing(facts: Facts) -> Iterator[Found]:
    """Machines of each type, site, hall and period."""
    for key, count in sorted(_pools(facts).items()):
        yield Found(count, _pool_labels(key), (("hardware",), ("/", "hardware")))


def utilisation(facts: Facts) -> Iterator[Found]:
    """Machines that the work of the busiest hour needs, over those that stand."""
    needed: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row in _plan(facts)["work"]:
        needed[row["machine"], row["site"], row["hall"], row["period"]] += row["machines"]
    for key, count in sorted(_pools(facts).items()):
        if count > SMALL:
            yield Found(needed[key] / count, _pool_labels(key), (("/", "hardware"),))


def _kinds(facts: Facts) -> dict[str, str]:
    return {work["id"]: work["kind"] for work in _plan(facts)["problem"]["workloads"]}


def _of_work(facts: Facts, row: Mapping[str, Any], *names: str) -> dict[str, str]:
    labels = {name: row[name] for name in ("workload", "period", *names)}
    return {**labels, "kind": _kinds(facts).get(row["workload"], "")}


def machines(facts: Facts) -> Iterator[Found]:
    """The machines that each workload runs on, where, by all their names."""
    known = {
        row["id"]: hardware(row["id"], row["vendor"], tuple(row["tags"]), row["accelerator"], row.get("like", ""))
        for row in _plan(facts)["problem"]["machines"]
    }
    for row in _plan(facts)["work"]:
        machine = known.get(row["machine"], Hardware(row["machine"], frozenset({row["machine"]})))
        yield Found(machine, _of_work(facts, row, "site", "hall", "machine"), (("hardware",), ("/", "hardware")))


def offered(facts: Facts) -> Iterator[Found]:
    """The machines that could run each workload, before any plan."""
    kinds = {work.id: work.kind for work in facts.scenario.workloads}
    for workload, found in facts.offered.items():
        for machine in found:
            labels = {"workload": workload, "kind": kinds.get(workload, ""), "machine": machine.id}
            yield Found(machine, labels, (("hardware",), ("/", "hardware")))


def availability(facts: Facts) -> Iterator[Found]:
    """Joint availability of each workload's pools."""
    for row in _plan(facts)["availability"]:
        yield Found(row["achieved"], _of_work(facts, row), (("availability",),))


def redundancy(name: str) -> Read:
    """Spares, or the level's name, of each workload."""

    def read(facts: Facts) -> Iterator[Found]:
        for row in _plan(facts)["redundancy"]:
            yield Found(row[name], _of_work(facts, row), (("availability",),))

    return read


def state(name: str) -> Read:
    """What a workload's state loses with a site, where one is kept at more than one."""

    def read(facts: Facts) -> Iterator[Found]:
        for row in _plan(facts)["states"]:
            held = row["mode"] != "one_site"
            yield Found(row[name] if held else None, _of_work(facts, row), (("state",),))

    return read


def _halls(facts: Facts) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(site["id"], h["id"]): h for site in _plan(facts)["problem"]["sites"] for h in site["halls"]}


def spread(what: str) -> Read:
    """Over how many sites, or zones of halls, each workload runs; a hall without a zone is one of its own."""

    def read(facts: Facts) -> Iterator[Found]:
        halls, found = _halls(facts), defaultdict(set)
        for row in _plan(facts)["work"]:
            zone = halls.get((row["site"], row["hall"]), {}).get("zone") or row["hall"]
            found[row["workload"], row["period"]].add(row["site"] if what == "site" else (row["site"], zone))
        for (workload, period), places in sorted(found.items()):
            labels = _of_work(facts, {"workload": workload, "period": period})
            yield Found(float(len(places)), labels, (("survive",), ("sites",)))

    return read


def feeds(facts: Facts) -> Iterator[Found]:
    """Feeds of each hall that machines run in."""
    halls = _halls(facts)
    for site, hall in sorted({(row["site"], row["hall"]) for row in _plan(facts)["work"]} & set(halls)):
        yield Found(float(halls[site, hall]["feeds"]), {"site": site, "hall": hall}, (("feeds",),))


def train_survives(facts: Facts) -> Iterator[Found]:
    """`path`, `module` or `nothing`: the most that each site's power train bears the loss of."""
    for row in _plan(facts)["power_paths"]:
        word = "path" if row["survives_path"] else "module" if row["survives_module"] else "nothing"
        yield Found(word, {"site": row["site"], "period": row["period"]}, (("power_train",), ("power",)))


def train_maintainable(facts: Facts) -> Iterator[Found]:
    """Whether a module and its path can be taken out while the load is carried."""
    for row in _plan(facts)["power_paths"]:
        labels = {"site": row["site"], "period": row["period"]}
        yield Found("yes" if row["maintainable"] else "no", labels, (("power_train",), ("power",)))


def durability(facts: Facts) -> Iterator[Found]:
    """Nines a year of each store in use."""
    for row in _plan(facts)["stores"]:
        yield Found(row["nines"], {"site": row["site"], "machine": row["tier"], "period": row["period"]})
