"""Traffic of rented classes is paid: retrieval, egress, requests, and bytes that leave before their least stay.

traffic = sum over bands on rented classes of TB placed / TB of the band x 12 x years x value factor
          x (GB read a month x (retrieval + egress) + GB read / object x read price + GB written / object x write price)
        + TB placed x rent x 12 x years x value factor x max(0, least stay / stay - 1)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.bands import Band, bands_of
from planner.audit.verdict import Check, equal
from planner.audit.view import Record, View

NAME = "lifecycle"
DAY_S = 86_400.0


def check(view: View) -> Iterator[Check]:
    due: dict[tuple[str, str], float] = defaultdict(float)
    for name, when in view.periods.items():
        for dataset in (w for w in view.workloads.values() if w["kind"] == "dataset" and w["spec"].get("bands")):
            for band in bands_of(view, dataset, name):
                keys = {"dataset": dataset["id"], "band": band.name, "period": name}
                for k, tb in view.each("storage.tb", **keys):
                    tier = view.tiers[k["tier"]]
                    if tier["rent_usd_per_month"]:
                        worth = 12 * when["years"] * when["value_factor"]
                        due[k["site"], name] += tb * _usd_per_tb(band, tier) * worth
    paid = view.money("traffic")
    for place in sorted({*paid, *due, *view.places()}):
        value, size = paid.get(place, (0.0, 0.0))
        yield equal(f"account traffic, {' '.join(place)}", "the sum (USD)", value, due.get(place, 0.0), scale=size)


def _usd_per_tb(band: Band, tier: Record) -> float:
    """USD a month of one TB of the band on the class, beyond its rent."""
    read, written = band.read_gb_month / band.tb, band.written_gb_month / band.tb
    usd = read * (tier["retrieval_usd_per_gb"] + tier["egress_usd_per_gb"])
    usd += read / band.object_gb / 1000 * tier["read_usd_per_1000"]
    usd += written / band.object_gb / 1000 * tier["write_usd_per_1000"]
    return float(usd + tier["rent_usd_per_month"] * max(0.0, tier["stay_days"] * DAY_S / band.stay_s - 1))
