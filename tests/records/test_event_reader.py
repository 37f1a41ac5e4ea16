"""Events, in the shapes of both APIs and of every writer that is followed."""

from __future__ import annotations

from nodeview.records import EVENT_STREAMS, ClusterEvent, ObjectRef, ServerVersion, epoch_seconds
from nodeview.records.event_reader import LONGEST, LONGEST_NAME
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 36, "v1.36.3")
PREEMPTOR = "1796bbba-ea02-4c57-adb6-a3b635726f8f"
AT = epoch_seconds("2026-11-21T05:12:15Z")

OBSERVED: Json = {
    "kind": "Event",
    "apiVersion": "v1",
    "metadata": {"name": "balloon-6b65dd988-9gjgw.17", "namespace": "default", "uid": "e", "resourceVersion": "260"},
    "reason": "Preempted",
    "action": "Preempting",
    "type": "Normal",
    "message": f"Preempted by pod {PREEMPTOR} on node balloons-1",
    "involvedObject": {
        "kind": "Pod",
        "name": "balloon-6b65dd988-9gjgw",
        "namespace": "default",
        "uid": "v",
        "resourceVersion": "259",
    },
    "eventTime": "2026-11-21T05:12:15.184728Z",
    "firstTimestamp": None,
    "lastTimestamp": None,
    "count": None,
    "source": {},
    "reportingComponent": "default-scheduler",
}
"""As a real 1.36.3 wrote it, to the letter: without `related`."""


def read(*bodies: Json) -> list[ClusterEvent]:
    batch = EVENT_STREAMS[0].reader(SERVER)(array(list(bodies)))
    assert batch.unread == ()
    return list(batch.records)


def test_a_preemption_as_it_was_observed() -> None:
    assert read(OBSERVED) == [
        ClusterEvent(
            namespace="default",
            name="balloon-6b65dd988-9gjgw.17",
            uid="e",
            about=ObjectRef("Pod", "default", "balloon-6b65dd988-9gjgw", "v"),
            related=None,
            reason="Preempted",
            message=f"Preempted by pod {PREEMPTOR} on node balloons-1",
            source="default-scheduler",
            warning=False,
            began=AT,
            at=AT,
        )
    ]


def test_both_apis_say_the_same() -> None:
    old = ("involvedObject", "message", "reportingComponent", "source", "firstTimestamp", "lastTimestamp", "count")
    newer = {name: said for name, said in OBSERVED.items() if name not in old} | {
        "apiVersion": "events.k8s.io/v1",
        "regarding": OBSERVED["involvedObject"],
        "note": OBSERVED["message"],
        "reportingController": "default-scheduler",
        "deprecatedSource": {},
        "deprecatedFirstTimestamp": None,
        "deprecatedLastTimestamp": None,
    }
    assert read(newer) == read(OBSERVED)


def test_the_preemptor_is_read_where_it_is_said() -> None:
    related = {"kind": "Pod", "namespace": "shop", "name": "checkout-7d", "uid": PREEMPTOR}
    (one,) = read(OBSERVED | {"related": related})
    assert one.related == ObjectRef("Pod", "shop", "checkout-7d", PREEMPTOR)


def test_the_autoscalers_old_recorder() -> None:
    said = "pod triggered scale-up: [{worker-1a-v1-27 1->2 (max: 4)}]"
    body = {
        "metadata": {"name": "b.1", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "namespace": "default", "name": "b", "uid": "u"},
        "reason": "TriggeredScaleUp",
        "message": said,
        "source": {"component": "cluster-autoscaler"},
        "firstTimestamp": "2026-11-21T05:12:00Z",
        "lastTimestamp": "2026-11-21T05:12:15Z",
        "eventTime": None,
        "type": "Normal",
        "count": 1,
    }
    (one,) = read(body)
    assert AT is not None
    assert (one.source, one.message, one.began, one.at) == ("cluster-autoscaler", said, AT - 15, AT)


def test_a_series_goes_on_and_a_warning_is_one() -> None:
    series = {"count": 7, "lastObservedTime": "2026-11-21T05:13:15.000000Z"}
    (one,) = read(OBSERVED | {"series": series, "type": "Warning"})
    assert AT is not None
    assert (one.began, one.at, one.warning) == (AT, AT + 60, True)


def test_an_object_without_a_name_and_an_event_about_nothing() -> None:
    """Karpenter's `Finalized` on a Node names none."""
    finalized = OBSERVED | {"involvedObject": {"kind": "Node", "apiVersion": "v1"}}
    bare = {"metadata": {"name": "x"}}
    first, second = read(finalized, bare)
    assert first.about == ObjectRef("Node")
    assert second.about == ObjectRef()
    assert (second.reason, second.message, second.source, second.began, second.at) == ("", "", "", None, None)


def test_what_is_hostile_is_cut_and_not_believed() -> None:
    long = "[bold red]\x1b[31m" + "x" * 10_000
    hostile = OBSERVED | {
        "message": long,
        "involvedObject": {"kind": "Pod", "namespace": "n", "name": "y" * 10_000, "uid": "u"},
    }
    wrong = OBSERVED | {"eventTime": "yesterday", "related": None, "series": None}
    first, second = read(hostile, wrong)
    assert (first.message, len(first.about.name)) == (long[:LONGEST], LONGEST_NAME)
    assert second.at is None
    batch = EVENT_STREAMS[0].reader(SERVER)(array([OBSERVED, OBSERVED | {"involvedObject": [1]}]))
    assert (len(batch.records), len(batch.unread)) == (1, 1)


def test_what_is_watched_is_a_stream_for_each_reason_and_kind() -> None:
    assert {one.field_selector for one in EVENT_STREAMS} == {
        "reason=Preempted",
        "reason=TriggeredScaleUp",
        "reason=NotTriggerScaleUp",
        "reason=Nominated",
        "reason=Evicted",
        "reason=FailedScheduling,source=karpenter",
        "involvedObject.kind=Node",
        "involvedObject.kind=NodeClaim",
        "involvedObject.kind=NodePool",
    }
    assert {(one.id, one.path("v1"), one.optional) for one in EVENT_STREAMS} == {("events", "/api/v1/events", True)}
