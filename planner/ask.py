"""The driver of `aiplan estimate`: a question about one machine and one model, from the rows it needs and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.catalog import Catalog, Row
    from planner.estimate.ask_training import Answer
    from planner.estimate.by_topology import Steps
    from planner.estimate.training import Run
    from planner.machine import Machine
    from planner.options.types import Option
    from planner.problem import FabricClass

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
    lora: bool = False,
    switch: str = "",
    catalogs: Sequence[Path] = (),
) -> tuple[dict[str, Any], Answer, tuple[Steps, ...]]:
    """The question as it was understood, its answer, and topologies of `switch` where one is named.

    Raises BadInput, or NoLayout where nothing fits.
    """
    from planner.estimate.ask_training import answer, architecture, node_of
    from planner.estimate.coefficients import from_catalog

    run = _run(tokens, sequence, batch, precision, lora=lora)
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
        "lora": lora,
    }
    c = from_catalog(books)
    made = answer(found, shape, run, count, oversubscription, c)
    if not switch:
        return question, made, ()
    from planner.estimate.by_topology import by_topology

    nics, ports = int(node.get("nics", 0)), _ports(switch, node, catalogs)
    question |= {"switch": switch, "switch_ports": ports}
    return question, made, by_topology(found, nics, shape, run, count, ports, c)


def _run(tokens: str, sequence: int, batch: str, precision: str, *, lora: bool) -> Run:
    """The run that was asked for. Raises BadInput."""
    from planner.estimate.training import Run

    if precision not in PRECISIONS:
        raise BadInput(f"--precision {precision}: choose {', '.join(PRECISIONS)}")
    run = Run(amount(tokens, "--tokens"), float(sequence), amount(batch, "--batch"), precision, lora)
    if run.batch_tokens < sequence:
        raise BadInput(f"--batch {batch}: less than one sequence of {sequence} tokens")
    if run.batch_tokens > run.tokens:
        raise BadInput(f"--batch {batch}: more than the {tokens} tokens of the whole run")
    return run


def _ports(switch: str, node: Row, catalogs: Sequence[Path]) -> int:
    """Ports of a switch at the speed of a machine's. Raises BadInput."""
    from planner.ask_network import switch_row
    from planner.resolve.switches import ports_at

    row = switch_row(switch, node, catalogs)[1]
    return ports_at(row, node.get("nic_gbps", 0.0))


def serving(
    *,
    model: str,
    machine: str,
    input_tokens: float,
    output_tokens: float,
    ttft_s: float,
    tpot_s: float,
    requests_per_s: float | None,
    precision: str,
    stated: Mapping[str, Any] | None = None,
    switch: str = "",
    catalogs: Sequence[Path] = (),
) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
    """The question, the best replica at each precision as plans would offer it, and why others cannot be.

    `switch`: one whose topologies join the machines of a replica, each an offer of its own. `stated`: burstiness,
    prefix_hits, decode_speedup, draft_params_b, disaggregated, as a scenario has them. Raises BadInput.
    """
    from types import SimpleNamespace

    from planner.estimate.coefficients import from_catalog
    from planner.options.serve import options
    from planner.options.types import Option

    if precision and precision not in PRECISIONS:
        raise BadInput(f"--precision {precision}: choose {', '.join(PRECISIONS)}")
    books, node, chip = rows(machine, model, catalogs, engines=True)
    shape = books.row("model", model)
    spec = {
        "model": model,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "ttft": ttft_s,
        "tpot": tpot_s,
        **(stated or {}),
    }
    asked: Any = SimpleNamespace(id=model, spec={**spec, "precision": precision or None}, origin="")
    figures = {**shape.text, **{k: f.value for k, f in shape.figures.items()}}
    models: Any = SimpleNamespace(models={model: figures}, fabrics=_joined(switch, node, catalogs))
    found = options(models, asked, _machine(node, chip), from_catalog(books))
    offers = [_offer(o, requests_per_s) for o in found if isinstance(o, Option)]
    question = {**spec, "machine": node.id, "accelerator": chip.id, "requests_per_s": requests_per_s}
    question |= {"switch": switch} if switch else {}
    return question, offers, [e.text for e in found if not isinstance(e, Option)]


def _joined(switch: str, node: Row, catalogs: Sequence[Path]) -> tuple[FabricClass, ...]:
    """Every topology of a switch as a fabric class, none where no switch is named. Raises BadInput."""
    if not switch:
        return ()
    from planner.estimate.network import examples
    from planner.problem import FabricClass, Switch

    speed, nics, ports = node.get("nic_gbps", 0.0), int(node.get("nics", 0)), _ports(switch, node, catalogs)
    box = Switch(switch, switch, ports, speed, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, "")
    return tuple(
        FabricClass(name, box, w.oversubscription, "", w.family, w.above, w.rails)
        for name, w in examples(ports, nics).items()
    )


