"""Serving benchmarks: throughput, time from token to token, first tokens, measured work, and power at the wall.

Language models are predicted from the roofline (serving_cases.py). Vision, embedding and the like are looked up in what
was measured on the accelerator (rows of kind `service`). A row with `system_power_w` has a result of its own for it,
one that says what its accelerators metered too (serving_power.py).
The interval is the widest of those of the accelerator, the software and, for MoE, mixtures, each from rows that were
left out of the fit (benchmarks/serving_ranges.py); that of a user's own rows where they were calibrated on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.catalog import Row
from planner.estimate.coefficients import OTHER, RELEASE, Coefficients, Spread
from planner.estimate.power import boards_w, working_w
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.mlperf import tuned, work_of
from planner.validate.models import named
from planner.validate.prediction import Prediction
from planner.validate.serving_cases import Case, cases
from planner.validate.serving_fields import BOARDS, ENERGY, POWER, THROUGHPUT, TPOT, TTFT_ALONE, fields, unit
from planner.validate.serving_power import loaded

ERRORS = {THROUGHPUT: "serving_error", TPOT: "serving_step_error", TTFT_ALONE: "serving_alone_error"}
"""Coefficient that holds the interval of measured over predicted, by quantity; others: `serving_first_error`."""
MOE_ERROR = "serving_moe_error"
"""The same of throughput of expert models, beside that of dense ones."""


def accepts(entry: Entry) -> bool:
    """A benchmark of serving says what it measured of a model that it names, or how long prompts and answers of one are
    that it spells out; a training row spells its model out, or how it is laid out.
    """
    spelled = isinstance(entry.data.get("model"), Mapping) and not entry.has("isl", "osl")
    return entry.has("metric") and not spelled and not entry.has("parallelism")


def predict(entry: Entry, books: Books) -> Sequence[Prediction]:
    """One result for each measured field, whether it can be predicted or not. Raises Excluded where there is none."""
    asked = fields(entry)
    if not asked:
        raise Excluded("value is missing")
    return [_one(entry, name, asked, books) for name in asked]


def _one(entry: Entry, name: str, asked: Sequence[str], books: Books) -> Prediction:
    """One field as if the row had no other."""
    alone = Entry({k: v for k, v in entry.data.items() if k == name or k not in asked}, entry.line, entry.index)
    measured = None
    try:
        measured = alone.positive(name)
        if name == POWER:
            return _power(alone, books)
        if name in (BOARDS, ENERGY) or alone.text("metric") in (BOARDS, ENERGY):
            return loaded(alone, name, books)
        work = work_of(named(alone))
        return _looked_up(alone, name, work, books) if work else _asked(cases(alone, books)[0], books)
    except Excluded as why:
        return Prediction(name, measured, unit=unit(entry, name), excluded=why.reason)


def _asked(case: Case, books: Books) -> Prediction:
    c = books.coefficients
    value = case.seek(c)
    labels = {"kind": kind_of(case), "software": case.software}
    if value <= 0:
        why = "by our figures it does not fit the memory or misses the latency bound"
        return Prediction(case.field, case.measured, unit=case.unit, excluded=why, labels=labels)
    low, high = interval(case, c)
    own = c.measured(case.accelerator, case.software, "serving_compute") or c.own(case.accelerator, "serving_compute")
    basis = "calibrated" if own else "estimated"
    return Prediction(
        case.field, case.measured, value, value * low, value * high, case.unit, basis=basis, labels=labels
    )


def kind_of(case: Case) -> str:
    """What errors are grouped by: throughput of dense and of expert models, and each time on its own."""
    return ("moe" if case.moe else "dense") if case.quantity == THROUGHPUT else case.quantity


def interval(case: Case, c: Coefficients) -> tuple[float, float]:
    """Measured over predicted, low and high: the widest of what is known of accelerator, software and mixtures.

    An accelerator without rows counts as those left out of the fit did, and so does software without rows, or rows of
    its year. A source that is not among those of its software counts as sources left out did: another release, or other
    people who measure.
    """
    name = ERRORS.get(case.quantity, "serving_first_error")
    own = c.measured(case.accelerator, case.software, name)
    if own is not None:
        return own.low, own.high
    known = [c.engines.get(case.software, {}).get(name)]
    unknown = case.foreign or known[0] is None
    for whose in (RELEASE, OTHER) if unknown else (RELEASE,) if case.fresh else ():
        known += _of_others(c, whose, name, case.moe and case.quantity == THROUGHPUT)
    seen = c.own(case.accelerator, "serving_compute") is not None
    known.append(c.own(case.accelerator, name) if seen else c.of("", name))
    if case.moe and case.quantity == THROUGHPUT:
        known.append(c.of("", MOE_ERROR))
    found = [s for s in known if s is not None] or [c.of("", name)]
    return min(s.low for s in found), max(s.high for s in found)


def _of_others(c: Coefficients, whose: str, name: str, moe: bool) -> list[Spread | None]:
    """How software, or sources of known software, lay off that were left out of the fit."""
    figures = c.engines.get(whose, {})
    return [figures.get(name), figures.get(MOE_ERROR) if moe else None]


def _looked_up(entry: Entry, name: str, work: str, books: Books) -> Prediction:
    """Requests/s of measured work: MLPerf Server figures of the accelerator, over the count."""
    if name != "value":
        raise Excluded(f"{name} of {work} is looked up, not modelled, and nobody measured it")
    row, c = books.accelerator(entry.text("accelerator")), books.coefficients
    figures = c.services.get(work, {})
    rate = figures.get(row.id)
    if rate is None:
        raise Excluded(f"nobody measured {work} on {row.id}: such work is looked up, not modelled")
    offline = figures.get("offline_ratio", Spread(1.0, 1.0, 1.0, "measured"))
    more = offline if entry.text("scenario").lower() == "offline" else Spread(1.0, 1.0, 1.0, "measured")
    spread = c.of("", "service_error")
    less = c.constant("power_tuned_throughput") if tuned(entry.text("system", "")) else 1.0
    value = rate.value * entry.positive("count", 1) * less
    return Prediction(
        "value",
        entry.positive("value"),
        value * more.value,
        value * min(more.low, more.value * spread.low),
        value * max(more.high, more.value * spread.high),
        entry.text("unit", ""),
        basis=rate.basis,
        labels={"kind": "looked up"},
    )


def _power(entry: Entry, books: Books) -> Prediction:
    """Watts of the whole system: a machine's sustained draw for each accelerator, by what it works on."""
    row, c = books.accelerator(entry.text("accelerator")), books.coefficients
    count = entry.positive("count", 1)
    node = _exact_node(row, books)
    if node is not None:
        sustained = count * node.number("sustained_w") / node.number("accelerators")
    else:
        sustained = boards_w(count, row.number("tdp_w"), c)
    work = work_of(named(entry)) or "llm"
    value = working_w(sustained, work, tuned(entry.text("system", "")), c)
    spread = c.of("", "power_error" if node is not None else "power_boards_error")
    basis = "calibrated" if node is not None else "estimated"
    labels = {"kind": "power"}
    return Prediction(
        POWER, entry.positive(POWER), value, value * spread.low, value * spread.high, "W", basis=basis, labels=labels
    )


def _exact_node(row: Row, books: Books) -> Row | None:
    """A machine that carries this very accelerator: a card in a machine made for modules draws otherwise."""
    node = books.node(row)
    return node if node is not None and node.text.get("accelerator") == row.id else None
