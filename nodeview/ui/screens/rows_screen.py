"""What the screens of pods have in common: a table whose order a person chooses, and a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from msgspec.structs import replace

from nodeview.ui.desk import Desk
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.widgets.row_table import RowTable
from nodeview.views import Column, TableState, arrange_rows

Row = TypeVar("Row")


class RowsScreen(ClusterScreen, Generic[Row]):
    """A screen around one table of rows that are all shown."""

    AUTO_FOCUS = "#table"

    def __init__(
        self,
        desk: Desk,
        columns: Sequence[Column[Row]],
        key_of: Callable[[Row], str],
        state: TableState,
    ) -> None:
        """`state` is the order to begin with."""
        super().__init__(desk)
        self.columns = columns
        self.state = state
        self.table: RowTable[Row] = RowTable(desk.ink, columns, key_of, desk.clock, id="table")
        self._all: list[Row] = []

    def put(self, rows: Iterable[Row]) -> None:
        """Show these rows in the chosen order."""
        self._all = list(rows)
        self.table.sort = (self.state.sort_by, self.state.descending)
        ordered = arrange_rows(self._all, self.state, self.columns, self.desk.clock())
        self.table.set_rows(ordered)

    def on_row_table_sort_asked(self, event: RowTable.SortAsked) -> None:
        """A click on a title sorts by it, the second click the other way round."""
        turned = self.state.sort_by == event.column and not self.state.descending
        self._reorder(TableState(event.column, turned))

    def action_shift_sort(self, by: int) -> None:
        """Sort by the next column shown."""
        shown = [one.column.id for one in self.table.painter.fitted] or [one.id for one in self.columns]
        place = shown.index(self.state.sort_by) if self.state.sort_by in shown else 0
        self._reorder(replace(self.state, sort_by=shown[(place + by) % len(shown)]))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._reorder(replace(self.state, descending=not self.state.descending))

    def _reorder(self, state: TableState) -> None:
        self.state = state
        self.put(self._all)

    def action_back(self) -> None:
        """Return to the nodes."""
        self.app.pop_screen()
