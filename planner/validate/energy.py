"""Rows of whole training runs: accelerator-hours, energy, carbon, metered power, failures, checkpoints.

    gpu_hours              tokens / tokens per s x accelerators x what whole runs took over their steps
    mean_node_W            the catalog node's sustained watts; W_per_gpu_all_in_node, avg_system_W_per_device: a share
    energy_kWh_nodes       count x minutes x watts
    energy_MWh             hours x watts x PUE; hours x board power where `kind` names TDP, as the source counts
    tco2e, tco2e_location  energy x kg per kWh; the row's, else the mean of US grids; PUE the row's, else providers'
    unexpected, implied_*  nodes x days x failures per node and day
    ckpt_TB                parameters x bytes each

Hours are the row's own where it gives them (GPU-hours, days, minutes, ideal days), else predicted. An accelerator that
no catalog node carries draws its board power times what metered nodes drew over theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from planner.catalog import Row
from planner.estimate.coefficients import DEFAULT, Spread
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.prediction import Prediction
from planner.validate.run_hours import predicted_hours

ALL_IN = Spread(1.22, 1.04, 1.28, "estimated")
"""Node power at the wall over its accelerators' board power: MLPerf Training v4.0 H100 logs, 856 W (GPT-3), 726 W
(eight nodes, bound by communication) and 893 W (one node) an accelerator of 700 W."""
US_GRID = "us_average"
GRID_SPREAD = (0.61, 1.96)
"""Least and most of the catalog's US grids over their mean: California 227, South Carolina 726 of 369 g/kWh."""
NODE_ACCELERATORS, IDEAL_COUNT = 8, 1024
CONTRACTS = "what contracts for clean energy make of it is not physics"
PEAKS = "peaks and lows of a run lie between idle and nameplate; plans use the nameplate"
NOT_PREDICTED = {
    "tco2e_market": CONTRACTS,
    "tco2e_location_AS_PRINTED": "the source's own figure is in doubt",
    "tco2e_idle": "how much idle plant a run is charged with is the source's choice",
    "tco2e_total": "how much idle plant a run is charged with is the source's choice",
    "idle_energy_MWh": "how much idle plant a run is charged with is the source's choice",
    "tco2e_embodied": "how long machines live and who used them else is not in the row",
    "water_kL": "the row does not say where the run was",
    "max_node_W": PEAKS,
    "min_node_W": PEAKS,
    "low_reading_W": PEAKS,
    "switch_W": "the row does not say which switches",
}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)B\b")
_COUNT = re.compile(r"\b(\d+)x(\d+)\b")
_NAME = re.compile(r"[A-Za-z]+\d+\w*")


@dataclass(frozen=True, slots=True)
class Run:
    """A row and what it names."""

    entry: Entry
    books: Books
    chip: Row | None

    @property
    def count(self) -> float:
        return self.entry.positive("count")

    @property
    def per_node(self) -> float:
        """Accelerators of a node: as the row says, else as its run's name does (`64x8 H100`), else eight."""
        if self.entry.has("count", "nodes"):
            return self.count / self.entry.positive("nodes")
        found = _COUNT.search(self.entry.text("run"))
        return float(found.group(2)) if found else NODE_ACCELERATORS

    def hours(self) -> Spread:
        """Accelerator-hours: the row's own, or predicted. Raises Excluded."""
        e = self.entry
        if e.has("gpu_hours"):
            return _exact(e.positive("gpu_hours"))
        if e.has("count", "days"):
            return _exact(self.count * e.positive("days") * 24)
        if e.has("count", "minutes"):
            return _exact(self.count * e.positive("minutes") / 60)
        if e.has("days_ideal_1024"):
            return _exact(IDEAL_COUNT * e.positive("days_ideal_1024") * 24)
        return self.predicted_hours()

    def predicted_hours(self) -> Spread:
        if self.chip is None:
            raise Excluded("the row names no accelerator")
        return predicted_hours(self.entry, self.chip, self.books)

    def watts(self) -> Spread:
        """At the wall of a node, for each accelerator. Raises Excluded."""
        if self.chip is None:
            raise Excluded("the row names no accelerator")
        node = self.books.node(self.chip)
        if node is None or node.text.get("accelerator") != self.chip.id:
            return _times(ALL_IN, _exact(self.board_w()))
        figure, share = node.figure("sustained_w"), 1 / node.number("accelerators")
        spread = Spread(figure.value, figure.low or figure.value, figure.high or figure.value, "calibrated")
        return _times(spread, _exact(share))

    def board_w(self) -> float:
        if self.entry.has("tdp_W"):
            return self.entry.positive("tdp_W")
        if self.chip is None or not self.chip.get("tdp_w", 0):
            raise Excluded("the row names no accelerator whose board power is known")
        return self.chip.number("tdp_w")

    def tdp(self) -> bool:
        """Whether the source counts hours times board power."""
        return "tdp" in self.entry.text("kind", "").lower() or self.entry.has("tdp_W")

    def energy_mwh(self, pue: Spread) -> Spread:
        watts = _exact(self.board_w()) if self.tdp() else self.watts()
        return _times(self.hours(), watts, pue, _exact(1e-6))

    def pue(self) -> Spread:
        if self.entry.has("pue"):
            return _exact(self.entry.positive("pue"))
        figure = self.books.catalog.row("facility", "default").figure("provider_pue")
        return Spread(figure.value, 1.0, figure.high or figure.value, "estimated")

    def intensity(self) -> Spread:
        if self.entry.has("kgco2_per_kwh"):
            return _exact(self.entry.positive("kgco2_per_kwh"))
        mean = self.books.catalog.row("grid", US_GRID).number("lifecycle_g_per_kwh") / 1e3
        return Spread(mean, mean * GRID_SPREAD[0], mean * GRID_SPREAD[1], "estimated")

    def failures(self) -> float:
        """Failures a day of all nodes."""
        row = self.books.catalog.row("reliability", "accelerated")
        return self.count / self.per_node * row.number("failures_per_day")

    def parameters(self) -> float:
        found = _SIZE.search(self.entry.text("run"))
        if self.entry.has("params"):
            return self.entry.positive("params")
        if not found:
            raise Excluded("the row does not say how many parameters")
        return float(found.group(1)) * 1e9


