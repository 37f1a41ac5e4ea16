"""The bottom of the dashboard: what waits comes before what happened."""

from __future__ import annotations

from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.feed import Feed, newest_lines
from tests.ui.frames import Clock, a_frame, happened, waiting


def feed(**said: object) -> Feed:
    return Feed(Desk(UiOptions(), Clock(), Ink("dark", None, False), a_frame(1, **said)))  # type: ignore[arg-type]


def words(widget: Feed, width: int = 120, height: int = 3) -> list[str]:
    return ["".join(part[0] for part in line) for line in widget.layout_lines(width, height)]


def test_what_waits_comes_first_and_has_its_line() -> None:
    both = feed(pending=[waiting()], feed=[happened()])
    first, second = words(both)
    assert first.startswith(" 1 pending: 1 worker (")
    assert "joined" in second
    assert both.wanted_height(24) == 2


def test_where_nobody_waits_there_is_no_line_for_it() -> None:
    only = feed(feed=[happened()])
    assert len(words(only)) == 1
    assert only.wanted_height(24) == 1


def test_a_line_that_is_too_long_says_so() -> None:
    from msgspec.structs import replace

    long = feed(feed=[replace(happened(), message="word " * 40)])
    [line] = words(long, width=80, height=1)
    assert len(line) == 80
    assert line.endswith("…")


def test_no_kind_takes_all_the_room_from_what_happened_in_the_same_minute() -> None:
    from msgspec.structs import replace

    lines = [replace(happened(), number=number, line=number, kind="left") for number in range(1, 10)]
    lines[2] = replace(lines[2], kind="preempted", message="by shop/checkout")
    frame = a_frame(1, feed=lines)
    assert [one.line for one in newest_lines(frame, 4)] == [3, 7, 8, 9]
    lines[2] = replace(lines[2], at=lines[2].at - 61)
    assert [one.line for one in newest_lines(a_frame(1, feed=lines), 4)] == [6, 7, 8, 9]


def test_a_node_whose_coming_is_a_story_has_no_second_line() -> None:
    from msgspec.structs import replace

    claim = replace(happened(), number=1, line=1, kind="claim", node="ip-1", message="claimed, launched +3 s")
    joined = replace(happened(), number=2, line=2, kind="joined", node="ip-1")
    other = replace(joined, number=3, line=3, node="ip-2")
    assert [one.line for one in newest_lines(a_frame(1, feed=[claim, joined, other]), 4)] == [1, 3]


def test_an_episode_that_runs_stays_in_sight() -> None:
    from msgspec.structs import replace

    from nodeview.insights import EpisodeSight, EpisodeSights
    from tests.cluster.test_episode import an_episode

    lines = [replace(happened(), number=number, line=number) for number in range(1, 10)]
    lines[6] = replace(lines[6], kind="episode", message="consolidating 1: a", at=lines[6].at - 120)
    frame = a_frame(1, feed=lines)
    assert [one.line for one in newest_lines(frame, 2)] == [8, 9]
    runs = EpisodeSights((EpisodeSight(an_episode(line=7)),))
    frame = replace(frame, insights=replace(frame.insights, episodes=runs))
    assert [one.line for one in newest_lines(frame, 2)] == [7, 9]
    assert [one.line for one in newest_lines(frame, 4)] == [6, 7, 8, 9]
    assert [one.line for one in newest_lines(frame, 1)] == [9]
    assert newest_lines(frame, 0) == ()
