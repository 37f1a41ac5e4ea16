"""What was said of an object: the newest of each reason, bounded."""

from __future__ import annotations

from nodeview.cluster import EventIndex
from nodeview.cluster.event_index import HOUR, OBJECTS, REASONS
from nodeview.records import ObjectRef
from tests.builders import NOW
from tests.cluster.events import an_event


def about(uid: str) -> ObjectRef:
    return ObjectRef("Pod", "shop", "cart", uid)


def test_the_newest_of_each_reason_in_order() -> None:
    index = EventIndex()
    index.put(an_event("old", about("u"), reason="Nominated", at=NOW - 60))
    index.put(an_event("no", about("u"), reason="NotTriggerScaleUp", at=NOW - 30))
    index.put(an_event("new", about("u"), reason="Nominated", at=NOW))
    index.put(an_event("late", about("u"), reason="Nominated", at=NOW - 90))
    index.put(an_event("of nothing", ObjectRef("Node"), reason="Finalized"))
    assert [one.message for one in index.about("u")] == ["no", "new"]
    index.forget("u")
    assert index.about("u") == ()


def test_after_an_hour_by_their_own_clock_nothing_is_said_any_more() -> None:
    index = EventIndex()
    index.put(an_event("old", about("u"), at=NOW))
    index.put(an_event("new", about("v"), at=NOW + HOUR + 1))
    assert index.about("u") == ()


def test_it_is_bounded_in_objects_and_reasons() -> None:
    index = EventIndex()
    for number in range(OBJECTS + 5):
        index.put(an_event("x", about(f"u{number}")))
    assert index.about("u4") == ()
    assert index.about("u5")
    for number in range(REASONS + 3):
        index.put(an_event("x", about("u9"), reason=f"r{number}"))
    assert len(index.about("u9")) == REASONS


def test_it_tells_about_whom_something_was_said_since() -> None:
    index = EventIndex()
    for uid in ("a", "b", "c"):
        index.put(an_event(about=ObjectRef("Node", "", uid, uid)))
    heard = index.heard
    assert list(index.since(heard)) == []
    index.put(an_event(about=ObjectRef("Node", "", "a", "a"), reason="Unconsolidatable"))
    assert list(index.since(heard)) == ["a"]
    assert list(index.since(0)) == ["a", "c", "b"]
    index.forget("a")
    assert list(index.since(0)) == ["c", "b"]


def test_whom_it_forgets_for_want_of_room_it_tells_of_no_more() -> None:
    index = EventIndex()
    for number in range(OBJECTS + 2):
        index.put(an_event(about=ObjectRef("Node", "", "n", f"uid-{number}")))
    assert len(list(index.since(0))) == OBJECTS
