"""What deserves attention: nodes that are taken away, and findings, the worst first."""

from __future__ import annotations

from nodeview.frame import Frame
from nodeview.insights import EpisodeSights, Findings, page_lines
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.page_screen import PageScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.page import wrapped


class Attention(PageScreen):
    """One page of episodes and findings."""

    BINDINGS = bindings("attention")
    PLACE = "attention"
    ABOUT = "what deserves attention"

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self._shown: tuple[Findings, EpisodeSights] | None = None

    def show(self, frame: Frame) -> None:
        """Show this frame, if something of it differs."""
        now = frame.insights.findings, frame.insights.episodes
        if self._shown is None or now[0].all is not self._shown[0].all or now[1] is not self._shown[1]:
            self._shown = now
            self.summary.renew()
            self.page.renew()

    def tick(self) -> None:
        """The ages."""
        self.summary.renew()
        self.page.renew()

    def content(self, width: int) -> list[list[Part]]:
        """Episodes, then findings."""
        frame = self.desk.frame
        if frame is None:
            return []
        return [
            [self.desk.ink.part(f" {' ' * (line.indent + 2 * bool(place))}{text}", line.tone)]
            for line in page_lines(frame.insights.findings, frame.insights.episodes, self.desk.clock())
            for place, text in enumerate(wrapped(line.text, width - line.indent - 3) or [""])
        ]
