"""What docs/continuous-integration.md shows of a proposal that breaks its limits is what the command says."""

from __future__ import annotations

import re
import shlex

from test_readme import ROOT, aiplan

from planner import errors
from planner.findings import FORMATS

TEXT = (ROOT / "docs" / "continuous-integration.md").read_text(encoding="utf-8")


def test_limits_that_clash_are_named_as_shown() -> None:
    """Sums and shares may move with the catalogs, their places and sentences not."""
    command, _, shown = re.findall(r"```console\n\$ (.*?)```", TEXT, flags=re.DOTALL)[0].partition("\n")
    done = aiplan(*shlex.split(command)[1:])
    assert done.returncode == errors.INFEASIBLE
    assert _without_sums(done.stderr) == _without_sums(shown)


def _without_sums(text: str) -> str:
    return re.sub(r"(?<=: )(a share of )?[\d,.]+(%| USD)(?=, where)", "…", text)


def test_every_format_of_findings_has_a_row() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", TEXT.partition("## Forms")[2], flags=re.MULTILINE))
    assert told == set(FORMATS)
