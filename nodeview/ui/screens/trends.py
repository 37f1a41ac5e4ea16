"""Numbers over time, as large as the screen."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.screens.page_screen import Title
from nodeview.ui.tones import Part
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.trend_lines import NOT_YET, chart_lines
from nodeview.views import Tone, Trend


class Charts(TextLines):
    """All charts there are."""

    def __init__(self, desk: Desk) -> None:
        """Of the newest frame."""
        super().__init__(desk.ink, id="page")
        self.desk = desk

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """In two columns or three, as high as there is room."""
        frame = self.desk.frame
        if frame is None or not frame.trend.moments:
            return [[self.ink.part(f" {NOT_YET if frame is not None else 'connecting …'}", Tone.COMING)]]
        return chart_lines(frame, self.desk.clock(), width, height, self.ink, priced=self.desk.options.priced)


class TrendsScreen(ClusterScreen):
    """Drawn again with every sample, and once a second."""

    BINDINGS = bindings("trends")

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self.summary = Title(desk, "trends")
        self.charts = Charts(desk)
        self._shown: Trend | None = None

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.charts, Keys(self.desk.ink, "trends", priced=self.desk.options.priced)

    def show(self, frame: Frame) -> None:
        """Show this frame, if it holds another sample."""
        if frame.trend is not self._shown:
            self._shown = frame.trend
            self.summary.renew()
            self.charts.renew()

    def tick(self) -> None:
        """Time goes on."""
        self.summary.renew()
        self.charts.renew()

    def action_back(self) -> None:
        """Return to the nodes, with small charts above them."""
        self.app.pop_screen()

    def action_close(self) -> None:
        """Return to the nodes, and be done with charts."""
        from nodeview.ui.screens.dashboard import Dashboard

        self.app.pop_screen()
        if isinstance(self.app.screen, Dashboard):
            self.app.screen.close_trends()
