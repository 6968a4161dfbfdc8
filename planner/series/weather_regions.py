"""The regions of the German weather service's test reference years, from the map that demandlib holds."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of its corners."""


def region_of(latitude: float, longitude: float, map: Path) -> int:
    """The number of the region (1 to 15) that holds a place; 0 outside of all, or without a map."""
    for number, rings in _regions(map):
        if sum(_inside(longitude, latitude, ring) for ring in rings) % 2:
            return number
    return 0


@lru_cache(maxsize=2)
def _regions(map: Path) -> tuple[tuple[int, tuple[Ring, ...]], ...]:
    """Each region's rings, holes among them: a place is inside where it is within an odd number of them."""
    if not map.is_file():
        return ()
    found = []
    for feature in json.loads(map.read_text(encoding="utf-8"))["features"]:
        parts = feature["geometry"]["coordinates"]
        rings = tuple(tuple((x, y) for x, y, *_ in ring) for part in parts for ring in part)
        found.append((int(feature["properties"]["TRY_code"]), rings))
    return tuple(sorted(found))


def _inside(x: float, y: float, ring: Ring) -> bool:
    """Whether a ray from the point to the east crosses the ring an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside
