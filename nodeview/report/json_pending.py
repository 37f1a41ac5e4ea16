"""The groups of pods that wait in a Report: why, in words, and what we worked out of it."""

from __future__ import annotations

from typing import Any

from nodeview.frame import Frame
from nodeview.insights import Outlook, PendingGroup, outlook_phrases, refusal
from nodeview.records import Amounts, ObjectKey
from nodeview.views import NANO

Json = dict[str, Any]


def waiting_words(frame: Frame) -> dict[ObjectKey, str]:
    """Why each pod waits, in words."""
    return {key: one.words.sentence for one in frame.insights.pending.groups for key in one.members}


def groups_json(frame: Frame) -> list[Json]:
    """All groups, the oldest first; `outlook` is null where nothing was worked out, or not yet."""
    return [_group(one, frame.at) for one in frame.insights.pending.groups]


def _group(group: PendingGroup, at: float) -> Json:
    return {
        "namespace": group.namespace,
        "owner": f"{group.owner.kind}/{group.owner.name}" if group.owner else None,
        "kind": group.kind,
        "balloon": group.balloon,
        "pods": len(group.members),
        "age_s": max(0.0, round(at - group.created, 3)),
        "requests": _amounts(group.requests),
        "reason": group.reason or None,
        "words": group.words.sentence,
        "nodes": list(group.places),
        "outlook": _outlook(group.outlook) if group.outlook is not None else None,
    }


def _outlook(outlook: Outlook) -> Json:
    return {
        "words": list(outlook_phrases(outlook)),
        "fits_nodes": outlook.fits,
        "near": [{"pool": one.pool, "missing": _amounts(one.missing)} for one in outlook.near],
        "nowhere": list(outlook.nowhere),
        "node_pools": [
            {
                "name": one.name,
                "could": not one.reasons,
                "reasons": [refusal(reason) for reason in one.reasons],
                "unjudged": list(one.unjudged),
            }
            for one in outlook.makers
        ],
        "coming": list(outlook.coming),
        "unjudged": list(outlook.unjudged),
    }


def _amounts(amounts: Amounts) -> Json:
    return {name: value / NANO if value % NANO else value // NANO for name, value in amounts.items()}
