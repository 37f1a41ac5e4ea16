"""What room is left, zone by zone and pool by pool, and for how many pods of a shape."""

from __future__ import annotations

from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.page_screen import PageScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.headroom_lines import room_lines
from nodeview.views import Headroom


class HeadroomScreen(PageScreen):
    """Zones, pools, and room that is kept without pods."""

    BINDINGS = bindings("headroom")
    PLACE = "headroom"
    ABOUT = "headroom"

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self._shown: Headroom | None = None

    def show(self, frame: Frame) -> None:
        """Show this frame, if its room differs."""
        if frame.view.headroom is not self._shown:
            self._shown = frame.view.headroom
            self.summary.renew()
            self.page.renew()

    def tick(self) -> None:
        """The age of the streams."""
        self.summary.renew()

    def content(self, width: int) -> list[list[Part]]:
        """Room by zone and by pool."""
        frame = self.desk.frame
        return room_lines(frame, width, self.desk.ink) if frame is not None else []
