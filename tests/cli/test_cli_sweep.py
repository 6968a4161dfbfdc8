"""`aiplan sweep` as a process: a front as table, CSV and JSON; values at fault; values without a plan."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import golden
import pytest
from cli_process import SCENARIO, Run

GOLDEN = Path(__file__).parent / "golden"
KEY = "limits.carbon_free.share"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def test_a_front_in_three_formats(run: Run, folder: Path) -> None:
    done = run(
        *("sweep", "tiny.yaml", "--vary", f"{KEY}=30..40%/3", "--hours", "24"),
        *("-o", "table", "-o", "json=front.json", "-o", "csv=front.csv"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    assert f"{KEY} = 35% (2 of 3)" in done.stderr
    golden.check(GOLDEN / "sweep_front.txt", done.stdout)
    front = json.loads((folder / "front.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader(io.StringIO((folder / "front.csv").read_text(encoding="utf-8"))))
    assert [p["value"] for p in front["points"]] == [r[KEY] for r in rows] == ["30%", "35%", "40%"]
    for point, row in zip(front["points"], rows, strict=True):
        assert float(row["cost_usd_per_year"]) == point["headline"]["cost_usd_per_year"]
        assert point["status"] == "optimal"
        assert point["headline"]["carbon_free_share_with_grid"] >= float(point["value"].rstrip("%")) / 100 - 1e-6


def test_each_point_is_the_plan_that_solve_finds(run: Run, folder: Path) -> None:
    swept = run("sweep", "tiny.yaml", "--vary", f"{KEY}=40%", "--hours", "24", "-q", "-o", "json", cwd=folder)
    alone = run("solve", "tiny.yaml", "--set", f"{KEY}=40%", "--hours", "24", "-q", "-o", "json", cwd=folder)
    (point,), plan = json.loads(swept.stdout)["points"], json.loads(alone.stdout)
    assert point["headline"] == plan["headline"][0]
    assert f"Changed from the file: {KEY}=40%." in plan["notes"]


def test_a_value_no_plan_can_meet_is_a_point_too(run: Run, folder: Path) -> None:
    done = run(
        "sweep", "tiny.yaml", "--vary", "limits.power=200 kW,1 kW", "--hours", "24", "-q", "-o", "json", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    good, bad = json.loads(done.stdout)["points"]
    assert (good["status"], bad["status"], bad["headline"]) == ("optimal", "infeasible", None)
    assert bad["reasons"]


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        (KEY, "write KEY=V1,V2"),
        (f"{KEY}=10..90%/1", "COUNT must be 2 to 1,000"),
        (f"{KEY}=10%,twenty", "`twenty`"),
        ("sites.south.region=x", "sites has no entry `south`"),
    ],
)
def test_what_cannot_be_varied_is_refused_before_anything_is_solved(
    run: Run, folder: Path, vary: str, said: str
) -> None:
    done = run("sweep", "tiny.yaml", "--vary", vary, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert "(1 of" not in done.stderr
    assert "Traceback" not in done.stderr
