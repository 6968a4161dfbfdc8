"""What accelerators meter of themselves while they serve, and what that makes of an output token.

    accelerator_power_w    board power by the shares of memory bandwidth and arithmetic of a step (estimate/power.py)
    joules_per_token       that x seconds between tokens / sequences decoded together

A row says how many users or sequences there are at the same time (`batch`) and how long prompts and answers are. The
step is predicted, too: an error of its time is one of its energy.
"""

from __future__ import annotations

from planner.estimate import bench
from planner.estimate.power import loaded_w
from planner.estimate.serving import cache_bytes, room
from planner.validate.books import Books
from planner.validate.entry import Entry
from planner.validate.prediction import Prediction
from planner.validate.serving_cases import behind, setting
from planner.validate.serving_fields import BOARDS, ENERGY


def loaded(entry: Entry, name: str, books: Books) -> Prediction:
    """Watts of all accelerators, or joules of a token. Raises Excluded."""
    behind(entry, books)
    what = name if name in (BOARDS, ENERGY) else entry.text("metric")
    s = setting(entry, books, entry.whole("count", 1), entry.number("tp", 0))
    prompt, answer, users = (entry.positive(field) for field in ("isl", "osl", "batch"))
    c = books.coefficients
    e, m, context = s.engine(c), s.model, prompt + answer / 2
    together = max(1.0, min(users, room(m, e, context)))
    step = bench.closed_step_s(m, e, users, prompt, answer)
    read = m.read_bytes(e.precision, m.hit(together)) + together * m.seen(context) * cache_bytes(m, e)
    memory = read / (s.accelerators * s.chip.memory_rate * step)
    arithmetic = 2 * m.active * together * (1 + prompt / answer)
    share = arithmetic / (s.accelerators * s.chip.flops(e.precision) * step)
    tdp = books.accelerator(entry.text("accelerator")).number("tdp_w")
    watts = loaded_w(s.accelerators, tdp, memory, share, c)
    value = watts * step / together if what == ENERGY else watts
    spread = c.of("", "power_energy_error" if what == ENERGY else "power_load_error")
    return Prediction(
        name,
        entry.positive(name),
        value,
        value * spread.low,
        value * spread.high,
        "J" if what == ENERGY else "W",
        basis="estimated",
        labels={"kind": "energy of a token" if what == ENERGY else "power of accelerators"},
    )
