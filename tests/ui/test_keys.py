"""The footer."""

from __future__ import annotations

import pytest

from nodeview.ui.tones import Ink
from nodeview.ui.widgets.keys import Keys


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_keys_that_do_not_fit_are_left_out_whole(width: int) -> None:
    parts = Keys(Ink(), "dashboard").layout_lines(width, 1)[0]
    text = "".join(part for part, _ in parts)
    assert len(text) <= width
    assert text.startswith(" / filter")
    assert ("q quit" in text) is (width >= 80)
