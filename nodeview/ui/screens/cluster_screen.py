"""What every whole screen does: show frames, follow the clock, and stand any size of terminal."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget

from nodeview.frame import Frame
from nodeview.ui.commands import WRITING
from nodeview.ui.desk import Desk
from nodeview.ui.widgets.line_widget import LineWidget
from nodeview.ui.widgets.row_table import RowTable
from nodeview.ui.widgets.too_small import TooSmall, is_too_small


class ClusterScreen(Screen[None]):
    """A screen of one cluster."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is shown before it is mounted."""
        super().__init__()
        self.desk = desk

    def body(self) -> Iterable[Widget]:
        """Its widgets, from top to bottom."""
        raise NotImplementedError

    def show(self, frame: Frame) -> None:
        """Show this frame, the newest."""
        raise NotImplementedError

    def tick(self) -> None:
        """A second has passed: ages read differently."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The body, and what covers it on a small terminal."""
        yield from self.body()
        yield TooSmall(self.desk.ink, id="small")

    def on_resize(self, event: Resize) -> None:
        """Cover everything while the terminal is too small."""
        self.set_class(is_too_small(event.size.width, event.size.height), "-small")
        self.arrange_heights(event.size.height)

    def arrange_heights(self, room: int) -> None:
        """Divide the lines of the screen between the widgets."""

    def set_height(self, widget: Widget, lines: int) -> None:
        """Give a widget so many lines; a layout costs, so only when they differ."""
        height = widget.styles.height
        if height is None or height.value != lines or widget.display != bool(lines):
            widget.styles.height = lines
            widget.display = bool(lines)

    def on_screen_resume(self) -> None:
        """Catch up with what was missed while another screen was on top."""
        if self.desk.frame is not None:
            self.show(self.desk.frame)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What changes the cluster is not there where that is not asked for."""
        return action not in WRITING or self.desk.options.acting

    def action_move(self, rows: int) -> None:
        """Cursor keys go to the table, wherever the focus is."""
        self.query_one("#table", RowTable).action_move(rows)

    def action_page(self, pages: int) -> None:
        """A screen up or down."""
        self.query_one("#table", RowTable).action_page(pages)

    def action_edge(self, end: int) -> None:
        """The first or last row."""
        self.query_one("#table", RowTable).action_edge(end)

    def dip(self) -> None:
        """Paint with the desk's new ink."""
        for widget in self.query(LineWidget):
            widget.dip(self.desk.ink)
