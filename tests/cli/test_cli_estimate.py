"""`aiplan estimate` and `aiplan validate` as their users run them."""

from __future__ import annotations

import json
from pathlib import Path

import golden
import pytest
from cli_process import ROOT, Run

ASK = ("estimate", "training", "--model", "llama-3.1-70b", "--machine", "dgx_h100", "--tokens", "1T")
DATA = ROOT / "benchmarks" / "data"
GOLDEN = Path(__file__).parent / "golden"


def test_training_answers_in_a_table(run: Run) -> None:
    done = run(*ASK, "--accelerators", "64")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for word in ("whole run", "days", "kWh", "MFU", "goodput", "tensor", "Calibrated", "low", "base", "high"):
        assert word in done.stdout


def test_training_answers_in_json(run: Run) -> None:
    made = json.loads(run(*ASK, "--accelerators", "64", "-o", "json").stdout)
    assert made["question"]["accelerators"] == 64
    days = made["answer"]["days"]
    assert days["low"] < days["base"] < days["high"]
    assert 50 < days["base"] < 400
    twice = json.loads(run(*ASK[:-1], "2T", "--accelerators", "64", "-o", "json").stdout)
    assert twice["answer"]["days"]["base"] == pytest.approx(2 * days["base"], rel=1e-4)


def test_adapters_take_less(run: Run) -> None:
    whole, adapters = (
        json.loads(run(*ASK, "--accelerators", "64", *more, "-o", "json").stdout)["answer"]
        for more in ((), ("--lora",))
    )
    assert adapters["days"]["base"] < 0.8 * whole["days"]["base"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--model", "llama-3.1-71b"), "did you mean llama-3.1-70b"),
        (("--model", "resnet-50"), "not a language model"),
        (("--machine", "dgx_h10"), "did you mean dgx_h100"),
        (("--machine", "../../etc"), "no such node"),
        (("--tokens", "many"), "--tokens many"),
        (("--tokens", "-1T"), "--tokens -1T"),
        (("--tokens", "1e400"), "--tokens 1e400"),
        (("--batch", "1K"), "less than one sequence"),
        (("--batch", "2T"), "more than the 1T tokens"),
        (("--precision", "bf15"), "choose bf16"),
        (("--accelerators", "0"), "--accelerators"),
        (("-o", "csv"), "choose table, json"),
        (("--catalog", "nowhere"), "no such catalog folder"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, tuple) else "",
)
def test_bad_questions_end_with_2(run: Run, change: tuple[str, str], said: str) -> None:
    done = run(*ASK, *change)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_too_few_accelerators_end_with_1(run: Run) -> None:
    done = run("estimate", "training", "--model", "llama-3.1-405b", "--machine", "dgx_h100", "--tokens", "1T")
    assert done.returncode == 1
    assert "the fewest that one fits" in done.stderr


SERVE = ("estimate", "serving", "--model", "llama-3.1-70b", "--machine", "dgx_h100")


def test_serving_answers_in_both_forms(run: Run) -> None:
    done = run(*SERVE, "--requests", "20")
    assert done.returncode == 0, done.stderr
    for word in ("bf16", "fp8", "requests/s", "tokens/s", "tensor", "for 20 requests/s", "W a machine"):
        assert word in done.stdout
    made = json.loads(run(*SERVE, "--requests", "20", "--precision", "fp8", "-o", "json").stdout)
    (offer,) = made["offers"]
    rate = offer["requests_per_s_per_machine"]
    assert rate["low"] < rate["base"] < rate["high"]
    assert offer["machines"] * rate["base"] >= 20 > (offer["machines"] - 1) * rate["base"]


def test_serving_by_topology_hands_caches_over_faster_on_fatter_networks(run: Run, tmp_path: Path) -> None:
    apart = (*SERVE, "--precision", "bf16", "--disaggregated", "always", "--input-tokens", "32000", "--ttft", "3")
    target = tmp_path / "offers.json"
    done = run(*apart, "--switch", "nvidia_qm9700", "-o", "table", "-o", f"json={target}")
    assert done.returncode == 0, done.stderr
    assert "by topology of nvidia_qm9700" in done.stdout
    made = json.loads(target.read_text(encoding="utf-8"))["offers"]
    offers = {o["topology"]: o for o in made if "topology" in o}
    fat, thin = offers["fat tree 1:1"], offers["fat tree 4:1"]
    assert fat["transfer_s"] < thin["transfer_s"]
    base = [o["requests_per_s_per_machine"]["base"] for o in (fat, thin)]
    assert base[0] > base[1]
    within = run(*SERVE, "--precision", "bf16", "--switch", "nvidia_qm9700")
    assert "No replica over several machines does more" in within.stdout
    assert run(*SERVE, "--switch", "nvidia_qm970").returncode == 2


