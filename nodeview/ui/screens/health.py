"""How fresh each stream is, what broke and why, and the connection behind them all."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from nodeview.cluster import Stream
from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.freshness import beside_freshness, liveness
from nodeview.ui.widgets.health_lines import connection_lines, stream_lines, usage_lines
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page
from nodeview.views import Tone, printable


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
        return [beside_freshness([[name, (" · health of the streams", Tone.MUTED)], [name]], live, width, self.ink)]


class Health(ClusterScreen):
    """The connection, then a line per stream; all of it is counted on once a second, and at once when it breaks."""

    BINDINGS = bindings("health")
    AUTO_FOCUS = "#page"

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self.summary = Title(desk)
        self.page = Page(desk.ink, self._content, id="page")
        self._said: list[tuple[str, str]] = []

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.page, Keys(self.desk.ink, "health")

    def show(self, frame: Frame) -> None:
        """Show this frame, if a stream is in another state; ages and rates wait for the tick."""
        said = [_state(one) for one in frame.view.streams]
        if said != self._said:
            self._said = said
            self.tick()

    def tick(self) -> None:
        """Ages, rates, and the time that credentials have left."""
        self.summary.renew()
        self.page.renew()

    def action_back(self) -> None:
        """Return to the nodes."""
        self.app.pop_screen()

    def _content(self, width: int) -> list[list[Part]]:
        frame, now, ink = self.desk.frame, self.desk.clock(), self.desk.ink
        if frame is None:
            return []
        about = connection_lines(frame.identity, now, width, ink)
        streams = stream_lines(frame.view.streams, now, width, ink)
        return [*about, [], *streams, [], *usage_lines(frame.view.usage, width, ink)]


def _state(stream: Stream) -> tuple[str, str]:
    return stream.state, stream.reason
