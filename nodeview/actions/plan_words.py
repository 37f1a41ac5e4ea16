"""What a plan says, in words that the screen and the report share."""

from __future__ import annotations

from collections.abc import Iterable

from nodeview.actions.peak import amounts, new_words
from nodeview.actions.plan import Plan, Step, Verdict
from nodeview.actions.verdict import listed
from nodeview.views import printable

_VERBS = {
    "await-rollout": "wait",
    "await-empty": "wait until empty",
    "await-removed": "wait until removed",
    "end-prefer-elsewhere": "end of that",
}
_NO_ROOM = ("R13", "R15", "R16")
"""The checks that say so where new nodes are not enough."""


def verb_words(verb: str) -> str:
    """`cordon`, `wait until empty`."""
    return _VERBS.get(verb, verb.replace("-", " "))


def why_words(step: Step) -> str:
    """Why, and how long it may take."""
    seconds = step.deadline_s
    if not seconds or step.writes:
        return printable(step.why)
    limit = f"{seconds // 60} min" if seconds >= 120 and not seconds % 60 else f"{seconds} s"
    return printable(f"{step.why}, up to {limit}" if step.why else f"up to {limit}")


def gathered(some: Iterable[Verdict]) -> list[tuple[Verdict, str]]:
    """Verdicts that say the same of several as one, with the subjects."""
    found: dict[tuple[str, str], list[Verdict]] = {}
    for one in some:
        found.setdefault((one.id, one.message), []).append(one)
    return [(alike[0], printable(listed(one.subject for one in alike))) for alike in found.values()]


def room_rows(plan: Plan) -> list[tuple[str, str]]:
    """What the restarts need at their peak and what there is for them; nothing where nothing surges."""
    surge = plan.surge
    if not surge.needs:
        return []
    held = f" + {amounts(surge.balloon, surge.needs)} held by balloons" if any(surge.balloon.values()) else ""
    rows = [("needs at its peak", amounts(surge.needs)), ("free elsewhere", amounts(surge.free, surge.needs) + held)]
    if surge.addable is not None:
        rows.append(("pools may still add", amounts(surge.addable, surge.needs)))
    short = any(one.id in _NO_ROOM for one in plan.blockers)
    return [*rows, ("new nodes", new_words(surge.new_nodes, surge.new_hourly, surge.currency, short))]
