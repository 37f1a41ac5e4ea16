"""Who gives way on a narrow screen, and who gets what is left."""

from __future__ import annotations

import pytest

from nodeview.cluster import Happening
from nodeview.ui.widgets.column_fit import LongestWords, fit
from nodeview.views import feed_columns, node_columns
from tests.builders import NOW
from tests.ui.frames import a_node_view

COLUMNS = node_columns(("cpu", "memory"), ("topology.kubernetes.io/zone",))


def shown(width: int, **longest: int) -> list[str]:
    return [one.column.id for one in fit(COLUMNS, width, longest)]


def test_price_type_and_zone_go_first_then_bars_shrink_then_labels_and_capacity_go() -> None:
    everything = [one.id for one in COLUMNS]
    assert shown(200) == everything
    gone: list[str] = []
    for width in range(200, 40, -1):
        now = shown(width)
        gone += [one for one in everything if one not in now and one not in gone]
    assert gone == ["type", "zone", "price", "topology.kubernetes.io/zone", "cap", "pods"]


@pytest.mark.parametrize("width", range(60, 260, 7))
def test_columns_follow_each_other_and_fit(width: int) -> None:
    x = 1
    for one in fit(COLUMNS, width, {"name": 40}):
        assert one.x >= x
        x = one.x + one.width + 1
    assert x - 1 <= width


def test_the_memory_bar_shrinks_before_the_cpu_bar() -> None:
    for width in range(200, 40, -1):
        widths = {one.column.id: one.width for one in fit(COLUMNS, width, {})}
        assert widths["memory"] <= widths["cpu"]


def test_what_is_left_goes_to_the_name_first() -> None:
    widths = {one.column.id: one.width for one in fit(COLUMNS, 200, {"name": 40})}
    assert widths["name"] == 40


def test_a_column_never_shrinks_when_its_longest_word_leaves() -> None:
    longest = LongestWords(COLUMNS)
    longest.learn([a_node_view(1, name="x" * 30)], NOW)
    longest.learn([a_node_view(2, name="y" * 3)], NOW)
    assert longest.cells["name"] == 30


def test_one_long_name_does_not_cut_all_other_words() -> None:
    longest = {"name": 44, "pool": 16, "type": 15, "zone": 4, "cap": 7}
    widths = {one.column.id: one.width for one in fit(COLUMNS, 160, longest)}
    assert (widths["pool"], widths["type"], widths["cap"]) == (16, 15, 7)
    assert 14 <= widths["name"] < 44


def test_a_sentence_in_the_last_column_takes_all_that_is_left() -> None:
    columns = feed_columns(lambda at: "12:00:00")
    fitted = fit(columns, 240, {"subject": 43})
    assert {one.column.id: one.width for one in fitted}["subject"] == 43
    assert fitted[-1].x + fitted[-1].width == 240


def test_what_happened_to_whom_is_not_cut_where_there_is_room() -> None:
    longest = LongestWords(feed_columns(lambda at: "12:00:00"))
    longest.learn([Happening(1, NOW, "preempted", "overprovisioning/balloon-1a-5cgl246xnn-bft6m", "x")], NOW)
    assert longest.cells["subject"] == 44
