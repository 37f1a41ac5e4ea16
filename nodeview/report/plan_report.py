"""A plan in the form that was asked for: for a person, for a program, or for a change ticket."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Literal

from nodeview.actions import Plan, Step, gathered, verb_words, why_words
from nodeview.report.plan_json import json_of_plan
from nodeview.report.plan_text import (
    UNCHANGED,
    groups_of,
    last_line,
    pods_words,
    sentence,
    subject_words,
    text_of_plan,
    undo_lines,
)
from nodeview.views import printable

PlanOutput = Literal["table", "json", "markdown"]
_MARKS = {"\\": "\\\\", "|": "\\|", "<": "&lt;", "*": "\\*", "_": "\\_"}


def render_plan(plan: Plan, output: PlanOutput) -> str:
    """The plan as text that ends with a newline."""
    if output == "json":
        return json.dumps(json_of_plan(plan), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return plan_markdown(plan) if output == "markdown" else text_of_plan(plan)


def plan_markdown(plan: Plan) -> str:
    """For a change ticket: headings, tables, and the commands as code."""
    lines = [f"# {sentence(plan.title)}", "", f"`{plan.id}` · {_plain(plan.cluster or plan.context)} · {UNCHANGED}", ""]
    lines += ["## Steps", "", *_table(("#", "step", "what", "why", "command"), map(_row, plan.steps)), ""]
    if plan.surge.needs:
        lines += ["## Room", "", _plain(plan.surge.words), ""]
    if plan.pods:
        lines += ["## Pods there", "", _plain(pods_words(plan)), ""]
    for title, some in groups_of(plan):
        rows = ((one.id, _plain(subjects), _plain(one.message)) for one, subjects in gathered(some))
        lines += [f"## {sentence(title)}", "", *_table(("check", "what", "why"), rows), ""]
    if plan.undo:
        lines += ["## Undo", "", "```sh", *[printable(one) for one in undo_lines(plan.undo)], "```", ""]
    return "\n".join([*lines, _plain(last_line(plan))]) + "\n"


def _row(step: Step) -> Sequence[str]:
    command = printable(step.kubectl).replace("|", "\\|")
    return (
        str(step.number),
        verb_words(step.verb),
        _plain(subject_words(step.subject)),
        _plain(why_words(step)),
        f"`{command}`" if command else "",
    )


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (titles, ["---"] * len(titles), *rows)]


def _plain(text: str) -> str:
    return "".join(_MARKS.get(character, character) for character in printable(text))
