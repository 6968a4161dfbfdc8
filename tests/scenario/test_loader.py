"""Loading: the full example, defaults, places, faults of the file itself and of the files that it names."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from planner.scenario import Problem, Scenario, ScenarioProblems, load, loads, render

EVERYTHING = Path(__file__).parent / "everything" / "scenario.yaml"
SMALL = """aiplan: 1
name: small
sites:
  - id: va
    location: {latitude: 39, longitude: -77.5}
    region: us_pjm_virginia
workloads:
  - {kind: dataset, id: corpus, size: 500 TB}
"""


def read(text: str, folder: Path = EVERYTHING.parent) -> Scenario:
    return loads(text.encode(), "small.yaml", folder)


def problems(text: str, folder: Path = EVERYTHING.parent) -> list[Problem]:
    with pytest.raises(ScenarioProblems) as caught:
        read(text, folder)
    return list(caught.value.problems)


def test_the_example_of_everything_loads() -> None:
    scenario = load(EVERYTHING)
    site, work = scenario.sites[0], {w.id: w for w in scenario.workloads}
    assert site.grid.connection == 20_000.0
    assert site.grid.price == 0.08
    assert site.grid.intensity == 0.3
    assert site.water_price == 0.003
    assert site.halls[0].feed == 5000.0
    assert site.halls[0].existing is True
    assert site.installed.machines[0].count == 4
    assert site.location.elevation == 90.0
    assert scenario.network.cables.runs == {"to_machines": 3.0, "between_switches": 15.0}
    assert scenario.network.storage.speed == 25e9
    assert scenario.network.management.ports == 1
    assert site.batteries[0].max_energy == 80_000.0
    assert site.renewables[0].land == 600_000.0
    assert scenario.periods[0].start == date(2027, 1, 1)
    assert scenario.prices.machines == {"dgx_h100": 250_000.0}
    assert scenario.prices.discounts[0].discount == 0.15
    assert scenario.limits.carbon == 5e6
    assert scenario.limits.water == 3e7
    assert scenario.limits.model_dump()["carbon_free"] == {"share": 0.9, "grid": "included"}
    assert work["chat"].tpot == 0.05
    assert work["chat"].sites == ("va", "oregon")
    assert work["pretrain"].batch == 4e6
    assert work["pretrain"].deadline == 60 * 86_400
    assert work["fraud-score"].throughput["dgx_h100"] == 400_000.0
    assert work["events"].event_size == 1000.0
    assert work["corpus"].read == 20e9
    assert work["metered"].scale == 1000.0
    assert [b.heat for b in work["lake"].bands] == ["hot", "warm", "cold", "archive"]
    assert work["lake"].bands[1].retrieval == 0.1
    assert scenario.failures[0].vendor.takes == 21 * 86_400
    assert (site.halls[0].feeds, site.halls[0].zone) == (2, "east")


def test_defaults() -> None:
    scenario = read(SMALL)
    work, site = scenario.workloads[0], scenario.sites[0]
    assert (work.availability, work.survive, work.growth, work.surge) == (0.99, "none", 0.0, 0.0)
    assert (work.hot, work.copies, work.oversubscription, work.sites) == (0.0, 1, 1.0, ())
    assert (site.building, site.halls, site.grid.connection) == ("own", (), None)
    assert scenario.objective.minimize == ("cost",)
    assert scenario.objective.gap == 1e-4
    assert scenario.finance.cost_of_capital is None


@pytest.mark.parametrize(
    ("written", "aims"),
    [
        ("carbon", ("carbon",)),
        ("[carbon, cost]", ("carbon", "cost")),
        ("{minimize: cost, gap: 1%}", ("cost",)),
        ("{minimize: [carbon, cost]}", ("carbon", "cost")),
        ("{gap: 1%}", ("cost",)),
    ],
)
def test_objective_is_written_four_ways(written: str, aims: tuple[str, ...]) -> None:
    assert read(SMALL + f"objective: {written}\n").objective.minimize == aims


def test_series_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("hour,usd\n0,40\n")
    grid = "    grid: {price: {file: p.csv, column: usd, unit: USD/MWh}}\nworkloads:"
    price = read(SMALL.replace("workloads:", grid), tmp_path).sites[0].grid.price
    assert (price.file, price.column, price.scale) == ("p.csv", "usd", 0.001)


def test_places_and_hash() -> None:
    scenario = read(SMALL)
    assert scenario.sha256 == hashlib.sha256(SMALL.encode()).hexdigest()
    assert scenario.file == "small.yaml"
    assert scenario.origin("sites", 0) == "small.yaml:4"
    assert scenario.origin("sites", 0, "location") == "small.yaml:5"
    assert scenario.origin("sites", 0, "halls", 3) == "small.yaml:4"
    assert scenario.origin("workloads", 0, "size") == "small.yaml:8"
    assert scenario.origin("finance") == "small.yaml:1"


def test_where_has_columns() -> None:
    scenario = read(SMALL)
    assert scenario.where(("sites", 0, "region")) == "small.yaml:6:5"
    assert scenario.where(("workloads", 0, "size")) == "small.yaml:8:33"
    assert scenario.where(("workloads", 0, "surge")) == "small.yaml:8:5"


def test_origins_of_an_absolute_path_name_no_folder(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SMALL)
    scenario = load(tmp_path / "s.yaml")
    assert (scenario.file, scenario.origin("sites", 0)) == ("s.yaml", "s.yaml:4")


def test_origins_of_a_relative_path_keep_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s.yaml").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    assert load(Path("in/s.yaml")).origin("name") == "in/s.yaml:2"


def test_a_scenario_does_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read(SMALL).name = "other"  # type: ignore[misc]


def test_windows_line_ends_and_byte_order_mark() -> None:
    raw = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    assert loads(raw, "s.yaml", Path()).origin("workloads") == "s.yaml:7"
    with pytest.raises(ScenarioProblems) as caught:
        loads(raw.replace(b"500 TB", b"500"), "s.yaml", Path())
    assert [(p.line, p.line_text[:9]) for p in caught.value.problems] == [(8, "  - {kind")]


def test_all_faults_in_one_pass_in_order() -> None:
    text = SMALL.replace("39", "99").replace("500 TB", "500").replace("id: corpus", "id: corpus, sites: [tx]")
    found = problems(text + "limts: {}\n")
    assert [p.line for p in found] == [5, 8, 8, 9]
    assert [p.code for p in found] == ["range", "reference", "quantity", "unknown-key"]


def test_screen_of_a_long_line_keeps_the_fault_in_sight() -> None:
    text = SMALL.replace("{kind: dataset,", "{kind: dataset, " + " " * 400).replace("500 TB", "500")
    shown = render(problems(text)).splitlines()
    assert max(map(len, shown)) < 200
    caret = shown[2].index("^")
    assert shown[1][caret : caret + 3] == "500"


def test_a_screen_of_many_problems_ends() -> None:
    found = problems(SMALL + "".join(f"key{i}: 1\n" for i in range(1000)))
    assert len(found) == 1000
    shown = render(found)
    assert shown.count("is not known here") == 200
    assert shown.endswith("1,000 problems found; the first 200 are shown.\n")


def test_many_wrong_names_among_many_take_seconds() -> None:
    sites = "".join(f"  - {{id: s{i}, location: {{latitude: 1, longitude: 1}}, region: r}}\n" for i in range(1000))
    wrong = ", ".join(f"q{i}" for i in range(1000))
    text = (
        f"aiplan: 1\nname: n\nsites:\n{sites}workloads:\n  - {{kind: dataset, id: c, size: 1 TB, sites: [{wrong}]}}\n"
    )
    began = time.process_time()
    assert len(problems(text)) == 1000
    assert time.process_time() - began < 10


class TestFilesThatCannotBeRead:
    def code(self, path: Path) -> str:
        with pytest.raises(ScenarioProblems) as caught:
            load(path)
        return caught.value.problems[0].message

    def test_missing(self, tmp_path: Path) -> None:
        assert "no such file" in self.code(tmp_path / "none.yaml")

    def test_folder(self, tmp_path: Path) -> None:
        assert "is a folder" in self.code(tmp_path)

    def test_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert "not a file" in self.code(tmp_path / "pipe")

    def test_too_large(self, tmp_path: Path) -> None:
        (tmp_path / "big.yaml").write_bytes(b"#" * ((1 << 20) + 1))
        assert "larger than 1 MiB" in self.code(tmp_path / "big.yaml")

    def test_name_with_a_null(self) -> None:
        assert self.code(Path("a\0b"))

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_permission(self, tmp_path: Path) -> None:
        (tmp_path / "s.yaml").write_text(SMALL)
        (tmp_path / "s.yaml").chmod(0)
        assert "cannot be read" in self.code(tmp_path / "s.yaml")


class TestFilesThatItNames:
    def said(self, name: str, folder: Path) -> str:
        weather = f"    weather: {{file: {name}}}\nworkloads:"
        return problems(SMALL.replace("workloads:", weather), folder)[0].message

    def test_link_out_of_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "out.csv").write_text("x")
        inner = tmp_path / "in"
        inner.mkdir()
        (inner / "w.csv").symlink_to(tmp_path / "out.csv")
        assert "outside" in self.said("w.csv", inner)

    def test_outside_where_it_is_allowed(self, tmp_path: Path) -> None:
        home, shared = tmp_path / "in", tmp_path / "shared"
        home.mkdir()
        shared.mkdir()
        (shared / "w.csv").write_text("x")
        text = SMALL.replace("workloads:", "    weather: {file: ../shared/w.csv}\nworkloads:")
        assert loads(text.encode(), "s.yaml", home, allow=(shared,)).sites[0].weather.file == "../shared/w.csv"
        with pytest.raises(ScenarioProblems, match="outside"):
            loads(text.encode(), "s.yaml", home, allow=(home / "shared",))
        (home / "s.yaml").write_text(text)
        assert load(home / "s.yaml", allow=(shared,)).name == "small"

    def test_loop_of_links(self, tmp_path: Path) -> None:
        (tmp_path / "w.csv").symlink_to(tmp_path / "w.csv")
        assert "w.csv" in self.said("w.csv", tmp_path)

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "w").mkdir()
        assert "is no file" in self.said("w", tmp_path)

    def test_too_large(self, tmp_path: Path) -> None:
        with (tmp_path / "w.csv").open("wb") as stream:
            stream.truncate((50 << 20) + 1)
        assert "50 MiB" in self.said("w.csv", tmp_path)

    @pytest.mark.parametrize("name", ["'C:\\weather.csv'", "'\\\\host\\w.csv'", "/w.csv", "'C:w.csv'"])
    def test_absolute(self, name: str, tmp_path: Path) -> None:
        assert "absolute" in self.said(name, tmp_path)

    def test_near_name_is_offered(self, tmp_path: Path) -> None:
        (tmp_path / "weather.csv").write_text("x")
        text = SMALL.replace("workloads:", "    weather: {file: wether.csv}\nworkloads:")
        assert "`weather.csv`" in problems(text, tmp_path)[0].fix


def test_package_is_light_until_used() -> None:
    code = "import sys, planner.scenario.fragment; print('pydantic' in sys.modules, 'yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.split() == ["False", "False"]
