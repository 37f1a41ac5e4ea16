"""Nodes that somebody marked to do something with, and the line that counts them."""

from __future__ import annotations

from collections.abc import Collection

from nodeview.records import NodeName
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_widget import TextLines, spread
from nodeview.ui.widgets.row_table import RowTable
from nodeview.views import ClaimView, Group, NodeView, Tone


class Marks:
    """Names of nodes, in the order in which they were marked; a mark goes with its node."""

    def __init__(self) -> None:
        self._names: dict[NodeName, None] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __len__(self) -> int:
        return len(self._names)

    @property
    def names(self) -> tuple[NodeName, ...]:
        """All of them."""
        return tuple(self._names)

    def turn(self, names: Collection[NodeName]) -> None:
        """Mark these; if all of them are marked, take the marks away."""
        if all(name in self._names for name in names):
            for name in names:
                del self._names[name]
        else:
            self._names.update(dict.fromkeys(names))

    def clear(self) -> None:
        """No marks."""
        self._names.clear()

    def keep(self, there: Collection[NodeName]) -> None:
        """Forget nodes that are gone."""
        if any(name not in there for name in self._names):
            self._names = {name: None for name in self._names if name in there}


class MarksLine(TextLines):
    """`3 nodes marked · 1 of them hidden by the filter`."""

    def __init__(self, desk: Desk, marks: Marks, table: RowTable[NodeView]) -> None:
        """Without lines while nothing is marked."""
        super().__init__(desk.ink, id="marks")
        self.desk = desk
        self.marks = marks
        self._table = table

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """One line, or none."""
        count = len(self.marks)
        if not count:
            return []
        hidden = sum(self._table.row(name) is None for name in self.marks.names)
        said = [self.ink.part(f" ◆ {count:,} node{'' if count == 1 else 's'} marked", Tone.STRONG)]
        if hidden:
            said.append(self.ink.part(f" · {hidden:,} of them hidden by the filter", Tone.CAUTION))
        return [spread(said, [self.ink.part("r what to do with them · u unmark ", Tone.MUTED)], width, self.ink)]


def nodes_at(table: RowTable[NodeView]) -> tuple[NodeName, ...]:
    """The node under the cursor, or all nodes below the heading of a group that it is on; none for a claim."""
    key = table.cursor_key
    row = table.row(key) if key is not None else None
    if row is None:
        return ()
    rows = [row] if not isinstance(row, Group) else _below(table)
    return tuple(one.name for one in rows if isinstance(one, NodeView) and not isinstance(one, ClaimView))


def _below(table: RowTable[NodeView]) -> list[NodeView]:
    """The rows up to the next heading."""
    found: list[NodeView] = []
    for key in table.keys[table.cursor + 1 :]:
        row = table.row(key)
        if row is None or isinstance(row, Group):
            break
        found.append(row)
    return found
