"""One frame as a Report of `nodeview/v1`: cores, bytes, seconds, RFC 3339 UTC, and null for what is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nodeview.cluster import Happening, Stream
from nodeview.frame import Frame
from nodeview.records import USED, OwnerRef, Usage
from nodeview.report.audit_report import audit_json
from nodeview.report.json_claims import claims_json
from nodeview.report.json_costs import costs_json, empty_json, money_json, price_json, split_json
from nodeview.report.json_findings import episodes_json, findings_json, node_findings
from nodeview.report.json_headroom import headroom_json, zone_room_json
from nodeview.report.json_pending import groups_json, waiting_words
from nodeview.report.json_pools import autoscaler_json, derived_pools, pools_json, versions_json
from nodeview.report.json_preemptions import preemptions_json
from nodeview.report.json_staying import staying_json
from nodeview.report.json_values import amounts_json, instant, number, sums_json
from nodeview.views import (
    COMPUTED_LABELS,
    ClusterView,
    NodeView,
    PendingView,
    PodCounts,
    ZoneView,
    state_of,
    value_of,
    view_pending,
)

Json = dict[str, Any]


def report_of(
    frame: Frame,
    *,
    extra_labels: Sequence[str] = (),
    nodes: Sequence[NodeView] | None = None,
    after: int = 0,
    audited: bool = False,
) -> Json:
    """The whole report of one frame. `nodes` says which and in which order, all of them by default.

    `feed` holds what happened after the happening of number `after`. What a stream that was never complete
    would have told is null: sums of pods while pods are not known, totals while nodes are not; and so is `audit`
    unless it is asked for.
    """
    view = frame.view
    knows_pods = is_known(frame, "pods")
    knows_nodes = is_known(frame, "nodes")
    priced = view.given.priced
    shown = list(view.nodes.values()) if nodes is None else nodes
    pools = derived_pools(frame)
    return {
        "apiVersion": "nodeview/v1",
        "kind": "Report",
        "context": frame.identity.context,
        "at": instant(frame.at),
        "complete": frame.complete,
        "streams": {stream.resource: _stream(stream, frame.at) for stream in view.streams},
        "nodes": [
            _node(one, frame.at, extra_labels, knows_pods)
            | {"findings": node_findings(frame, one.name), "staying": staying_json(frame, one)}
            for one in shown
        ],
        "claims": claims_json(view.claims, frame.at),
        "pools": pools_json(frame, pools, knows_pods=knows_pods),
        "versions": versions_json(pools),
        "autoscaler": autoscaler_json(frame, pools),
        "zones": [_zone(view, zone, knows_pods, priced) for zone in view.zones],
        "headroom": headroom_json(view.headroom),
        "pending": _pending(frame) if knows_pods else [],
        "pending_groups": groups_json(frame) if knows_pods else [],
        "totals": _totals(view, knows_nodes, knows_pods),
        "costs": costs_json(view, known=priced and knows_nodes and knows_pods),
        "preemptions": preemptions_json(view.preemptions, known=knows_pods or is_known(frame, "events")),
        "audit": audit_json(frame, known=knows_pods) if audited else None,
        "episodes": episodes_json(frame),
        "findings": findings_json(frame),
        "feed": [_happening(one) for one in frame.feed if one.number > after],
    }


def is_known(frame: Frame, resource: str) -> bool:
    """Whether all of this resource has been heard at some time."""
    return any(stream.resource == resource and stream.synced_once for stream in frame.view.streams)


def needs_pods(label: str) -> bool:
    """Whether this label's value is computed from the pods of a node."""
    return label in COMPUTED_LABELS and COMPUTED_LABELS[label].resource is not None


def without_ages(report: Any) -> Any:
    """The report without what time alone changes: two that are equal so far say the same."""
    if isinstance(report, dict):
        return {
            key: without_ages(value)
            for key, value in report.items()
            if key not in ("at", "age_s") and not key.endswith("node-age")
        }
    return [without_ages(one) for one in report] if isinstance(report, list) else report


def _age(created: float, at: float) -> float:
    return max(0.0, round(at - created, 3))


def _stream(stream: Stream, at: float) -> Json:
    age = None if stream.true_at is None else _age(stream.true_at, at)
    return {"state": stream.state, "age_s": age, "reason": stream.reason or stream.left_out or None}


