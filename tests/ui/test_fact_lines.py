"""Facts as lines."""

from __future__ import annotations

from datetime import datetime

from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.fact_lines import FactLines, moment_words
from nodeview.views import cell_width
from tests.builders import DAY


def texts(lines: list[list[Part]]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_a_value_goes_on_under_itself_and_wide_characters_keep_the_column() -> None:
    facts = FactLines(Ink(), 40)
    facts.row("東京", "one two three four five six seven", indent=8)
    first, second = texts(facts.lines)
    assert first == "   東京     one two three four five six"
    assert second == "            seven"
    assert cell_width(first.partition("one")[0]) == len(second.partition("seven")[0])


def test_what_is_said_beside_a_heading_is_cut_at_the_edge() -> None:
    facts = FactLines(Ink(), 30)
    facts.heading("events", "of the last hour and of nothing else at all")
    facts.heading("no taints")
    first, second = texts(facts.lines)
    assert cell_width(first) <= 30
    assert first.endswith("…")
    assert second == " no taints"


def test_foreign_text_cannot_break_a_line() -> None:
    facts = FactLines(Ink(), 60)
    facts.row("a\x1b[31mkey", "line\nbreak")
    assert "\x1b" not in "".join(texts(facts.lines))
    assert len(facts.lines) == 1


def test_a_moment_of_today_has_seconds_and_one_of_another_day_its_day() -> None:
    noon = datetime(2026, 11, 21, 12, 0, 5).timestamp()  # noqa: DTZ001 - on the wall
    assert moment_words(noon, noon + 60) == "12:00:05"
    assert moment_words(noon - DAY, noon) == "Fri 12:00"
    assert moment_words(noon - 30 * DAY, noon) == "2026-10-22"
