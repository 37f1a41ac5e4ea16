"""Numbers over time under the header, for as long as somebody wants them there."""

from __future__ import annotations

from nodeview.frame import Frame
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.trend_lines import strip_lines
from nodeview.views import Trend

LINES = 4
"""A label, two lines of dots, the time."""
LINES_OF_FEW = 3
ROOM = 22
"""Lines of a screen from which there is room for all of them."""


class TrendStrip(TextLines):
    """Some small charts beside each other; nothing until it is opened."""

    def __init__(self, desk: Desk, *, id: str = "trend") -> None:
        """Closed."""
        super().__init__(desk.ink, id=id)
        self.desk = desk
        self.is_open = False
        self._shown: Trend | None = None

    def wanted_height(self, room: int) -> int:
        """Lines it would like on a screen of so many."""
        if not self.is_open or room < 12:
            return 0
        return LINES if room >= ROOM else LINES_OF_FEW

    def show(self, frame: Frame) -> None:
        """Draw another sample; between two samples the clock's tick is enough."""
        if self.is_open and frame.trend is not self._shown:
            self._shown = frame.trend
            self.renew()

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """All lines, for the present frame and moment."""
        frame = self.desk.frame
        if frame is None or not self.is_open or not height:
            return []
        return strip_lines(frame, self.desk.clock(), width, height, self.ink, priced=self.desk.options.priced)