def test_serving_within_no_target_ends_with_1(run: Run) -> None:
    done = run(*SERVE, "--ttft", "0.001")
    assert done.returncode == 1
    assert "too slow for the latency target" in done.stderr


@pytest.mark.parametrize(
    "change", [("--model", "resnet-50x"), ("--precision", "fp7"), ("--ttft", "0"), ("--machine", "x")]
)
def test_bad_questions_of_serving_end_with_2(run: Run, change: tuple[str, str]) -> None:
    done = run(*SERVE, *change)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_validate_counts_every_row(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "errors.json"
    done = run("validate", DATA / "topology_reference.yaml", "-o", "table", "-o", f"json={target}")
    assert done.returncode == 0, done.stderr
    assert "Not predicted: 8 of 123" in done.stdout
    assert "1,296 nodes and 10,368 cables are 10,368 GPUs" in done.stdout
    made = json.loads(target.read_text(encoding="utf-8"))
    assert len(made["rows"]) == 123
    assert sum("excluded" in row for row in made["rows"]) == 8


@pytest.mark.parametrize("text", ["rows: 5\n", "rows:\n- {a: 1, a: 2}\n", "\x00", "- [", ""])
def test_validate_refuses_junk_with_2(run: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "rows.yaml"
    path.write_text(text, encoding="utf-8")
    done = run("validate", path)
    assert done.returncode == 2
    assert "rows.yaml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_topologies_beside_each_other(run: Run) -> None:
    asked = (*ASK, "--accelerators", "256", "--switch", "nvidia_qm9700")
    made = json.loads(run(*asked, "-o", "json").stdout)["topologies"]
    by_name = {t["topology"]: t for t in made}
    full, thin = by_name["fat tree 1:1"], by_name["fat tree 4:1"]
    assert full["machines"] == thin["machines"] == [8, 16, 32, 64, 128, 256]
    slower = [b / a for a, b in zip(full["step_s"], thin["step_s"], strict=True)]
    assert min(slower) >= 1
    assert slower[-1] > slower[0]  # delays compound across nodes
    assert by_name["rail-only"]["switches"][-1] <= full["switches"][-1]
    table = run(*asked).stdout
    assert all(name in table for name in by_name)
    assert "--switch mellanox_qm8700: has no ports of 400" in run(*asked[:-1], "mellanox_qm8700").stderr


NET = ("estimate", "network", "--machine", "dgx_h100", "--switch", "nvidia_qm9700", "--machines")


def test_a_network_is_billed_family_by_family(run: Run) -> None:
    made = json.loads(run(*NET, "96", "-o", "json").stdout)["networks"]
    best = {line["family"]: line for line in made}
    assert (best["rail_optimized"]["count"]["leaf"], best["rail_optimized"]["count"]["spine"]) == (24, 16)
    assert best["fat_tree"]["modules"] == 2 * (768 + 768)
    assert best["fat_tree"]["usd"] == pytest.approx(40 * 27000 + 1536 * 2 * 700)
    assert "rail-optimized" in run(*NET, "96").stdout
    refused = run(*NET, "1000000")
    assert refused.returncode == 1
    assert "do not join" in refused.stderr


def test_a_tpu_pod_needs_no_switch(run: Run) -> None:
    made = json.loads(run("estimate", "network", "--machine", "tpu_v4_host", "--machines", "1024", "-o", "json").stdout)
    assert made["torus"]["torus"]["dims"] == [16, 16, 16]
    assert made["torus"]["optical"]["switches"] == 48
    refused = run("estimate", "network", "--machine", "dgx_h100", "--machines", "4")
    assert refused.returncode == 2
    assert "--switch" in refused.stderr


def test_the_bill_as_it_is_read(run: Run) -> None:
    """Sizes where tiers and planes matter: 288 machines of eight ports, two planes each."""
    asked = ("estimate", "network", "--machine", "dgx_b300", "--machines", "288", "--switch", "nvidia_sn5600")
    golden.check(GOLDEN / "screen_estimate_network.txt", run(*asked, "--planes", "2").stdout)
