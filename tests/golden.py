"""Golden screens: files that hold what is shown, word for word. UPDATE_GOLDENS=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

UPDATE = "UPDATE_GOLDENS"


def check(path: Path, text: str) -> None:
    """`text` is what the file holds; with UPDATE_GOLDENS=1 it becomes what the file holds."""
    if os.environ.get(UPDATE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"no golden {path.name}: run pytest once with {UPDATE}=1 and read what it wrote"
    assert text == path.read_text(encoding="utf-8")
