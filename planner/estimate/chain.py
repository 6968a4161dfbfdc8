"""How many sequences run at once, and how long a request waits for a place, where steps take longer the more run.

Requests come at a rate r; n running sequences leave at mu(n) = n / (answer x TPOT(n)), no more than K at once:

    p(n)   in proportion to  prod over i <= n of (r / mu(i))^h, beyond K by (r / mu(K))^h a request
    waits  P[n >= K]; then exponential at h (mu(K) - r)

h = 2 / (ca2 + 1) spreads what bursts add; ca2: squared coefficient of variation of times between requests. Exact for
arrivals at random and exponential lengths; p(n) up to K for lengths of any kind, since all who run share alike
(processor sharing is insensitive: Cohen 1979).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, inf, log

POINTS = 16
"""Numbers running at which a step is timed; between them it is interpolated."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Chances of 0 to K - 1 running, all that is beyond, and the rate at which waits end, 1/s."""

    chances: Sequence[float]
    waits: float
    """Chance that a request finds no place."""
    ending: float

    def running(self, late: float) -> float:
        """Sequences running that a share `late` of sequences finds exceeded, its own among them; K at most."""
        places = len(self.chances)
        seen = list(accumulate([n * chance for n, chance in enumerate(self.chances)] + [places * self.waits]))
        return max(1.0, min(float(places), float(bisect_left(seen, (1 - late) * seen[-1]))))

    def wait_s(self, late: float) -> float:
        """Seconds for a place that a share `late` of requests exceeds; infinite where more come than can leave."""
        if self.ending <= 0:
            return inf
        return max(0.0, log(self.waits / late) / self.ending) if self.waits > 0 else 0.0


def leaving(places: int, answer: float, tpot_s: Callable[[float], float]) -> list[float]:
    """Sequences/s that end where 1 to `places` run, (places,); `answer` tokens each, `tpot_s` by how many run."""
    points = min(POINTS, places)
    at = sorted({round(places ** (i / max(1, points - 1))) for i in range(points)} | {places})
    timed = [(n, answer * tpot_s(float(n))) for n in at]
    found = [at[0] / timed[0][1]]
    for (low, first), (high, last) in pairwise(timed):
        slope = (last - first) / (high - low)
        found += [n / (first + slope * (n - low)) for n in range(low + 1, high + 1)]
    return found


def chain(leaving: Sequence[float], rate: float, arrivals_cv2: float) -> Chain:
    """The chain at `rate` requests/s of which `leaving` end a second, by how many run."""
    places, h = len(leaving), 2 / (arrivals_cv2 + 1)
    last = leaving[-1]
    growth = exp(h * log(rate / last)) if rate > 0 else 0.0
    if growth >= 1:
        return Chain([0.0] * places, 1.0, 0.0)
    come = log(max(rate, 1e-300))
    logs = list(accumulate([h * (come - log(ends)) for ends in leaving], initial=0.0))
    top = max(logs)
    weights = [exp(each - top) for each in logs]
    tail = weights.pop() / (1 - growth)
    total = sum(weights) + tail
    return Chain([w / total for w in weights], tail / total, h * (last - rate))
