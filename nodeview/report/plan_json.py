"""A plan as `nodeview/v1` JSON."""

from __future__ import annotations

from typing import Any

from nodeview.actions import Plan, PodPath, Step, Subject, Surge, Target, Verdict
from nodeview.report.json_values import amounts_json, instant, number

Json = dict[str, Any]


def json_of_plan(plan: Plan) -> Json:
    """The plan by the schema `plan`: amounts in cores, bytes and pieces, money per hour, durations in seconds."""
    return {
        "apiVersion": "nodeview/v1",
        "kind": "Plan",
        "id": plan.id,
        "action": plan.kind,
        "title": plan.title,
        "context": plan.context,
        "cluster": plan.cluster,
        "at": instant(plan.at),
        "runnable": plan.runnable,
        "targets": [_target(one) for one in plan.targets],
        "steps": [_step(one) for one in plan.steps],
        "pods": [_pod(one) for one in plan.pods],
        "blockers": [_verdict(one) for one in plan.blockers],
        "warnings": [_verdict(one) for one in plan.warnings],
        "notes": [_verdict(one) for one in plan.notes],
        "surge": _surge(plan.surge),
        "undo": [_step(one) for one in plan.undo],
        "options": dict(plan.options),
    }


def _subject(one: Subject) -> Json:
    return {
        "kind": one.kind,
        "group": one.group,
        "namespace": one.namespace or None,
        "name": one.name,
        "uid": one.uid or None,
    }


def _step(one: Step) -> Json:
    return {
        "number": one.number,
        "verb": one.verb,
        "subject": _subject(one.subject),
        "why": one.why,
        "kubectl": one.kubectl or None,
        "deadline_s": one.deadline_s,
        "stage": one.stage,
        "lane": one.lane,
        "node": one.node,
        "writes": one.writes,
        "if_needed": one.if_needed,
    }


def _pod(one: PodPath) -> Json:
    return {
        "namespace": one.namespace,
        "name": one.name,
        "uid": one.uid,
        "node": one.node,
        "path": one.path,
        "reason": one.reason,
        "workload": one.workload.text if one.workload is not None else None,
    }


def _target(one: Target) -> Json:
    return {
        "name": one.name,
        "uid": one.uid,
        "pool": one.pool,
        "zone": one.zone,
        "provisioner": one.provisioner,
        "cordoned_before": one.cordoned_before,
        "skipped": one.skipped or None,
        "hourly": None if one.hourly is None else number(one.hourly),
        "claim": one.claim or None,
        "removed_by": one.removed_by or None,
    }


def _verdict(one: Verdict) -> Json:
    return {"id": one.id, "subject": one.subject, "message": one.message, "accepted": one.accepted}


def _surge(one: Surge) -> Json:
    return {
        "needs": amounts_json(one.needs),
        "free": amounts_json(one.free),
        "balloon": amounts_json(one.balloon),
        "addable": None if one.addable is None else amounts_json(one.addable),
        "new_nodes": one.new_nodes,
        "new_hourly": None if one.new_hourly is None else number(one.new_hourly),
        "currency": one.currency,
        "words": one.words,
    }
