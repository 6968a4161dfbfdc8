"""Answers of `aiplan estimate network` as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from planner.estimate.bill import Line
from planner.estimate.torus import Optical, Torus

Mesh = tuple[Torus, Optical | None] | None


def network_json(question: Mapping[str, Any], lines: Sequence[Line], mesh: Mesh) -> str:
    """One object: `question`, `networks` (one for each family), `torus` of the accelerators' own links or null."""
    made = [asdict(line) | {"switches": line.count.switches} for line in lines]
    torus = (
        None if mesh is None else {"torus": asdict(mesh[0]), "optical": None if mesh[1] is None else asdict(mesh[1])}
    )
    return json.dumps({"question": dict(question), "networks": made, "torus": torus}, indent=1, allow_nan=False) + "\n"


def network_table(question: Mapping[str, Any], lines: Sequence[Line], mesh: Mesh) -> str:
    """Plain text with a newline at its end."""
    return "\n".join(_lines(question, lines, mesh)) + "\n"


def _lines(q: Mapping[str, Any], lines: Sequence[Line], mesh: Mesh) -> Iterator[str]:
    each = q["ports_per_machine"]
    ends = f"{each} ports of {q['gbps']:g} Gb/s each: {q['machines'] * each:,} endpoints"
    yield f"{q['machines']:,} x {q['machine']}, {ends}"
    if lines:
        ratio = f"oversubscription {q['oversubscription']:g}, {q['above']:g} above the pod"
        yield f"{q['switch']}, {q['switch_ports']} ports; {ratio}"
        yield from _table(lines)
    if mesh is not None:
        yield from _mesh(*mesh)


def _table(lines: Sequence[Line]) -> Iterator[str]:
    yield ""
    heads = ("leaf", "spine", "core", "switches", "trunks", "modules", "kW", "USD", "Tb/s", "crossed")
    yield f"{'':<34}" + "".join(f"{h:>10}" for h in heads)
    for line in lines:
        c = line.count
        usd = "-" if line.usd is None else f"{line.usd / 1e6:.3g}M"
        whole = (c.leaf, c.spine, c.core, c.switches, line.trunks, line.modules)
        shape = c.shape.removeprefix(f"{line.family}_")
        name = f"{line.family} {shape}".replace("_", "-")
        tail = f"{line.kw:>10.4g}{usd:>10}{line.bisection_tbps:>10.4g}{line.switches_crossed:>10}"
        yield f"{name:<34}" + "".join(f"{n:>10,}" for n in whole) + tail
    yield ""
    yield "Tb/s: one way across the middle. Crossed: switches between two machines far apart. Modules: one an end."


def _mesh(torus: Torus, o: Optical | None) -> Iterator[str]:
    shape = "x".join(str(n) for n in torus.dims)
    yield f"The accelerators' own torus {shape}: {torus.links:,} links, {torus.bisection:,} across the middle."
    if o is not None:
        through = f"{o.fibres:,} fibres, {o.switches} switches with {o.ports} ports in use each"
        yield f"Over optical switches: {o.cubes:,} cubes, {through}."
