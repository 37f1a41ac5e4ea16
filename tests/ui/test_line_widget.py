"""Lines of two ends."""

from __future__ import annotations

from nodeview.ui.tones import Ink
from nodeview.ui.widgets.line_widget import spread


def test_the_right_end_goes_when_there_is_no_room_for_both() -> None:
    ink = Ink()
    left, right = [ink.part("left")], [ink.part("right")]
    assert "".join(text for text, _ in spread(left, right, 12, ink)) == "left   right"
    assert spread(left, right, 9, ink) is left
