"""`aiplan estimate spares`, `durability` and `replicas` as their users run them."""

from __future__ import annotations

import json

from cli_process import Run


def test_spares_in_domains_of_72_and_alone(run: Run) -> None:
    ask = ("estimate", "spares", "--working", "512", "--failures", "0.00655")
    domains = run(*ask, "--domain", "72", "--domain-down", "0.05")
    assert domains.returncode == 0, domains.stderr
    assert domains.stdout.startswith("76 spares for 512 working machines; 10 if they failed apart")
    alone = json.loads(run(*ask, "-o", "json").stdout)
    assert alone["spares"] == alone["spares_if_machines_failed_apart"] == 10
    assert [row["level"] for row in alone["levels"]] == ["N+9", "N+10", "N+11"]


def test_machines_that_are_never_up_have_no_answer(run: Run) -> None:
    done = run("estimate", "spares", "--working", "5", "--failures", "100", "--repair", "8760", "--crews", "1")
    assert done.returncode == 1
    assert "no number of spares" in done.stderr


def test_crews_and_domains_together_are_bad_input(run: Run) -> None:
    done = run("estimate", "spares", "--working", "5", "--crews", "1", "--domain-down", "1")
    assert done.returncode == 2
    assert "give" not in done.stdout
    assert "one of them alone" in done.stderr


def test_durability_is_capped_and_says_why(run: Run) -> None:
    text = run("estimate", "durability").stdout
    assert "software and people" in text
    rows = {r["scheme"]: r for r in json.loads(run("estimate", "durability", "-o", "json").stdout)}
    assert rows["8+4"]["nines"] == 12
    assert (rows["8+3"]["failure_domains"], rows["8+3"]["failure_domains_to_heal"]) == (11, 12)


def test_replicas_that_outlive_a_domain(run: Run) -> None:
    found = json.loads(run("estimate", "replicas", "--availability", "99.99", "--domains", "3", "-o", "json").stdout)
    assert (found["replicas"], found["quorum"]) == (3, 2)
    assert run("estimate", "replicas", "--domains", "2").returncode == 1
