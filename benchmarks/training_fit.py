"""The fit behind the training coefficients: what `refit_training.py` writes and `validate_holdout.py` leaves out.

Eleven constants shared by all, one efficiency per accelerator and width (16, 8, 4 bits), one rate of expert layers per
accelerator. Least squares on log error, soft beyond 10 %; a source's weight grows with the square root of its rows;
efficiencies are drawn a little towards 0.65 (16 bits) and 0.6, expert rates towards their mean, PULLED towards where
they start. What has fewer than FEWEST rows gets no figure of its own: it is predicted like an accelerator nobody
measured. The share of scale-up links is held to what all-reduces measure (catalog: collective, 0.78 to 0.82 in rings).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.optimize import least_squares
from training_steps import Row

from planner.catalog import Row as CatalogRow
from planner.estimate.coefficients import DEFAULT, Coefficients, Spread
from planner.estimate.model import Transformer
from planner.estimate.training_step import Hardware, Layouts, Rates, step_seconds
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.run import validate
from planner.validate.training import WHOLE_RUNS
from planner.validate.training_rows import Case

FEWEST = 3
SHARED = {  # name: (start, least, most)
    "attention": (0.44, 0.2, 1.5),
    "elementwise": (3.8, 0.5, 9.0),
    "overlap": (0.95, 0.0, 1.0),
    "launch_s": (3e-4, 1e-6, 1e-3),
    "scale_up_share": (0.7, 0.2, 0.8),
    "scale_out_share": (0.7, 0.2, 1.0),
    "hidden_tensor": (0.4, 0.05, 0.95),
    "moe": (0.6, 0.1, 1.5),
    "group_s": (2e-5, 1e-7, 1e-3),
    "hidden_experts": (0.4, 0.05, 0.95),
    "moe_pace": (0.3, 0.05, 1.0),
}
PULLED = ("hidden_tensor", "group_s", "hidden_experts", "moe_pace")
"""Of them, what rows of few sources tell of: drawn towards where they start, a group at two launches of 10 us each."""
CONSTANTS = ("attention", "elementwise", "overlap", "launch_s", "group_s", "hidden_tensor", "hidden_experts")
"""Of them, what a step reads as it is."""
FLAGS = ("fused", "fsdp", "frozen", "sequence_parallel", "accumulated")
TOWARDS = {"16": 0.65, "8": 0.6, "4": 0.6}
MOE_START = 0.5
PULL, MOE_PULL = 0.1, 0.15
SAME_CHIP = {
    "nvidia_h200_sxm_141gb": "nvidia_h100_sxm_80gb",
    "nvidia_h800_sxm_80gb": "nvidia_h100_sxm_80gb",
    "nvidia_b300_sxm_288gb": "nvidia_gb300",
}
"""Accelerators whose compute is another's: GH100 with more memory or fewer links; Blackwell Ultra outside the rack."""
MAKES = ("google_tpu",)
"""Makes whose unmeasured accelerators take the mean of their own kind: other software, no measured ceilings."""
THIS_YEAR = 2026.0
"""Where no row of experts is dated, nothing depends on it."""
KIN = 2
"""Accelerators of a generation that must have rows before its mean counts: power limits set single ones apart."""
LAYOUT = ("tp", "pp", "cp", "ep", "vp", "dp", "micro", "count", "recompute")


