"""`aiplan check`: are scenarios sound, without solving them; and what policies say of them, and of their plans."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.cli.outputs import chosen, deliver
from planner.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

OUTPUT = typer.Option(
    ["text"],
    "-o",
    "--output",
    metavar="FORMAT[=FILE]",
    help="text, json, markdown, github, gitlab, sarif or junit, to a file or standard output; may be repeated.",
)
POLICY = typer.Option([], "--policy", metavar="FILE", help="A file of policies, or a folder of them; may be repeated.")
PLAN = typer.Option([], "--plan", metavar="FILE", help="A scenario's plan, for rules on plans; may be repeated.")
BASE = typer.Option([], "--base", metavar="FILE", help="The plan that was there before; may be repeated.")
LABEL = typer.Option([], "--label", metavar="NAME", help="A label of the pull request; may be repeated.")
FAIL_ON = typer.Option("error", "--fail-on", metavar="LEVEL", help="From which level on findings end with 1.")
LEVELS = ("error", "warning", "info")


def check(
    scenarios: list[Path] = typer.Argument(None, help="Scenarios, YAML files."),
    output: list[str] = OUTPUT,
    policy: list[Path] = POLICY,
    plan: list[Path] = PLAN,
    base: list[Path] = BASE,
    solve: bool = typer.Option(False, "--solve", help="Solve each scenario that has no --plan."),
    weeks: int | None = typer.Option(None, min=0, max=52, help="With --solve: typical weeks instead of every hour."),
    time_limit: float | None = typer.Option(None, min=0.1, help="With --solve: seconds for each scenario."),
    label: list[str] = LABEL,
    today: str | None = typer.Option(None, metavar="DATE", help="The day for ages and exemptions, year-month-day."),
    all_rules: bool = typer.Option(False, "--all-rules", help="A rule that lacks a plan or a base is a finding too."),
    fail_on: str = FAIL_ON,
    exit_zero: bool = typer.Option(False, "--exit-zero", help="End with 0 whatever is found: for reports alone."),
) -> None:
    """Check scenarios without solving them: every fault at its place, what nothing can run, and what policies say.

    Policies are held against the scenario, against its plan (--plan, or --solve), and against the plan before (--base).

    Example: aiplan check scenarios/quickstart.yaml --policy scenarios/policies/production.yaml -o text -o sarif=a.sarif

    Exit codes: 0 all sound; 1 a workload that nothing on offer can run, or a rule broken; 2 bad input, whatever else.
    """
    from planner.checking import Asked
    from planner.checking import check as run
    from planner.findings import FORMATS, as_text, render
    from planner.findings.checked import worst

    where = chosen(output, FORMATS, [*(scenarios or []), *policy, *plan, *base])
    _usable(scenarios, policy, fail_on, plans=bool(plan or base or solve))
    how = {"weeks": weeks, "time_limit": time_limit}
    asked = Asked(
        policies=policy,
        plans=_plans("--plan", plan),
        bases=_plans("--base", base),
        solve=(lambda path: _solved(path, how)) if solve else None,
        labels=label,
        today=_day(today),
        every=all_rules,
    )
    files = run(scenarios or [], asked)
    on_screen = [t for t in where if (t.format, t.file) == ("text", None)]
    deliver([t for t in where if t not in on_screen], lambda name, terminal: render(files, name))
    if on_screen:
        typer.echo(as_text.summary(files), nl=False)
        sys.stdout.flush()
        typer.echo(as_text.faults(files), err=True, nl=False)
    if (code := worst(files, fail_on)) and not exit_zero:
        raise typer.Exit(code)


def _usable(scenarios: list[Path] | None, policy: list[Path], fail_on: str, *, plans: bool) -> None:
    """Raises BadInput for what would be checked against nothing."""
    if not scenarios and not policy:
        raise BadInput("nothing to check: name a scenario, or a policy with --policy")
    if plans and not scenarios:
        raise BadInput("a plan is checked with its scenario: name that too")
    if fail_on not in LEVELS:
        raise BadInput(f"--fail-on {fail_on}: choose {', '.join(LEVELS)}")
    for path in policy:
        if path.is_dir() and not any(p.suffix in (".yaml", ".yml") for p in path.iterdir()):
            raise BadInput(f"--policy {path.as_posix()}: no YAML file is in this folder")


def _plans(option: str, paths: list[Path]) -> dict[str, Any]:
    """Plans that an audit accepts, as JSON, by the names of their scenarios. Raises BadInput."""
    from planner.cli.plans import using

    found: dict[str, Any] = {}
    for path in paths:
        with using(path, audited=True) as plan:
            if plan.name in found:
                raise BadInput(
                    f"{option} {path.as_posix()}: a second plan of {plan.name!r}; give one for each scenario"
                )
            found[plan.name] = plan.model_dump(mode="json")
    return found


def _solved(path: Path, how: dict[str, Any]) -> Any:
    from planner import driver
    from planner.cli.progress import progress

    with progress(False) as say:
        return driver.solve(path, progress=say, check_year=False, **how).model_dump(mode="json")


def _day(text: str | None) -> date:
    """The day that was given, or today's in UTC. Raises BadInput."""
    from datetime import UTC, date, datetime

    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--today {text}: write a day as year-month-day, such as 2027-01-31") from None
