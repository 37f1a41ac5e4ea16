"""How fresh each stream is, what broke and why, and the connection behind them all."""

from __future__ import annotations

from nodeview.cluster import Stream
from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.page_screen import PageScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.health_lines import connection_lines, stream_lines, usage_lines


class Health(PageScreen):
    """The connection, then a line per stream; all of it is counted on once a second, and at once when it breaks."""

    BINDINGS = bindings("health")
    PLACE = "health"
    ABOUT = "health of the streams"

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self._said: list[tuple[str, str]] = []

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

    def content(self, width: int) -> list[list[Part]]:
        """The connection, each stream, and what is really used."""
        frame, now, ink = self.desk.frame, self.desk.clock(), self.desk.ink
        if frame is None:
            return []
        about = connection_lines(frame.identity, now, width, ink)
        streams = stream_lines(frame.view.streams, now, width, ink)
        return [*about, [], *streams, [], *usage_lines(frame.view.usage, width, ink)]


def _state(stream: Stream) -> tuple[str, str]:
    return stream.state, stream.reason
