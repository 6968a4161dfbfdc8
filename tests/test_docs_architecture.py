"""docs/architecture.md names every package, module and verb that there is, and no file that there is not."""

from __future__ import annotations

import re

import pytest
from test_readme import ROOT, aiplan

DOCS = ROOT / "docs"
TEXT = (DOCS / "architecture.md").read_text(encoding="utf-8")
PLANNER = ROOT / "planner"


def test_every_package_and_module_is_named() -> None:
    packages = {p.parent.name for p in PLANNER.glob("*/__init__.py")}
    modules = {p.stem for p in PLANNER.glob("*.py")} - {"__init__"}
    assert not {p for p in packages if f"`{p}/" not in TEXT and f"`planner.{p}`" not in TEXT}
    assert not {m for m in modules if f"{m}.py`" not in TEXT and f"`planner.{m}`" not in TEXT}


@pytest.mark.parametrize("verb", ["", "estimate", "catalog"])
def test_every_verb_has_a_row(verb: str) -> None:
    shown = aiplan(*verb.split(), "--help").stdout.partition("Commands:")[2]
    table = TEXT.partition("\n## Commands\n")[2].partition("\n## ")[0]
    told = "\n".join(row.split("|")[1] for row in table.splitlines() if row.startswith(f"| `{verb}"))
    assert not {v for v in re.findall(r"^  (\w+)", shown, flags=re.MULTILINE) if not re.search(rf"\b{v}\b", told)}


def test_every_page_is_linked_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not {page.name for page in DOCS.glob("*.md") if f"(docs/{page.name})" not in text}


def test_files_named_in_the_documentation_exist() -> None:
    folders = [ROOT, PLANNER, ROOT / "benchmarks", PLANNER / "report", PLANNER / "export", PLANNER / "solve"]
    for page in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        for name in re.findall(r"`((?:[a-z0-9_]+/)*[a-z0-9_]+\.py)\b", page.read_text(encoding="utf-8")):
            assert any((folder / name).exists() for folder in folders), f"{page.name}: {name}"