@dataclass
class Fitted:
    """Coefficients of a fit: shared ones, efficiencies by (accelerator, bits), expert rates by accelerator."""

    shared: dict[str, float]
    efficiency: dict[tuple[str, str], float]
    moe: dict[str, float]
    rows: Counter[tuple[str, str]]
    years: tuple[float, float]
    """Of the oldest and the newest software behind expert layers."""

    def table(self, known: Books) -> dict[str, dict[str, float]]:
        """Figures by accelerator as the catalog names them; `default` for what nobody measured."""
        made: dict[str, dict[str, float]] = {
            DEFAULT: {f"training_{name}": value for name, value in self.shared.items()}
        }
        for (chip, bits), value in self.efficiency.items():
            made.setdefault(chip, {})[f"training_gemm_{bits}"] = value
        for chip, value in self.moe.items():
            made.setdefault(chip, {})["training_moe"] = value
        for chip, like in SAME_CHIP.items():
            if like in made:
                made[chip] = {**made[like], **made.get(chip, {})}
        made[DEFAULT] |= self._unseen(known)
        return made

    def _unseen(self, known: Books) -> dict[str, float]:
        found: dict[str, float] = {}
        for bits in ("16", "8", "4"):
            values = list(self._width(bits).values())
            if values:
                found[f"training_gemm_{bits}"] = _mean(values)
        for bits, unit in (("16", "bf16"), ("8", "fp8")):
            shares = []
            for (chip, b), value in self.efficiency.items():
                ceiling = known.chip(known.catalog.row("accelerator", chip)).ceiling(unit)
                if b == bits and ceiling:
                    shares.append(value / ceiling)
            if shares:
                found[f"training_of_measured_{bits}"] = _mean(shares)
        if self.moe:
            found["training_moe"] = _mean(list(self.moe.values()))
        of = known.coefficients.generations
        for name, own in (("moe", self.moe), *((f"gemm_{b}", self._width(b)) for b in TOWARDS)):
            for make in MAKES:
                values = [value for chip, value in own.items() if chip.startswith(make)]
                if values:
                    found[f"training_{name}_{make}"] = _mean(values)
            for kin in sorted(set(of.values())):
                values = [value for chip, value in own.items() if of.get(chip) == kin]
                if len(values) >= KIN:
                    found[f"training_{name}_{kin}"] = _mean(values)
        return found

    def _width(self, bits: str) -> dict[str, float]:
        """Efficiencies of one width by accelerator."""
        return {chip: value for (chip, b), value in self.efficiency.items() if b == bits}

    def coefficients(self, known: Books) -> Coefficients:
        """The coefficients a catalog with these figures would carry; the others as they are."""
        table = {id: {n: s for n, s in row.items() if not _ours(n)} for id, row in known.coefficients.table.items()}
        for id, figures in self.table(known).items():
            table.setdefault(id, {})
            basis = "estimated" if id in SAME_CHIP else "calibrated"
            table[id] |= {name: Spread(value, value, value, basis) for name, value in figures.items()}
        (low, high) = self.years
        table[DEFAULT] |= {"training_moe_year": Spread(high, low, high, "calibrated")}
        table[DEFAULT] = {**_others(known), **table[DEFAULT]}
        return replace(known.coefficients, table=table)


def unfitted(known: Books) -> Books:
    """The books with the coefficients that a fit starts from, the same for every accelerator."""
    chips = [row.id for row in known.catalog.rows("accelerator") if _timed(known, row)]
    shared = {name: start for name, (start, _, _) in SHARED.items()}
    efficiency = {(chip, bits): value for chip in chips for bits, value in TOWARDS.items()}
    plain = Fitted(shared, efficiency, dict.fromkeys(chips, MOE_START), Counter(), (THIS_YEAR, THIS_YEAR))
    return replace(known, coefficients=plain.coefficients(known))


def _timed(known: Books, row: CatalogRow) -> bool:
    """Whether the catalog says enough of an accelerator to time a step on it."""
    try:
        known.chip(row)
    except Excluded:
        return False
    return True


def _others(known: Books) -> dict[str, Spread]:
    """Figures of accelerators nobody measured that are no part of the fit."""
    return {name: s for name, s in known.coefficients.table[DEFAULT].items() if not _ours(name)}


def _ours(name: str) -> bool:
    return name.startswith("training_") and not name.endswith(("_error", "_overhead"))


def _mean(values: Sequence[float]) -> float:
    """Geometric mean."""
    return float(np.exp(np.mean(np.log(values))))


