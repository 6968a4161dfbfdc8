"""`aiplan estimate spares`, `durability` and `replicas`: redundancy without a scenario."""

from __future__ import annotations

import json
from typing import Any

import typer

from planner.cli.outputs import TABLE_OR_JSON, chosen, emit_as
from planner.cli.verb import Verb
from planner.errors import FINDINGS

FORMATS = ("table", "json")
AVAILABILITY = typer.Option(99.9, "--availability", min=50.0, max=99.99999, help="Asked, in percent.")


def add(app: typer.Typer) -> None:
    """Put the verbs under `estimate`."""
    for verb in (spares, durability, replicas):
        app.command(cls=Verb)(verb)


def spares(
    working: int = typer.Option(..., "--working", min=1, max=100_000, help="Machines that must be up."),
    availability: float = AVAILABILITY,
    failures: float = typer.Option(0.00379, min=0.0, max=100.0, help="Failures of one machine a day."),
    repair: float = typer.Option(24.0, min=0.0, max=8760.0, help="Hours out of service each time."),
    domain: int = typer.Option(1, min=1, max=10_000, help="Machines that go down together."),
    domain_down: float = typer.Option(0.0, min=0.0, max=50.0, help="Percent of the time a domain is down."),
    crews: int = typer.Option(0, min=0, max=10_000, help="Repairs at once; 0 is no limit."),
    output: list[str] = TABLE_OR_JSON,
) -> None:
    """The fewest spares that keep machines up, exactly, and what one more or fewer gives.

    Example: aiplan estimate spares --working 512 --domain 72 --domain-down 0.05

    Exit codes: 0 an answer; 1 no number of spares holds it; 2 bad input.
    """
    from planner.errors import BadInput
    from planner.estimate.ask_redundancy import pool, table
    from planner.estimate.failures import Failures

    where = chosen(output, FORMATS)
    if crews and domain_down:
        raise BadInput("--crews with --domain-down: how many are down at once is known exactly for one of them alone")
    found = pool(working, availability / 100, Failures(failures, repair / 24, domain, domain_down / 100, crews))
    if found is None:
        typer.echo("no number of spares holds this: machines are down too much of the time", err=True)
        raise typer.Exit(FINDINGS)
    apart = found["spares_if_machines_failed_apart"]
    head = f"{found['spares']} spares for {working:,} working machines; {apart} if they failed apart\n"
    emit_as(where, {"table": lambda f: head + table(f["levels"]), "json": _json}, found)


def durability(
    afr: float = typer.Option(1.4, min=0.001, max=90.0, help="Percent of units that fail in a year."),
    repair: float = typer.Option(24.0, min=0.001, max=8760.0, help="Hours to rebuild a lost unit."),
    groups: float = typer.Option(1.0, min=1.0, max=1e12, help="Groups of k + m units that hold the data."),
    crews: int = typer.Option(0, min=0, max=1000, help="Rebuilds at once in a group; 0 is no limit."),
    output: list[str] = TABLE_OR_JSON,
) -> None:
    """Nines by year of copies and erasure codes, from the exact mean time to data loss, and the domains each takes.

    Example: aiplan estimate durability --afr 1.4 --repair 24 --groups 1000
    """
    from planner.estimate.ask_redundancy import ladder, table

    where = chosen(output, FORMATS)
    found = ladder(afr / 100, repair, groups, crews)
    shown = [{("nines" if k == "printed" else k): v for k, v in row.items() if k != "nines"} for row in found]
    emit_as(where, {"table": lambda _: table(shown), "json": _json}, found)


def replicas(
    availability: float = AVAILABILITY,
    down: float = typer.Option(0.5, min=0.0, max=50.0, help="Percent of the time one replica is down."),
    domains: int = typer.Option(1, min=1, max=100, help="Failure domains over which replicas spread."),
    output: list[str] = TABLE_OR_JSON,
) -> None:
    """The fewest replicas whose majority is up so much of the time and outlives any one domain.

    Example: aiplan estimate replicas --availability 99.99 --down 0.5 --domains 3

    Exit codes: 0 an answer; 1 fifteen replicas do not hold it; 2 bad input.
    """
    from planner.estimate.ask_redundancy import state, table

    where = chosen(output, FORMATS)
    found = state(availability / 100, down / 100, domains)
    if found is None:
        typer.echo("not even fifteen replicas hold this, or a majority lies in one domain", err=True)
        raise typer.Exit(FINDINGS)
    emit_as(where, {"table": lambda f: table([f]), "json": _json}, found)


def _json(found: Any) -> str:
    return json.dumps(found, indent=2) + "\n"
