"""Hardware rows: sources and dates everywhere, and figures held to what was published."""

from __future__ import annotations

from datetime import date
from statistics import median

import pytest

from planner.catalog import Row, load
from planner.catalog.rows import LEVELS, MEMORY

BOOKS = load()
ROWS = [row for kind in BOOKS.kinds() for row in BOOKS.rows(kind)]
NODES = BOOKS.rows("node")
ACCELERATED = [row for row in NODES if row.text["class"] == "accelerated"]
RENTED = BOOKS.rows("price_rental")


def chip_of(node: Row) -> Row:
    return BOOKS.row("accelerator", str(node.text["accelerator"]))


def test_every_figure_has_a_source_a_date_and_a_confidence() -> None:
    for row in ROWS:
        assert row.figures or row.arrays, row.origin
        for name, f in row.figures.items():
            assert len(f.source) > 3, (row.origin, name)
            assert date(2010, 1, 1) <= date.fromisoformat((f.as_of + "-01-01")[:10]) <= date(2026, 12, 31)
            assert f.confidence in LEVELS
            assert f.low is None or f.low <= f.value
            assert f.high is None or f.value <= f.high


def test_what_says_memory_is_marked_memory() -> None:
    """No figure leans on memory alone and claims more than memory."""
    for row in ROWS:
        for name, f in row.figures.items():
            parts = f.source.split("; ")
            if all(p.startswith(("from memory", "compiler knowledge")) for p in parts):
                assert f.confidence == MEMORY, (row.origin, name)


def test_no_reference_names_a_place_that_readers_cannot_go() -> None:
    for row in ROWS:
        for f in row.figures.values():
            assert not any(word in f.source + f.note for word in ("/work", "../", "text search", "stored file")), f


def test_the_catalogs_are_as_wide_as_they_say() -> None:
    counts = {kind: len(BOOKS.rows(kind)) for kind in BOOKS.kinds()}
    assert counts["accelerator"] >= 45
    assert counts["node"] >= 70
    assert counts["switch"] >= 12
    assert counts["price_rental"] >= 90
    assert counts["price_cloud"] >= 500
    figures = sum(len(row.figures) for row in ROWS)
    assert figures >= 4000


def test_every_family_of_accelerator_is_there() -> None:
    families = {row.text["family"] for row in BOOKS.rows("accelerator")}
    vendors = {row.text["vendor"] for row in BOOKS.rows("accelerator")}
    assert families == {"gpu", "tpu", "asic"}
    assert {"NVIDIA", "AMD", "Intel", "Google", "AWS"} <= vendors


@pytest.mark.parametrize("node", NODES, ids=lambda row: row.id)
def test_a_node_draws_more_than_its_accelerators_and_less_than_its_nameplate(node: Row) -> None:
    idle, busy, most = (node.number(f) for f in ("idle_w", "sustained_w", "max_w"))
    assert 0 < idle < busy < most or (0 < idle < busy <= most and node.figure("sustained_w").confidence != "low")
    assert 0.05 < idle / most < 0.5
    if node.text["class"] == "accelerated" and "tdp_w" in chip_of(node).figures:
        boards = node.number("accelerators") * chip_of(node).number("tdp_w")
        assert boards < most, "never TDP x count"
        assert 0.45 <= boards / most <= 0.85


def test_measured_power_is_used_where_it_was_measured() -> None:
    """MLPerf: 8x B200 10.40 kW in air, 8x H100 6.85 kW in training; both below nameplate."""
    assert BOOKS.row("node", "dgx_b200").number("sustained_w") == 10401
    assert BOOKS.row("node", "dgx_h100").number("sustained_w") == 6848
    for id in ("dgx_b200", "dgx_h100"):
        row = BOOKS.row("node", id)
        assert "MLPerf" in row.figure("sustained_w").source or "mlcommons" in row.figure("sustained_w").source
        assert 0.6 < row.number("sustained_w") / row.number("max_w") < 0.76


def test_unmeasured_power_is_the_measured_share_of_nameplate_and_says_so() -> None:
    derived = [n for n in ACCELERATED if n.figure("sustained_w").note.startswith("0.73 of nameplate")]
    assert len(derived) > 15
    for node in derived:
        assert node.number("sustained_w") == pytest.approx(0.73 * node.number("max_w"), rel=0.01)
        assert node.figure("sustained_w").confidence in ("low", MEMORY)


