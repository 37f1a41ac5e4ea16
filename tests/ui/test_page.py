"""Texts longer than the screen."""

from __future__ import annotations

import pytest

from nodeview.ui.widgets.page import wrapped


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one", 3, ["one"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a abcdefgh", 3, ["a", "abc", "def", "gh"]),
        ("", 5, []),
        ("日本語", 4, ["日本", "語"]),
    ],
)
def test_words_are_wrapped_and_long_ones_cut(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines
