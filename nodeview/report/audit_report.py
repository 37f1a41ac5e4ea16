"""The audit of requests as a part of a Report, and as text."""

from __future__ import annotations

from typing import Any

from nodeview.frame import Frame
from nodeview.insights import Audit, Bare, FarFromUse, Oversize, Recommended, audit_lines, audit_requests, headline
from nodeview.records import OwnerRef
from nodeview.views import NANO, printable

Json = dict[str, Any]


def audit_of(frame: Frame) -> Audit:
    """The audit of this frame, all at once."""
    work = audit_requests(frame.view)
    while True:
        try:
            next(work)
        except StopIteration as done:
            audit: Audit = done.value
            return audit


def audit_json(frame: Frame, *, known: bool) -> Json | None:
    """The audit's findings with their figures; None where pods are not `known`."""
    if not known:
        return None
    audit = audit_of(frame)
    return {
        "pods": audit.pods,
        "oversized": [_oversize(one) for one in audit.oversized],
        "use_unknown": audit.why_no_use or None,
        "far_from_use": [_far(one) for one in audit.far],
        "recommended": [_recommended(one) for one in audit.recommended],
        "without_requests": [_bare(one) for one in audit.bare],
    }


def audit_text(frame: Frame, *, known: bool) -> str:
    """The audit in lines, as the screen has them; ends with a newline."""
    head = printable(frame.identity.context)
    if not known:
        why = printable(frame.view.no_pods) or "they are not all listed"
        return f"{head}\n\npods are not known: {why}\n"
    lines = [f"{' ' * line.indent}{line.text}" for line in audit_lines(audit_of(frame))]
    return "\n".join((head, "", *lines)) + "\n"


def _oversize(one: Oversize) -> Json:
    return {
        "namespace": one.namespace,
        "owner": _owner(one.owner),
        "pool": one.pool,
        "instance_type": one.instance_type,
        "words": headline(one),
        "fits": one.fits,
        "terms": [
            {
                "resource": term.resource,
                "allocatable": _number(term.allocatable),
                "daemons": _number(term.daemons),
                "request": _number(term.request),
                "less": _number(term.less),
            }
            for term in one.terms
        ],
        "pods": one.pods,
        "nodes": one.nodes,
        "own_pods": one.own_pods,
        "own_nodes": one.own_nodes,
        "needed": one.needed,
        "needed_then": one.needed_then,
        "room_for_more": one.room_for_more,
    }


def _far(one: FarFromUse) -> Json:
    return {
        "namespace": one.namespace,
        "owner": _owner(one.owner),
        "resource": one.resource,
        "pods": one.pods,
        "requested": _number(one.requested),
        "used": _number(one.used),
    }


def _recommended(one: Recommended) -> Json:
    """A workload outside of what is recommended; amounts of one pod."""
    return {
        "namespace": one.namespace,
        "owner": _owner(one.owner),
        "resource": one.resource,
        "pods": one.pods,
        "requested": _number(one.requested),
        "target": _number(one.target),
        "lower": _number(one.lower),
        "upper": _number(one.upper),
    }


def _bare(one: Bare) -> Json:
    return {
        "namespace": one.namespace,
        "owner": _owner(one.owner),
        "pods": one.pods,
        "containers": [{"name": name, "without": list(lacks)} for name, lacks in one.containers.items()],
    }


def _owner(owner: OwnerRef) -> str:
    return f"{owner.kind}/{owner.name}"


def _number(nano: int) -> int | float:
    return nano / NANO if nano % NANO else nano // NANO
