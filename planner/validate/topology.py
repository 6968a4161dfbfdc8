"""Rows of published fabrics: switches and cables of each, by the rules the planner counts with.

Endpoints are what the fabric was built for, else the GPUs. Where a fabric has planes, each is one of its own at the
broken-out radix: switches add up, and a cable carries a lane of every plane. The published tables add four cables to
the managing servers to those of the nodes. Every published figure is a prediction, or stands among what is left out
with the reason: printed totals that the row's own counts contradict, and sums of bandwidth, which count nothing.

Rows that print no switch ports are counted where their parts are printed: leaves of so many stripes, GPUs of so many
segments, bandwidth and oversubscription of so many uplinks. What rests on ports alone is left out, figure by figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from planner.estimate.topology import ANY, RAIL_OPTIMIZED, Count, Wiring, fewest
from planner.estimate.torus import optical, scale_up_chips
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.prediction import Prediction

MANAGER_CABLES = 4
"""Of an H100 or B200 SuperPOD to its two fabric managers (NVIDIA reference architectures, Table 4)."""
Field = Callable[[Entry, Count, int], float]
FIELDS: dict[str, tuple[str, Field]] = {
    "tiers": ("tiers", lambda e, c, planes: c.tiers),
    "leaf": ("switches", lambda e, c, planes: c.leaf * planes),
    "spine": ("switches", lambda e, c, planes: c.spine * planes),
    "core": ("switches", lambda e, c, planes: c.core * planes),
    "cables_node_leaf": ("cables", lambda e, c, planes: c.endpoints),
    "cables_node_leaf_800g": ("cables", lambda e, c, planes: c.endpoints),
    "cables_node_leaf_plus_ufm": ("cables", lambda e, c, planes: e.whole("gpus") + MANAGER_CABLES),
    "cables_leaf_spine": ("cables", lambda e, c, planes: c.leaf_links),
    "cables_leaf_spine_800g": ("cables", lambda e, c, planes: c.leaf_links),
    "cables_spine_core": ("cables", lambda e, c, planes: c.spine_links),
}
TOTALS = ("gpu_bw_TBps", "leaf_spine_total_Tbps", "server_to_leaf_Tbps_8_servers")
"""Sums of bandwidth as brochures print them."""
LARGEST_RADIX = 4096
NO_PORTS = "the row prints no ports of its switches, nor parts that it is the product of"
UPLINKS = re.compile(r"(\d+) x (\d+)G")
"""Links of a leaf to all spines, and Gb/s of each, as `4 x 400G`."""
NONE = {"accelerator": "", "family": "", "tiers": "no tiers"}
NVLINK_CHIP_PORTS = 72
"""Of a fifth-generation NVLink switch chip (NVIDIA DGX GB200 reference architecture: 18 chips, 1,296 links)."""


def accepts(entry: Entry) -> bool:
    """Rows with a source and counts of switches, without a metric."""
    return not entry.has("metric") and (entry.has("leaf") or entry.has("src"))


def fields(entry: Entry) -> list[str]:
    """Published counts of a row."""
    return [name for name in FIELDS if entry.has(name)]


def predict(entry: Entry, books: Books) -> list[Prediction]:
    """One prediction for each published count. Raises Excluded where the row is no Clos with switches of one radix."""
    counted = _counted(entry)
    return [*counted, *_left_out(entry, {p.field for p in counted})]


def _left_out(entry: Entry, known: set[str]) -> list[Prediction]:
    """Printed figures that are no count of the fabric, each with the reason."""
    found = []
    if entry.has("gpus_printed") and entry.whole("gpus_printed") != entry.whole("gpus"):
        cables = f" and {entry.whole('cables_node_leaf'):,} cables" if entry.has("cables_node_leaf") else ""
        why = f"its own row contradicts it: {entry.whole('nodes'):,} nodes{cables} are {entry.whole('gpus'):,} GPUs"
        found.append(_none(entry, "gpus_printed", why))
    sums = [n for n in TOTALS if entry.has(n) and n not in known]
    return [*found, *(_none(entry, name, "a printed sum of bandwidth, no count") for name in sums)]


def _none(entry: Entry, name: str, why: str) -> Prediction:
    return Prediction(name, entry.number(name), excluded=why, labels=NONE)


def _counted(entry: Entry) -> list[Prediction]:
    if entry.has("cubes"):
        return _optical(entry)
    if entry.has("links_per_gpu"):
        return _scale_up(entry)
    if entry.has("switches_per_group"):
        return _group(entry)
    if not entry.has("gpus") or not (entry.has("radix") or entry.has("radix_per_plane")):
        return _by_parts(entry)
    planes = entry.whole("planes", 1)
    radix = entry.whole("radix_per_plane" if entry.has("radix_per_plane") else "radix")
    endpoints, rails = entry.whole("built_for_endpoints", entry.whole("gpus")), entry.whole("rails", 1)
    if not 4 <= radix <= LARGEST_RADIX or radix % 2:
        raise Excluded(f"a radix of {radix}, which cannot be")
    made = fewest(Wiring(RAIL_OPTIMIZED if rails > 1 else ANY, radix, rails=rails), endpoints)
    if made is None:
        raise Excluded(f"{endpoints} endpoints are more than three tiers of {radix} ports join")
    return [_one(entry, name, made, planes) for name in fields(entry)]


def _by_parts(entry: Entry) -> list[Prediction]:
    """A fabric whose switches' ports nobody printed: products of the parts that are."""
    values: dict[str, float | None] = dict.fromkeys((n for n in ("gpus", "leaves", "spines") if entry.has(n)), None)
    if entry.has("leaves", "stripes", "leaves_per_stripe"):
        values["leaves"] = entry.whole("stripes") * entry.whole("leaves_per_stripe")
    if entry.has("gpus_per_pod", "segments_per_pod", "gpus_per_segment"):
        values["gpus_per_pod"] = entry.whole("segments_per_pod") * entry.whole("gpus_per_segment")
    uplinks = UPLINKS.fullmatch(entry.text("leaf_uplink", ""))
    if uplinks and entry.has("leaves", "leaf_spine_total_Tbps"):
        values["leaf_spine_total_Tbps"] = entry.whole("leaves") * int(uplinks[1]) * int(uplinks[2]) / 1000
    found = [_exact(entry, n, v) if v is not None else _none(entry, n, NO_PORTS) for n, v in values.items()]
    found += [_ratio(entry, str(n), uplinks) for n in entry.data if str(n).startswith("oversubscription")]
    if not found:
        raise Excluded("no fabric of leaves and spines with switches of one radix, no torus and no scale-up domain")
    return found


