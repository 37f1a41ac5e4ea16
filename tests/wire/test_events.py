"""Lines of a watch as events."""

from __future__ import annotations

import msgspec
import pytest

from nodeview.errors import Expired
from nodeview.wire.events import read_events
from tests.wire.things import read_things


def line(kind: str, name: str, version: int) -> bytes:
    return b'{"type":"%b","object":{"metadata":{"name":"%b","resourceVersion":"%d"}}}' % (
        kind.encode(),
        name.encode(),
        version,
    )


def told(*lines: bytes) -> list[tuple[str, list[str], str]]:
    """Each event as its kind, its names and where to go on from."""
    return [
        (event.kind, [one.key.name for one in event.batch.records] if event.batch else [], event.version)
        for event in read_events(lines, read_things)
    ]


def test_neighbours_are_read_together_and_order_is_kept() -> None:
    assert told(
        line("ADDED", "a", 1),
        line("MODIFIED", "b", 2),
        line("DELETED", "a", 3),
        line("ADDED", "a", 4),
        line("BOOKMARK", "", 9),
        line("MODIFIED", "c", 10),
    ) == [
        ("put", ["a", "b"], "2"),
        ("gone", ["a"], "3"),
        ("put", ["a"], "4"),
        ("bookmark", [], "9"),
        ("put", ["c"], "10"),
    ]


def test_any_spacing_and_order_of_keys() -> None:
    odd = b' { "object" : {"metadata":{"name":"a","resourceVersion":"5"}} , "type" : "ADDED" } \r'
    assert told(odd, line("ADDED", "b", 6)) == [("put", ["a", "b"], "6")]


def test_odd_bookmarks() -> None:
    metadata = b'{"resourceVersion":"77","creationTimestamp":null}'
    odd = b'{"type":"BOOKMARK","object":{"kind":"Pod","metadata":%b,"spec":{"containers":null}}}' % metadata
    assert told(odd) == [("bookmark", [], "77")]


def test_a_broken_line_spoils_none_before_it() -> None:
    events = read_events([line("ADDED", "a", 1), line("ADDED", "b", 2), b"{nonsense"], read_things)
    assert [next(events).version, next(events).version] == ["1", "2"]
    with pytest.raises(msgspec.DecodeError):
        next(events)


def test_an_object_that_cannot_be_read_still_moves_the_version() -> None:
    strange = b'{"type":"MODIFIED","object":{"metadata":{"name":7,"resourceVersion":"8"}}}'
    assert told(line("ADDED", "a", 1), strange) == [("put", ["a"], "8")]
    assert told(strange.replace(b"MODIFIED", b"DELETED")) == [("gone", [], "8")]


def test_an_error_says_what_it_is() -> None:
    gone = b'{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version: 1 (2)"}}'
    (event,) = read_events([gone], read_things)
    assert isinstance(event.error, Expired)
    (event,) = read_events([b'{"type":"ERROR","object":{"code":"strange"}}'], read_things)
    assert event.error is not None


def test_unknown_types_are_skipped() -> None:
    assert told(line("SURPRISE", "a", 1), line("ADDED", "b", 2)) == [("put", ["b"], "2")]
