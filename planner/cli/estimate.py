"""`aiplan estimate`: what one machine type would do with one model, without a scenario."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli import estimate_redundancy
from planner.cli.outputs import TABLE_OR_JSON, chosen, emit_as
from planner.cli.verb import Verb, Verbs
from planner.errors import FINDINGS, BadInput

app = typer.Typer(
    cls=Verbs,
    help="Estimate training or serving of a model on a machine type, in a fraction of a second."
    "\n\nExample: aiplan estimate training --model llama-3.1-70b --machine dgx_h100 --accelerators 64 --tokens 1T",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FORMATS = ("table", "json")
APART = ("never", "either", "always")
MODEL = typer.Option(..., "--model", help="A model of the catalogs: aiplan catalog list model.")
MACHINE = typer.Option(..., "--machine", help="A machine of the catalogs: aiplan catalog list node.")
OVERLAY = typer.Option([], "--catalog", help="An overlay folder; may be repeated.")


@app.command(cls=Verb)
def training(
    model: str = MODEL,
    machine: str = MACHINE,
    tokens: str = typer.Option(..., "--tokens", help="Tokens of the whole run, e.g. 15T."),
    accelerators: int | None = typer.Option(None, min=1, max=10_000_000, help="How many; default: one machine's."),
    sequence: int = typer.Option(8192, min=1, max=10_000_000, help="Tokens of a sequence."),
    batch: str = typer.Option("4M", help="Tokens of a global batch."),
    precision: str = typer.Option("bf16", help="bf16, fp16, fp8, int8 or fp4."),
    oversubscription: float = typer.Option(1.0, min=1.0, max=100.0, help="Of the fabric's leaves, to one."),
    switch: str = typer.Option("", help="Compare topologies of this switch, on more and more machines."),
    lora: bool = typer.Option(False, "--lora", help="Train adapters only; the model's own weights stay as they are."),
    catalog: list[Path] = OVERLAY,
    output: list[str] = TABLE_OR_JSON,
) -> None:
    """Which layout, how many days, how many kWh: low, base and high, and how far to trust them.

    Example: aiplan estimate training --model llama-3.1-70b --machine dgx_h100 --accelerators 64 --tokens 1T

    Exit codes: 0 an answer; 1 no layout fits; 2 bad input.
    """
    from planner import ask
    from planner.estimate import as_text
    from planner.estimate.ask_training import NoLayout

    where = chosen(output, FORMATS)
    try:
        found = ask.training(
            model=model,
            machine=machine,
            accelerators=accelerators,
            tokens=tokens,
            sequence=sequence,
            batch=batch,
            precision=precision,
            oversubscription=oversubscription,
            lora=lora,
            switch=switch,
            catalogs=catalog,
        )
    except NoLayout as none:
        typer.echo(str(none), err=True)
        raise typer.Exit(FINDINGS) from None
    emit_as(where, {"table": lambda f: as_text.training_table(*f), "json": lambda f: as_text.training_json(*f)}, found)


@app.command(cls=Verb)
def serving(
    model: str = MODEL,
    machine: str = MACHINE,
    input_tokens: float = typer.Option(1000.0, min=1.0, max=1e7, help="Tokens of a prompt."),
    output_tokens: float = typer.Option(250.0, min=1.0, max=1e7, help="Tokens of an answer."),
    ttft: float = typer.Option(1.0, min=1e-3, max=3600.0, help="Seconds to the first token, 95th percentile."),
    tpot: float = typer.Option(0.05, min=1e-4, max=60.0, help="Seconds between tokens."),
    requests: float | None = typer.Option(None, min=1e-6, max=1e9, help="Requests a second to find machines for."),
    precision: str = typer.Option("", help="bf16, fp16, fp8, int8 or fp4; default: bf16 and fp8."),
    burstiness: float = typer.Option(1.0, min=0.0, max=1000.0, help="Of arrivals: 1 at random, more in bursts."),
    prefix_hits: float = typer.Option(0.0, min=0.0, max=1.0, help="Share of prompt tokens found in a prefix cache."),
    decode_speedup: float = typer.Option(1.0, min=1.0, max=20.0, help="Of speculative decoding, as you measured it."),
    draft_params_b: float | None = typer.Option(
        None, min=0.0, max=10000.0, help="Billions of parameters of its draft, whose weights take memory."
    ),
    disaggregated: str = typer.Option("never", help="Prefill and decode on engines apart: never, either or always."),
    switch: str = typer.Option("", help="Compare topologies of this switch under replicas over several machines."),
    catalog: list[Path] = OVERLAY,
    output: list[str] = TABLE_OR_JSON,
) -> None:
    """Requests a second of each machine within latency targets, how many machines, how much power.

    Example: aiplan estimate serving --model llama-3.1-70b --machine dgx_h100 --requests 20

    Exit codes: 0 an answer; 1 no replica meets the targets; 2 bad input.
    """
    from planner import ask
    from planner.estimate import as_text

    where = chosen(output, FORMATS)
    if disaggregated not in APART:
        raise BadInput(f"--disaggregated {disaggregated}: choose {', '.join(APART)}")
    found = ask.serving(
        model=model,
        machine=machine,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        ttft_s=ttft,
        tpot_s=tpot,
        requests_per_s=requests,
        precision=precision,
        stated={
            "burstiness": burstiness,
            "prefix_hits": prefix_hits,
            "decode_speedup": decode_speedup,
            "draft_params_b": draft_params_b,
            "disaggregated": disaggregated,
        },
        switch=switch,
        catalogs=catalog,
    )
    if not found[1]:
        typer.echo("\n".join(found[2]), err=True)
        raise typer.Exit(FINDINGS)
    emit_as(where, {"table": lambda f: as_text.serving_table(*f), "json": lambda f: as_text.serving_json(*f)}, found)


@app.command(cls=Verb)
def network(
    machine: str = MACHINE,
    machines: int = typer.Option(..., "--machines", min=1, max=1_000_000, help="How many."),
    switch: str = typer.Option("", "--switch", help="A switch of the catalogs: aiplan catalog list switch."),
    oversubscription: float = typer.Option(1.0, min=1.0, max=100.0, help="Of the leaves, to one."),
    above: float = typer.Option(1.0, min=1.0, max=100.0, help="Above a pod of three tiers, to one."),
    planes: int = typer.Option(1, min=1, max=8, help="Networks that each port may be split over."),
    catalog: list[Path] = OVERLAY,
    output: list[str] = TABLE_OR_JSON,
) -> None:
    """Switches by tier, links, power and price of each family of network for so many machines.

    Example: aiplan estimate network --machine dgx_h100 --machines 128 --switch nvidia_qm9700

    Exit codes: 0 an answer; 1 no family joins so many; 2 bad input.
    """
    from planner import ask_network
    from planner.estimate import bill_text

    where = chosen(output, FORMATS)
    found = ask_network.network(
        machine=machine,
        machines=machines,
        switch=switch,
        oversubscription=oversubscription,
        above=above,
        planes=planes,
        catalogs=catalog,
    )
    if not found[1] and found[2] is None:
        typer.echo(f"three tiers of {switch} do not join {machines:,} machines", err=True)
        raise typer.Exit(FINDINGS)
    formats = {"table": lambda f: bill_text.network_table(*f), "json": lambda f: bill_text.network_json(*f)}
    emit_as(where, formats, found)


estimate_redundancy.add(app)