def _machine(node: Row, chip: Row) -> Machine:
    """A machine of a node's row, as far as estimates need it; what it costs is not asked here."""
    from planner.machine import Machine

    figures = {name: figure.value for name, figure in node.figures.items()}
    figures |= {f"accelerator_{name}": figure.value for name, figure in chip.figures.items()}
    return Machine(
        id=node.id,
        name=node.name,
        vendor=str(node.text.get("vendor", "")),
        tags=node.tags,
        acquisition="buy",
        price_usd=0.0,
        life_years=1.0,
        maintenance_fraction=0.0,
        rack_units=node.get("rack_units", 0),
        liquid=node.text.get("cooling") == "liquid",
        idle_kw=node.number("idle_w") / 1e3,
        busy_kw=node.number("sustained_w") / 1e3,
        peak_kw=node.number("max_w") / 1e3,
        embodied_kg=0.0,
        failures_per_day=0.0,
        repair_days=0.0,
        accelerator=chip.id,
        accelerators=int(node.number("accelerators")),
        cores=int(node.get("cores", 0)),
        nics=int(node.get("nics", 0)),
        ram_gb=node.get("ram_gb", 0.0),
        nvme_tb=node.get("local_nvme_tb", 0.0),
        nic_gbps=node.get("nic_gbps", 0.0),
        performance=figures,
        origin=node.origin,
    )


def _offer(option: Option, requests_per_s: float | None) -> dict[str, Any]:
    """One option in plain numbers; machines and power for a rate of requests where one is asked for."""
    rate, load = option.per_machine, 1.0
    machines = None
    if requests_per_s is not None:
        machines = ceil(ceil(requests_per_s / rate - 1e-9) / option.replica_machines) * option.replica_machines
        load = min(1.0, requests_per_s / (rate * machines))
    watts = (option.idle_kw + option.busy_kw * load) * 1e3
    served = rate * load
    return {
        **option.details,
        "requests_per_s_per_machine": {"low": rate * option.low, "base": rate, "high": rate * option.high},
        "machines": machines,
        "requests_per_s_per_kw": served / watts * 1e3,
        "power_w_per_machine": watts,
        "energy_wh_per_request": watts / served / 3600,
        "basis": option.basis,
        "error": {"low": option.low, "high": option.high},
        **({"topology": option.fabric} if option.fabric != "none" else {}),
    }


def rows(machine: str, model: str, catalogs: Sequence[Path], *, engines: bool = False) -> tuple[Catalog, Row, Row]:
    """Catalogs with what the question needs, the machine's row and its accelerator's. Raises BadInput.

    `engines`: with every serving software.
    """
    books = _books(machine, model, catalogs, engines=engines)
    from planner.catalog.part import find

    node = find(books, "node", machine, "--machine")
    find(books, "model", model, "--model")
    accelerator = str(node.text.get("accelerator", ""))
    if not accelerator or not node.get("accelerators", 0):
        raise BadInput(f"--machine {machine}: has no accelerators; name an accelerated node (aiplan catalog list node)")
    return books, node, books.row("accelerator", accelerator)


def _books(machine: str, model: str, catalogs: Sequence[Path], *, engines: bool) -> Catalog:
    """Everything where there are overlays, else the rows asked for."""
    if catalogs:
        from planner import driver

        return driver.catalog(catalogs)
    from planner.catalog.part import ids, part

    first = part({"node": {machine}})
    chips = {str(row.text.get("accelerator", "")) for row in first.rows("node")}
    wanted = {"node": {machine}, "accelerator": chips, "model": {model}, "coefficient": {"default", *chips}}
    software = {"reliability": {"accelerated"}, "engine": ids("engine") if engines else ()}
    return part({**wanted, **software})


def calibrated(file: Path, catalogs: Sequence[Path], date: str) -> tuple[str, str]:
    """The table of errors and the overlay catalog that a file of measurements makes.

    Raises BadInput where no group of them has enough rows.
    """
    from datetime import date as calendar

    from planner import driver
    from planner.validate import overlay
    from planner.validate.books import books
    from planner.validate.calibrate import calibrate
    from planner.validate.reading import entries

    try:
        day = calendar.fromisoformat(date) if date else calendar.today()
    except ValueError:
        raise BadInput(f"--date {date}: write it as 2026-11-25") from None
    made = calibrate(entries(file), books(driver.catalog(catalogs)))
    text = overlay.table(made)
    if not made.fitted:
        raise BadInput(f"{file.as_posix()}: nothing has enough rows to be calibrated\n{text.rstrip()}")
    return text, overlay.catalog(made, file.name, day.isoformat())
