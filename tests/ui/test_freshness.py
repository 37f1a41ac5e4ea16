"""How old the picture is said to be, of which stream, since when and why."""

from __future__ import annotations

import pytest

from nodeview.cluster import Stream
from nodeview.frame import Credential
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.freshness import SILENCE, ago, beside_freshness, countdown, expiry_of, liveness
from nodeview.views import Tone
from tests.builders import NOW
from tests.ui.frames import a_frame, a_node_view, synced


@pytest.mark.parametrize(
    ("silence", "text", "tone"),
    [
        (0.3, "● live 0.3 s", Tone.GOOD),
        (89.9, "● live 89 s", Tone.GOOD),
        (90, f"▲ nodes 90 s old: {SILENCE}", Tone.CAUTION),
        (149.9, f"▲ nodes 149 s old: {SILENCE}", Tone.CAUTION),
        (150, f"▲ nodes 150 s old: {SILENCE}", Tone.ALARM),
    ],
)
def test_silence_on_a_stream_that_sends_bookmarks_looks_old(silence: float, text: str, tone: Tone) -> None:
    assert liveness(a_frame(1, streams=synced(heard_at=NOW - silence)), NOW) == (text, tone)


def test_attempts_in_vain_make_nothing_younger() -> None:
    broken = Stream("pods", "lagging", NOW - 1, since=NOW - 200, reason="410 Expired", synced_once=True)
    assert liveness(a_frame(1, streams=(synced()[0], broken)), NOW) == ("▲ pods 200 s old: 410 Expired", Tone.ALARM)


def test_silence_without_bookmarks_means_nothing() -> None:
    assert liveness(a_frame(1, streams=synced(heard_at=NOW - 500, bookmarked=False)), NOW)[1] is Tone.GOOD


def test_the_worst_stream_speaks_and_the_freshest_is_the_age() -> None:
    old = Stream("pods", "synced", NOW - 95, bookmarked=True, synced_once=True)
    assert liveness(a_frame(1, streams=(synced()[0], old)), NOW)[0].startswith("▲ pods 95 s old")
    fine = Stream("pods", "synced", NOW - 50, bookmarked=True, synced_once=True)
    assert liveness(a_frame(1, streams=(synced()[0], fine)), NOW)[0] == "● live 0.3 s"


def test_a_broken_stream_is_said_at_once_with_its_reason() -> None:
    broken = Stream("pods", "lagging", NOW - 12, since=NOW - 2, reason="connection refused", synced_once=True)
    said = ("▲ pods 12 s old: connection refused", Tone.CAUTION)
    assert liveness(a_frame(1, streams=(synced()[0], broken)), NOW) == said


def test_the_address_of_the_server_leaves_its_room_to_the_reason() -> None:
    why = "https://example.invalid cannot be reached: connection refused."
    broken = Stream("pods", "lagging", NOW - 12, since=NOW - 2, reason=why, synced_once=True)
    said = liveness(a_frame(1, streams=(synced()[0], broken)), NOW)[0]
    assert said == "▲ pods 12 s old: cannot be reached: connection refused."


def test_red_speaks_before_amber_whether_it_is_broken_or_silent() -> None:
    broken = Stream("jobs.batch", "lagging", NOW - 2, since=NOW - 2, reason="refused", synced_once=True)
    deaf = Stream("replicasets.apps", "synced", NOW - 160, bookmarked=True, synced_once=True)
    text, tone = liveness(a_frame(1, streams=(*synced(), broken, deaf)), NOW)
    assert (text, tone) == (f"▲ replicasets.apps 160 s old: {SILENCE}", Tone.ALARM)


def test_nodes_and_pods_speak_before_others_that_are_as_badly_off() -> None:
    jobs = Stream("jobs.batch", "lagging", NOW - 20, since=NOW - 20, reason="refused", synced_once=True)
    pods = Stream("pods", "lagging", NOW - 12, since=NOW - 12, reason="refused", synced_once=True)
    assert liveness(a_frame(1, streams=(jobs, pods)), NOW)[0] == "▲ pods 12 s old: refused"


def test_what_was_never_heard_is_old_by_when_it_began() -> None:
    jobs = Stream("jobs.batch", "lagging", None, since=NOW - 20, reason="refused")
    assert liveness(a_frame(1, streams=(*synced(), jobs)), NOW)[0] == "▲ jobs.batch 20 s old: refused"
    unknown = Stream("jobs.batch", "lagging", None, reason="refused")
    assert liveness(a_frame(1, streams=(*synced(), unknown)), NOW) == ("▲ jobs.batch not heard: refused", Tone.ALARM)


def test_before_the_first_sync_it_counts() -> None:
    frame = a_frame([a_node_view(1, pods=40)], streams=(synced()[0], Stream("pods", "listing", NOW)))
    assert liveness(frame, NOW) == ("listing pods: 40 so far", Tone.COMING)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.9, "9.9 s"), (9.96, "9 s"), (599, "599 s"), (600, "10 min")]
)
def test_short_ages(seconds: float, text: str) -> None:
    assert ago(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0s"), (0.9, "0s"), (59, "59s"), (723, "12m 3s"), (8040, "2h 14m"), (273_600, "3d 4h")],
)
def test_what_is_left_is_seen_to_run(seconds: float, text: str) -> None:
    assert countdown(seconds) == text


def test_how_long_credentials_hold() -> None:
    assert expiry_of(Credential("token"), NOW) is None
    assert expiry_of(Credential("token", NOW + 723), NOW) == ("expires in 12m 3s", Tone.PLAIN)
    assert expiry_of(Credential("token", NOW - 60), NOW) == ("expired 1m ago", Tone.ALARM)
    failed = Credential("exec plugin aws", NOW + 180, NOW - 40, "It failed.")
    assert expiry_of(failed, NOW) == ("renewal failed 40s ago, the old one is valid for 3m 0s", Tone.CAUTION)
    assert expiry_of(failed, NOW + 200) == ("renewal failed 4m ago, and expired", Tone.ALARM)
    assert expiry_of(Credential("exec plugin aws", None, NOW, "x"), NOW) == ("renewal failed 0s ago", Tone.CAUTION)


@pytest.mark.parametrize("width", range(0, 60, 7))
def test_a_line_keeps_within_its_width(width: int) -> None:
    lefts = [[("a long name and more", Tone.STRONG)], [("a long name", Tone.STRONG)]]
    parts = beside_freshness(lefts, ("▲ pods 12 s old: refused", Tone.CAUTION), width, Ink())
    text = "".join(text for text, _ in parts)
    assert len(text) <= max(width, 1)
    assert width < 30 or "▲ pods 12 s old: refused" in text
