"""What is bought is paid for, kept up, sold for what is left, and carries the carbon of its making.

purchase    = sum of bought x price x v^t K, at its period's begin and at each end of life inside its service
resale      = - sum of bought x price x (1 - age / life) x v^end K, when its service ends
maintenance = sum of bought x upkeep per year x years x value factor, in each period it serves
embodied    = sum of bought x kgCO2e / life x years, in each period it serves
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.assets import EPSILON, Owned, owned, worth
from planner.audit.verdict import Check, equal
from planner.audit.view import View

NAME = "purchases"
ACCOUNTS = ("purchase", "resale", "maintenance")
Place = tuple[str, str]
Due = dict[Place, float]


def check(view: View) -> Iterator[Check]:
    due: dict[str, Due] = {account: defaultdict(float) for account in ACCOUNTS}
    embodied: dict[Place, float] = defaultdict(float)
    for thing in owned(view):
        for bought, units in thing.purchases(view):
            _deal(view, thing, bought, units, due)
            for period in thing.served(view, bought):
                amount = units * thing.embodied / thing.life * period["years"]
                embodied[thing.site, period["name"]] += amount
    for account in ACCOUNTS:
        paid = view.money(account)
        for place in sorted(set(paid) | set(due[account])):
            value, size = paid.get(place, (0.0, 0.0))
            yield equal(
                f"account {account}, {' '.join(place)}", "the sum (USD)", value, due[account][place], scale=size
            )
    for spot in view.places():
        counted = view.tally("embodied_kg", *spot)
        yield equal(" in ".join(spot), "embodied_kg", counted, embodied[spot], floor=1e-6)
    elsewhere = view.tally("embodied_kg") - sum(view.tally("embodied_kg", *place) for place in view.places())
    yield equal("tallies", "embodied_kg at no site", elsewhere, 0.0, scale=view.tally("embodied_kg"))


def _deal(view: View, thing: Owned, bought: str, units: float, due: dict[str, Due]) -> None:
    """Payments of one purchase."""
    served, place = thing.served(view, bought), (thing.site, bought)
    begin, end = view.periods[bought]["begin"], served[-1]["begin"] + served[-1]["years"]
    paid = begin
    while paid < end - EPSILON:
        due["purchase"][place] += units * thing.price * worth(view, paid)
        paid += thing.life
    age = end - (paid - thing.life)
    due["resale"][place] -= units * thing.price * max(0.0, 1 - age / thing.life) * worth(view, end)
    for period in served:
        amount = units * thing.upkeep * period["years"] * period["value_factor"]
        due["maintenance"][thing.site, period["name"]] += amount
