"""Preemptions as a report has them: a summary of all since it began, and the stories that are kept."""

from __future__ import annotations

from typing import Any

from nodeview.cluster import Preemption, Preemptions, Times
from nodeview.records import ObjectKey

Json = dict[str, Any]


def preemptions_json(said: Preemptions, *, known: bool) -> Json:
    """Counts and seconds; where neither pods nor Events are known, unknown."""
    return {
        "count": said.count if known else None,
        "alarms": said.alarms if known else None,
        "to_run_s": _times(said.to_run),
        "to_refill_s": _times(said.to_refill),
        "stories": [_story(one) for one in said.stories],
    }


def _times(times: Times) -> Json:
    return {"median": times.median, "worst": times.worst}


def _story(one: Preemption) -> Json:
    return {
        "victim": _name(one.victim),
        "victim_uid": one.victim_uid,
        "node": one.node,
        "balloon": one.balloon,
        "by": _name(one.by),
        "by_priority": one.by_priority,
        "guessed": one.guessed,
        "to_run_s": one.to_run_s,
        "refill": _name(one.refill),
        "to_refill_s": one.to_refill_s,
        "refill_node": one.refill_node,
        "on_new_node": one.on_new_node,
    }


def _name(key: ObjectKey | None) -> str | None:
    return f"{key.namespace}/{key.name}" if key is not None else None
