"""Mélange's published case: the cheapest mix of accelerators for buckets of request lengths, whole buckets or split.

    minimise    sum over g of price[g] machines[g]                                     machines whole
    subject to  sum over g of share[b, g] = 1                          for every bucket b (or slice of one)
                sum over b of rate[b] share[b, g] / throughput[b, g] <= machines[g]    for every g
    share       0 or 1 where a bucket goes to one kind of machine whole, anything between where it may be split

Solved by the planner's own engine. Griggs et al. 2024, arXiv:2404.14527.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.model import Col, Model, name_of
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.prediction import Prediction

CENT = 0.005
"""Published to the cent."""
MOST = 2000
"""Slices times kinds of accelerators."""


@dataclass(frozen=True, slots=True)
class Case:
    """Price in USD/h and requests/s by bucket of each accelerator, and requests/s asked by bucket."""

    prices: Mapping[str, float]
    rates: Mapping[str, tuple[float, ...]]
    asked: tuple[float, ...]


def accepts(entry: Entry) -> bool:
    return entry.has("input", "published_result")


def predict(entry: Entry, books: Books) -> list[Prediction]:
    """Cost and machines unsplit; cost with buckets split; whatever of these the file gives. Raises Excluded."""
    case = _case(entry.part("input"))
    published, here = entry.part("published_result"), entry.part("measured_here")
    cost, machines = solved(case, 1, False)
    made = [_one("cost_usd_per_h", published, "cost_usd_per_h", cost, "USD/h")]
    made += [_one(f"machines_{g}", published, g, machines[g], "machines") for g in case.prices if published.has(g)]
    split = here.part("continuous_split")
    if split.has("cost"):
        made.append(_one("split_cost_usd_per_h", split, "cost", solved(case, 1, True)[0], "USD/h"))
    made += list(_slices(case, here))
    for name in here.part("single_type_baselines").data:
        if name in case.prices:
            alone = Case({name: case.prices[name]}, {name: case.rates[name]}, case.asked)
            part = here.part("single_type_baselines").part(name)
            made.append(_one(f"{name}_only_usd_per_h", part, "cost", solved(alone, 1, True)[0], "USD/h"))
    return made


def solved(case: Case, slices: int, split: bool) -> tuple[float, dict[str, float]]:
    """USD/h and machines of each kind, buckets cut into `slices` equal parts. Raises Excluded."""
    from planner.solve.monolithic import NoPlan, solve

    m, machines = _model(case, slices, split)
    try:
        answer = solve(m, gap=1e-9)
    except NoPlan as none:
        raise Excluded(f"no mix of machines serves it: {none.status}") from None
    return float(answer.cost_usd), {g: float(answer.values[column]) for g, column in machines.items()}


def _model(case: Case, slices: int, split: bool) -> tuple[Model, dict[str, Col]]:
    m, origin = Model(), "the row"
    load: dict[str, dict[Col, float]] = {g: {} for g in case.prices}
    for bucket, rate in enumerate(case.asked):
        for part in range(slices if rate else 0):
            keys = {"bucket": str(bucket), "slice": str(part)}
            shares: dict[Col, float] = {}
            for g in case.prices:
                if case.rates[g][bucket] > 0:
                    name = name_of("share", **keys, accelerator=g)
                    shares[m.column(name, origin=origin, hi=1.0, integer=not split)] = 1.0
                    load[g][len(m.columns) - 1] = rate / slices / case.rates[g][bucket]
            m.row(name_of("served", **keys), shares, "==", 1.0, origin=origin)
    machines = {}
    for g, price in case.prices.items():
        machines[g] = m.column(name_of("machines", accelerator=g), origin=origin, integer=True, unit="machines")
        m.cost("rent", g, machines[g], unit_price=price, origin=origin, unit="machines")
        m.row(name_of("load", accelerator=g), {**load[g], machines[g]: -1.0}, "<=", 0.0, origin=origin)
    m.close()
    return m, machines


def _slices(case: Case, here: Entry) -> Iterator[Prediction]:
    """Costs at other slice factors, as far as the file lists them."""
    listed = here.data.get("solver_by_slice_factor")
    for given in listed if isinstance(listed, list) else ():
        if isinstance(given, Mapping):
            part = Entry(given, here.line, here.index)
            slices = part.whole("slice_factor")
            if slices > 1 and slices * len(case.asked) * len(case.prices) <= MOST:
                cost = solved(case, slices, False)[0]
                yield _one(f"cost_usd_per_h_in_{slices}_slices", part, "cost", cost, "USD/h")


def _one(name: str, part: Entry, key: str, value: float, unit: str) -> Prediction:
    near = CENT if unit == "USD/h" else 0.0
    labels = {"accelerator": "", "family": "", "source": "melange"}
    try:
        measured = part.number(key)
    except Excluded as why:
        return Prediction(name, None, unit=unit, excluded=why.reason, labels=labels)
    return Prediction(name, measured, value, value - near, value + near, unit, basis="calibrated", labels=labels)


def _case(given: Entry) -> Case:
    """The input, checked. Raises Excluded."""
    info = given.part("gpu_info")
    asked = _flat(given.data.get("workload_distribution"), "workload_distribution")
    total = given.positive("total_request_rate")
    prices = {name: info.part(name).positive("cost") for name in info.data}
    rates = {name: _flat(info.part(name).data.get("tputs"), f"tputs of {name}") for name in info.data}
    if not prices or any(len(r) != len(asked) for r in rates.values()) or len(asked) * len(prices) > MOST:
        raise Excluded("gpu_info and workload_distribution do not have the same buckets")
    return Case(prices, rates, tuple(total * share for share in asked))


def _flat(table: Any, name: str) -> tuple[float, ...]:
    """The numbers of a list of lists. Raises Excluded."""
    found: list[float] = []
    for line in table if isinstance(table, Sequence) and not isinstance(table, str) else ():
        for value in line if isinstance(line, Sequence) and not isinstance(line, str) else (line,):
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
                raise Excluded(f"{name} holds {value!r}")
            found.append(float(value))
    if not found:
        raise Excluded(f"{name} is missing")
    return tuple(found)
