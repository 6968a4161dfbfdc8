"""The driver of `aiplan estimate network`: the bill of every family for so many machines, from the rows it needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.catalog import Catalog, Row
    from planner.estimate.bill import Line, Parts
    from planner.estimate.bill_text import Mesh

FLAT_POD = 256
"""Pods up to this size are a torus of two dimensions (TPU v5e, v6e); larger ones of three, over optical switches."""


def network(
    *,
    machine: str,
    machines: int,
    switch: str,
    oversubscription: float = 1.0,
    above: float = 1.0,
    planes: int = 1,
    catalogs: Sequence[Path] = (),
) -> tuple[dict[str, Any], tuple[Line, ...], Mesh]:
    """The question as it was understood, the bill by family, and the torus of TPUs. Raises BadInput."""
    from planner.catalog.part import find
    from planner.estimate.bill import bill

    books = _books(machine, switch, catalogs)
    node = find(books, "node", machine, "--machine")
    mesh, nics = _mesh(books, node, machines), int(node.get("nics", 0))
    question = {
        "machine": machine,
        "machines": machines,
        "ports_per_machine": nics,
        "gbps": node.number("nic_gbps"),
        "switch": switch,
        "oversubscription": oversubscription,
        "above": above,
        "planes": planes,
    }
    if not switch and mesh is not None:
        return question, (), mesh
    if not switch:
        raise BadInput("--switch: name one, e.g. nvidia_qm9700; `aiplan catalog list switch` names them all")
    books, row = switch_row(switch, node, catalogs)
    parts = _parts(books, row, node.number("nic_gbps"), planes)
    lines = bill(parts, machines, nics, over=oversubscription, above=above, planes=planes)
    return question | {"switch_ports": parts.ports}, lines, mesh


def switch_row(switch: str, node: Row, catalogs: Sequence[Path]) -> tuple[Catalog, Row]:
    """Catalogs with the switch, and its row, which has ports at the speed of the machine's. Raises BadInput."""
    from planner.catalog.part import find
    from planner.resolve.switches import ports_at

    books = _books(node.id, switch, catalogs)
    row, speed = find(books, "switch", switch, "--switch"), node.get("nic_gbps", 0.0)
    if not ports_at(row, speed) or not node.get("nics", 0):
        raise BadInput(f"--switch {switch}: has no ports of {speed:g} Gb/s, those of {node.id}")
    return books, row


def _books(machine: str, switch: str, catalogs: Sequence[Path]) -> Catalog:
    if catalogs:
        from planner import driver

        return driver.catalog(catalogs)
    from planner.catalog.part import ids, part

    first = part({"node": {machine}})
    chips = {str(row.text.get("accelerator", "")) for row in first.rows("node")}
    optics = {kind: ids(kind) for kind in ("optic", "price_optic")}
    named = {"node": {machine}, "accelerator": chips, "switch": {switch}, "price_switch": {switch}}
    return part({**named, **optics, "finance": {"default"}})


def _parts(books: Catalog, row: Row, gbps: float, planes: int) -> Parts:
    from planner.estimate.bill import Parts
    from planner.resolve.switches import ports_at, switch_at

    priced = switch_at(books, row, gbps)
    optics = [o.number("w_each") for o in books.rows("optic") if o.get("gbps", 0.0) == gbps]
    return Parts(
        ports=ports_at(row, gbps),
        split_ports=ports_at(row, gbps / planes) if planes > 1 else 0,
        gbps=gbps,
        switch_w=row.number("typical_w"),
        module_w=priced.link_kw * 1e3 / 2 if priced else max(optics, default=0.0),
        switch_usd=priced.price_usd if priced else None,
        link_usd=priced.link_usd if priced else None,
    )


def _mesh(books: Catalog, node: Row, machines: int) -> Mesh:
    """The torus of accelerators that have one; none for others."""
    from planner.estimate.torus import nearly_cubic, optical, torus

    chip = books.row("accelerator", str(node.text["accelerator"])) if node.text.get("accelerator") else None
    if chip is None or chip.text.get("family") != "tpu":
        return None
    count = machines * int(node.number("accelerators"))
    if chip.get("scale_up_domain", 1) <= FLAT_POD:
        return torus(nearly_cubic(count, 2)), None
    return torus(nearly_cubic(count, 3)), optical(count)
