"""The main screen: the cluster in a few lines, and its nodes."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace
from textual.widget import Widget

from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.node_rows import NodeRows
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.widgets.feed import Feed
from nodeview.ui.widgets.filter_input import FilterInput
from nodeview.ui.widgets.header import Header
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.marks import Marks, MarksLine, nodes_at
from nodeview.ui.widgets.row_table import RowTable
from nodeview.ui.widgets.trend_strip import TrendStrip
from nodeview.views import NO_FILTER, PHASE_TONES, NodeView, Tone, row_key


class Dashboard(ClusterScreen):
    """Header, node table, feed, keys."""

    BINDINGS = bindings("dashboard", "order", "table")
    AUTO_FOCUS = "#table"

    def __init__(self, desk: Desk) -> None:
        """Ready to show frames."""
        super().__init__(desk)
        self._shown: Frame | None = None
        self.nodes = NodeRows(desk)
        self.header = Header(desk)
        self.table: RowTable[NodeView] = RowTable(desk.ink, self.nodes.columns, row_key, desk.clock, id="table")
        self.table.alarming = lambda view: PHASE_TONES[view.standing.phase] is Tone.ALARM
        self.trend = TrendStrip(desk)
        self.feed = Feed(desk)
        self.marks = Marks()
        self.table.marked = self.marks
        self.marks_line = MarksLine(desk, self.marks, self.table)
        self.footer = Keys(desk.ink, "dashboard", priced=desk.options.priced, acting=desk.options.acting)
        self.filter_input = FilterInput(desk, self.nodes.understand, NO_FILTER, desk.options.filter)

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return (self.header, self.trend, self.filter_input, self.table, self.marks_line, self.feed, self.footer)

    # Frames

    def show(self, frame: Frame) -> None:
        """Show this frame; rows move at most once a second, and not under a moving cursor."""
        if not self.is_mounted:
            return
        before, self._shown = self._shown, frame
        if not frame.quiet_since(before):  # else the tick shows the streams' age
            self.header.renew()
            self.feed.renew()
            self.arrange_heights(self.size.height)
        self.trend.show(frame)
        self.nodes.take(frame, self.table)
        self.marks.keep(frame.view.nodes)
        self.marks_line.renew()

    def tick(self) -> None:
        """Ages, and the order of the rows if it is time."""
        self.header.renew()
        self.trend.renew()
        self.feed.renew()
        self.nodes.settle(self.table)
        self.table.tick()

    def arrange_heights(self, room: int) -> None:
        """Header and feed by what they have to say, the table gets the rest."""
        self.set_height(self.header, self.header.wanted_height(room))
        self.set_height(self.trend, self.trend.wanted_height(room))
        self.set_height(self.marks_line, 1 if self.marks else 0)
        self.set_height(self.feed, self.feed.wanted_height(room))

    # What a person does

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        """Rows stay put while somebody moves among them."""
        self.nodes.hold()

    def on_row_table_sort_asked(self, event: RowTable.SortAsked) -> None:
        """A click on a title sorts by it, the second click the other way round."""
        self.sort_by(event.column)

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        """Enter on a node."""
        self._open(event.key)

    def on_filter_input_changed(self, event: FilterInput.Changed) -> None:
        """Show what the filter lets through."""
        self.nodes.state = replace(self.nodes.state, filter=event.filter)
        self.nodes.arrange(self.table)
        self.marks_line.renew()

    def sort_by(self, column: str) -> None:
        """Sort by this column, or turn round the order it is sorted in."""
        state = self.nodes.state
        turned = state.sort_by == column and not state.descending
        self.nodes.state = replace(state, sort_by=column, descending=turned)
        self.nodes.arrange(self.table)

    def group_by(self, key: str | None) -> None:
        """Group by this, or not at all."""
        self.nodes.state = replace(self.nodes.state, group_by=key)
        self.nodes.arrange(self.table)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A slash that is typed into the filter is part of it; without prices there are no costs."""
        if action == "costs":
            return self.desk.options.priced
        if action == "filter":
            return not self.filter_input.has_focus_within
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter_input.open()

    def action_unfilter(self) -> None:
        """Show all nodes again; where all are shown, no node is marked any more."""
        if not self.nodes.state.filter.text and not self.filter_input.has_focus_within:
            self.action_unmark()
        self.filter_input.clear_filter()

    def action_mark(self) -> None:
        """Mark the node under the cursor, or those of its group, and go on to the next; or take the marks away."""
        names = nodes_at(self.table)
        if names:
            self.marks.turn(names)
            self._marked()
            if len(names) == 1:
                self.table.action_move(1)

    def action_unmark(self) -> None:
        """No node is marked any more."""
        self.marks.clear()
        self._marked()

    def _marked(self) -> None:
        self.arrange_heights(self.size.height)
        self.marks_line.renew()
        self.table.renew()

    def action_act(self) -> None:
        """What to do with the marked nodes, or those under the cursor."""
        from nodeview.ui.screens.actions_choice import choose_action

        choose_action(self, self.desk, self.marks.names or nodes_at(self.table))

    def action_runs(self) -> None:
        """The progress of what was begun here."""
        if (execution := self.desk.runs.foremost) is not None:
            from nodeview.ui.screens.rotation import Rotation

            self.app.push_screen(Rotation(self.desk, execution))

    def filter_by(self, text: str) -> None:
        """Show only what this filter lets through."""
        self.filter_input.take(text)

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.nodes.state = replace(self.nodes.state, descending=not self.nodes.state.descending)
        self.nodes.arrange(self.table)

    def action_shift_sort(self, by: int) -> None:
        """Sort by the next column shown."""
        shown = [one.column.id for one in self.table.painter.fitted] or [one.id for one in self.nodes.columns]
        now = self.nodes.state.sort_by
        place = shown.index(now) if now in shown else 0
        self.nodes.state = replace(self.nodes.state, sort_by=shown[(place + by) % len(shown)])
        self.nodes.arrange(self.table)

    def action_sort(self) -> None:
        """Choose a column to sort by."""
        from nodeview.ui.screens.choice import Choice

        columns = [(one.id, one.title) for one in self.nodes.columns]
        self.app.push_screen(Choice(self.desk, "Sort by", columns, self.nodes.state.sort_by), self._sort_chosen)

    def _sort_chosen(self, column: str | None) -> None:
        if column is not None:
            self.sort_by(column)

    def action_group(self) -> None:
        """Choose what to group by."""
        from nodeview.ui.screens.choice import Choice

        options = [("", "nothing"), *((key, key) for key in self.nodes.groupings())]
        now = self.nodes.state.group_by or ""
        self.app.push_screen(Choice(self.desk, "Group by", options, now), self._group_chosen)

    def _group_chosen(self, key: str | None) -> None:
        if key is not None:
            self.group_by(key or None)

    def action_next_alarm(self) -> None:
        """Go to the next node that needs somebody."""
        self.table.action_next_alarm()

    def action_open_node(self) -> None:
        """Open the node under the cursor."""
        self.table.action_open()

    def _open(self, key: str) -> None:
        if isinstance(self.table.row(key), NodeView):
            from nodeview.ui.screens.node_detail import NodeDetail

            self.app.push_screen(NodeDetail(self.desk, key))

    def action_pending(self) -> None:
        """Show the pods that wait."""
        from nodeview.ui.screens.pending import Pending

        self.app.push_screen(Pending(self.desk))

    def action_feed(self) -> None:
        """Show what happened; the node under the cursor is the one to filter by."""
        from nodeview.ui.screens.happenings import Happenings

        key = self.table.cursor_key
        node = key if key is not None and isinstance(self.table.row(key), NodeView) else None
        self.app.push_screen(Happenings(self.desk, node))

    def action_health(self) -> None:
        """Show how fresh each stream is, and the connection."""
        from nodeview.ui.screens.health import Health

        self.app.push_screen(Health(self.desk))

    def action_trends(self) -> None:
        """Numbers over time: first under the header, then on a screen of their own."""
        if not self.trend.is_open:
            self.trend.is_open = True
            self.arrange_heights(self.size.height)
            return
        from nodeview.ui.screens.trends import TrendsScreen

        self.app.push_screen(TrendsScreen(self.desk))

    def close_trends(self) -> None:
        """No numbers over time any more."""
        self.trend.is_open = False
        self.arrange_heights(self.size.height)

    def action_attention(self) -> None:
        """Show the nodes that are taken away, and what was found."""
        from nodeview.ui.screens.attention import Attention

        self.app.push_screen(Attention(self.desk))

    def action_audit(self) -> None:
        """Show what lacks requests, and what asks for a hair too much."""
        from nodeview.ui.screens.audit import AuditScreen

        self.app.push_screen(AuditScreen(self.desk))

    def action_headroom(self) -> None:
        """Show what room is left, and where there is none."""
        from nodeview.ui.screens.headroom import HeadroomScreen

        self.app.push_screen(HeadroomScreen(self.desk))

    def action_pools(self) -> None:
        """Show the pools, their limits and budgets, and which kubelets run in them."""
        from nodeview.ui.screens.pools import PoolsScreen

        self.app.push_screen(PoolsScreen(self.desk))

    def action_costs(self) -> None:
        """Show what the cluster costs, and whose that is."""
        from nodeview.ui.screens.costs import CostsScreen

        self.app.push_screen(CostsScreen(self.desk))
