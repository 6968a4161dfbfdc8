"""The driver of `aiplan estimate`: a question about one machine and one model, from the rows it needs and no others."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.catalog import Catalog, Row
    from planner.estimate.ask_training import Answer

SCALE = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
"""Of numbers as people write them: 15T tokens, 4M a batch."""
MOST = 1e18
PRECISIONS = ("bf16", "fp16", "fp8", "int8", "fp4")


def amount(text: str, option: str) -> float:
    """A positive number with K, M, B or T behind it. Raises BadInput."""
    written = text.strip().upper().replace(",", "").removesuffix("TOKENS").strip()
    number, suffix = (written[:-1], written[-1]) if written[-1:] in SCALE and written[-1:] else (written, "")
    try:
        value = float(number) * SCALE[suffix]
    except ValueError:
        value = -1.0
    if not isfinite(value) or not 0 < value <= MOST:
        raise BadInput(f"{option} {text}: write a number above zero, with K, M, B or T if you like, e.g. 15T or 4M")
    return value


def training(
    *,
    model: str,
    machine: str,
    accelerators: int | None,
    tokens: str,
    sequence: int,
    batch: str,
    precision: str,
    oversubscription: float,
    catalogs: Sequence[Path] = (),
) -> tuple[dict[str, Any], Answer]:
    """The question as it was understood, and its answer. Raises BadInput, or NoLayout where nothing fits."""
    from planner.estimate.ask_training import answer, architecture, node_of
    from planner.estimate.coefficients import from_catalog
    from planner.estimate.training import Run

    if precision not in PRECISIONS:
        raise BadInput(f"--precision {precision}: choose {', '.join(PRECISIONS)}")
    run = Run(amount(tokens, "--tokens"), float(sequence), amount(batch, "--batch"), precision)
    if run.batch_tokens < sequence:
        raise BadInput(f"--batch {batch}: less than one sequence of {sequence} tokens")
    if run.batch_tokens > run.tokens:
        raise BadInput(f"--batch {batch}: more than the {tokens} tokens of the whole run")
    books, node, chip = rows(machine, model, catalogs)
    found = node_of(node, chip, books.row("reliability", "accelerated"))
    if found is None or not found.chip.flops(precision) or not found.chip.flops("bf16"):
        raise BadInput(f"--machine {machine}: the catalog has no {precision} peak or no memory figure of {chip.id}")
    count = found.chip.count if accelerators is None else accelerators
    try:
        shape = architecture(books.row("model", model))
    except KeyError as missing:
        raise BadInput(f"--model {model}: has no figure {missing}: not a language model") from None
    question = {
        "model": model,
        "machine": node.id,
        "accelerator": chip.id,
        "accelerators": count,
        "tokens": run.tokens,
        "sequence_tokens": sequence,
        "batch_tokens": run.batch_tokens,
        "precision": precision,
        "oversubscription": oversubscription,
    }
    return question, answer(found, shape, run, count, oversubscription, from_catalog(books))


def rows(machine: str, model: str, catalogs: Sequence[Path]) -> tuple[Catalog, Row, Row]:
    """Catalogs with what the question needs, the machine's row and its accelerator's. Raises BadInput."""
    books = _books(machine, model, catalogs)
    node = _find(books, "node", machine, "--machine")
    _find(books, "model", model, "--model")
    accelerator = str(node.text.get("accelerator", ""))
    if not accelerator or not node.get("accelerators", 0):
        raise BadInput(f"--machine {machine}: has no accelerators; name an accelerated node (aiplan catalog list node)")
    return books, node, books.row("accelerator", accelerator)


def _books(machine: str, model: str, catalogs: Sequence[Path]) -> Catalog:
    """Everything where there are overlays, else the rows asked for."""
    if catalogs:
        from planner import driver

        return driver.catalog(catalogs)
    from planner.catalog.part import part

    first = part({"node": {machine}})
    chips = {str(row.text.get("accelerator", "")) for row in first.rows("node")}
    wanted = {"node": {machine}, "accelerator": chips, "model": {model}, "coefficient": {"default", *chips}}
    return part({**wanted, "reliability": {"accelerated"}})


def _find(books: Catalog, kind: str, id: str, option: str) -> Row:
    from planner.catalog.part import ids

    known = {row.id: row for row in books.rows(kind)}
    if id in known:
        return known[id]
    close = get_close_matches(id, [*ids(kind), *known], n=3, cutoff=0.4)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise BadInput(f"{option} {id}: no such {kind}{hint} `aiplan catalog list {kind}` names them all")
