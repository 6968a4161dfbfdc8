"""`aiplan init`: what it writes is a sound scenario, and nothing is ever overwritten."""

from __future__ import annotations

from pathlib import Path

from cli_process import Run


def test_what_it_writes_is_sound_and_has_a_plan(tmp_path: Path, run: Run) -> None:
    done = run("init", "mine.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "wrote mine.yaml; next: aiplan check mine.yaml\n"
    assert "aiplan solve mine.yaml" in (tmp_path / "mine.yaml").read_text("utf-8")
    done = run("check", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert run("solve", "mine.yaml", "--hours", "24", "-q", cwd=tmp_path).returncode == 0


def test_what_comments_offer_is_read_too(tmp_path: Path, run: Run) -> None:
    run("init", cwd=tmp_path)
    text = (tmp_path / "scenario.yaml").read_text("utf-8")
    offered = [line for line in text.splitlines() if line.lstrip().startswith("# ") and line.count(": ")]
    keys = ("batteries", "hardware", "budget", "carbon")
    assert [line for key in keys for line in offered if line.lstrip().startswith(f"# {key}:")] == [
        line for line in offered if not line.startswith(("# What", "#   aiplan", "# `aiplan"))
    ]
    for key in keys:
        text = text.replace(f"# {key}:", f"{key}:")
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    done = run("check", "all.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_nothing_is_overwritten(tmp_path: Path, run: Run) -> None:
    (tmp_path / "scenario.yaml").write_text("mine", encoding="utf-8")
    done = run("init", cwd=tmp_path)
    assert done.returncode == 2
    assert "scenario.yaml is there already" in done.stderr
    assert (tmp_path / "scenario.yaml").read_text("utf-8") == "mine"
    assert run("init", "nowhere/x.yaml", cwd=tmp_path).returncode == 2
