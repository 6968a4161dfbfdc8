"""Fits the serving coefficients to published rows: log effects of the constant, the accelerator and the software.

    ln coefficient = ln constant + effect of accelerator + effect of software        both drawn to zero (ridge)

minimises  sum over rows w (pseudo-Huber of ln predicted / measured)  +  sum of penalty x effect^2, by Gauss-Newton.
An accelerator or software with fewer than FEWEST rows gets no effect of its own: no constant rests on one row.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from serving_trials import Key, Parameter, Trials

from planner import driver
from planner.estimate.coefficients import Coefficients
from planner.validate.books import books
from planner.validate.entry import Entry, Excluded
from planner.validate.mlperf import work_of
from planner.validate.reading import entries
from planner.validate.serving_cases import Case, cases
from planner.validate.serving_fields import TPOT, TTFT, TTFT_ALONE

DATA = Path(__file__).parent / "data"
FILES = ("serving_measurements.yaml", "serving_inferencex_sample.yaml")
FEWEST = 3
"""Rows below which an accelerator or software has no coefficients of its own."""
KNEE = 0.08
"""Log error at which a row's pull stops growing: a tenth of the rows are off for reasons outside the model."""
AFRESH = 4
"""Rounds after which rows are asked again whether they feel a coefficient at all."""
STEP = 0.02
"""Log step of the finite differences."""
PENALTY = {"constant": 0.003, "accelerator": 0.006, "software": 0.006}
"""Ridge on squared log effects by level; effects of accelerators and software are drawn to zero twice as hard."""
Numbers = NDArray[np.float64]


BOTH, SOFTWARE = ("accelerator", "software"), ("software",)
CURRENT = ("trtllm_2025",)
"""Software whose mean effect is nought: its constants are what plans use, where no software is named. Measured at full
load on four accelerators, and slower by the token than what others of its year answer with."""
PARAMETERS: dict[str, Parameter] = {
    "serving_compute": Parameter(0.6, BOTH, 5),
    "serving_bandwidth": Parameter(0.8, BOTH, 4),
    "serving_layer_s": Parameter(6e-5, BOTH),
    "serving_sequence_s": Parameter(5e-6, SOFTWARE),
    "serving_hop_s": Parameter(1e-5, SOFTWARE),
    "serving_step_s": Parameter(1e-3),
    "serving_8bit": Parameter(0.9, SOFTWARE),
    "serving_4bit": Parameter(0.8, SOFTWARE),
    "serving_narrow": Parameter(1.0, SOFTWARE),
    "serving_group": Parameter(0.2, SOFTWARE, 2),
    "serving_odd_group": Parameter(1.0, SOFTWARE),
    "serving_prefill": Parameter(1.0, SOFTWARE, 2),
    "serving_attention": Parameter(0.7, SOFTWARE),
    "serving_moe": Parameter(1.0),
    "serving_stall": Parameter(0.8, SOFTWARE),
    "serving_first_prefill": Parameter(1.2, SOFTWARE),
    "serving_first_decode": Parameter(1.0, SOFTWARE),
    "serving_first_queue": Parameter(0.1, SOFTWARE),
    "serving_request_s": Parameter(1e-3, SOFTWARE),
    "serving_targets": Parameter(0.93),
}
PEAKS = (
    ("serving_bandwidth",),
    ("serving_bandwidth", "serving_narrow"),
    ("serving_compute",),
    ("serving_compute", "serving_8bit"),
    ("serving_compute", "serving_4bit"),
    ("serving_compute", "serving_prefill"),
    ("serving_compute", "serving_8bit", "serving_prefill"),
    ("serving_compute", "serving_4bit", "serving_prefill"),
    ("serving_compute", "serving_attention"),
)
"""Products that are shares of a peak: what exceeds one is drawn back, on every accelerator under every software."""
PEAK_PULL = 3.0
"""Weight of a squared log excess over a peak."""
WEIGHTS = {TPOT: 0.4, TTFT_ALONE: 2.0, TTFT: 0.03}
"""Rows of time count less each where there are many of one sweep; first tokens in a closed loop hardly at all."""


@dataclass(frozen=True)
class Fit:
    """Effects by key, and the log errors of the rows fitted, predicted over measured."""

    effects: dict[Key, float]
    errors: Numbers


def load() -> tuple[list[tuple[Entry, Case]], Counter[str]]:
    """Every language-serving case of the published rows, and why others are left out."""
    known = books(driver.catalog([]))
    found, out = [], Counter[str]()
    for file in FILES:
        for entry in entries(DATA / file):
            if work_of(entry.text("model")):
                out["looked up, not modelled"] += 1
                continue
            try:
                found += [(entry, case) for case in cases(entry, known)]
            except Excluded as why:
                out[why.reason] += 1
    return found, out


def predicted(members: Sequence[Case], base: Coefficients, effects: Mapping[Key, float]) -> Numbers:
    """Log predictions; a case that does not fit at all counts as one in a million."""
    trials = Trials(base, effects, PARAMETERS)
    return np.array([math.log(max(case.seek(trials.of(case)), 1e-6)) for case in members])


