"""Findings and episodes as a report has them."""

from __future__ import annotations

from typing import Any

from nodeview.cluster import Source, Target
from nodeview.frame import Frame
from nodeview.insights import EpisodeSight, Saving
from nodeview.records import NANO, NodeName
from nodeview.report.json_values import instant

Json = dict[str, Any]


def findings_json(frame: Frame) -> list[Json]:
    """All of them, the worst first."""
    return [
        {
            "id": one.id,
            "severity": one.severity,
            "subject": one.subject,
            "message": one.message,
            "since": instant(one.since),
        }
        for one in frame.insights.findings.all
    ]


def node_findings(frame: Frame, node: NodeName) -> list[str]:
    """Which kinds of them are also about this node."""
    return list(frame.insights.findings.of_node.get(node, ()))


def episodes_json(frame: Frame) -> list[Json]:
    """Those that are kept, the newest last."""
    return [_episode(one) for one in frame.insights.episodes.sights]


def _episode(sight: EpisodeSight) -> Json:
    story = sight.story
    return {
        "at": instant(story.at),
        "began": instant(story.began),
        "cause": story.cause,
        "by": story.author,
        "over": story.over,
        "began_before_watch": story.earlier,
        "sources": [_source(one) for one in story.sources],
        "targets": [_target(one) for one in story.targets],
        "target_unseen": story.target_unseen and not story.targets,
        "called_off": story.called_off,
        "pods_left": sight.pods_left,
        "took_s": story.took_s if story.over else None,
        "watched_s": story.watched_s,
        "predicted": _saving(sight.predicted),
        "realised": _saving(sight.realised),
    }


def _source(one: Source) -> Json:
    said = {"node": one.node or None, "claim": one.claim or None, "pool": one.pool}
    kind = {"instance_type": one.instance_type, "capacity_type": one.capacity_type, "zone": one.zone}
    return said | kind | {"gone": one.gone_heard is not None}


def _target(one: Target) -> Json:
    said = {"node": one.node, "claim": one.claim, "pool": one.pool, "said": one.said}
    return said | {"instance_type": one.instance_type, "capacity_type": one.capacity_type, "zone": one.zone}


def _saving(saving: Saving | None) -> Json | None:
    return {"hourly": saving.hourly / NANO, "currency": saving.currency} if saving is not None else None
