"""Adding a feature is adding one file; deleting it leaves everything as it was. Adding a machine is adding rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import planner.blocks
from planner import driver, schemas
from planner.audit import audit

SCENARIO = Path(__file__).parent.parent / "scenarios" / "quickstart.yaml"

BLOCK = '''"""Heat sale: sell a part of the site's heat to a neighbour.

    sold <= most                                                                      'heat_sale.most[site,period]'
    cost: - sold x price x years                                                      account 'heat_sale'

| symbol | name in code | unit | meaning |
| sold | heat_sale.sold[site,period] | MWh a year | heat sold |
"""

from __future__ import annotations

from pydantic import BaseModel

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Problem
from planner.scenario.fragment import Fragment


class HeatSale(BaseModel):
    """What a neighbour takes and pays."""

    most: float
    price: float


KEYS = (Fragment("site", "heat_sale", HeatSale, "heat a neighbour buys, MWh a year and USD per MWh"),)


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        terms = site.keys.get("heat_sale")
        if terms is None:
            continue
        for period in problem.periods:
            keys = {"site": site.id, "period": period.name}
            sold = m.column(name_of("heat_sale.sold", **keys), origin=site.origin, unit="MWh", kind="heat", item="heat")
            m.row(
                name_of("heat_sale.most", **keys), {sold: 1.0}, "<=", terms.most,
                origin=site.origin, label="heat sold", unit="MWh",
            )
            m.cost(
                "heat_sale", "heat", sold, quantity=period.years, unit="MWh", unit_price=-terms.price,
                factor=period.value_factor, origin=site.origin, site=site.id, period=period.name,
            )
'''


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "quickstart.yaml"
    path.write_text(SCENARIO.read_text())
    return path


def quick(path: Path) -> driver.Plan:  # type: ignore[name-defined]
    return driver.solve(path, hours=24, check_year=False)


def test_a_block_is_one_file(tmp_path: Path, scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = quick(scenario)
    schema = schemas.schema("scenario")
    folder = tmp_path / "blocks"
    folder.mkdir()
    (folder / "heat_sale.py").write_text(BLOCK)
    with monkeypatch.context() as patch:
        patch.setattr(planner.blocks, "__path__", [*planner.blocks.__path__, str(folder)])
        assert "heat_sale" in json.dumps(schemas.schema("scenario"))
        assert "heat_sale" in dict(driver.math())
        keyed = scenario.with_name("with_heat.yaml")
        keyed.write_text(
            SCENARIO.read_text().replace("    cooling: [", "    heat_sale: {most: 100, price: 20}\n    cooling: [")
        )
        after = quick(keyed)
        assert [s.quantity for s in after.sizing if s.item == "heat"] == [100.0]
        assert [x.amount_usd for x in after.ledger if x.account == "heat_sale"] == pytest.approx([-2000.0])
        assert after.solver.objective_usd == pytest.approx(before.solver.objective_usd - 2000.0, rel=1e-6)
        assert audit(json.loads(after.model_dump_json())).accepted
    assert schemas.schema("scenario") == schema
    assert quick(scenario).model_dump_json() == before.model_dump_json()


def test_a_machine_is_rows(scenario: Path) -> None:
    rows = scenario.parent / "mine"
    rows.mkdir()
    cite = "kind: {kind}\nas_of: 2026-11-01\nsources: {{us: {{ref: our own measurement}}}}\nrows:\n"
    (rows / "chip.yaml").write_text(
        cite.format(kind="accelerator")
        + "  - {id: acme_one, name: ACME One, vendor: ACME, family: gpu, bf16_tflops: [2000, us],"
        " fp8_tflops: [4000, us], mem_gb: [192, us], mem_gb_per_s: [8000, us], tdp_w: [900, us],"
        " scale_up_gb_per_s: [900, us], scale_up_domain: [8, us]}\n"
    )
    (rows / "node.yaml").write_text(
        cite.format(kind="node")
        + "  - {id: acme_box, name: ACME box, class: accelerated, vendor: ACME, accelerator: acme_one, cooling: air,"
        " accelerators: [8, us], cores: [96, us], ram_gb: [2048, us], local_nvme_tb: [30, us], nics: [8, us],"
        " nic_gbps: [400, us], idle_w: [2000, us], sustained_w: [8000, us], max_w: [11000, us], rack_units: [8, us],"
        " embodied_kgco2e: [3000, us]}\n"
    )
    (rows / "price.yaml").write_text(cite.format(kind="price_node") + "  - {id: acme_box, purchase_usd: [50000, us]}\n")
    scenario.write_text(scenario.read_text().replace("sites:\n", "catalogs: [mine]\nsites:\n", 1))
    plan = quick(scenario)
    assert any(w.machine == "acme_box" for w in plan.work)
