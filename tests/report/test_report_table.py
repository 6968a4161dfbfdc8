from pathlib import Path

import golden
import plan_factory as made
import pytest

from planner.plan.schema import FIRST, OF_THOSE
from planner.report import FORMATS, render
from planner.report.as_table import WIDTH, text
from planner.report.built import chosen
from planner.report.energy import energy
from planner.report.money import accounts, items
from planner.report.section import Section
from planner.report.sections import sections

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("detail", ["summary", "normal", "full"])
@pytest.mark.parametrize("name", ["table", "markdown"])
def test_screens(name: str, detail: str) -> None:
    golden.check(GOLDEN / f"{name}_{detail}.txt", render(made.plan(), name, detail=detail))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_in_a_new_line_and_is_the_same_twice(name: str) -> None:
    text = render(made.plan(), name)
    assert text.endswith("\n")
    assert text == render(made.plan(), name)


def test_no_terminal_no_colour_no_more_than_its_width() -> None:
    text = render(made.plan(), "table", detail="full")
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_first_hours_are_called_what_they_are() -> None:
    accuracy = made.ACCURACY.model_copy(
        update={"difference": None, "year_usd": None, "note": f"{FIRST} 168 hours of a period are modelled: {OF_THOSE}"}
    )
    text = render(made.plan(accuracy=accuracy, problem={"sites": [], "finance": {"horizon_years": 3.0}}), "table")
    told = {line.strip().rpartition("  ")[0].strip(): line.split("  ")[-1].strip() for line in text.splitlines()[:20]}
    assert told["Energy of these hours"] == "1.500 GWh"  # 500 MWh a year, of three years
    assert told["Carbon of these hours, operation, location-based"] == "240 tCO2e"
    assert told["Carbon per year, embodied"] == "9 tCO2e"
    assert not [name for name in told if name.startswith(("Energy per year", "Water per year", "Carbon per year, op"))]


@pytest.mark.parametrize(
    ("years", "said"), [(90 / 365, "Cost over 90 days"), (1.0, ""), (366 / 365, ""), (1096 / 365, "Cost over 3 years")]
)
def test_a_horizon_that_is_no_year_has_its_cost_beside_the_cost_of_a_year(years: float, said: str) -> None:
    plan = made.plan(problem={"sites": [], "finance": {"horizon_years": years}})
    first = next(line for line in render(plan, "table").splitlines() if "Cost " in line).split()
    assert " ".join(first).startswith(f"{said}, levelised" if said else "Cost per year, levelised")