def test_what_is_derived_from_memory_is_memory() -> None:
    """No TPU but v4 has a published power: its host's power cannot be better than a guess."""
    for id in ("tpu_v5e_host", "tpu_v5p_host", "tpu_v6e_host", "tpu_v7x_host", "aws_trn2"):
        row = BOOKS.row("node", id)
        assert {row.figure(f).confidence for f in ("idle_w", "sustained_w", "max_w")} == {MEMORY}
        assert row.memory
    assert BOOKS.row("node", "tpu_v4_host").figure("max_w").confidence == "low"


@pytest.mark.parametrize(
    ("chip", "share"),
    [
        ("nvidia_a100_sxm4_80gb", 0.87),
        ("nvidia_h100_sxm_80gb", 0.80),
        ("nvidia_b200_sxm_180gb", 0.78),
        ("nvidia_gb200", 0.73),
        ("intel_gaudi3", 0.74),
        ("amd_mi355x", 0.63),
        ("amd_mi325x", 0.60),
        ("amd_mi300x", 0.51),
    ],
)
def test_the_measured_matmul_ceiling_is_the_published_share_of_peak(chip: str, share: float) -> None:
    row = BOOKS.row("accelerator", chip)
    assert row.number("mamf_bf16_tflops") / row.number("bf16_tflops") == pytest.approx(share, abs=0.01)


def test_conflicts_between_sources_are_kept_as_ranges() -> None:
    b300 = BOOKS.row("accelerator", "nvidia_b300_sxm_288gb")
    assert (b300.figure("tdp_w").low, b300.figure("tdp_w").high) == (1000, 1400)
    assert b300.figure("int8_tops").high == 4500
    assert BOOKS.row("accelerator", "intel_gaudi3").figure("bf16_tflops").high == 1835
    rack = BOOKS.row("node", "gb200_nvl72_rack").figure("max_w")
    assert (rack.low, rack.value, rack.high) == (125_000, 132_000, 135_000)
    switch = BOOKS.row("price_switch", "generic_64x800g").figure("price_usd")
    assert switch.high is not None
    assert switch.low is not None
    assert switch.high / switch.low > 6


def test_the_same_gpu_costs_several_times_as_much_elsewhere() -> None:
    """2026: 2.29 to 12.29 USD for an hour of an H100."""
    hour = BOOKS.row("price_accelerator", "nvidia_h100_sxm_80gb").figure("rent_usd_per_accelerator_hour")
    assert (hour.low, hour.high) == (2.29, 12.29)
    h100 = {r.text["provider"]: r.number("usd_per_hour") / 8 for r in RENTED if r.text["plan"] == "on_demand"
            and r.text["node"] in ("dgx_h100", "aws_p5", "gcp_a3_high")}  # fmt: skip
    assert h100["azure"] == 12.29
    assert max(h100.values()) / min(h100.values()) > 3


def test_rentals_have_a_machine_a_plan_and_a_price() -> None:
    assert {r.text["plan"] for r in RENTED} == {"on_demand", "spot", "1y", "3y"}
    assert {"aws", "azure", "gcp", "lambda", "nebius", "verda"} <= {r.text["provider"] for r in RENTED}
    for row in RENTED:
        machine = BOOKS.row("node", str(row.text["node"]))
        per_chip = row.number("usd_per_hour") / max(1.0, machine.number("accelerators"))
        assert 0.05 < per_chip < 40


def test_tpus_can_be_rented_and_their_hosts_multiply_the_chip_price() -> None:
    for chip, chips, usd in (("v4", 4, 3.22), ("v5e", 8, 1.2), ("v5p", 4, 4.2), ("v6e", 8, 2.7)):
        row = BOOKS.row("price_rental", f"tpu_{chip}_on_demand")
        assert BOOKS.row("node", str(row.text["node"])).number("accelerators") == chips
        assert row.number("usd_per_hour") == pytest.approx(chips * usd)
        assert BOOKS.row("price_rental", f"tpu_{chip}_spot").number("usd_per_hour") < row.number("usd_per_hour")