def fit(members: Sequence[Case], base: Coefficients, start: Mapping[Key, float] | None = None, rounds: int = 14) -> Fit:
    """Gauss-Newton with a step that halves its trust when it fails."""
    keys, owners = _keys(members)
    at = np.array([(start or {}).get(key, 0.0) for key in keys])
    held = np.array([PENALTY[level] * PARAMETERS[name].held for name, level, _ in keys])
    shares, offset = _shares(members, keys)
    weights = np.array([WEIGHTS.get(case.quantity, 1.0) for case in members])
    target = np.log([case.measured for case in members])
    effects = dict(zip(keys, at.tolist(), strict=True))
    errors = predicted(members, base, effects) - target
    cost, trust = _cost(errors, weights, held, at) + _excess(shares, offset, at), 1e-3
    slopes: dict[str, Numbers] = {}
    for turn in range(rounds):
        slopes = _slopes(members, base, effects, errors + target, slopes if turn % AFRESH else {})
        jacobian = np.zeros((len(members), len(keys)))
        for row, columns in enumerate(owners):
            for column in columns:
                jacobian[row, column] = slopes[keys[column][0]][row]
        pull = weights * KNEE / np.sqrt(KNEE**2 + errors**2)
        over = np.maximum(0.0, offset + shares @ at)
        strict = shares[over > 0]
        normal = jacobian.T @ (jacobian * pull[:, None]) + np.diag(held) + PEAK_PULL * strict.T @ strict
        gradient = jacobian.T @ (pull * errors) + held * at + PEAK_PULL * shares.T @ over
        better = False
        for _ in range(6):
            new = at - np.linalg.solve(normal + trust * np.diag(np.diag(normal)) + 1e-9 * np.eye(len(at)), gradient)
            tried = dict(zip(keys, new.tolist(), strict=True))
            found = predicted(members, base, tried) - target
            gained = cost - _cost(found, weights, held, new) - _excess(shares, offset, new)
            if gained > 0:
                better = True
                break
            trust = trust * 10 + 1e-6
        if not better:
            break
        at, effects, errors, cost, trust = new, tried, found, cost - gained, trust / 5
        if gained < 1e-4 * cost:
            break
    return Fit(effects, errors)


def anchored(effects: Mapping[Key, float]) -> dict[Key, float]:
    """The same predictions, with constants moved to the mean of current software."""
    moved = dict(effects)
    for name, parameter in PARAMETERS.items():
        known = [effects[key] for who in CURRENT if (key := (name, "software", who)) in effects]
        if "software" in parameter.levels and known:
            by = sum(known) / len(known)
            moved[name, "constant", ""] += by
            for key in effects:
                if key[:2] == (name, "software"):
                    moved[key] -= by
    return moved


def _cost(errors: Numbers, weights: Numbers, held: Numbers, at: Numbers) -> float:
    huber = 2 * KNEE * (np.sqrt(KNEE**2 + errors**2) - KNEE)
    return float((weights * huber).sum() + (held * at**2).sum())


def _excess(shares: Numbers, offset: Numbers, at: Numbers) -> float:
    return PEAK_PULL * float((np.maximum(0.0, offset + shares @ at) ** 2).sum())


def _shares(members: Sequence[Case], keys: Sequence[Key]) -> tuple[Numbers, Numbers]:
    """Log shares of peaks as sums of effects: a row for each product of PEAKS, accelerator and software."""
    places = {key: place for place, key in enumerate(keys)}
    pairs = sorted({(case.accelerator, case.software) for case in members})
    shares = np.zeros((len(pairs) * len(PEAKS), len(keys)))
    offset = np.zeros(len(shares))
    for row, ((chip, used), product) in enumerate(itertools.product(pairs, PEAKS)):
        for name in product:
            offset[row] += math.log(PARAMETERS[name].start)
            for level, who in (("constant", ""), ("accelerator", chip), ("software", used)):
                if (name, level, who) in places:
                    shares[row, places[name, level, who]] += 1
    return shares, offset


def _slopes(
    members: Sequence[Case],
    base: Coefficients,
    effects: Mapping[Key, float],
    now: Numbers,
    before: Mapping[str, Numbers],
) -> dict[str, Numbers]:
    """Change of log prediction per log change of each coefficient; only of rows that felt it before, where known."""
    found = {}
    for name in PARAMETERS:
        moved = {**effects, (name, "constant", ""): effects.get((name, "constant", ""), 0.0) + STEP}
        felt = np.flatnonzero(before[name]) if name in before else np.arange(len(members))
        slopes = np.zeros(len(members))
        slopes[felt] = (predicted([members[i] for i in felt], base, moved) - now[felt]) / STEP
        found[name] = slopes
    return found


def _keys(members: Sequence[Case]) -> tuple[list[Key], list[list[int]]]:
    """Effects that the rows can tell, and which of them each row has."""
    many = Counter(("accelerator", c.accelerator) for c in members) + Counter(("software", c.software) for c in members)
    places: dict[Key, int] = {}
    owners = []
    for case in members:
        whose = {"accelerator": case.accelerator, "software": case.software}
        mine = []
        for name, parameter in PARAMETERS.items():
            wanted = [("constant", "")]
            wanted += [(level, whose[level]) for level in parameter.levels]
            for level, who in wanted:
                if level == "constant" or (who and many[level, who] >= FEWEST):
                    mine.append(places.setdefault((name, level, who), len(places)))
        owners.append(mine)
    return list(places), owners
