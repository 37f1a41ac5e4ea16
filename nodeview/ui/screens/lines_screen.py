"""What the review of a plan and the progress of one share: lines with a cursor, and all that one of them says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nodeview.ui.desk import Desk
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_list import Line, LineList, Said
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import wrapped
from nodeview.views import Tone

MORE_LINES = 2
UNFOLDS = ("pods:", "fold:", "moves")
"""How keys of lines begin that have more beneath them."""


class SaidLines(TextLines):
    """Some lines that are told anew whenever they are painted."""

    def __init__(self, desk: Desk, said: Callable[[int], Sequence[Sequence[Said]]], *, id: str) -> None:
        """`said` gives the lines for a width."""
        super().__init__(desk.ink, id=id)
        self._said = said

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """As they are told now."""
        return [[self.ink.part(text, tone) for text, tone in line] for line in self._said(width)]


class LinesScreen(ClusterScreen):
    """A screen around one list of lines."""

    def __init__(self, desk: Desk) -> None:
        """Without lines yet."""
        super().__init__(desk)
        self.unfolded: set[str] = set()
        self.lines = LineList(desk.ink, id="lines")
        self.lines.moved = self._moved
        self.more = SaidLines(desk, self._more, id="more")

    def lay_out(self, width: int) -> list[Line]:
        """The lines as they are now."""
        raise NotImplementedError

    def more_of(self, key: str) -> str:
        """All that there is to say of the line with this key."""
        raise NotImplementedError

    def renew_lines(self) -> None:
        """Lay them out anew."""
        if self.is_mounted and self.size.width:
            self.lines.put(self.lay_out(self.size.width))
            self.more.renew()

    def _moved(self) -> None:
        self.more.renew()

    def _more(self, width: int) -> list[list[Said]]:
        found = wrapped(self.more_of(self.lines.cursor_key), width - 2)
        if len(found) > MORE_LINES:
            found = [*found[: MORE_LINES - 1], f"{found[MORE_LINES - 1]} …"]
        return [[(f" {line}", Tone.MUTED)] for line in found]

    def arrange_heights(self, room: int) -> None:
        """Other widths need other lines."""
        self.set_height(self.more, MORE_LINES if room >= 16 else 1)
        self.renew_lines()

    def action_move(self, rows: int) -> None:
        """The cursor, up or down."""
        self.lines.action_move(rows)

    def action_page(self, pages: int) -> None:
        """A screen up or down."""
        self.lines.action_page(pages)

    def action_edge(self, end: int) -> None:
        """The first line or the last."""
        self.lines.action_edge(end)

    def action_unfold(self) -> None:
        """Show what is beneath the line under the cursor, or hide it."""
        key = self.lines.cursor_key
        if key.startswith(UNFOLDS):
            self.unfolded ^= {key}
            self.renew_lines()
