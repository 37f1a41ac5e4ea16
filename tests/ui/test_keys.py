"""The footer."""

from __future__ import annotations

import pytest

from nodeview.ui.commands import commands_of
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.keys import Keys


def footer(width: int) -> str:
    return "".join(part for part, _ in Keys(Ink(), "dashboard").layout_lines(width, 1)[0])


@pytest.mark.parametrize("width", [5, 20, 60, 80, 200])
def test_keys_that_do_not_fit_are_left_out_whole_and_the_way_to_the_help_stays(width: int) -> None:
    text = footer(width)
    assert len(text) <= width
    assert text.startswith(" / filter") is (width >= 60)
    assert (text.split()[-4:] == ["?", "help", "q", "quit"]) is (width >= 20)


def test_at_100_columns_all_are_there_and_at_80_all_but_the_last_two() -> None:
    briefs = [one.brief for one in commands_of("dashboard", "app") if one.brief]
    assert [one for one in briefs if f" {one} " not in f"{footer(100)} "] == []
    assert [one for one in briefs if f" {one} " not in f"{footer(80)} "] == ["pools", "trends"]


def test_without_prices_there_is_no_key_of_theirs() -> None:
    said = Keys(Ink(), "dashboard", priced=False).layout_lines(200, 1)[0]
    assert "costs" not in "".join(part for part, _ in said)
    assert "c costs" in "".join(part for part, _ in Keys(Ink(), "dashboard").layout_lines(200, 1)[0])