Rule = Callable[[Run], Spread]
ONE = Spread(1.0, 1.0, 1.0, "calibrated")
FAILURE_SPREAD = Spread(1.0, 0.4, 2.5, "estimated")
"""Clusters differ by this much in failures per node and day (catalog: reliability/meta_rsc, llama3_interruptions)."""
CHECKPOINT_SPREAD = Spread(1.0, 0.65, 1.25, "calibrated")
"""OPT saved 9 bytes a parameter, stacks that keep 32-bit gradients 16, of about 13."""
ROUNDING = 0.01
"""Published figures have two or three digits."""
RULES: dict[str, tuple[str, Rule]] = {
    "gpu_hours": ("h", lambda r: r.predicted_hours()),
    "avg_system_W_per_device": ("W", lambda r: r.watts()),
    "mean_node_W": ("W", lambda r: _times(r.watts(), _exact(r.per_node))),
    "W_per_gpu_all_in_node": ("W", lambda r: r.watts()),
    "energy_kWh_nodes": ("kWh", lambda r: _times(r.hours(), r.watts(), _exact(1e-3))),
    "energy_MWh": ("MWh", lambda r: r.energy_mwh(ONE if r.tdp() else r.pue())),
    "energy_MWh_gpu_tdp": ("MWh", lambda r: _times(r.hours(), _exact(r.board_w() * 1e-6))),
    "tco2e": ("t", lambda r: _times(r.energy_mwh(r.pue()), r.intensity())),
    "tco2e_location": ("t", lambda r: _times(r.energy_mwh(r.pue()), r.intensity())),
    "tco2e_dynamic": ("t", lambda r: _times(r.energy_mwh(ONE), r.intensity())),
    "unexpected": ("failures", lambda r: _times(FAILURE_SPREAD, _exact(r.failures() * r.entry.positive("days")))),
    "implied_mtbf_hours_cluster": ("h", lambda r: _times(FAILURE_SPREAD, _exact(24 / r.failures()))),
    "implied_gpu_hours_per_failure": ("h", lambda r: _times(FAILURE_SPREAD, _exact(24 * r.count / r.failures()))),
    "ckpt_TB": ("TB", lambda r: _times(CHECKPOINT_SPREAD, _exact(r.parameters() * _checkpoint_bytes(r.books) / 1e12))),
}


def accepts(entry: Entry) -> bool:
    """Rows of a run, without a metric."""
    return entry.has("run") and not entry.has("metric")


def fields(entry: Entry) -> list[str]:
    """Measured fields of a row."""
    return [name for name in (*RULES, *NOT_PREDICTED) if entry.has(name)]


def predict(entry: Entry, books: Books) -> list[Prediction]:
    """One prediction for each measured field. Raises Excluded where the source itself says not to use the row."""
    if "do not use" in entry.text("status", ""):
        raise Excluded("the row's status says not to use it")
    run = Run(entry, books, _accelerator(entry, books))
    labels = {} if run.chip is None else {"accelerator": run.chip.id}
    made = [_one(run, name, labels) for name in RULES if entry.has(name)]
    aside = [
        Prediction(name, None, excluded=why, labels=labels) for name, why in NOT_PREDICTED.items() if entry.has(name)
    ]
    return [*made, *aside]


def _one(run: Run, name: str, labels: dict[str, str]) -> Prediction:
    unit, rule = RULES[name]
    measured = None
    try:
        measured = run.entry.positive(name)
        found = rule(run)
    except Excluded as why:
        return Prediction(name, measured, unit=unit, excluded=why.reason, labels=labels)
    low, high = found.low * (1 - ROUNDING), found.high * (1 + ROUNDING)
    return Prediction(name, measured, found.value, low, high, unit, basis=found.basis, labels=labels)


def _accelerator(entry: Entry, books: Books) -> Row | None:
    """The accelerator of the row, or the one its run's name names; none where neither does."""
    words = [entry.text("accelerator")] if entry.has("accelerator") else entry.text("run").split()
    for word in words:
        if entry.has("accelerator") or _NAME.fullmatch(word):
            try:
                return books.accelerator(word)
            except Excluded:
                continue
    return None


def _checkpoint_bytes(books: Books) -> float:
    return books.coefficients.table[DEFAULT]["checkpoint_bytes_per_parameter"].value


def _exact(value: float) -> Spread:
    return Spread(value, value, value, "calibrated")


def _times(*factors: Spread) -> Spread:
    """The product; all low together and all high together."""
    value = low = high = 1.0
    for f in factors:
        value, low, high = value * f.value, low * f.low, high * f.high
    return Spread(value, low, high, "estimated" if any(f.basis == "estimated" for f in factors) else "calibrated")
