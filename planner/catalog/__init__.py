"""The catalogs: what can be bought, how it behaves, what it costs; every figure with its source.

Layout: `catalogs/physics/*.yaml` and `catalogs/prices/*.yaml`, kept apart because they age apart. One file holds rows
of one kind:

    kind: node
    as_of: 2026-11-23                      # default date of the file's figures
    sources:
      netbox: {ref: "github …", as_of: 2026-08-21}
      memory_low: {ref: "compiler's memory, low confidence"}
    rows:
      - id: dgx_h100
        name: NVIDIA DGX H100
        tags: [training]
        vendor: NVIDIA                     # plain text, a truth value or a list of texts
        max_w: {value: 10200, source: guides, confidence: high, low: 9800, high: 10200, note: nameplate}
        rack_units: [8, netbox]            # short form: value and source
        shape: {array: [1.0, 0.9], source: em24}

A figure is a number and nothing else is: a bare number does not load. Sources whose ids begin with `memory` mark a
figure that nobody has read anywhere; what is derived from one says `confidence: memory` too.

Overlays are folders of the same layout (*.yaml, *.yml); a row of the same kind and id overrides field by field, and
the later folder wins. Kinds are those of the bundled catalogs; `fields.py` lists what rows of a kind must hold and
what they point at. Every fault of every file is reported at once, as `file:line:column`. `lint.py` names what loads and
is doubtful still.
"""

from planner.catalog.catalog import Catalog, bundled, load
from planner.catalog.rows import CatalogError, CatalogFault, CatalogProblem, Figure, Row

__all__ = ["Catalog", "CatalogError", "CatalogFault", "CatalogProblem", "Figure", "Row", "bundled", "load"]