def _node(view: NodeView, at: float, extra_labels: Sequence[str], knows_pods: bool) -> Json:
    record, standing, traits = view.record, view.standing, view.traits
    return {
        "name": record.name,
        "uid": record.uid,
        "provider_id": record.provider_id or None,
        "created": instant(record.created),
        "age_s": _age(record.created, at),
        "phase": standing.phase,
        "phase_reason": standing.reason or None,
        "badges": list(view.badges),
        "ready": standing.ready,
        "unschedulable": record.unschedulable,
        "provisioner": view.ownership.provisioner,
        "pool": view.pool,
        "capacity_type": view.capacity_type,
        "instance_type": traits.instance_type,
        "arch": traits.arch,
        "os": traits.os,
        "region": traits.region,
        "zone": traits.zone,
        "kubelet_version": record.kubelet_version or None,
        "image": traits.image,
        "expires_at": instant(view.expires_at),
        "consolidatable_since": instant(view.consolidatable_since),
        "allocatable": amounts_json(record.allocatable, record.unreadable),
        "requested": amounts_json(view.requested, view.unknown.keys() - view.requested.keys(), known=knows_pods),
        "balloon": amounts_json(view.balloon, known=knows_pods),
        "used": _used(view.used),
        "pods": view.counts.total if view.counts and knows_pods else None,
        "price": price_json(view.price),
        "labels": {
            label: value_of(view, label, at) if knows_pods or not needs_pods(label) else None for label in extra_labels
        },
    }


def _used(used: Usage | None) -> Json | None:
    known = {name: used.of(name) for name in USED} if used is not None else {}
    amounts = {name: number(amount) for name, amount in known.items() if amount is not None}
    return amounts or None


def _zone(view: ClusterView, zone: ZoneView, knows_pods: bool, priced: bool) -> Json:
    return {
        "name": zone.name,
        "nodes": zone.tally.nodes,
        **sums_json(zone.tally, knows_pods),
        "headroom": zone_room_json(view.headroom, zone.name, known=knows_pods),
        "money": money_json(zone.tally, priced=priced),
        "split": split_json(zone.tally, known=priced and knows_pods),
    }


def _pending(frame: Frame) -> list[Json]:
    """The pods without a node and those that start on one, the oldest first."""
    view = frame.view
    starting = [
        view_pending(pod, view.owners)
        for node in view.nodes.values()
        if node.counts and node.counts.starting
        for pod in node.pods
        if state_of(pod) == "starting"
    ]
    waiting = sorted((*view.pending, *starting), key=lambda one: (one.created, one.key))
    words = waiting_words(frame)
    return [{**_waiting(one, frame.at), "words": words.get(one.key)} for one in waiting]


def _waiting(pending: PendingView, at: float) -> Json:
    return {
        "namespace": pending.key.namespace,
        "name": pending.key.name,
        "owner": _owner(pending.owner),
        "node": pending.node,
        "age_s": _age(pending.created, at),
        "kind": pending.kind,
        "reason": pending.reason or None,
        "requests": amounts_json(pending.requests),
        "nominated": pending.nominated,
    }


def _owner(owner: OwnerRef | None) -> str | None:
    return f"{owner.kind}/{owner.name}" if owner else None


def _totals(view: ClusterView, knows_nodes: bool, knows_pods: bool) -> Json:
    totals, priced, knows_all = view.totals, view.given.priced, knows_pods and knows_nodes
    sums = sums_json(totals, knows_all)
    if not knows_nodes:
        sums["allocatable"] = dict.fromkeys(sums["allocatable"])
    return {
        "nodes": totals.nodes if knows_nodes else None,
        "pods": _pods(totals.pods, knows_all),
        **sums,
        "money": money_json(totals, priced=priced and knows_nodes),
        "split": split_json(totals, known=priced and knows_all),
        "empty_nodes": empty_json(totals, known=priced and knows_all),
    }


def _pods(counts: PodCounts | None, known: bool) -> Json:
    names = ("total", "pending", "bound", "starting", "running", "terminating")
    return {name: getattr(counts, name) if counts and known else None for name in names}


def _happening(one: Happening) -> Json:
    line = {"at": instant(one.at), "kind": one.kind, "subject": one.subject, "message": one.message}
    return line | {"namespace": one.namespace or None, "node": one.node or None, "alarm": one.alarm}
