"""The pods that wait, in groups of an owner and a cause, and why the one under the cursor does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from nodeview.frame import Frame
from nodeview.insights import (
    PENDING_GROUP_COLUMNS,
    PendingFilter,
    PendingGroup,
    PendingRow,
    parse_pending_filter,
    pending_rows,
)
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.rows_screen import RowsScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.filter_input import FilterInput
from nodeview.ui.widgets.freshness import beside_freshness, liveness, oldest
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page
from nodeview.ui.widgets.pending_lines import counted, row_lines
from nodeview.ui.widgets.row_table import RowTable
from nodeview.views import Group, TableState, Tone, printable

AT_ONCE = 500
"""Pods that are shown as soon as they are known; of more, a picture a second is enough."""


class Summary(TextLines):
    """How many wait, and how; and how old that is."""

    def __init__(self, desk: Desk) -> None:
        """One line."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk
        self.hidden = ""
        """What the filter hides, in words."""

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """Counts by kind, and where something may be old, that."""
        frame, now = self.desk.frame, self.desk.clock()
        if frame is None:
            return [[self.ink.part(" connecting …", Tone.COMING)]]
        first, rest = counted(frame, now)
        if first:
            said = [(f" {first}", Tone.STRONG), (rest, Tone.MUTED)]
        else:
            no_pods = frame.view.no_pods
            said = [(f" – {printable(no_pods)}" if no_pods else " no pod waits for a node", Tone.MUTED)]
        if self.hidden:
            said.append((f" · {self.hidden}", Tone.MUTED))
        if oldest(frame.view.streams, now) is None:
            return [[self.ink.part(*one) for one in said]]
        return [beside_freshness([said, said[:1]], liveness(frame, now), width, self.ink)]


class Pending(RowsScreen[PendingRow]):
    """The oldest first, unless somebody wants another order."""

    BINDINGS = bindings("pending", "order", "table")

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk, PENDING_GROUP_COLUMNS, lambda row: row.key, TableState("age", descending=True))
        self.table.empty = "every pod has a node"
        self.summary = Summary(desk)
        self.words = Page(desk.ink, self._words, id="words")
        self.filter_input = FilterInput(
            desk, parse_pending_filter, PendingFilter(), example="words, ns=shop, owner=worker, kind=gated"
        )
        self.filter = PendingFilter()
        self.opened: set[str] = set()
        self._shown: Sequence[PendingGroup] | None = None

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.filter_input, self.table, self.words, Keys(self.desk.ink, "pending")

    def show(self, frame: Frame) -> None:
        """Show this frame, if other pods wait now or they wait for something else."""
        if self._shown is None or len(frame.insights.pending.placed) <= AT_ONCE:
            self._take(frame)

    def tick(self) -> None:
        """Ages, and what came meanwhile."""
        if self.desk.frame is not None:
            self._take(self.desk.frame)
        self.summary.renew()
        self.table.tick()
        self.words.renew()

    def _take(self, frame: Frame) -> None:
        groups = frame.insights.pending.groups
        if groups is not self._shown and self.is_mounted:
            self._shown = groups
            self.opened &= {one.key for one in groups}
            self._arrange()

    def _arrange(self) -> None:
        """The groups that the filter lets through, and the pods of those that are open."""
        frame, groups = self.desk.frame, self._shown or ()
        if frame is None:
            return
        shown = [one for one in groups if self.filter.lets_through(one)]
        hidden = len(groups) - len(shown)
        self.summary.hidden = f"{hidden:,} of {len(groups):,} groups hidden by the filter" if hidden else ""
        self.table.empty = "pods are not known" if frame.view.no_pods else "every pod has a node"
        if groups and not shown:
            self.table.empty = "the filter hides all groups"
        given = frame.view.given
        self.table.sort = (self.state.sort_by, self.state.descending)
        self.table.set_rows(pending_rows(shown, self.opened, self.state, self.desk.clock(), given))
        self.summary.renew()
        self.words.renew()

    def put(self, rows: Iterable[PendingRow]) -> None:
        """Another order is wanted: groups are put in it, and their pods stay with them."""
        self._arrange()

    def arrange_heights(self, room: int) -> None:
        """Two fifths of the screen for the words: on a small one, why it waits and what would help."""
        self.set_height(self.words, min(max(room * 5 // 12, 4), 14) if room >= 10 else 0)

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        """Say why this one waits."""
        self.words.top = 0
        self.words.renew()

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        """Enter or a double click: a group opens to its pods, and closes."""
        row = self.table.row(event.key)
        if isinstance(row, PendingRow):
            self.opened ^= {row.group.key}
            self.table.move_to_key(row.group.key)
            self._arrange()

    def on_filter_input_changed(self, event: FilterInput.Changed) -> None:
        """Show what the filter lets through."""
        self.filter = event.filter
        self._arrange()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A slash that is typed into the filter is part of it."""
        return action != "filter" or not self.filter_input.has_focus_within

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter_input.open()

    def action_open(self) -> None:
        """Open the group under the cursor, or close it."""
        self.table.action_open()

    def action_back(self) -> None:
        """Show all groups again; where none is hidden, return to the nodes."""
        if self.filter_input.has_class("-open"):
            self.filter_input.clear_filter()
        else:
            super().action_back()

    def _words(self, width: int) -> list[list[Part]]:
        """All that is known of the row under the cursor."""
        row = self.table.row(self.table.cursor_key) if self.table.cursor_key else None
        if row is None or isinstance(row, Group):
            return []
        return row_lines(row, self.desk.clock(), width, self.desk.ink)
