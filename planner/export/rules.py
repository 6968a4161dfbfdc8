"""Prometheus rules as text: groups of recording and alerting rules, a comment on each with the plan's own line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from planner.export.names import line


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `record` or `alert` names it; `because` says where in the plan it comes from."""

    expr: str
    because: str
    record: str = ""
    alert: str = ""
    wait: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated together."""

    name: str
    rules: tuple[Rule, ...]


def text(groups: Iterable[Group], head: Iterable[str]) -> str:
    """A rule file; groups without rules are left out."""
    lines = [f"# {line(said)}" for said in head] + ["groups:"]
    for group in groups:
        if group.rules:
            lines += [f"  - name: {quoted(group.name)}", "    rules:"]
            for rule in group.rules:
                lines += _rule(rule)
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> list[str]:
    name = ("record", rule.record) if rule.record else ("alert", rule.alert)
    found = [f"      # {line(rule.because)}", f"      - {name[0]}: {name[1]}", f"        expr: {quoted(rule.expr)}"]
    if rule.wait:
        found.append(f"        for: {rule.wait}")
    if rule.labels:
        found.append("        labels:")
        found += [f"          {key}: {quoted(value)}" for key, value in rule.labels.items()]
    if rule.summary:
        found += ["        annotations:", f"          summary: {quoted(rule.summary)}"]
    return found


def quoted(value: str) -> str:
    """A YAML text in single quotes."""
    return "'" + line(value).replace("'", "''") + "'"


def matcher(**labels: str) -> str:
    """`{key="value",...}` as PromQL has it."""
    parts = (f'{k}="{_escaped(v)}"' for k, v in labels.items())
    return "{" + ",".join(parts) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def number(value: float) -> str:
    return f"{value:.10g}"
