"""A plan as a person reads it: its steps with their commands, the arithmetic, what is in its way, what undoes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from nodeview.actions import Plan, Step, Subject, Verdict, counted, gathered, room_rows, verb_words, why_words
from nodeview.report.text_report import aligned
from nodeview.report.text_sections import Table
from nodeview.views import printable

UNCHANGED = "nothing has been changed yet"
PATH_WORDS = {
    "restart": "restart with their workload",
    "evict": "are evicted",
    "job": "end by themselves",
    "leaving": "are terminating already",
    "balloon": "balloons, evicted last",
    "daemon": "daemons stay",
    "static": "static stay",
    "blocked": "in no way of leaving",
}
OF_MANY = ("cordon", "uncordon", "prefer-elsewhere")
FEW = 4
"""More nodes than these to which the same is done are one row."""
_GAP = "  "


def text_of_plan(plan: Plan) -> str:
    """The plan in columns that line up; ends with a newline."""
    lines = [f"{sentence(plan.title)} · {printable(plan.cluster or plan.context)} · {UNCHANGED}"]
    lines += [_lined(_step_rows(plan.steps))] if plan.steps else ["nothing to do"]
    lines += _facts(plan)
    for title, some in groups_of(plan):
        lines += ["", title, _lined((one.id, subjects, one.message) for one, subjects in gathered(some))]
    if plan.undo:
        lines += ["", "undo", *[f"{_GAP}{printable(text)}" for text in undo_lines(plan.undo)]]
    return "\n".join([*lines, "", last_line(plan)]) + "\n"


def sentence(text: str) -> str:
    """The text as the beginning of a line."""
    return printable(text[:1].upper() + text[1:])


def subject_words(subject: Subject) -> str:
    """`shop/checkout`, `ip-10-0-0-7`: kinds are in the commands."""
    return printable("/".join(filter(None, (subject.namespace, subject.name))))


def _step_rows(steps: Sequence[Step]) -> Iterator[tuple[str, ...]]:
    """A row for each step; one for all nodes that the same is done to, one after the other."""
    for (verb, why), some in groupby(steps, key=lambda one: (one.verb, one.why)):
        alike = list(some)
        if verb in OF_MANY and len(alike) > FEW:
            names = [one.subject.name for one in alike]
            numbers = f"{alike[0].number}–{alike[-1].number}"
            command = f"kubectl {verb} {' '.join(names)}" if verb in ("cordon", "uncordon") else alike[0].kubectl
            yield f"{numbers:>5}", verb_words(verb), counted(len(alike), "node"), why, command
            continue
        for step in alike:
            yield _step_row(step, steps)


def _step_row(step: Step, steps: Sequence[Step]) -> tuple[str, ...]:
    before = steps[step.number - 2] if step.number > 1 else None
    goes_on = step.verb == "await-rollout" and before is not None and before.subject == step.subject
    what = "" if goes_on else subject_words(step.subject)
    return f"{step.number:>5}", verb_words(step.verb), what, why_words(step), step.kubectl


def _facts(plan: Plan) -> list[str]:
    rows = room_rows(plan)
    if plan.pods:
        rows.append(("pods there", pods_words(plan)))
    return ["", _lined(rows)] if rows else []


def pods_words(plan: Plan) -> str:
    """`12 restart with their workload · 6 daemons stay`."""
    counts: Counter[str] = Counter(one.path for one in plan.pods)
    return " · ".join(f"{counts[path]:,} {words}" for path, words in PATH_WORDS.items() if counts.get(path))


def groups_of(plan: Plan) -> list[tuple[str, list[Verdict]]]:
    """What speaks against it, the gravest first; titles without verdicts are left out."""
    groups = [
        ("stands in the way", [one for one in plan.blockers if not one.accepted]),
        ("accepted", [one for one in (*plan.blockers, *plan.warnings) if one.accepted]),
        ("mind", [one for one in plan.warnings if not one.accepted]),
        ("for information", list(plan.notes)),
    ]
    return [(title, some) for title, some in groups if some]


def undo_lines(undo: Sequence[Step]) -> list[str]:
    """Commands that take it back; nodes of one verb stand together."""
    names: dict[str, list[str]] = {}
    for step in undo:
        names.setdefault(step.verb, []).append(step.subject.name)
    lines = [f"kubectl uncordon {' '.join(names.pop('uncordon'))}"] if "uncordon" in names else []
    return lines + [step.kubectl for step in undo if step.verb in names]


def last_line(plan: Plan) -> str:
    """Whether it can be run, and what to do."""
    if not plan.steps:
        return "There is nothing to do."
    open_ = [one for one in plan.blockers if not one.accepted]
    if open_:
        one = printable(open_[0].name)
        return f"Blocked by {counted(len(open_), 'verdict')}; each can be accepted by name: --accept {one}"
    return "It can be run: --execute"


def _lined(rows: Iterable[Sequence[str]]) -> str:
    """Rows in columns that line up, without titles."""
    texts = tuple(tuple(printable(text) for text in row) for row in rows)
    table = Table(("",) * len(texts[0]), (False,) * len(texts[0]), texts)
    return "\n".join(f"{_GAP}{line}" for line in aligned(table).split("\n")[1:])
