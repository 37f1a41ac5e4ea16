"""What the top of the screen says of freshness, money, and what is not in the picture."""

from __future__ import annotations

import pytest

from nodeview.cluster import Stream
from nodeview.ui.widgets.header import ago, costs_of, liveness, nodes_of, notes_of, pods_of
from nodeview.views import Tone, tally
from tests.builders import NOW
from tests.ui.frames import a_frame, a_node_view, cordoned, not_ready, synced


def words(said: list[tuple[str, Tone]]) -> str:
    return "".join(text for text, _ in said)


@pytest.mark.parametrize(
    ("silence", "text", "tone"),
    [
        (0.3, "● live 0.3 s", Tone.GOOD),
        (89.9, "● live 89 s", Tone.GOOD),
        (90, "▲ nodes 90 s old", Tone.CAUTION),
        (149.9, "▲ nodes 149 s old", Tone.CAUTION),
        (150, "▲ nodes 150 s old", Tone.ALARM),
    ],
)
def test_silence_on_a_stream_that_sends_bookmarks_looks_old(silence: float, text: str, tone: Tone) -> None:
    assert liveness(a_frame(1, streams=synced(heard_at=NOW - silence)), NOW) == (text, tone)


def test_silence_without_bookmarks_means_nothing() -> None:
    assert liveness(a_frame(1, streams=synced(heard_at=NOW - 500, bookmarked=False)), NOW)[1] is Tone.GOOD


def test_the_worst_stream_speaks_and_the_freshest_is_the_age() -> None:
    old = Stream("pods", "synced", NOW - 95, bookmarked=True, synced_once=True)
    assert liveness(a_frame(1, streams=(synced()[0], old)), NOW)[0] == "▲ pods 95 s old"
    fine = Stream("pods", "synced", NOW - 50, bookmarked=True, synced_once=True)
    assert liveness(a_frame(1, streams=(synced()[0], fine)), NOW)[0] == "● live 0.3 s"


def test_a_broken_stream_is_said_at_once_with_its_reason() -> None:
    broken = Stream("pods", "lagging", NOW - 12, since=NOW - 2, reason="connection refused", synced_once=True)
    assert liveness(a_frame(1, streams=(synced()[0], broken)), NOW) == (
        "▲ pods 12 s old: connection refused",
        Tone.CAUTION,
    )


def test_before_the_first_sync_it_counts() -> None:
    frame = a_frame([a_node_view(1, pods=40)], streams=(synced()[0], Stream("pods", "listing", NOW)))
    assert liveness(frame, NOW) == ("listing pods: 40 so far", Tone.COMING)


def test_what_may_not_be_read_is_said() -> None:
    frame = a_frame(1, streams=(synced()[0], Stream("pods", "forbidden", NOW)))
    assert words(notes_of(frame)) == "pods: forbidden"


def test_money_is_a_lower_bound_where_prices_are_missing() -> None:
    views = [a_node_view(1), a_node_view(4)]
    assert words(costs_of(tally(views, ("cpu",)))) == "≥ $0.13/h  $95.63/mo  1 unpriced"
    assert words(costs_of(tally(views[:1], ("cpu",)))) == "$0.13/h  $95.63/mo"
    assert words(costs_of(tally(views[1:], ("cpu",)))) == "1 unpriced"
    assert costs_of(tally([], ("cpu",))) == []


def test_nodes_are_counted_by_phase_the_usual_first() -> None:
    totals = tally([a_node_view(1), a_node_view(2), not_ready(3), cordoned(4)], ("cpu",))
    assert words(nodes_of(totals)) == "4 nodes  2 ready · 1 cordoned · 1 NotReady"
    assert words(nodes_of(totals, detail=1)) == "4 nodes  1 cordoned · 1 NotReady"


def test_what_is_as_usual_goes_first_on_a_narrow_line() -> None:
    totals = tally([a_node_view(1, pods=3)], ("cpu",)).with_pending(2)
    assert words(pods_of(totals, detail=0)) == "5 pods  2 pending"


def test_pods_are_counted_by_state_and_zeros_are_left_out() -> None:
    totals = tally([a_node_view(1, pods=3)], ("cpu",)).with_pending(2)
    assert words(pods_of(totals)) == "5 pods  3 running · 2 pending"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.9, "9.9 s"), (9.96, "9 s"), (599, "599 s"), (600, "10 min")]
)
def test_short_ages(seconds: float, text: str) -> None:
    assert ago(seconds) == text
