"""The feed: all that happened since we watch, the newest first, by kind, namespace or node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace
from textual.widget import Widget

from nodeview.cluster import Happening
from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.rows_screen import RowsScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.freshness import Said, beside_freshness, liveness
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page, wrapped
from nodeview.ui.widgets.row_table import RowTable
from nodeview.views import (
    FeedFilter,
    Group,
    TableState,
    Tone,
    feed_columns,
    feed_kinds,
    feed_namespaces,
    line_tone,
    line_words,
    preemption_words,
    printable,
    short_name,
    why_unheard,
)

NOTHING = "nothing has happened since nodeview began to watch"


def clock_time(at: float) -> str:
    """Local time of the day: what a person compares with the clock on the wall."""
    return datetime.fromtimestamp(at).strftime("%H:%M:%S")  # noqa: DTZ006


class FeedHead(TextLines):
    """How many lines of how many are shown, and why; the preemptions of all in a sentence."""

    def __init__(self, desk: Desk) -> None:
        """Two lines."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk
        self.filter = FeedFilter()
        self.shown = 0

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """What is hidden is counted, and what cannot be heard is said."""
        frame = self.desk.frame
        if frame is None:
            return [[self.ink.part(" connecting …", Tone.COMING)]]
        hidden = len(frame.feed) - self.shown
        filtered = f" · {hidden:,} hidden by {self.filter.text}" if self.filter.text else ""
        said: list[Said] = [(f" {self.shown:,} happened", Tone.STRONG), (filtered, Tone.MUTED)]
        lines = [beside_freshness([said, said[:1]], liveness(frame, self.desk.clock()), width, self.ink)]
        words = preemption_words(frame.view.preemptions) or "no preemption since nodeview began to watch"
        tone = Tone.ALARM if frame.view.preemptions.alarms else Tone.PLAIN
        lines.append([self.ink.part(f" {words}", tone)])
        if unheard := why_unheard(frame.view.streams, "events"):
            lines[1].append(self.ink.part(f" · {printable(unheard)}", Tone.CAUTION))
        return lines


class Happenings(RowsScreen[Happening]):
    """The whole feed; a line whose story goes on is told anew in its place."""

    BINDINGS = bindings("feed", "order", "table")

    def __init__(self, desk: Desk, node: str | None = None) -> None:
        """`node` is the one that was selected, by which the feed can be filtered."""
        super().__init__(
            desk, feed_columns(clock_time), lambda line: str(line.line), TableState("when", descending=True)
        )
        self.node = node
        self.filter = FeedFilter()
        self.head = FeedHead(desk)
        self.words = Page(desk.ink, self._words, id="words")
        self.table.empty = NOTHING
        self._shown: Sequence[Happening] | None = None

    @classmethod
    def of(cls, desk: Desk, node: str) -> Happenings:
        """Only what happened on this node, to begin with."""
        screen = cls(desk, node)
        screen.filter = screen.head.filter = FeedFilter(node=node)
        return screen

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.head, self.table, self.words, Keys(self.desk.ink, "feed")

    def show(self, frame: Frame) -> None:
        """Show this frame, if something happened since the last."""
        if frame.feed is not self._shown:
            self._shown = frame.feed
            self._fill()

    def tick(self) -> None:
        """The age of the streams."""
        self.head.renew()

    def arrange_heights(self, room: int) -> None:
        """Two lines of head; a few for the words of the line under the cursor."""
        self.set_height(self.head, 2)
        self.set_height(self.words, min(max(room // 4, 3), 8) if room >= 12 else 0)

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        """Say all of this one."""
        self.words.top = 0
        self.words.renew()

    def action_kind(self) -> None:
        """Choose a kind of happening."""
        self._choose("Kind", feed_kinds(self._shown or ()), self.filter.kind, self._kind_chosen)

    def action_namespace(self) -> None:
        """Choose a namespace."""
        self._choose("Namespace", feed_namespaces(self._shown or ()), self.filter.namespace, self._namespace_chosen)

    def action_of_node(self) -> None:
        """Only what happened on the node that was selected on the dashboard; or everywhere again."""
        if self.node is not None:
            self._admit(replace(self.filter, node=None if self.filter.node else self.node))

    def action_unfilter(self) -> None:
        """Show everything again; or, where everything is shown, return to the nodes."""
        if self.filter == FeedFilter():
            self.action_back()
        else:
            self._admit(FeedFilter())

    def _choose(self, title: str, among: list[str], now: str | None, chosen: Callable[[str | None], None]) -> None:
        from nodeview.ui.screens.choice import Choice

        options = [("", "all"), *((one, one) for one in among)]
        self.app.push_screen(Choice(self.desk, title, options, now or ""), chosen)

    def _kind_chosen(self, kind: str | None) -> None:
        if kind is not None:
            self._admit(replace(self.filter, kind=kind or None))

    def _namespace_chosen(self, namespace: str | None) -> None:
        if namespace is not None:
            self._admit(replace(self.filter, namespace=namespace or None))

    def _admit(self, admitted: FeedFilter) -> None:
        self.filter = self.head.filter = admitted
        self._fill()

    def _fill(self) -> None:
        lines = [line for line in self._shown or () if self.filter.admits(line)]
        self.head.shown = len(lines)
        self.table.empty = f"nothing of {self.filter.text}" if self._shown else NOTHING
        self.put(lines)
        self.head.renew()
        self.words.renew()

    def _words(self, width: int) -> list[list[Part]]:
        """All of the line under the cursor."""
        line = self.table.row(self.table.cursor_key) if self.table.cursor_key else None
        if line is None or isinstance(line, Group):
            return []
        ink = self.desk.ink
        head = [
            ink.part(f" {line.kind} ", line_tone(line)),
            ink.part(printable(short_name(line.subject)), Tone.STRONG),
            ink.part("  alarm: it was no balloon" if line.alarm else "", Tone.ALARM),
        ]
        return [head, *([ink.part(f" {one}")] for one in wrapped(line_words(line), width - 2))]
