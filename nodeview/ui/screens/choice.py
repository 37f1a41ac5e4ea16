"""A short list to choose from: what to sort by, what to group by."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Resize
from textual.screen import ModalScreen

from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.widgets.row_table import RowTable
from nodeview.views import Cell, Column, printable

Option = tuple[str, str]
"""What is chosen, and how it is called."""


class Choice(ModalScreen[str | None]):
    """Ends with the chosen option's first half, or None."""

    BINDINGS = bindings("choice", "table")
    AUTO_FOCUS = "#choice"

    def __init__(self, desk: Desk, title: str, options: Sequence[Option], chosen: str) -> None:
        """The cursor begins at `chosen`."""
        super().__init__()
        self._options = list(options)
        self._chosen = chosen
        self._widest = max(len(name) for _, name in (*options, ("", title)))
        column: Column[Option] = Column(
            "name", title, lambda one, now: Cell(printable(one[1])), lambda one, now: one[1], self._widest
        )
        self.table: RowTable[Option] = RowTable(desk.ink, [column], lambda one: one[0], desk.clock, id="choice")

    def compose(self) -> ComposeResult:
        """The list."""
        with Container(id="box"):
            yield self.table

    def on_resize(self, event: Resize) -> None:
        """As large as its options, as far as the screen is."""
        self.table.styles.width = min(self._widest + 4, event.size.width)
        self.table.styles.height = min(len(self._options) + 1, max(event.size.height - 4, 2))

    def on_mount(self) -> None:
        """Begin at what holds now."""
        self.table.set_rows(self._options)
        self.call_after_refresh(self.table.move_to_key, self._chosen)

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        """A double click chooses."""
        self.dismiss(event.key)

    def action_choose(self) -> None:
        """Take what is under the cursor."""
        self.dismiss(self.table.cursor_key)

    def action_back(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    def action_move(self, rows: int) -> None:
        """Up or down."""
        self.table.action_move(rows)

    def action_page(self, pages: int) -> None:
        """A screen up or down."""
        self.table.action_page(pages)

    def action_edge(self, end: int) -> None:
        """First or last."""
        self.table.action_edge(end)
