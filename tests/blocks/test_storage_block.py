"""What data and machines ask of one tier adds up, by hand, from toy to audited plan."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import toys

from planner.audit import audit
from planner.blocks import assemble
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.solve.monolithic import solve


def plan(
    *,
    data_gb_per_s: float | None,
    checkpoint_gb_per_s: float,
    write_gb_per_s: float = 5.0,
    failure_domains: int = 1,
) -> Plan:
    """A tier of 25 TB and 5 GB/s to the unit; three machines save together at `checkpoint_gb_per_s`.

    `data_gb_per_s`: none where there is no data but what machines save.
    """
    data = (data_gb_per_s or 0.0) * 1e9
    spec = toys.dataset().spec | {"size": 20e12, "hot": 1.0, "read": 0.0, "write": data}
    lake = replace(toys.dataset(), demand=(20e12,), spec=spec)
    run = toys.workload("run", kind="training", unit="run", demand=(1.0,))
    each = checkpoint_gb_per_s / 3
    block = toys.option("run", fabric="none", per_machine=1 / 3, block_machines=3, storage_write_gb_per_s=each)
    problem = toys.problem(
        workloads=(run,) if data_gb_per_s is None else (run, lake),
        fabrics=(toys.FabricClass("none", None, 1.0, ""),),
        tiers=(toys.tier(failure_domains=failure_domains, write_gb_per_s=write_gb_per_s),),
    )
    options = toys.options(block)
    m = assemble(problem, options)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    made = extract(m, solve(m, gap=1e-9), problem, options, accuracy=none)
    assert audit(json.loads(made.model_dump_json())).findings == ()
    return made


@pytest.mark.parametrize(
    ("data", "checkpoint", "units"),
    [(0.0, 0.0, 1), (4.0, 0.0, 1), (0.0, 4.0, 1), (4.0, 4.0, 2), (5.0, 5.0, 2), (7.0, 9.0, 4), (12.0, 2.9, 3)],
)
def test_checkpoints_and_data_ask_for_units_together(data: float, checkpoint: float, units: int) -> None:
    (store,) = plan(data_gb_per_s=data, checkpoint_gb_per_s=checkpoint).stores
    assert store.units == units


@pytest.mark.parametrize(("checkpoint", "units", "binding"), [(4.0, 3, "failure domains"), (19.0, 4, "machines")])
def test_checkpoints_lie_on_as_many_units_as_their_scheme_has_domains(
    checkpoint: float, units: int, binding: str
) -> None:
    """Also where no dataset holds the tier to it."""
    (store,) = plan(data_gb_per_s=None, checkpoint_gb_per_s=checkpoint, failure_domains=3).stores
    assert (store.units, store.binding, store.needs["failure domains"]) == (units, binding, 3)


def test_the_audit_sees_checkpoints_on_fewer_units_than_domains() -> None:
    made = json.loads(plan(data_gb_per_s=None, checkpoint_gb_per_s=4.0, failure_domains=3).model_dump_json())
    made["problem"]["tiers"][0]["failure_domains"] = 4
    assert {"units, one to a failure domain"} == {
        f.message.split(": ")[-1].split(" is ")[0] for f in audit(made).findings if f.law == "storage"
    }


def test_the_audit_sees_a_tier_that_gives_the_same_rate_twice() -> None:
    """Units that carry either the data or the checkpoints, and not both."""
    made = json.loads(plan(data_gb_per_s=4.0, checkpoint_gb_per_s=4.0).model_dump_json())
    made["columns"] = [c for c in made["columns"] if c["family"] != "storage.machines_gb_per_s"]
    made["problem"]["tiers"][0]["write_gb_per_s"] = 2.1
    found = {f.message.split(" is ")[0] for f in audit(made).findings if f.law == "storage"}
    assert found == {"GB/s of write"}
