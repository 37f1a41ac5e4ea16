"""The rows of the node table: which nodes, in which order, and when that order may change."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.insights import staying_column
from nodeview.ui.desk import Desk
from nodeview.ui.widgets.row_table import RowTable
from nodeview.ui.widgets.staying_lines import clock_of, staying_of
from nodeview.views import (
    GROUPINGS,
    NO_CLAIMS,
    NO_FILTER,
    Arrangement,
    Claims,
    Filter,
    FilterError,
    Group,
    NodeView,
    TableState,
    arrange,
    label_keys,
    node_columns,
    parse_filter,
    price_column,
    printable,
    row_key,
)

REARRANGE = 1.0
"""Seconds between changes of the order; a join or leave waits a quarter of it."""
HOLD = 2.0
"""Seconds that rows stay put after somebody moved among them."""

Rows = list[Group | NodeView]


class NodeRows:
    """Keeps one table's rows in step with the frames."""

    def __init__(self, desk: Desk) -> None:
        """Arranged as the options say."""
        options = desk.options
        self.desk = desk
        self._stays = staying_column(lambda: staying_of(desk), lambda at: clock_of(desk, at))
        self.columns = (*node_columns(options.resources, options.extra_labels, priced=options.priced), self._stays)
        self.state = TableState(options.sort_by, options.descending, NO_FILTER, options.group_by, options.name_pattern)
        started = self.understand(options.filter)
        if isinstance(started, Filter):
            self.state = replace(self.state, filter=started)
        self._number = -1
        self._used = False
        """What nodes use was known once, so its columns are there."""
        self._whole = False
        """The last frame was complete: the first that is waits for nothing."""
        self._known: Collection[str] = ()
        self._claims = NO_CLAIMS
        self._ghosts: set[str] = set()
        """Nodes that left a moment ago and may still be among the rows."""
        self._arranged_at = float("-inf")
        self._held_until = float("-inf")
        self._stale = False
        self._membership = False

    def understand(self, text: str) -> Filter | FilterError:
        """Read a filter, knowing the columns and the labels that nodes bear."""
        frame = self.desk.frame
        labels = label_keys(frame.view.nodes.values()) if frame is not None and frame.view.nodes else None
        return parse_filter(text, self.columns, labels)

    def groupings(self) -> Sequence[str]:
        """What the nodes may be grouped by: the usual, what was asked for, and a part of the name."""
        asked = [label for label in self.desk.options.extra_labels if label]
        now = [self.state.group_by] if self.state.group_by else []
        return list(dict.fromkeys((*GROUPINGS, "name", *asked, *now)))

    def hold(self) -> None:
        """Somebody moves among the rows: let them stay put for a moment."""
        self._held_until = self.desk.clock() + HOLD

    def take(self, frame: Frame, table: RowTable[NodeView]) -> None:
        """Show a frame: its touched nodes where they stand, and all of it in order when that may change."""
        nodes = frame.view.nodes
        self._make_room(frame, table)
        if not self._ghosts <= frame.view.departed.keys():
            self._membership = True
        self._mark(frame, table)
        missed, self._number = frame.number != self._number + 1, frame.number
        whole, self._whole = frame.complete and not self._whole, frame.complete
        first = bool(nodes) and not self._known
        if missed or whole or first:
            self._membership = True
            self.arrange(table)
            return
        for name in frame.touched:
            view = nodes.get(name)
            if (view is None) is (name in self._known):
                self._membership = True
            elif view is not None:
                self._stale = True
                table.replace(name, view)
        self._take_claims(frame.view.claims, table)
        self.settle(table)

    def _take_claims(self, claims: Claims, table: RowTable[NodeView]) -> None:
        """Claims come and go with their nodes, and say more meanwhile."""
        before, self._claims = self._claims, claims
        if claims is before:
            return
        if claims.rows.keys() != before.rows.keys():
            self._membership = True
        for key, view in claims.rows.items():
            if before.rows.get(key) is not view:
                self._stale = True
                table.replace(key, view)

    def _make_room(self, frame: Frame, table: RowTable[NodeView]) -> None:
        """Prices and usage come after the nodes; a price column takes no room from others before."""
        now = price_column(frame.view.totals.money, frame.view.totals.nodes)
        all_ = self.columns
        if frame.view.usage.nodes and not self._used:
            options, self._used = self.desk.options, True
            all_ = node_columns(options.resources, options.extra_labels, priced=options.priced, used=True)
            all_ = (*all_, self._stays)
        columns = tuple([now if one.id == now.id else one for one in all_])
        if columns != self.columns:
            self.columns = columns
            table.painter.use(columns)
            table.renew()

    def _mark(self, frame: Frame, table: RowTable[NodeView]) -> None:
        gone = [name for name in (*frame.view.departed, *self._ghosts) if name not in frame.view.nodes]
        marks: dict[str, str] = dict.fromkeys((*frame.view.joined, *frame.view.claims.rows), "+")
        marks.update((name, "-") for name in gone)
        if marks != table.marks:
            table.marks = marks
            table.renew()

    def settle(self, table: RowTable[NodeView]) -> None:
        """Put the rows in order, if they may be out of it and it is time."""
        now = self.desk.clock()
        since = now - self._arranged_at
        due = (self._stale and since >= REARRANGE) or (self._membership and since >= REARRANGE / 4)
        if due and now >= self._held_until:
            self.arrange(table)

    def arrange(self, table: RowTable[NodeView]) -> None:
        """Put the rows in order at once."""
        frame = self.desk.frame
        table.sort = (self.state.sort_by, self.state.descending)
        if frame is None:
            return
        now = self.desk.clock()
        nodes = frame.view.nodes
        everything = (*nodes.values(), *frame.view.claims.rows.values())
        arranged = arrange(everything, self.state, self.columns, now, self.desk.options.resources)
        rows = with_departed(list(arranged.rows), frame, table.keys)
        self._ghosts = {key for key in frame.view.departed if key not in nodes}
        self._mark(frame, table)
        table.hidden = _hidden(arranged, self.state.filter)
        table.empty = "no node is let through by the filter" if table.hidden else "no nodes"
        self._claims = frame.view.claims
        if not frame.complete and not nodes:
            table.empty = "listing …"
        table.set_rows(rows)
        self._known, self._arranged_at = nodes.keys(), now
        self._stale = self._membership = False


def _hidden(arranged: Arrangement, by: Filter) -> str:
    """`12 hidden by pool=api · 1 claim`; empty where nothing is."""
    if not arranged.hidden and not arranged.hidden_claims:
        return ""
    nodes = f"{arranged.hidden:,} hidden by {printable(by.text)}"
    claims = arranged.hidden_claims
    return f"{nodes} · {claims:,} claim{'' if claims == 1 else 's'}" if claims else nodes


def with_departed(rows: Rows, frame: Frame, before: Sequence[str]) -> Rows:
    """The rows with the nodes that left a moment ago put where they stood; no sum counts them any more."""
    departed = frame.view.departed
    if not departed:
        return rows
    ghosts: dict[str | None, Rows] = {}
    anchor: str | None = None
    for key in before:
        gone = departed.get(key)  # type: ignore[call-overload]
        if gone is not None and key not in frame.view.nodes:
            ghosts.setdefault(anchor, []).append(gone.view)
        else:
            anchor = key
    placed = ghosts.pop(None, [])
    for row in rows:
        placed.append(row)
        placed += ghosts.pop(f"\0{row.key or ''}" if isinstance(row, Group) else row_key(row), [])
    return placed
