"""Prometheus rules: their form always; by promtool, and with measurements, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import golden
import pytest
import yaml
from export_toys import SITES, everything

from planner.export import render
from planner.export.thresholds import worst_pue

HERE = Path(__file__).parent
PROMTOOL = shutil.which("promtool")
installed = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
Rules = list[dict[str, Any]]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return render(everything(), "prometheus", "2027")


@pytest.fixture(scope="module")
def rules(files: dict[str, str]) -> Rules:
    return [r for g in yaml.safe_load(files["north.rules.yaml"])["groups"] for r in g["rules"]]


def test_one_file_a_site(files: dict[str, str]) -> None:
    assert list(files) == ["north.rules.yaml", "south.rules.yaml"]


def test_screen(files: dict[str, str]) -> None:
    golden.check(HERE / "golden" / "prometheus.txt", files["north.rules.yaml"])


def test_every_rule_has_its_form_and_no_two_are_one(rules: Rules) -> None:
    seen = set()
    for rule in rules:
        assert ("record" in rule) != ("alert" in rule)
        assert rule["expr"].count("(") == rule["expr"].count(")")
        if "record" in rule:
            assert re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", rule["record"])
        else:
            assert rule["labels"]["severity"] in ("page", "ticket", "info")
            assert rule["annotations"]["summary"]
        key = (rule.get("record") or rule["alert"], tuple(sorted(rule["labels"].items())), rule.get("expr"))
        assert key not in seen
        seen.add(key)


def test_alerts_read_only_what_a_rule_records(rules: Rules) -> None:
    recorded = {r["record"] for r in rules if "record" in r}
    for rule in rules:
        if "alert" in rule:
            assert set(re.findall(r"aiplan:[a-z0-9_:]+", rule["expr"])) <= recorded


def alerts(rules: Rules, name: str, **labels: str) -> Rules:
    return [r for r in rules if r.get("alert") == name and labels.items() <= r["labels"].items()]


def test_burn_rates_are_multiples_of_the_allowance(rules: Rules) -> None:
    found = {r["labels"]["window"]: r["expr"] for r in alerts(rules, "AiplanAllowanceBurns", workload="chat")}
    limits = {w: [float(x) for x in re.findall(r"> ([0-9.e-]+)", e)] for w, e in found.items()}
    assert {w: pytest.approx(v) for w, v in limits.items()} == {
        "1h": [0.0144] * 2,
        "6h": [0.006] * 2,
        "1d": [0.003] * 2,
        "3d": [0.001] * 2,
    }


def test_thresholds_are_the_plan_numbers(rules: Rules) -> None:
    def limit(name: str) -> float:
        (rule,) = alerts(rules, name, site="north")
        return float(rule["expr"].rsplit("> ", 1)[1])

    assert limit("AiplanPowerOverPlan") == 180.0
    assert limit("AiplanConnectionExceeded") == 3000.0
    assert limit("AiplanItPowerOverBuilt") == 110.0
    # 100 kW of IT at 1 / 0.8 + 0.1, 50 kW at 1 / 0.8 + 0.3, 5 kW of plant
    assert limit("AiplanPueOverWorstHour") == pytest.approx(max(135 / 100 + 0.05, 77.5 / 50 + 0.1))
    assert limit("AiplanPueOverWorstDay") == pytest.approx((135 + 77.5 + 10) / 150)


def test_stored_bytes_are_held_against_what_was_placed(rules: Rules) -> None:
    def limit(id: str) -> float:
        (rule,) = alerts(rules, "AiplanStoredOverPlan", workload=id)
        return float(rule["expr"].rsplit("> ", 1)[1])

    assert limit("archive") == 50e12
    assert limit("feed") == 1.5e8 * 3 * 3600
    volumes = next(
        r["expr"] for r in rules if r.get("record") == "aiplan:stored:bytes" and r["labels"]["workload"] == "feed"
    )
    assert re.search('=~"(.*)"', volumes)[1] == "log-feed(-[0-9]+)+"  # type: ignore[index]


def test_no_connection_no_threshold(files: dict[str, str]) -> None:
    assert "AiplanConnectionExceeded" not in files["south.rules.yaml"]


def test_pue_needs_it_power() -> None:
    hours = everything().hours[0]
    assert worst_pue(hours.model_copy(update={"dispatch": {"draw.load meter": [1.0, 1.0]}}), SITES[0]) is None


def test_without_hours_there_is_no_pue_alert() -> None:
    assert "Pue" not in render(everything(hours=[]), "prometheus", "2027")["north.rules.yaml"]


@installed
@pytest.mark.parametrize("site", ["north", "south"])
def test_promtool_takes_them(files: dict[str, str], site: str, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(files[f"{site}.rules.yaml"], encoding="utf-8")
    done = subprocess.run([str(PROMTOOL), "check", "rules", "rules.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def series(name: str, values: str) -> dict[str, str]:
    return {"series": name, "values": values}


MEASURED = [
    # one request in fifty fails: 20 times the allowance of 0.1 %
    series('http_requests_total{workload="chat",code="200"}', "0+2940x200"),
    series('http_requests_total{workload="chat",code="500"}', "0+60x200"),
    series('facility_power_watts{site="north"}', "170000x200"),
    series('it_power_watts{site="north"}', "90000x200"),
    *(series(f'kube_node_labels{{node="n{i}",label_aiplan_pool="main-cpu-box"}}', "1x200") for i in range(5)),
    *(
        series(
            f'kube_node_status_condition{{node="n{i}",condition="Ready",status="true"}}', "0x200" if i < 2 else "1x200"
        )
        for i in range(5)
    ),
]


@installed
def test_alerts_fire_on_measurements(files: dict[str, str], rules: Rules, tmp_path: Path) -> None:
    """Two and a half hours of measurements: what must ring rings, what must not is silent."""
    (tmp_path / "rules.yaml").write_text(files["north.rules.yaml"], encoding="utf-8")
    ringing = {
        # pools whose nodes nobody measures are short too; over the one hour that there is, every window is the same
        "AiplanAllowanceBurns": alerts(rules, "AiplanAllowanceBurns", workload="chat"),
        "AiplanNodesShort": alerts(rules, "AiplanNodesShort"),
        "AiplanPueOverWorstHour": alerts(rules, "AiplanPueOverWorstHour"),
        "AiplanPowerOverPlan": [],
        "AiplanDemandOverPlan": [],
    }
    expected = [
        {
            "eval_time": "2h30m",
            "alertname": name,
            "exp_alerts": [{"exp_labels": r["labels"], "exp_annotations": r["annotations"]} for r in found],
        }
        for name, found in ringing.items()
    ]
    case = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": MEASURED, "alert_rule_test": expected}],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(case, sort_keys=False), encoding="utf-8")
    done = subprocess.run([str(PROMTOOL), "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
