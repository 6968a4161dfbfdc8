"""The network as scenarios ask for it: families compete, larger domains against more machines, faults in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_run import SITE, written

from planner import driver
from planner.errors import BadInput
from planner.plan.schema import Plan


def solved(folder: Path, *, prices: str = "", network: str = "", ratio: int = 1) -> Plan:
    head = f"{prices}\nhardware: {{allow: [dgx_b200, gb200_nvl72_rack]}}"
    more = f"oversubscription: {ratio}"
    file = written(folder / "experts.yaml", head=head, network=network, tokens="6T", more=more)
    return driver.solve(file, engine="decomposed", weeks=1, check_year=False)


def amounts(plan: Plan, kind: str) -> dict[str, float]:
    return {s.item: s.quantity for s in plan.sizing if s.kind == kind}


def at(rack_usd: float) -> str:
    return f"prices: {{machines: {{gb200_nvl72_rack: {rack_usd:.0f} USD}}}}"


def test_larger_domains_or_more_machines_by_price(tmp_path: Path) -> None:
    """A rack of 72 needs fewer accelerators and less network; above some price machines of eight win."""
    tall, wide = solved(tmp_path, prices=at(2_000_000)), solved(tmp_path, prices=at(6_000_000))
    assert set(amounts(tall, "machine")) == {"gb200_nvl72_rack"}
    assert set(amounts(wide, "machine")) == {"dgx_b200"}
    assert amounts(tall, "machine")["gb200_nvl72_rack"] * 72 < amounts(wide, "machine")["dgx_b200"] * 8
    assert sum(amounts(tall, "cable bought").values()) < sum(amounts(wide, "cable bought").values())


def test_a_cheaper_network_turns_the_choice_to_more_machines(tmp_path: Path) -> None:
    """At a price between, racks win on fat trees; where rails may stay apart, small machines with a thin network do."""
    fat = solved(tmp_path, prices=at(4_440_000))
    thin = solved(tmp_path, prices=at(4_440_000), network="network: {families: [fat_tree, rail_only]}")
    assert set(amounts(fat, "machine")) == {"gb200_nvl72_rack"}
    assert set(amounts(thin, "machine")) == {"dgx_b200"}


def test_a_family_that_is_cheaper_is_taken_where_it_is_allowed(tmp_path: Path) -> None:
    plain = solved(tmp_path, prices=at(6_000_000))
    free = solved(tmp_path, prices=at(6_000_000), network="network: {families: [fat_tree, rail_only]}")
    assert free.headline[0].levelised_cost_usd <= plain.headline[0].levelised_cost_usd * (1 + 1e-3)
    taken = [c.item for c in free.choices if c.kind == "fabric" and c.chosen]
    assert any("rail_only" in item for item in taken)
    assert not any("rail_only" in c.item for c in plain.choices)
    assert sum(amounts(free, "switch bought").values()) < sum(amounts(plain, "switch bought").values())


def test_short_cables_of_copper_and_a_storage_network(tmp_path: Path) -> None:
    network = "network: {cables: {to_machines: 2 m, between_switches: 25 m}, storage: {ports: 2, speed: 200 Gb/s}}"
    plan = solved(tmp_path, prices=at(6_000_000), network=network)
    machines = amounts(plan, "machine")["dgx_b200"]
    (links,) = [c.value for c in plan.columns if c.family == "fabric.links" and c.keys["fabric"] == "storage"]
    stored = sum(c.value for c in plan.columns if c.family == "storage.units" and "nvme" in c.keys["tier"])
    assert stored > 0
    assert links == pytest.approx(2 * machines + 2 * stored)  # 40 GB/s of a unit take two ports of 200 Gb/s


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ("network: {families: [ring]}", "fat_tree"),
        ("network: {families: []}", "families"),
        ("network: {planes: 0}", "planes"),
        ("network: {storage: {ports: 2, speed: 3200 Gb/s}}", "1600 Gb/s"),
        ("network: {cables: {to_machines: 3}}", "3 m"),
        ("network: {above_pod: 0.5}", "above_pod"),
        ("network: {storage: {speed: 1600 Gb/s}}", "no priced Ethernet switch has ports of 1600 Gb/s"),
        ("network: {cables: {between_switches: 90 km}}", "no priced cable or optic reaches 90,000 m"),
    ],
)
def test_faults_are_placed(tmp_path: Path, network: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as fault:
        solved(tmp_path, network=network)
    assert "experts.yaml:5:" in str(fault.value)


def answered(folder: Path, ttft: str) -> Plan:
    file = folder / "answers.yaml"
    file.write_text(
        f"""aiplan: 1
name: answers
hardware: {{allow: [dgx_h100]}}
{SITE.replace("direct_to_chip", "air_chilled_water")}workloads:
  - kind: serving
    id: chat
    model: llama-3.1-70b
    precision: bf16
    requests: 30 req/s
    input_tokens: 32000
    output_tokens: 500
    ttft: {ttft}
    tpot: 60 ms
    availability: 99%
    disaggregated: always
""",
        encoding="utf-8",
    )
    return driver.solve(file, hours=24, check_year=False)


def test_caches_in_a_hurry_pay_for_a_fabric_and_others_take_the_network_that_is_there(tmp_path: Path) -> None:
    """Prompts of 32,000 tokens are read on some machines and answered on others: 10 GB cross between them."""
    hurried, patient = answered(tmp_path, "2.6 s"), answered(tmp_path, "20 s")
    links = [
        {c.keys["fabric"]: c.value for c in plan.columns if c.family == "fabric.links" and c.value > 0.5}
        for plan in (hurried, patient)
    ]
    assert set(links[1]) == {"frontend"}
    assert set(links[0]) > {"frontend"}
    spread = [o for o in hurried.options if o["details"]["split_over_machines"] > 1]
    rates = {o["fabric"]: o["per_machine"] for o in spread}
    waits = {o["fabric"]: o["details"]["transfer_s"] for o in spread}
    (fabric,) = set(links[0]) - {"frontend"}
    assert rates[fabric] > rates["frontend"] * 1.03
    assert waits[fabric] < waits["frontend"] / 4