def _columns(cases: Sequence[Case]) -> tuple[Any, dict[str, np.ndarray]]:
    """Their models as one whose figures are arrays, and the rest of what a step asks of them."""

    def column(read):  # type: ignore[no-untyped-def]
        return np.array([read(c) for c in cases], dtype=np.float64)

    made = {name: column(lambda c, n=name: getattr(c.layout, n)) for name in LAYOUT}
    made |= {name: column(lambda c, n=name: getattr(c, n)) for name in (*FLAGS, "sequence")}
    made |= {n: column(lambda c, n=n: getattr(c.chip, n)) for n in ("memory_rate", "scale_up", "scale_out", "domain")}
    made["year"] = column(lambda c: c.year or np.inf)
    made["peak"] = column(lambda c: c.chip.flops(c.precision))
    made["wide"] = column(lambda c: c.chip.flops("bf16"))
    shapes = {n: column(lambda c, n=n: getattr(c.model, n)) for n in (f.name for f in fields(Transformer))}
    return SimpleNamespace(**shapes), made


class Problem:
    """Rows as arrays; residuals of a vector of parameters, all of one model's rows in one pass."""

    def __init__(self, rows: Sequence[Row]) -> None:
        often = Counter(row.key for row in rows)
        self.rows = [row for row in rows if often[row.key] >= FEWEST]
        keys = {row.key for row in self.rows} | {(row.case.chip.id, "16") for row in self.rows}
        self.keys, self.often = sorted(keys), Counter(row.key for row in self.rows)
        experts = Counter(row.case.chip.id for row in self.rows if row.case.model.experts)
        self.moe, self.experts = sorted(id for id, n in experts.items() if n >= FEWEST), experts
        sources = Counter(row.source for row in self.rows)
        self.weight = np.array([sources[row.source] ** -0.25 for row in self.rows])
        years = [row.case.year for row in self.rows if row.case.model.experts and row.case.year]
        self.oldest, self.newest = min(years, default=THIS_YEAR), max(years, default=THIS_YEAR)
        many = np.array([row.case.model.experts > 0 for row in self.rows])
        halves = (where for where in (np.flatnonzero(many), np.flatnonzero(~many)) if where.size)
        self.columns = [(where, *_columns([self.rows[i].case for i in where])) for where in halves]
        self.at = np.array([self.keys.index(row.key) for row in self.rows])
        self.wide = np.array([self.keys.index((row.case.chip.id, "16")) for row in self.rows])
        self.rate = np.array([self._rate(row) for row in self.rows])
        self.step = np.array([row.step_s for row in self.rows])

    def _rate(self, row: Row) -> int:
        """Index of the row's expert rate; -1 is the shared one."""
        id = row.case.chip.id
        return self.moe.index(id) if row.case.model.experts and id in self.moe else -1

    def split(self, x: np.ndarray) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
        """Shared constants by name, efficiencies, expert rates with the shared one last."""
        n, m = len(SHARED), len(SHARED) + len(self.keys)
        shared = dict(zip(SHARED, x[:n].tolist(), strict=True))
        return shared, x[n:m], np.append(x[m:], shared["moe"])

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Step seconds of every row."""
        shared, efficiency, moe = self.split(x)
        out = np.zeros(len(self.rows))
        for where, model, of in self.columns:
            hw = Hardware(
                linear=efficiency[self.at[where]] * of["peak"],
                wide=efficiency[self.wide[where]] * of["wide"],
                memory_rate=of["memory_rate"],
                scale_up=of["scale_up"] * shared["scale_up_share"],
                scale_out=of["scale_out"] * shared["scale_out_share"],
                domain=of["domain"],
            )
            rates = Rates(moe=moe[self.rate[where]], **{name: shared[name] for name in CONSTANTS})
            pace = np.exp(shared["moe_pace"] * (np.minimum(of["year"], self.newest) - self.newest))
            lay = Layouts(*(of[name] for name in LAYOUT))
            flags = {name: of[name] > 0 for name in FLAGS}
            out[where] = step_seconds(model, hw, rates, lay, of["sequence"], **flags, pace=pace)
        return out

    def residuals(self, x: np.ndarray) -> np.ndarray:
        shared, efficiency, moe = self.split(x)
        towards = np.array([TOWARDS[bits] for _, bits in self.keys])
        error = np.log(self.predict(x) / self.step) * self.weight
        pull = PULL * np.log(efficiency / towards)
        known = [PULL * np.log(shared[name] / SHARED[name][0]) for name in PULLED]
        return np.concatenate([error, pull, MOE_PULL * np.log(moe[:-1] / shared["moe"]), known])

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """Derivatives by forward differences; parameters that move different rows are moved together."""
        base, n = self.residuals(x), len(self.rows)
        made = np.zeros((base.size, x.size))
        for together in self.together():
            step = np.zeros(x.size)
            step[together] = 1e-6 * np.maximum(np.abs(x[together]), 1e-5)
            change = self.residuals(x + step) - base
            for i in together:
                moved = np.r_[self.moves(i), np.zeros(base.size - n, bool)]
                if i >= len(SHARED):
                    moved[n + i - len(SHARED)] = True
                else:
                    moved[n:] = True
                made[moved, i] = change[moved] / step[i]
        return made

    def moves(self, i: int) -> np.ndarray:
        """Which rows a parameter moves."""
        n, m = len(SHARED), len(SHARED) + len(self.keys)
        if i < n:
            return np.ones(len(self.rows), bool)
        return (self.at == i - n) | (self.wide == i - n) if i < m else self.rate == i - m

    def together(self) -> list[list[int]]:
        """Parameters by turns: shared ones alone, the widths of all accelerators, all expert rates."""
        n, m = len(SHARED), len(SHARED) + len(self.keys)
        widths = [[n + j for j, (_, bits) in enumerate(self.keys) if bits == b] for b in TOWARDS]
        return [*([i] for i in range(n)), *(w for w in widths if w), list(range(m, m + len(self.moe)))]


def fit(rows: Sequence[Row]) -> Fitted:
    """The coefficients that rows ask for."""
    p = Problem(rows)
    start = [*(s for s, _, _ in SHARED.values()), *(TOWARDS[b] for _, b in p.keys), *(MOE_START for _ in p.moe)]
    least = [*(lo for _, lo, _ in SHARED.values()), *(0.15 for _ in p.keys), *(0.1 for _ in p.moe)]
    most = [*(hi for _, _, hi in SHARED.values()), *(0.98 for _ in p.keys), *(1.5 for _ in p.moe)]
    x0 = np.array(start)
    found = least_squares(
        p.residuals, x0, jac=p.jacobian, bounds=(least, most), loss="soft_l1", f_scale=0.1, x_scale=np.abs(x0),
        max_nfev=120, ftol=1e-6,
    )  # fmt: skip
    shared, efficiency, moe = p.split(found.x)
    own = {key: float(v) for key, v in zip(p.keys, efficiency, strict=True) if p.often[key] >= FEWEST}
    experts = dict(zip(p.moe, moe[:-1].tolist(), strict=True))
    return Fitted(shared, own, experts, p.often + _experts(p), (p.oldest, p.newest))


def with_overhead(known: Books, c: Coefficients, found: Sequence[Entry]) -> Books:
    """The books with other coefficients, and what whole runs took over their steps by the rows that report them."""

    def books_with(overhead: Spread) -> Books:
        table = {**c.table, DEFAULT: {**c.table[DEFAULT], "training_run_overhead": overhead}}
        return replace(known, coefficients=replace(c, table=table))

    none = Spread(1.0, 1.0, 1.0, "calibrated")
    runs = [entry for entry in found if entry.data.get("metric") in WHOLE_RUNS]
    results = validate(runs, books_with(none)).results
    ratios = [r.measured / r.predicted for r in results if r.measured and r.predicted]
    return books_with(Spread(_mean(ratios), min(ratios), max(ratios), "calibrated") if ratios else none)


def _experts(p: Problem) -> Counter[tuple[str, str]]:
    return Counter({(id, "moe"): n for id, n in p.experts.items()})
