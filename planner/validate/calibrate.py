"""Fits coefficients to a user's own measurements: `aiplan catalog calibrate ROWS.yaml`.

A group is what one set of coefficients serves, and is fitted where it has `FEWEST` rows or more:

    training   accelerator x bits, dense      training_gemm_16, _8 or _4 of the accelerator
               accelerator, experts           training_moe of it, after those
    serving    accelerator x software         compute, bandwidth and host times of `<accelerator>.<software>`; those of
                                              the software with most rows are `<accelerator>.plans` too

    minimise   sum over rows of ln(predicted / measured)^2
               + SCATTER^2 sum over coefficients of (ln(fitted / ours) / width)^2

by one coefficient after another, each by golden-section searches on its logarithm, ever closer. The second term keeps
ours where the rows say nothing of a coefficient. Ranges: measured over predicted of each row by a fit without it (and
without its fold, of `FOLDS`), 10th to 90th percentile, all of them where rows are fewer than `STEADY`, and never
narrower than `LEAST`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log, sqrt

from planner.estimate.coefficients import DEFAULT, PLANS, Coefficients, Spread
from planner.estimate.training import bits
from planner.validate import serving, training
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.serving_cases import Case, cases
from planner.validate.serving_fields import THROUGHPUT, TPOT, TTFT_ALONE

FEWEST = 3
STEADY = 10
LEAST = 0.05
"""Submitters of MLPerf with the same hardware differ by about 5 % in the mean."""
SCATTER = 0.1
"""What rows scatter by themselves beside a model that is right, in ln."""
FOLDS = 10
REACH = (log(8.0), 0.5, 0.15)
"""How far each sweep looks to either side, in ln."""
SHARES = ("training_gemm_16", "training_gemm_8", "training_gemm_4", "serving_compute", "serving_bandwidth")
"""Shares of a peak: never above 1."""
SERVING = (
    "serving_compute", "serving_bandwidth", "serving_layer_s", "serving_sequence_s", "serving_step_s", "serving_hop_s",
    "serving_8bit", "serving_4bit", "serving_narrow", "serving_group", "serving_odd_group", "serving_prefill",
    "serving_attention", "serving_moe", "serving_stall", "serving_first_prefill", "serving_first_decode",
    "serving_first_queue", "serving_request_s", "largest_batch",
)  # fmt: skip
"""What a row of an accelerator under a software holds; the first four are fitted."""
FITTED: Mapping[str, float] = {
    "serving_compute": 0.5, "serving_bandwidth": 0.3, "serving_layer_s": 1.0, "serving_sequence_s": 1.0,
}  # fmt: skip
"""Width of what is known before a row is seen: how far accelerators and software in our catalogs lie apart, in ln."""
TRAINED = 1.0
"""The same of training's: wide, so that the rows decide."""
QUANTITIES = (THROUGHPUT, TPOT, TTFT_ALONE)
STEPS = 14
GOLDEN = (sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Member:
    """One measured number: how fast it was predicted over how fast it was, by coefficients."""

    line: int
    ratio: Callable[[Coefficients], float]


@dataclass(frozen=True, slots=True)
class Group:
    """Measurements that one set of coefficients serves; `row` is that set's id in the catalogs."""

    title: str
    row: str
    engine: str
    names: tuple[str, ...]
    error: str
    members: tuple[Member, ...]

    @property
    def accelerator(self) -> str:
        return self.row.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A group's coefficients, and its mean absolute error with ours, with them, and by fits without each row."""

    group: Group
    values: Mapping[str, float]
    low: float
    high: float
    before: float
    after: float
    left_out: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted, groups of too few rows, and rows that cannot be predicted, with the reason."""

    fitted: tuple[Fitted, ...]
    few: tuple[Group, ...]
    aside: tuple[tuple[int, str], ...]
    coefficients: Coefficients


def calibrate(entries: Sequence[Entry], books: Books) -> Calibration:
    """Coefficients of every group with enough rows."""
    members, aside = gather(entries, books)
    found = [replace(g, members=tuple(m)) for g, m in members.items()]
    found.sort(key=lambda g: (g.names == ("training_moe",), g.title))
    c, done = books.coefficients, []
    for group in (g for g in found if len(g.members) >= FEWEST):
        made = fit(group, c)
        done.append(made)
        c = with_values(c, group, made.values, (made.low, made.high))
    few = tuple(g for g in found if len(g.members) < FEWEST)
    return Calibration(tuple(done), few, tuple(aside), c)


def gather(entries: Sequence[Entry], books: Books) -> tuple[dict[Group, list[Member]], list[tuple[int, str]]]:
    """Measurements by group, and the lines of rows that cannot be used."""
    found: dict[Group, list[Member]] = {}
    aside: list[tuple[int, str]] = []
    for entry in entries:
        try:
            made = _members(entry, books)
        except Excluded as why:
            aside.append((entry.line, why.reason))
            continue
        except ArithmeticError:
            aside.append((entry.line, "its numbers are beyond what can be computed with"))
            continue
        if not made:
            aside.append((entry.line, "nothing in it that coefficients are fitted to"))
        for group, member in made:
            found.setdefault(group, []).append(member)
    return found, aside


def _members(entry: Entry, books: Books) -> list[tuple[Group, Member]]:
    if serving.accepts(entry):
        return _serving(entry, books)
    if training.accepts(entry):
        return [_training(entry, books)]
    raise Excluded("neither a training nor a serving measurement")


def _training(entry: Entry, books: Books) -> tuple[Group, Member]:
    metric, measured, entry, asked = training.question(entry, books)
    if metric in training.WHOLE_RUNS:
        raise Excluded("hours of a whole run say more of restarts than of the machine")
    _, more, formula = training.METRICS[metric]

    def ratio(c: Coefficients) -> float:
        step = training.step_s(asked, replace(books, coefficients=c))
        value = formula(entry, training.Timed(asked, step))
        return value / measured if more else measured / value

    _finite(ratio(books.coefficients))
    chip, width, moe = asked.chip.id, bits(asked.chip, asked.precision), bool(asked.model.experts)
    title = f"training of experts, {chip}" if moe else f"training at {width} bits, {chip}"
    names = ("training_moe",) if moe else (f"training_gemm_{width}",)
    error = "training_moe_error" if moe else "training_error"
    return Group(title, chip, "", names, error, ()), Member(entry.line, ratio)


def _serving(entry: Entry, books: Books) -> list[tuple[Group, Member]]:
    found = []
    for asked in cases(entry, books):
        if asked.quantity in QUANTITIES:
            rate = asked.quantity == THROUGHPUT

            def ratio(c: Coefficients, asked: Case = asked, rate: bool = rate) -> float:
                value = asked.seek(c)
                return value / asked.measured if rate else asked.measured / max(value, 1e-300)

            _finite(ratio(books.coefficients))
            row = f"{asked.accelerator}.{asked.software or PLANS}"
            title = f"serving by {asked.software or 'other software'}, {asked.accelerator}"
            group = Group(title, row, asked.software, tuple(FITTED), "serving_error", ())
            found.append((group, Member(entry.line, ratio)))
    return found


def _finite(ratio: float) -> None:
    if not 0 < ratio < inf:
        raise Excluded("by our figures it does not fit the memory or misses the latency bound")


def fit(group: Group, c: Coefficients) -> Fitted:
    """The group's coefficients by least squares on logarithms, and how well each row is predicted without it."""
    start = {name: _value(c, group, name) for name in group.names}
    best = _least(group, group.members, start, c)
    ours = _ratios(group.members, c)
    theirs = _ratios(group.members, with_values(c, group, best))
    out = []
    for fold in range(min(FOLDS, len(group.members))):
        kept = [m for i, m in enumerate(group.members) if i % FOLDS != fold]
        held = group.members[fold::FOLDS]
        out += _ratios(held, with_values(c, group, _least(group, kept, start, c)))
    inside = sorted(1 / r for r in out)
    trim = 0.1 if len(inside) >= STEADY else 0.0
    low, high = _quantile(inside, trim), _quantile(inside, 1 - trim)
    return Fitted(group, best, min(low, 1 - LEAST), max(high, 1 + LEAST), _mean(ours), _mean(theirs), _mean(out))


def _least(group: Group, members: Sequence[Member], start: Mapping[str, float], c: Coefficients) -> dict[str, float]:
    """Values at which the sum in the module's text is least."""
    steps = dict.fromkeys(group.names, 0.0)

    def loss() -> float:
        values = {name: start[name] * exp(step) for name, step in steps.items()}
        logs = [log(r) for r in _ratios(members, with_values(c, group, values))]
        held = sum((step / FITTED.get(name, TRAINED)) ** 2 for name, step in steps.items())
        return sum(x * x for x in logs) + SCATTER**2 * held

    for reach in REACH:
        for name in group.names:
            most = -log(start[name]) if name in SHARES else inf
            _golden(steps, name, steps[name] - reach, min(most, steps[name] + reach), loss)
    return {name: start[name] * exp(step) for name, step in steps.items()}


def _golden(steps: dict[str, float], name: str, low: float, high: float, loss: Callable[[], float]) -> None:
    """Set one step to where the loss is least between two bounds."""

    def at(step: float) -> float:
        steps[name] = step
        return loss()

    a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_a, at_b = at(a), at(b)
    for _ in range(STEPS):
        if at_a <= at_b:
            high, b, at_b = b, a, at_a
            a = high - GOLDEN * (high - low)
            at_a = at(a)
        else:
            low, a, at_a = a, b, at_b
            b = low + GOLDEN * (high - low)
            at_b = at(b)
    steps[name] = (low + high) / 2


def with_values(
    c: Coefficients, group: Group, values: Mapping[str, float], spread: tuple[float, float] | None = None
) -> Coefficients:
    """The coefficients with a group's in place."""
    row = dict(c.table.get(group.row, {}))
    row |= {name: Spread(value, value, value, "calibrated") for name, value in values.items()}
    if spread:
        row[group.error] = Spread(1.0, *spread, "calibrated")
    return replace(c, table={**c.table, group.row: row})


def _value(c: Coefficients, group: Group, name: str) -> float:
    """What a coefficient is before the fit; a share above its peak is taken at it."""
    if group.error == "serving_error":
        found = c.serving(group.accelerator, group.engine, name).value
    elif name.startswith("training_gemm"):
        own = c.own(group.accelerator, name)
        found = (own or c.of(DEFAULT, name)).value
    else:
        found = c.of(group.accelerator, name).value
    return min(found, 1.0) if name in SHARES else found


def _ratios(members: Sequence[Member], c: Coefficients) -> list[float]:
    return [m.ratio(c) for m in members]


def _mean(ratios: Sequence[float]) -> float:
    """Mean of |predicted / measured - 1|, of speeds."""
    return sum(abs(r - 1) for r in ratios) / len(ratios)


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
