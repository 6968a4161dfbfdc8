"""How many sequences run at once, and how long a request waits for a place, where steps take longer the more run.

Requests come at a rate r; n running sequences leave at mu(n) = n / (answer x TPOT(n)), no more than K at once:

    p(n)   in proportion to  prod over i <= n of (r / mu(i))^h, beyond K by (r / mu(K))^h a request
    waits  P[n >= K]; then exponential at h (mu(K) - r)

h = 2 / (ca2 + 1) spreads what bursts add; ca2: squared coefficient of variation of times between requests. Exact for
arrivals at random and exponential lengths; p(n) up to K for lengths of any kind, since all who run share alike
(processor sharing is insensitive: Cohen 1979).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray

POINTS = 16
"""Numbers running at which a step is timed; between them it is interpolated."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Chances of 0 to K - 1 running, all that is beyond, and the rate at which waits end, 1/s."""

    chances: NDArray[np.float64]
    waits: float
    """Chance that a request finds no place."""
    ending: float

    def running(self, late: float) -> float:
        """Sequences running that a share `late` of sequences finds exceeded, its own among them; K at most."""
        places = len(self.chances)
        seen = np.append(self.chances * np.arange(places), self.waits * places)
        beyond = np.cumsum(seen) / seen.sum()
        return max(1.0, min(float(places), float(np.searchsorted(beyond, 1 - late))))

    def wait_s(self, late: float) -> float:
        """Seconds for a place that a share `late` of requests exceeds; infinite where more come than can leave."""
        if self.ending <= 0:
            return inf
        return max(0.0, log(self.waits / late) / self.ending) if self.waits > 0 else 0.0


def leaving(places: int, answer: float, tpot_s: Callable[[float], float]) -> NDArray[np.float64]:
    """Sequences/s that end where 1 to `places` run, (places,); `answer` tokens each, `tpot_s` by how many run."""
    at = np.unique(np.round(np.geomspace(1, places, min(POINTS, places))))
    running = np.arange(1, places + 1)
    return np.asarray(running / (answer * np.interp(running, at, [tpot_s(float(n)) for n in at])))


def chain(leaving: NDArray[np.float64], rate: float, arrivals_cv2: float) -> Chain:
    """The chain at `rate` requests/s of which `leaving` end a second, by how many run."""
    places, h = len(leaving), 2 / (arrivals_cv2 + 1)
    logs = np.concatenate(([0.0], np.cumsum(h * np.log(max(rate, 1e-300) / leaving))))
    weights = np.exp(logs - logs.max())
    last = float(leaving[-1])
    growth = exp(h * log(rate / last)) if rate > 0 else 0.0
    if growth >= 1:
        return Chain(np.zeros(places), 1.0, 0.0)
    tail = float(weights[-1]) / (1 - growth)
    total = float(weights[:-1].sum()) + tail
    return Chain(weights[:-1] / total, tail / total, h * (last - rate))
