"""Numbers over time as lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.trend_curves import curves_of
from nodeview.ui.widgets.trend_lines import (
    NOT_YET,
    chart_lines,
    drawn_of,
    pool_trend_lines,
    strip_lines,
    time_axis,
)
from nodeview.views import NO_TREND, Tone, cell_width, trend_of
from nodeview.views.pool import PoolView
from tests.builders import NOW
from tests.ui.frames import a_frame, waiting

DOTS = re.compile(r"[\u2801-\u28ff]")


def a_story(*nodes: int, pending: Sequence[int] = (), every: float = 10.0, pools: bool = False) -> Frame:
    """A frame at whose end the cluster had so many nodes, one sample after the other."""
    trend, frame = NO_TREND, a_frame(1)
    for place, count in enumerate(nodes):
        at = NOW - every * (len(nodes) - 1 - place)
        waits = [waiting(f"w{one}") for one in range(pending[place])] if pending else []
        frame = a_frame(count, pending=waits, at=at)
        if pools:
            pool = PoolView("api", "karpenter", frame.view.totals, {}, None)
            frame = replace(frame, view=replace(frame.view, pools=(pool,)))
        trend = trend_of(frame.view, trend, at)
    return replace(frame, trend=trend)


def texts(lines: Sequence[Sequence[Part]]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


@pytest.mark.parametrize(("width", "height"), [(24, 8), (80, 22), (120, 38), (200, 58)])
def test_all_charts_fill_the_screen_and_no_line_is_too_long(width: int, height: int) -> None:
    frame = a_story(3, 5, 9, 4)
    lines = texts(chart_lines(frame, NOW, width, height, Ink(), priced=True))
    assert len(lines) <= height
    assert all(cell_width(line) <= width for line in lines)
    assert lines[-1].rstrip().endswith("now")


def test_a_chart_says_what_is_now_and_between_what_it_was() -> None:
    said = "\n".join(texts(chart_lines(a_story(3, 9, 4), NOW, 120, 38, Ink(), priced=True)))
    assert "nodes 4 · 3–9" in said
    assert re.search(r"cpu \d+ % · \d+ % free · \d+–\d+ %", said)
    assert re.search(r"money ≥?\$0\.\d+/h", said)
    assert "spot " in said
    assert DOTS.search(said)


def test_without_prices_there_is_no_trace_of_money() -> None:
    frame = a_story(3, 9)
    assert "money" not in "\n".join(texts(chart_lines(frame, NOW, 120, 38, Ink(), priced=False)))
    assert [one.figure for one in curves_of(frame, priced=False)] == ["nodes", "pending", "real", "real", "spot"]


@pytest.mark.parametrize(("width", "charts"), [(24, 1), (80, 4), (120, 6), (200, 6)])
def test_a_strip_has_as_many_charts_as_fit(width: int, charts: int) -> None:
    lines = texts(strip_lines(a_story(3, 9, 4), NOW, width, 4, Ink(), priced=True))
    assert len(lines) == 4
    assert lines[-1].count("now") == charts
    assert lines[0].startswith(" nodes 4 · 3–9")
    assert all(cell_width(line) <= width for line in lines)
    assert len(strip_lines(a_story(3), NOW, width, 3, Ink(), priced=True)) == 3


def test_before_the_first_sample_it_says_what_it_waits_for() -> None:
    assert texts(strip_lines(a_frame(3), NOW, 100, 4, Ink(), priced=True)) == [f" {NOT_YET}"]


def test_pods_that_waited_are_in_amber_and_a_cluster_in_which_none_did_is_quiet() -> None:
    ink = Ink()
    amber = ink.style(Tone.CAUTION)

    def colours(frame: Frame) -> set[object]:
        return {style for line in strip_lines(frame, NOW, 120, 4, ink, priced=True) for _, style in line}

    assert amber in colours(a_story(3, 3, 3, pending=[0, 7, 0]))
    assert amber not in colours(a_story(3, 3, 3, pending=[0, 0, 0]))


def test_after_a_sleep_there_is_a_gap() -> None:
    frame = a_story(3, 3, every=200.0)
    (line,) = [one for one in texts(strip_lines(frame, NOW, 24, 2, Ink(), priced=True))[1:] if DOTS.search(one)]
    drawn = [place for place, character in enumerate(line) if DOTS.match(character)]
    assert drawn[0] < 12 < drawn[-1]
    assert len(drawn) <= 5


def test_in_ascii_every_chart_is_ascii() -> None:
    ink = Ink(ascii=True)
    for lines in (
        strip_lines(a_story(3, 9, 4), NOW, 120, 4, ink, priced=True),
        chart_lines(a_story(3, 9, 4), NOW, 120, 38, ink, priced=True),
    ):
        assert all(text.isascii() for text in texts(lines))


def test_the_end_is_what_the_frame_shows_now() -> None:
    frame = replace(a_frame(7, at=NOW + 5), trend=a_story(3, 4).trend)
    assert "nodes 7 · 3–7" in texts(strip_lines(frame, NOW + 5, 120, 4, Ink(), priced=True))[0]


@pytest.mark.parametrize("width", [6, 12, 20, 40, 100])
def test_the_time_axis_is_as_wide_as_its_chart(width: int) -> None:
    drawn = drawn_of(a_story(3, 4), NOW)
    (text,) = texts([time_axis(drawn, width, Ink(), 0)])
    assert cell_width(text) == width
    assert width < 12 or text.endswith("now")
    assert width < 40 or "1m ago" in text


def test_a_pool_has_a_line_for_each_of_its_numbers() -> None:
    frame = a_story(3, 9, 4, pools=True)
    title, nodes, *others = texts(pool_trend_lines(frame, ("karpenter", "api"), NOW, 100, Ink()))
    assert title == " over time"
    assert re.match(r" nodes {9}.*  4 · 3–9 in 1m$", nodes)
    assert DOTS.search(nodes)
    assert [line.split()[0] for line in others] == ["cpu", "memory", "money", "spot"]
    assert pool_trend_lines(frame, ("karpenter", "unknown"), NOW, 100, Ink()) == []
    assert pool_trend_lines(a_story(3, pools=True), ("karpenter", "api"), NOW, 100, Ink()) == [], "one is no trend"


def test_a_pool_in_which_all_is_priced_does_not_bear_the_mark_of_one_that_is_not() -> None:
    frame = a_story(4, 4, pools=True)
    assert frame.view.totals.money[0].unpriced_nodes
    (pool,) = frame.view.pools
    whole = replace(pool, tally=replace(pool.tally, money=(replace(pool.tally.money[0], unpriced_nodes=0),)))
    priced = replace(frame, view=replace(frame.view, pools=(whole,)))
    for one, mark in ((frame, True), (priced, False)):
        (money,) = [line for line in texts(pool_trend_lines(one, pool.key, NOW, 100, Ink())) if "money" in line]
        assert ("≥" in money) is mark


def test_whether_nodes_are_spot_is_told_of_a_pool_only_where_that_changed() -> None:
    said = texts(pool_trend_lines(a_story(2, 2, 2, pools=True), ("karpenter", "api"), NOW, 100, Ink()))
    assert not [line for line in said if "spot" in line]
