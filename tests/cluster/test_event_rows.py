"""Which Events are news, through listings, outages and restores."""

from __future__ import annotations

from nodeview.cluster.event_rows import EventRows
from nodeview.records import ClusterEvent, Listing, ObjectKey
from tests.cluster.events import an_event


def listed(rows: EventRows, number: int, version: int, *versions: int) -> tuple[list[int], list[int]]:
    """A whole listing: the versions that were context, and those that were news."""
    listing = Listing(number, version)
    context = put(rows, listing, *versions)[0]
    rows.finish(listing)
    return context, [int(one.name) for one in rows.late()]


def put(rows: EventRows, listing: Listing | None, *versions: int) -> tuple[list[int], list[int]]:
    events = [an_event(name=str(one)) for one in versions]
    told: list[tuple[ClusterEvent | None, ClusterEvent]] = list(rows.put(events, versions, listing))
    return (
        [int(after.name) for before, after in told if before is not None],
        [int(after.name) for before, after in told if before is None],
    )


def test_the_first_listing_is_context_and_what_the_watch_tells_is_news_once() -> None:
    rows = EventRows()
    assert listed(rows, 1, 100, 50, 99) == ([50, 99], [])
    assert put(rows, None, 101, 105) == ([], [101, 105])
    assert put(rows, None, 101, 105, 106) == ([], [106]), "a watch that replays"
    assert rows.rows == {}


def test_what_happened_in_an_outage_is_news_in_order_and_the_rest_is_not_told_again() -> None:
    rows = EventRows()
    listed(rows, 1, 100, 50)
    put(rows, None, 110)
    assert listed(rows, 2, 200, 150, 110, 50, 120) == ([110, 50], [120, 150])
    assert listed(rows, 3, 210, 150, 120) == ([150, 120], [])


def test_while_it_is_listed_the_watch_is_news_at_once_and_both_tell_each_once() -> None:
    rows = EventRows()
    listed(rows, 1, 100)
    second = Listing(2, 200)
    assert put(rows, second, 150) == ([], [])
    assert put(rows, None, 201) == ([], [201])
    assert listed(rows, 3, 300, 150, 201, 180, 260) == ([], [150, 180, 260]), "the second was never finished"
    assert put(rows, None, 301) == ([], [301])


def test_what_is_told_during_the_first_listing_is_news() -> None:
    rows = EventRows()
    assert put(rows, Listing(1, 100), 99) == ([99], [])
    assert put(rows, None, 101) == ([], [101])


def test_a_server_restored_from_a_backup_has_no_news_but_what_comes() -> None:
    rows = EventRows()
    listed(rows, 1, 100)
    put(rows, None, 150)
    assert listed(rows, 2, 90, 80, 60) == ([80, 60], [])
    assert put(rows, None, 91) == ([], [91])


def test_versions_that_cannot_be_compared_are_news_from_a_watch_alone() -> None:
    rows = EventRows()
    assert put(rows, Listing(1, 0), 0) == ([0], [])
    rows.finish(Listing(1, 0))
    assert put(rows, None, 0) == ([], [0])


def test_events_that_were_not_served_for_a_time_begin_anew() -> None:
    rows = EventRows()
    rows.finish(Listing(0, 0, new_epoch=True))
    assert listed(rows, 1, 100, 99) == ([99], [])


def test_an_event_whose_hour_is_over_takes_nothing_back() -> None:
    rows = EventRows()
    listed(rows, 1, 100)
    assert rows.remove(ObjectKey("default", "e"), "e", 101) is None
