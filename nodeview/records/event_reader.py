"""How Events are read, in the shapes of both their APIs, and which of them are watched.

A cluster writes many more Events than anybody reads, and a field selector knows no "or": so one stream for each kind of
object and for each reason that is followed.
"""

from __future__ import annotations

import msgspec

from nodeview.records.event import ClusterEvent, ObjectRef
from nodeview.records.instant import epoch_seconds
from nodeview.records.json_reader import JsonReader, ObjectJson
from nodeview.records.metadata_json import word
from nodeview.records.resource import Reader, Resource, ServerVersion

LONGEST = 1000
"""Characters of a message that are kept: writers are held to about so many, but need not be ours."""

LONGEST_NAME = 253
"""Of an object; nobody checks what an Event refers to."""


class _RefJson(msgspec.Struct, gc=False):
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None


class _SourceJson(msgspec.Struct, gc=False):
    component: str | None = None


class _SeriesJson(msgspec.Struct, rename="camel", gc=False):
    last_observed_time: str | None = None


class _EventJson(ObjectJson, rename="camel", gc=False):
    """The fields of core/v1, and beside them those that events.k8s.io/v1 calls otherwise."""

    reason: str | None = None
    type: str | None = None
    event_time: str | None = None
    series: _SeriesJson | None = None
    related: _RefJson | None = None
    involved_object: _RefJson | None = None
    regarding: _RefJson | None = None
    message: str | None = None
    note: str | None = None
    reporting_component: str | None = None
    reporting_controller: str | None = None
    source: _SourceJson | None = None
    deprecated_source: _SourceJson | None = None
    first_timestamp: str | None = None
    deprecated_first_timestamp: str | None = None
    last_timestamp: str | None = None
    deprecated_last_timestamp: str | None = None


def _event(said: _EventJson) -> ClusterEvent:
    metadata = said.metadata
    created = epoch_seconds(metadata.creation_timestamp)
    moment = epoch_seconds(said.event_time)
    first = epoch_seconds(said.first_timestamp or said.deprecated_first_timestamp)
    last = epoch_seconds(said.last_timestamp or said.deprecated_last_timestamp)
    series = epoch_seconds(said.series.last_observed_time) if said.series else None
    about = _ref(said.involved_object or said.regarding)
    return ClusterEvent(
        namespace=word(metadata.namespace),
        name=metadata.name,
        uid=metadata.uid or "",
        about=about or ObjectRef(),
        related=_ref(said.related),
        reason=word(said.reason),
        message=(said.message or said.note or "")[:LONGEST],
        source=_source(said),
        warning=said.type == "Warning",
        began=_first(moment, first, last, created),
        at=_first(series, moment, last, first, created),
    )


def _ref(said: _RefJson | None) -> ObjectRef | None:
    if said is None:
        return None
    return ObjectRef(
        word(said.kind), word(said.namespace), (said.name or "")[:LONGEST_NAME], (said.uid or "")[:LONGEST_NAME]
    )


def _source(said: _EventJson) -> str:
    old = said.source or said.deprecated_source
    return word(said.reporting_component or said.reporting_controller or (old.component if old else None))


def _first(*moments: int | None) -> int | None:
    return next((one for one in moments if one is not None), None)


def _events(_: ServerVersion) -> Reader[ClusterEvent]:
    return JsonReader("events", _EventJson, _event)


def _stream(field_selector: str) -> Resource[ClusterEvent]:
    return Resource("", ("v1",), "events", _events, optional=True, field_selector=field_selector)


EVENT_STREAMS: tuple[Resource[ClusterEvent], ...] = (
    *(
        _stream(f"reason={one}")
        for one in ("Preempted", "TriggeredScaleUp", "NotTriggerScaleUp", "Nominated", "Evicted")
    ),
    # The scheduler's own words of this reason are in the pod's condition; Karpenter's are told nowhere else.
    _stream("reason=FailedScheduling,source=karpenter"),
    *(_stream(f"involvedObject.kind={one}") for one in ("Node", "NodeClaim", "NodePool")),
)
"""All that is watched of Events; together they are one stream to whoever looks."""
