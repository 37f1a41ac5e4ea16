"""The bottom of the dashboard: what waits comes before what happened."""

from __future__ import annotations

from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.feed import Feed
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