def test_spot_and_commitments_are_cheaper_than_on_demand() -> None:
    asked = {r.id: r.number("usd_per_hour") for r in RENTED}
    compared = 0
    for row in RENTED:
        plan = str(row.text["plan"])
        base = asked.get(row.id.replace(f"_{plan}", "_on_demand", 1))
        if plan != "on_demand" and base is not None:
            assert asked[row.id] < base, row.id
            compared += 1
    assert compared > 30


def test_accelerated_machines_cost_their_accelerators_and_a_share() -> None:
    for row in BOOKS.rows("price_node"):
        node, price = BOOKS.row("node", row.id), row.figure("purchase_usd")
        assert price.low is not None
        assert price.high is not None
        assert price.low < price.value < price.high
        if node.text["class"] == "accelerated" and "x 1.6" in price.note:
            street = BOOKS.row("price_accelerator", str(node.text["accelerator"])).number("street_usd")
            assert price.value == pytest.approx(1.6 * street * node.number("accelerators"), rel=0.001)


def test_cpu_generations_improve_as_specpower_shows() -> None:
    """Medians of two-socket servers: 12.2k (8380) to 39.4k (9845) ssj_ops a watt; idle 14 to 48 % of full load."""
    ops = {n.id: n.number("ssj_ops_per_w") for n in NODES if "ssj_ops_per_w" in n.figures}
    assert ops["intel_xeon_8380_2s"] == 12214
    assert ops["amd_epyc_9845_2s"] == pytest.approx(39_400, rel=0.01)
    for id in ops:
        row = BOOKS.row("node", id)
        assert 0.1 < row.number("idle_w") / row.number("sustained_w") < 0.5
        assert row.number("ssj_ops") == pytest.approx(
            ops[id] * (row.number("idle_w") + row.number("sustained_w")), rel=0.01
        )
    two = [v for k, v in ops.items() if k.endswith("_2s") and k.startswith("amd")]
    assert median(two) > 2 * ops["intel_xeon_8380_2s"]


def test_embodied_carbon_of_servers_is_of_the_size_that_vendors_publish() -> None:
    """Product footprints: 0.5 to 1.4 t for a server with little memory; baseboards 1,312 and 2,274 kg."""
    made = [r.number("manufacturing_kgco2e") for r in BOOKS.rows("footprint") if "manufacturing_kgco2e" in r.figures]
    assert 450 < min(made) < max(made) < 1400
    assert BOOKS.row("node", "dgx_h100").number("embodied_kgco2e") == 1312 + 1300
    assert BOOKS.row("node", "dgx_b200").number("embodied_kgco2e") == 2274 + 1300
    for node in NODES:
        if node.text["class"] == "cpu":
            assert 700 < node.number("embodied_kgco2e") < 6000


def test_failure_rates_follow_from_the_published_counts() -> None:
    """Llama 3: 419 interruptions, 16,384 GPUs, 54 days; the causes sum to the total."""
    table = BOOKS.row("reliability", "llama3_interruptions")
    causes = [f.value for n, f in table.figures.items() if n not in ("planned", "total_unplanned", "gpus", "days")]
    assert sum(causes) == table.number("total_unplanned") == 419
    rate = BOOKS.row("reliability", "accelerated").figure("failures_per_day")
    assert rate.value == pytest.approx(419 / 54 / (16384 / 8), rel=0.001)
    assert (rate.low, rate.high) == (0.00234, 0.0065)
    switch = BOOKS.row("reliability", "switch").number("failures_per_day")
    assert switch == pytest.approx(35 / 54 / 16384, rel=0.01)


def test_optics_double_the_power_of_a_full_switch() -> None:
    """A 64x800G switch: 940 W bare, about 2.03 kW with 17 W modules in every cage."""
    switch = BOOKS.row("switch", "nvidia_sn5600")
    module = BOOKS.row("optic", "mms4x00_ns_800g_2xdr4").number("w_each")
    full = switch.number("typical_w") + switch.number("ports") * module
    assert full == switch.number("typical_w_with_optics") == 2028


def test_switches_of_every_nic_speed_have_ports_and_priced_optics() -> None:
    """A machine whose fabric cannot be priced could never be chosen."""
    priced = {r.id for r in BOOKS.rows("price_optic")}
    speeds = {r.number("gbps") for r in BOOKS.rows("optic") if r.id in priced}
    bought = {r.id for r in BOOKS.rows("price_node")}
    assert {n.number("nic_gbps") for n in NODES if n.id in bought} <= speeds