def _ratio(entry: Entry, name: str, uplinks: re.Match[str] | None) -> Prediction:
    """Bandwidth from servers over that to spines, printed as `2:1`; `…_at_200G_uplinks` with uplinks of that rate."""
    printed = re.fullmatch(r"(\d+(?:\.\d+)?):1", entry.text(name))
    measured = float(printed[1]) if printed else None
    if uplinks is None or measured is None or not entry.has("server_to_leaf_Tbps_8_servers", "leaves"):
        return Prediction(name, measured, excluded="the row prints no bandwidth from its servers", labels=NONE)
    slower = re.search(r"_at_(\d+)G_", name)
    each = int(slower[1] if slower else uplinks[2])
    value = entry.number("server_to_leaf_Tbps_8_servers") * 1000 / (entry.whole("leaves") * int(uplinks[1]) * each)
    return Prediction(name, measured, value, value, value, "", basis="calibrated", labels=NONE)


def _optical(entry: Entry) -> list[Prediction]:
    """A torus of cubes over optical circuit switches."""
    made = optical(entry.whole("chips"))
    values = {"cubes": made.cubes, "optical_ici_to_ocs": made.fibres, "ocs": made.switches}
    return [_exact(entry, name, value) for name, value in values.items() if entry.has(name)]


def _group(entry: Entry) -> list[Prediction]:
    """A dragonfly group: every switch has a link to every other, and ports for endpoints and for other groups."""
    a, p, h = (entry.whole(f) for f in ("switches_per_group", "endpoints_per_switch", "global_ports"))
    values = {
        "local_ports": a - 1,
        "endpoints_per_group": a * p,
        "local_ports_per_group": a * (a - 1),
        "global_ports_per_group": a * h,
    }
    return [_exact(entry, name, value) for name, value in values.items() if entry.has(name)]


def _scale_up(entry: Entry) -> list[Prediction]:
    """A domain in which every GPU has a link to every switch chip; chips come in trays."""
    chips = scale_up_chips(entry.whole("gpus"), entry.whole("links_per_gpu"), NVLINK_CHIP_PORTS)
    return [_exact(entry, "nvlink_switch_trays", -(-chips // entry.whole("chips_per_tray", 1)))]


def _exact(entry: Entry, name: str, value: float) -> Prediction:
    return Prediction(name, entry.number(name), value, value, value, "", basis="calibrated", labels=NONE)


def _one(entry: Entry, name: str, made: Count, planes: int) -> Prediction:
    unit, rule = FIELDS[name]
    labels = {"accelerator": "", "family": "", "tiers": f"{made.tiers} tiers"}
    try:
        value, measured = rule(entry, made, planes), entry.number(name)
    except Excluded as why:
        return Prediction(name, None, unit=unit, excluded=why.reason, labels=labels)
    return Prediction(name, measured, value, value, value, unit, basis="calibrated", labels=labels)
