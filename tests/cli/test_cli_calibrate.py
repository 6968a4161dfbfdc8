"""`aiplan catalog calibrate`, and the overlay it writes in `validate`, `estimate` and `solve`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_process import Run

ROW = (
    "  - {{source: our TensorRT-LLM v1.0, system: lab, accelerator: H100-SXM, count: 1, tp: 1, model: llama3.1-8b, "
    "precision: fp8, scenario: offline-max-load, metric: output_throughput_per_gpu, unit: tok/s, isl: {}, osl: {}, "
    "value: {}}}\n"
)
MEASURED = ((128, 128, 10000), (128, 2048, 8000), (1000, 1000, 5000), (2048, 128, 900))
"""About half of what the catalogs promise."""
SCENARIO = """\
aiplan: 1
name: chat
sites:
  - id: north
    location: {latitude: 39.04, longitude: -77.49}
    region: us_pjm_virginia
    grid: {connection: 3 MW, price: 0.06 USD/kWh}
    cooling: [air_chilled_water]
hardware: {allow: [dgx_h100]}
workloads:
  - {kind: serving, id: chat, model: llama-3.1-8b, precision: fp8, requests: 500 req/s, input_tokens: 1000,
     output_tokens: 250, ttft: 1 s, tpot: 50 ms}
"""


@pytest.fixture(scope="module")
def calibrated(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with rows, their overlay `mine`, and what was printed."""
    folder = tmp_path_factory.mktemp("calibrated")
    (folder / "rows.yaml").write_text("rows:\n" + "".join(ROW.format(*m) for m in MEASURED), encoding="utf-8")
    done = run("catalog", "calibrate", "rows.yaml", "-o", "mine", "--date", "2026-11-25", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_error_before_and_after_is_said(calibrated: tuple[Path, str]) -> None:
    folder, said = calibrated
    line = next(x for x in said.splitlines() if x.startswith("serving by trtllm_2025"))
    rows, before, after = line.split()[-6:-3]
    assert rows == "4"
    assert float(before.rstrip("%")) > 2 * float(after.rstrip("%"))
    assert "rows.yaml, lines 2, 3, 4, 5" in (folder / "mine" / "coefficient.yaml").read_text(encoding="utf-8")


def test_validate_estimate_and_solve_take_the_overlay(calibrated: tuple[Path, str], run: Run) -> None:
    folder, _ = calibrated
    errors: list[float] = []
    rates: list[float] = []
    machines: list[float] = []
    for n, more in enumerate(((), ("--catalog", "mine"))):
        made: Any = json.loads(run("validate", "rows.yaml", "-o", "json", *more, cwd=folder).stdout)
        errors.append(next(g["mape"] for g in made["groups"] if g["by"] == "all"))
        ask = ("estimate", "serving", "--model", "llama-3.1-8b", "--machine", "dgx_h100", "--precision", "fp8")
        offer = json.loads(run(*ask, "-o", "json", *more, cwd=folder).stdout)["offers"][0]
        rates.append(offer["requests_per_s_per_machine"]["base"])
        text = SCENARIO + ("catalogs: [mine]\n" if more else "")
        (folder / f"s{n}.yaml").write_text(text, encoding="utf-8")
        done = run("solve", f"s{n}.yaml", "--hours", "24", "-o", "json", cwd=folder)
        assert done.returncode == 0, done.stderr
        plan = json.loads(done.stdout)
        machines.append(sum(w["machines"] for w in plan["work"] if w["workload"] == "chat"))
    assert errors[1] < errors[0] / 2
    assert rates[1] < 0.7 * rates[0]
    assert machines[1] > machines[0]


def test_too_few_rows_are_refused(calibrated: tuple[Path, str], run: Run) -> None:
    folder, _ = calibrated
    (folder / "two.yaml").write_text("rows:\n" + "".join(ROW.format(*m) for m in MEASURED[:2]), encoding="utf-8")
    done = run("catalog", "calibrate", "two.yaml", "-o", "none", cwd=folder)
    assert done.returncode == 2
    assert "2 of at least 3 measurements" in done.stderr
    assert not (folder / "none").exists()


@pytest.mark.parametrize(
    ("args", "said"), [(("--date", "yesterday"), "--date yesterday"), (("-o", "rows.yaml"), "rows.yaml")]
)
def test_bad_options_are_located(calibrated: tuple[Path, str], run: Run, args: tuple[str, ...], said: str) -> None:
    done = run("catalog", "calibrate", "rows.yaml", *args, cwd=calibrated[0])
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
