"""One site in Texas and one training run of ninety days: what scenarios of networks have in common."""

from __future__ import annotations

from pathlib import Path

SITE = """\
sites:
  - id: texas
    location: {latitude: 32.45, longitude: -99.73}
    region: us_ercot_texas
    grid: {connection: 50 MW}
    cooling: [direct_to_chip]
"""


def written(file: Path, *, head: str, network: str, tokens: str, more: str) -> Path:
    """The file, with a run of so many tokens on the network of a scenario.

    head: its lines before `network`, which stands on line 5; more: a line for the workload.
    """
    file.write_text(
        f"""aiplan: 1
name: {file.stem}
{head}
{network}
periods:
  - {{name: run, start: 2027-03-01, end: 2027-05-30}}
{SITE}workloads:
  - kind: training
    id: experts
    model: mixtral-8x22b
    tokens: {tokens}
    sequence: 8192
    batch: 8M tokens
    deadline: 60 days
    {more}
""",
        encoding="utf-8",
    )
    return file
