"""A block's own scenario keys: declared beside the block, gone with its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Fragment:
    """One optional key. `where`: the mapping it belongs to; `model`: a pydantic model, or any annotated type.

    `figures`: kind and id of the catalog row whose figures a plan with the key (of the scenario, a site or a workload)
    rests on; the problem then has them under `keys["figures"][key]`.
    """

    where: Literal["scenario", "site", "limits", "workload"]
    key: str
    model: Any
    description: str = ""
    figures: tuple[str, str] | None = None


def fragment_of(obj: Any, key: str) -> Any | None:
    """A fragment's validated value on a scenario, site, limits or workload; None where it was not given."""
    return getattr(obj, key, None)
