"""What room is left, zone by zone and pool by pool, and for how many pods of a shape."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.freshness import beside_freshness, liveness
from nodeview.ui.widgets.headroom_lines import room_lines
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page
from nodeview.views import Headroom, Tone, printable


class Title(TextLines):
    """Which cluster, and how old the picture is."""

    def __init__(self, desk: Desk) -> None:
        """One line."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """The same words on freshness as on the dashboard."""
        frame = self.desk.frame
        if frame is None:
            return [[self.ink.part(" connecting …", Tone.COMING)]]
        name = (f" {printable(frame.identity.cluster or frame.identity.context)}", Tone.STRONG)
        live = liveness(frame, self.desk.clock())
        return [beside_freshness([[name, (" · headroom", Tone.MUTED)], [name]], live, width, self.ink)]


class HeadroomScreen(ClusterScreen):
    """Zones, pools, and room that is kept without pods."""

    BINDINGS = bindings("headroom")
    AUTO_FOCUS = "#page"

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self.summary = Title(desk)
        self.page = Page(desk.ink, self._content, id="page")
        self._shown: Headroom | None = None

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.page, Keys(self.desk.ink, "headroom")

    def show(self, frame: Frame) -> None:
        """Show this frame, if its room differs."""
        if frame.view.headroom is not self._shown:
            self._shown = frame.view.headroom
            self.summary.renew()
            self.page.renew()

    def tick(self) -> None:
        """The age of the streams."""
        self.summary.renew()

    def action_back(self) -> None:
        """Return to the nodes."""
        self.app.pop_screen()

    def _content(self, width: int) -> list[list[Part]]:
        frame = self.desk.frame
        return room_lines(frame, width, self.desk.ink) if frame is not None else []
