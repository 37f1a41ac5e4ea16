"""The pods that wait for a node, and the scheduler's own words on the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.rows_screen import RowsScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.feed import pending_words
from nodeview.ui.widgets.freshness import Said, beside_freshness, liveness, oldest
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page, wrapped
from nodeview.ui.widgets.row_table import RowTable
from nodeview.views import PENDING_COLUMNS, Group, PendingView, TableState, Tone, amount, duration, printable


class Summary(TextLines):
    """How many wait, and for how long; and how old that is."""

    def __init__(self, desk: Desk) -> None:
        """One line."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """The same words as on the dashboard."""
        frame, now = self.desk.frame, self.desk.clock()
        waiting, no_pods = (frame.view.pending, frame.view.no_pods) if frame else ((), "")
        if waiting:
            first, rest = pending_words(waiting, now)
            said: list[Said] = [(f" {first}", Tone.STRONG), (rest, Tone.MUTED)]
        else:
            said = [(f" – {printable(no_pods)}" if no_pods else " no pod waits for a node", Tone.MUTED)]
        if frame is None or oldest(frame.view.streams, now) is None:
            return [[self.ink.part(*one) for one in said]]
        return [beside_freshness([said, said[:1]], liveness(frame, now), width, self.ink)]


class Pending(RowsScreen[PendingView]):
    """The oldest first, unless somebody wants another order."""

    BINDINGS = bindings("pending", "order", "table")

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk, PENDING_COLUMNS, lambda row: row.uid, TableState("age", descending=True))
        self.table.empty = "every pod has a node"
        self.summary = Summary(desk)
        self.words = Page(desk.ink, self._words, id="words")
        self._shown: tuple[PendingView, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.table, self.words, Keys(self.desk.ink, "pending")

    def show(self, frame: Frame) -> None:
        """Show this frame, if other pods wait now or they wait for something else."""
        if frame.view.pending is not self._shown:
            self._shown = frame.view.pending
            self.table.empty = "pods are not known" if frame.view.no_pods else "every pod has a node"
            self.summary.renew()
            self.put(frame.view.pending)
            self.words.renew()

    def tick(self) -> None:
        """Ages."""
        self.summary.renew()
        self.table.tick()
        self.words.renew()

    def arrange_heights(self, room: int) -> None:
        """A third of the screen for the words, as far as there is one."""
        self.set_height(self.words, min(max(room // 3, 4), 12) if room >= 10 else 0)

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        """Say why this one waits."""
        self.words.top = 0
        self.words.renew()

    def _words(self, width: int) -> list[list[Part]]:
        """All that is known of the pod under the cursor."""
        row = self.table.row(self.table.cursor_key) if self.table.cursor_key else None
        if row is None or isinstance(row, Group):
            return []
        ink = self.ink_of
        age = duration(self.desk.clock() - row.created)
        owner = f"{row.owner.kind} {row.owner.name}" if row.owner else "no controller: nothing would bring it back"
        asks = ", ".join(f"{name} {amount(name, value)}" for name, value in row.requests.items()) or "nothing"
        lines = [
            [
                ink(f" {printable(row.key.namespace)}/{printable(row.key.name)}", Tone.STRONG),
                ink(f"  {row.kind} {age}"),
            ],
            [ink(" of ", Tone.MUTED), ink(printable(owner)), ink("   requests ", Tone.MUTED), ink(printable(asks))],
        ]
        if row.nominated:
            lines.append([ink(" nominated ", Tone.MUTED), ink(printable(row.nominated), Tone.COMING)])
        said = printable(row.reason) if row.reason else "The cluster has not said why yet."
        return lines + [[ink(f" {line}")] for line in wrapped(said, width - 2)]

    def ink_of(self, text: str, tone: Tone = Tone.PLAIN) -> Part:
        """A piece of a line."""
        return self.desk.ink.part(text, tone)
