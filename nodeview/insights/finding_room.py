"""Zones without room for one pod more."""

from __future__ import annotations

from collections.abc import Generator

from nodeview.insights.contract import Moment
from nodeview.insights.finding import Finding, Part, Severity, renewed
from nodeview.views import ClusterView, finding_of

_SETTLED = ("synced", "forbidden", "absent")


def find_full_zones(moment: Moment, before: Part) -> Generator[None, None, Part]:
    """A finding for each zone without room, once all is known."""
    streams = moment.view.streams
    states = {one.resource: one.state for one in streams}
    essential = all(states.get(one) == "synced" for one in ("nodes", "pods"))
    basis = (moment.view.headroom, essential and all(state in _SETTLED for state in states.values()))
    if before.basis is not None and before.basis[0] is basis[0] and before.basis[1] == basis[1]:
        return before
    yield
    return renewed(before, full_zones(moment.view) if basis[1] else [], basis)


def full_zones(view: ClusterView) -> list[Finding]:
    """The zones that are full; one about a shape that nobody chose only informs."""
    severity: Severity = "info" if view.given.headroom_shape.is_largest else "caution"
    headroom = view.headroom
    return [
        Finding("no-headroom", severity, f"zone/{one.name or ''}", finding_of(headroom, [one])) for one in headroom.full
    ]
