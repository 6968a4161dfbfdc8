"""Every foreseen end has its code and no traceback; the driver is replaced, the command line is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_process import LIMIT_S, ROOT, Run, environment

from planner import driver, errors
from planner.cli import main as command
from planner.cli import streams
from planner.cli.outputs import targets, write

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
import plan_factory as made

End = Callable[..., tuple[int, str, str]]


@pytest.fixture
def end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> End:
    """`end(outcome, ...)`: code, stdout and stderr of `aiplan solve` whose driver raises or returns the outcome."""

    def aiplan(outcome: Any, *args: str) -> tuple[int, str, str]:
        def solve(*_: Any, **__: Any) -> Any:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(driver, "solve", solve)
        monkeypatch.setattr(streams, "prepare", lambda: None)
        monkeypatch.setattr(sys, "argv", ["aiplan", "solve", "x.yaml", *args])
        with pytest.raises(SystemExit) as stop:
            command.main()
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return aiplan


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (errors.BadInput("x.yaml:3:1: no"), 2),
        (errors.Infeasible("no plan can meet this scenario", ["a"]), 3),
        (errors.Stopped("stopped before any plan was found"), 5),
        (errors.AuditFailed("the answer broke a law"), 70),
    ],
)
def test_foreseen_ends(end: End, raised: errors.AiplanError, code: int) -> None:
    assert end(raised) == (code, "", f"{raised.text}\n")


def test_interrupted(end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os._exit", sys.exit)
    assert end(KeyboardInterrupt()) == (130, "", "interrupted before there was a plan\n")


def test_a_bug_is_one_paragraph(end: End, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIPLAN_DEBUG", raising=False)
    code, out, err = end(ZeroDivisionError("division by zero"))
    assert (code, out, err.count("\n")) == (70, "", 1)
    assert "ZeroDivisionError" in err
    assert "AIPLAN_DEBUG=1" in err


def test_a_bug_shows_its_traceback_when_asked(
    end: End, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIPLAN_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["aiplan"])
    with pytest.raises(ZeroDivisionError):
        end(ZeroDivisionError("division by zero"))


@pytest.mark.parametrize("status", ["limit", "interrupted"])
def test_stopped_early_with_a_plan(end: End, status: str) -> None:
    solver = made.SOLVER.model_copy(update={"status": status, "gap": 0.0312})
    code, out, err = end(made.plan(solver=solver), "-o", "json")
    assert code == 4
    assert json.loads(out)["solver"]["status"] == status
    assert "within 3.12% of the best" in err


def test_a_plan(end: End) -> None:
    code, out, err = end(made.plan(), "-q")
    assert (code, err) == (0, "")
    assert "Plan small" in out


def test_files_are_written_before_standard_output(end: End, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plan.json"
    seen = []
    real = sys.stdout.write

    def spy(text: str) -> int:
        seen.append(file.is_file())
        return real(text)

    monkeypatch.setattr(sys.stdout, "write", spy)
    end(made.plan(), "-q", "-o", "table", "-o", f"json={file}")
    assert seen
    assert all(seen)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plan.json"
    write(file, "old\n")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(errors.BadInput, match="No space left on device"):
        write(file, "new\n")
    assert file.read_text(encoding="utf-8") == "old\n"
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_targets() -> None:
    assert [(t.format, t.file) for t in targets([], "normal")] == [("table", None)]
    assert [(t.format, t.file) for t in targets(["json=a=b.json"], "full")] == [("json", Path("a=b.json"))]


def test_a_dash_is_standard_output() -> None:
    assert [t.file for t in targets(["json=-"], "normal")] == [None]
    with pytest.raises(errors.BadInput, match="only one format"):
        targets(["json=-", "table"], "normal")


def test_two_formats_to_one_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "plan"
    with pytest.raises(errors.BadInput, match="twice; write each to a file of its own"):
        targets([f"json={file}", f"csv={tmp_path}/./plan"], "normal")
    assert len(targets([f"json={file}", f"csv={file}.csv"], "normal")) == 2


@pytest.mark.parametrize(
    "args",
    [
        ("-o", "csv=x.yaml"),
        ("--hourly", "x.yaml"),
        ("--run-info", "./x.yaml"),
        ("-o", "csv=a.csv", "--hourly", "a.csv"),
        ("--hourly", "a", "--run-info", "a"),
        ("-o", "json=link"),
    ],
)
def test_no_output_goes_over_the_scenario_or_over_another(
    args: tuple[str, ...], end: End, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_text("aiplan: 1\n", encoding="utf-8")
    Path("link").symlink_to("x.yaml")
    code, out, err = end(RuntimeError("solved"), *args)
    assert (code, out) == (errors.BAD_INPUT, "")
    assert err.startswith("cannot write ")
    assert Path("x.yaml").read_text(encoding="utf-8") == "aiplan: 1\n"


def test_a_folder_that_may_not_be_written_to_is_found_before_solving(
    end: End, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path and may(path, mode))
    code, _, err = end(RuntimeError("solved"), "-o", f"json={tmp_path}/plan.json")
    assert code == errors.BAD_INPUT
    assert "may not be written to" in err


def test_hours_and_weeks_at_once_are_refused(end: End) -> None:
    code, _, err = end(RuntimeError("solved"), "--hours", "24", "--weeks", "2")
    assert code == errors.BAD_INPUT
    assert "choose one" in err


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe, "a plan\n")
    assert os.read(reader, 100) == b"a plan\n"
    os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_an_output_that_is_full_or_closed_is_told_and_no_bug(run: Run, tmp_path: Path) -> None:
    """Standard output that takes nothing is bad input; standard error that takes nothing is no reason to stop."""
    shell = f'exec "{sys.executable}" -m planner.cli.main'
    bad = tmp_path / "bad.yaml"
    bad.write_text("aiplan: 2\n", encoding="utf-8")

    def end(words: str) -> tuple[int, str, str]:
        command = ["sh", "-c", f"{shell} {words}"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), cwd=ROOT, timeout=LIMIT_S)
        return done.returncode, done.stdout, done.stderr

    assert end("catalog list wan >/dev/full") == (2, "", "cannot write to standard output: No space left on device\n")
    assert end("catalog list wan >&-") == (2, "", "cannot write to standard output: Bad file descriptor\n")
    assert end(f"check {bad} 2>/dev/full")[0] == 2
    assert end(f"check {bad} 2>&- <&-")[::2] == (2, "")
    code, out, _ = end("catalog list wan 2>/dev/full")
    assert (code, out) == (0, run("catalog", "list", "wan").stdout)


def test_ctrl_c_while_the_command_is_being_read_leaves_no_traceback() -> None:
    early = (
        "import os, signal, sys\n"
        "class Reading:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'planner.cli.main':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Reading())\n"
        "from planner.cli.start import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", early]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), cwd=ROOT, timeout=LIMIT_S)
    assert (done.returncode, done.stdout) == (errors.INTERRUPTED, "")
    assert done.stderr == "interrupted before there was a plan\n"
