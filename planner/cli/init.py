"""`aiplan init`: a first scenario to change."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.outputs import writable, write
from planner.errors import BadInput

TEXT = """\
# What must run, where, and what is allowed. Change it, then:
#   aiplan check {file}                               every fault at its line, and the machines that could do the work
#   aiplan solve {file} -o table -o json=plan.json    the best plan, and how far from the best it can be
#   aiplan explain plan.json{gap}why, down to catalog rows and their sources
# `aiplan schema scenario` has every key. Quantities carry their units: MW, USD/kWh, req/s, TB, ms, %.
aiplan: 1
name: first

sites:
  - id: north
    location: {{latitude: 39.04, longitude: -77.49}}    # degrees north and east: sun, wind, temperature
    region: us_pjm_virginia                           # price and carbon of the grid: `aiplan catalog list grid`
    grid: {{connection: 3 MW}}                          # add `price:`, `demand_charge:` of your own tariff
    renewables: [{{technology: solar_pv_utility, max: 2 MW}}]     # what may be built; the plan decides how much
    # batteries: [{{technology: battery_li_ion_utility, max_power: 1 MW, max_energy: 4 MWh}}]

# hardware: {{allow: [dgx_h100, tag:cpu]}}              # default: all that can be bought. `aiplan catalog list node`

workloads:
  - kind: serving
    id: chat
    model: llama-3.1-70b                              # `aiplan catalog list model`
    requests: 20 req/s                                # at the busiest hour of the week
    shape: office                                     # or flat, consumer, or a curve of your own
    input_tokens: 1000
    output_tokens: 250
    ttft: 1 s                                         # 95th percentile of the wait for the first token
    tpot: 50 ms                                       # each further token
    availability: 99.9%                               # sets how many machines stand by
  - {{kind: dataset, id: documents, size: 50 TB, hot: 20%, read: 2 GB/s, durability: 9}}

limits:
  carbon_free: {{share: 50%, grid: included}}           # of every hour's energy
  # budget: 2 MUSD                                    # levelised, over the horizon
  # carbon: 500 t/year                                # operation and hardware together
"""
GAP = 20
"""Spaces that set what a line says in a column with those of `check` and `solve`, beside the length of the name."""


def init(
    file: Path = typer.Argument(Path("scenario.yaml"), help="Where to; nothing that is there is overwritten."),
) -> None:
    """Write a first scenario, with comments, to change into yours.

    Example: aiplan init scenario.yaml
    """
    if file.exists():
        raise BadInput(f"{file.as_posix()} is there already\n  fix: Name another file, or remove it.")
    write(writable(file), TEXT.format(file=file.name, gap=" " * (len(file.name) + GAP)))
    typer.echo(f"wrote {file.as_posix()}; next: aiplan check {file.as_posix()}", err=True)
