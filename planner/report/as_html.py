"""The plan as one HTML page that needs no other file: the tables, and where each month's energy comes from.

Nothing in it is fetched and nothing runs; text of a plan is escaped. Bars behind shares are drawn by style alone.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from planner.report.chart import months
from planner.report.section import LIST, Section
from planner.report.sections import sections

if TYPE_CHECKING:
    from planner.plan.schema import Plan

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 70rem;
  padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem } nav { columns: 3 14rem; font-size: .9rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .15rem .9rem .15rem 0; text-align: left; vertical-align: top } th { font-weight: 600; color: #555 }
tr + tr td { border-top: 1px solid #eee } .n { text-align: right; white-space: nowrap }
.s { background: linear-gradient(#cfe3f5, #cfe3f5) no-repeat left / var(--w) 100% } figure { margin: .5rem 0 }
@media print { nav { display: none } h2 { break-after: avoid } tr { break-inside: avoid } }
"""
SHARE = ">Share"


def render(plan: Plan, *, detail: str, terminal: bool) -> str:
    """A page with a table of contents; every section of the table, and a chart where every hour is modelled."""
    found = list(sections(plan, detail))
    title = escape(plan.name)
    links = "".join(f'<a href="#s{i}">{escape(s.title)}</a><br>' for i, s in enumerate(found))
    parts = [
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>',
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style></head>\n<body>',
        f"<h1>{title}</h1>\n<p>{escape(plan.description)}</p>\n<nav>{links}</nav>",
    ]
    for i, section in enumerate(found):
        parts.append(f'<h2 id="s{i}">{escape(section.title)}</h2>\n{_body(section)}')
        if section.title.startswith("Where each"):
            parts += [months(hours) for hours in plan.hours]
    made = f"aiplan {escape(plan.aiplan_version)}, from {escape(plan.scenario_file)}"
    parts.append(f"<footer><p>{made}</p></footer>\n</body>\n</html>\n")
    return "\n".join(filter(None, parts))


def _body(section: Section) -> str:
    if section.heads == LIST:
        return "<ul>\n" + "".join(f"<li>{escape(text)}</li>\n" for (text,) in section.rows) + "</ul>"
    named = any(head.strip(">") for head in section.heads)
    heads = "".join(_cell("th", head.lstrip(">"), head) for head in section.heads)
    rows = "".join(f"<tr>{_row(section.heads, row)}</tr>\n" for row in section.rows)
    return f"<table>\n{f'<tr>{heads}</tr>' if named else ''}\n{rows}</table>"


def _row(heads: tuple[str, ...], row: tuple[str, ...]) -> str:
    return "".join(_cell("td", text, head) for head, text in zip(heads, row, strict=True))


def _cell(tag: str, text: str, head: str) -> str:
    classes = ["n"] if head.startswith(">") else []
    style = ""
    if head == SHARE and tag == "td" and text.endswith("%") and not text.startswith("-"):
        classes.append("s")
        style = f' style="--w:{text}"'
    mark = f' class="{" ".join(classes)}"' if classes else ""
    return f"<{tag}{mark}{style}>{escape(text)}</{tag}>"