def test_colour_on_a_terminal_unless_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in render(made.plan(), "table", terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in render(made.plan(), "table", terminal=True)


def test_a_narrow_terminal_folds_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    name = "a_machine_with_a_name_longer_than_any_column_has_room_for"
    plan = made.plan(sizing=[made.size("machine", name, 3, "machines")])
    text = render(plan, "table", terminal=True)
    assert "…" not in text
    assert name in "".join(line.strip().split(" ")[0] for line in text.splitlines())


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    text = render(made.plan(name="[bold]x[/bold]", description="[red]y"), "table")
    assert "[bold]x[/bold]" in text
    assert "[red]y" in text


def test_sources_and_losses_sum_to_what_is_drawn() -> None:
    flows = {f.role: f.kwh for f in made.FLOWS}
    gains = flows["imported"] + flows["produced"] - flows["exported"] + flows["discharge"] - flows["charge"]
    assert gains == flows["draw"], "the plan made by hand is in balance"
    shares = [float(row[5].rstrip("%")) for row in energy(made.plan()).rows if row[5]]
    assert sum(shares[:-1]) == pytest.approx(100.0, abs=0.2)
    assert shares[-1] == 100.0


def test_money_by_account_and_by_item_sum_to_the_ledger() -> None:
    plan = made.plan()
    total = f"{made.TOTAL_USD:,.0f} USD"
    assert accounts(plan).rows[-1] == ("in all", total, "100.0%")
    shown = [int(row[1].removesuffix(" USD").replace(",", "")) for row in items(plan).rows]
    assert sum(shown) == pytest.approx(made.TOTAL_USD, abs=len(shown))


def test_many_items_are_gathered_without_losing_a_dollar() -> None:
    ledger = [made.line("purchase", f"item {i:02}", 1, "units", 1000.0 * (i + 1)) for i in range(30)]
    rows = items(made.plan(ledger=ledger)).rows
    assert rows[-1][0] == "18 more items"
    assert sum(float(row[2].rstrip("%")) for row in rows) == pytest.approx(100.0, abs=0.7)


def test_kinds_that_no_concern_names_are_shown() -> None:
    found = [row for s in sections(made.plan(), "normal") if s.title == "Also built" for row in s.rows]
    assert [(row[0], row[1]) for row in found] == [("heat pump", "reuse")]


def test_a_limit_with_a_price_binds_even_where_rounding_leaves_it_slack() -> None:
    shown = {row[0] for s in sections(made.plan(), "normal") if s.title == "Limits that bind" for row in s.rows}
    assert shown == {"chat demand", "feed demand", "uncovered energy", "carbon"}
    everything = {row[0] for s in sections(made.plan(), "full") if s.title == "Limits" for row in s.rows}
    assert everything == shown | {"north peak power"}


def test_more_than_one_period_shows_which() -> None:
    later = [f.model_copy(update={"period": "2028"}) for f in made.FLOWS]
    one = next(s for s in sections(made.plan(), "normal") if s.title.startswith("Where each"))
    two = next(s for s in sections(made.plan(flows=made.FLOWS + later), "normal") if s.title.startswith("Where each"))
    assert "Period" not in one.heads
    assert "Period" in two.heads
    assert {row[two.heads.index("Period")] for row in two.rows} == {"2027", "2028"}


@pytest.mark.parametrize(("status", "says"), [("limit", "stopped at a limit"), ("interrupted", "interrupted")])
def test_a_plan_stopped_early_says_so(status: str, says: str) -> None:
    solver = made.SOLVER.model_copy(update={"status": status, "gap": 0.031})
    assert f"3.100% ({says}; highs, monolithic)" in render(made.plan(solver=solver), "table", detail="summary")


def test_an_unchecked_year_is_said() -> None:
    accuracy = made.ACCURACY.model_copy(update={"year_usd": None, "difference": None, "note": "not checked"})
    assert "- not checked" in render(made.plan(accuracy=accuracy), "table", detail="summary")


def test_markdown_survives_pipes_and_tags() -> None:
    text = render(made.plan(sizing=[made.size("machine", "a|b<c", 1, "machines")]), "markdown")
    assert "| a\\|b&lt;c |" in text


def test_choices_at_a_place_are_few_unless_all_are_asked_for() -> None:
    switches = [made.choice("fabric", f"switch_{k}", k == 0) for k in range(12)]
    plan = made.plan(choices=[*made.plan().choices, *switches])
    (cooling, fabric) = chosen(plan, everything=False).rows
    assert cooling[3:] == ("air", "liquid")
    assert fabric[4].endswith("switch_7, 4 more")
    assert chosen(plan, everything=True).rows[1][4].endswith("switch_11")


def test_an_empty_hall_has_no_cooling() -> None:
    sizing = [s for s in made.plan().sizing if s.kind != "cooling"]
    ((_, _, _, taken, against),) = chosen(made.plan(sizing=sizing), everything=False).rows
    assert (taken, against) == ("none", "air, liquid")


def test_items_that_would_print_as_nothing_are_left_out() -> None:
    plan = made.plan(ledger=[*made.LEDGER, made.line("purchase", "dust", 1, "units", 0.2)])
    assert "dust" not in [row[0] for row in items(plan).rows]
    assert sum(x.amount_usd for x in plan.ledger) > made.TOTAL_USD


def test_numbers_stand_whole_where_names_leave_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    heads = ("Workload", "Where", "Runs on", ">Machines", ">Serves", ">Available", ">Asked")
    row = ("state.records", "north/main", "amd_epyc_9655_1s", "0.3788", "2,663 req/s", "99.9952%", "99.950%")
    shown = text([Section("What runs where", heads, [row])], terminal=True)
    assert max(map(len, shown.splitlines())) <= 80
    assert all(number in shown for number in row[3:])
    assert "".join(line[2:14].strip().split(" ")[0] for line in shown.splitlines()[3:]) == "state.records"


def test_an_availability_is_never_rounded_up_to_certainty() -> None:
    sure = made.plan().availability[0].model_copy(update={"achieved": 0.99999999})
    table = render(made.plan(availability=[sure]), "table")
    assert ">99.9999%" in table
    assert "100.0000%" not in table
