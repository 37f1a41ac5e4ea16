"""A whole screen that is one page of lines below one line on which cluster it is and how old the picture is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from nodeview.ui.commands import Place
from nodeview.ui.desk import Desk
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.freshness import beside_freshness, liveness
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page
from nodeview.views import Tone, printable


class Title(TextLines):
    """Which cluster, what of it, and how old the picture is."""

    def __init__(self, desk: Desk, about: str) -> None:
        """One line; `about` is what the page tells."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk
        self.about = about

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """The same words on freshness as on the dashboard."""
        frame = self.desk.frame
        if frame is None:
            return [[self.ink.part(" connecting …", Tone.COMING)]]
        name = (f" {printable(frame.identity.cluster or frame.identity.context)}", Tone.STRONG)
        live = liveness(frame, self.desk.clock())
        return [beside_freshness([[name, (f" · {self.about}", Tone.MUTED)], [name]], live, width, self.ink)]


class PageScreen(ClusterScreen):
    """Its page is laid out by `content`, whenever it is renewed."""

    AUTO_FOCUS = "#page"
    PLACE: ClassVar[Place]
    ABOUT: ClassVar[str]

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self.summary = Title(desk, self.ABOUT)
        self.page = Page(desk.ink, self.content, id="page")

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.page, Keys(self.desk.ink, self.PLACE)

    def content(self, width: int) -> list[list[Part]]:
        """All lines of the page for the newest frame."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Return to the nodes."""
        self.app.pop_screen()
