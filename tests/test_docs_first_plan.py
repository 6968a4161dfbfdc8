"""What docs/first-plan.md tells a newcomer to type works, in the order it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from test_readme import ROOT, aiplan

from planner.scenario.units import DIMENSIONS

TEXT = (ROOT / "docs" / "first-plan.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL) for line in block.splitlines()]
ROWS = re.findall(r"```yaml\n(kind: .*?)```", TEXT, flags=re.DOTALL)[0]


def section(title: str) -> str:
    """The text under a heading."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Its folder, and what each command wrote to standard output."""
    folder = tmp_path_factory.mktemp("first")
    said = {}
    for command in COMMANDS:
        done = aiplan(*shlex.split(command)[1:], cwd=folder)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        said[command] = done.stdout
    return folder, said


def test_the_commands_run_and_every_section_named_is_in_the_table(typed: tuple[Path, dict[str, str]]) -> None:
    _, said = typed
    table = next(text for command, text in said.items() if " solve " in command)
    told = [row.split("|")[1] for row in section("Reading it, from the top").splitlines() if row.startswith("| ")][3:]
    assert len(told) > 5
    for title in (t.strip() for names in told for t in names.split("; ")):
        assert re.search(rf"^{title}$", table, flags=re.MULTILINE), title
    for line in ("Cost per year, levelised", "Distance from the best plan", "Hours modelled", "Choices"):
        assert line in TEXT
        assert line in table


def test_rows_of_the_page_override_a_price(typed: tuple[Path, dict[str, str]]) -> None:
    folder, _ = typed
    (folder / "mine").mkdir()
    (folder / "mine" / "price.yaml").write_text(ROWS, encoding="utf-8")
    assert aiplan("catalog", "lint", "mine", cwd=folder).returncode == 0
    own = (folder / "first.yaml").read_text(encoding="utf-8")
    discount = "prices: {discounts: [{match: vendor:NVIDIA, discount: 15%}]}"
    assert discount in TEXT
    (folder / "own.yaml").write_text(f"{own}catalogs: [mine]\nhardware: {{allow: [dgx_h100]}}\n{discount}\n")
    solved = aiplan("solve", "own.yaml", "--hours", "24", "-o", "json=own.json", cwd=folder)
    assert solved.returncode == 0, solved.stderr
    assert "208,250 USD" in aiplan("explain", "own.json", "dgx_h100", cwd=folder).stdout


def test_quantities_of_the_page_are_read_by_some_dimension() -> None:
    told = re.findall(r"`([^`]+)`", section("Units").partition("\n| ---")[2])
    spelt = {unit for d in DIMENSIONS.values() for unit in d.units}
    assert len(told) > 20
    for quantity in told:
        unit = re.sub(r"^[\d.]+ ?", "", quantity)
        assert unit in spelt or unit.replace(" ", "") in spelt, quantity
