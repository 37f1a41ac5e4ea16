"""Which lines of the feed are asked for, and how they read."""

from __future__ import annotations

import pytest

from nodeview.cluster import Happening, Preemptions, Times
from nodeview.views import (
    FeedFilter,
    Tone,
    feed_columns,
    feed_kinds,
    feed_namespaces,
    line_tone,
    line_words,
    preemption_words,
)
from tests.builders import NOW

NODE = "ip-10-0-1-7.eu-west-1.compute.internal"
LINES = (
    Happening(1, NOW, "joined", NODE, "m7g.large", node=NODE, line=1),
    Happening(2, NOW, "preempted", "shop/b", f"on {NODE} by x", namespace="shop", node=NODE, line=2),
    Happening(3, NOW, "preempted", "web/b", "", namespace="web", node="n-2", alarm=True, line=3),
    Happening(4, NOW, "stream", "events", "forbidden", line=4),
)


@pytest.mark.parametrize(
    ("asked", "numbers", "text"),
    [
        (FeedFilter(), [1, 2, 3, 4], ""),
        (FeedFilter(kind="preempted"), [2, 3], "kind=preempted"),
        (FeedFilter(namespace="shop"), [2], "ns=shop"),
        (FeedFilter(node=NODE), [1, 2], "node=ip-10-0-1-7"),
        (FeedFilter("preempted", "web", NODE), [], "kind=preempted ns=web node=ip-10-0-1-7"),
    ],
)
def test_what_is_asked_for_is_shown(asked: FeedFilter, numbers: list[int], text: str) -> None:
    assert [line.number for line in LINES if asked.admits(line)] == numbers
    assert asked.text == text


def test_what_there_is_to_choose_from() -> None:
    assert feed_kinds(LINES) == ["joined", "preempted", "stream"]
    assert feed_namespaces(LINES) == ["shop", "web"]


def test_an_alarm_looks_like_one_and_nodes_have_short_names() -> None:
    assert [line_tone(line) for line in LINES] == [Tone.COMING, Tone.CAUTION, Tone.ALARM, Tone.CAUTION]
    assert line_words(LINES[1]) == "on ip-10-0-1-7 by x"


def test_where_there_is_little_room_what_came_of_a_preemption_is_said_first() -> None:
    line = Happening(1, NOW, "preempted", "shop/b", f"on {NODE} by x/y (0): running after 2 s, balloon refilling")
    *_, told = feed_columns(lambda at: "12:00:00")
    assert told.cell(line, NOW).text == "running after 2 s, balloon refilling · on ip-10-0-1-7 by x/y (0)"
    assert told.cell(LINES[1], NOW).text == "on ip-10-0-1-7 by x"
    assert told.cell(Happening(1, NOW, "claim", "a", "m5.large: ready"), NOW).text == "m5.large: ready"


def test_what_is_hostile_is_harmless() -> None:
    line = Happening(1, NOW, "evicted", "a\x1b[31m", "[red]\x1b]0;x\x07" + "y" * 10_000)
    cells = [column.cell(line, NOW).text for column in feed_columns(lambda at: "12:00:00")]
    assert not any("\x1b" in text or "\x07" in text for text in cells)
    assert cells[:2] == ["12:00:00", "evicted"]


def test_all_preemptions_in_a_sentence() -> None:
    assert preemption_words(Preemptions()) == ""
    assert preemption_words(Preemptions(1)) == "1 preempted"
    said = Preemptions(1200, 2, Times(1.5, 9), Times(41, 130))
    assert preemption_words(said) == (
        "1,200 preempted: running after 1s (worst 9s), refilled after 41s (worst 2m) · 2 of them no balloon"
    )
