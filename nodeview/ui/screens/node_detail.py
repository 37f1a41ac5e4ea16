"""One node: what it is, what stands on it, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.containers import Container
from textual.css.scalar import Scalar
from textual.events import Resize
from textual.widget import Widget

from nodeview.frame import Frame
from nodeview.records import Usage
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.rows_screen import RowsScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.node_facts import NodeSummary, facts_of
from nodeview.ui.widgets.page import Page
from nodeview.views import MEASURED_POD_COLUMNS, POD_COLUMNS, ClaimView, NodeView, PodRow, TableState, owner_of

SIDE_BY_SIDE = 150
"""Columns from which the pods and the facts lie beside each other."""
ABOVE_EACH_OTHER = 30
"""Lines from which both fit; below, Tab turns from one to the other."""


class NodeDetail(RowsScreen[PodRow]):
    """Its pods, those that request most cpu first, and all facts about it."""

    BINDINGS = bindings("node", "order", "table")

    def __init__(self, desk: Desk, name: str) -> None:
        """Show the node of this name, as long as it is there and after."""
        super().__init__(desk, POD_COLUMNS, lambda row: row.pod.uid, TableState("cpu", descending=True))
        self.node = name
        self.view: NodeView | None = None
        self.gone = False
        self.table.empty = "no pods"
        self.summary = NodeSummary(desk, self._seen)
        self.facts = Page(desk.ink, self._facts, id="page")
        self._rows: dict[str, PodRow] = {}
        self._measured: Mapping[str, Usage] | None = None

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return (
            self.summary,
            Container(self.table, self.facts, id="both"),
            Keys(self.desk.ink, "node", acting=self.desk.options.acting),
        )

    def show(self, frame: Frame) -> None:
        """Show this frame, if it touched the node."""
        view = frame.view.nodes.get(self.node) or frame.view.claims.rows.get(self.node)  # type: ignore[call-overload]
        if view is None and isinstance(self.view, ClaimView):
            view = self._arrived(self.view, frame)
        self.gone = view is None
        if view is None and self.view is None and self.node in frame.view.departed:
            view = frame.view.departed[self.node].view  # type: ignore[index]
        measured = frame.view.usage.pods
        if measured and self.columns is POD_COLUMNS:
            self.columns = MEASURED_POD_COLUMNS
            self.table.painter.use(self.columns)
            self.table.renew()
        if view is not None and (view is not self.view or measured is not self._measured):
            self.view, self._measured = view, measured
            self.table.empty = "no pods" if view.counts else "pods are not known"
            self.put(self._pod_rows(view, frame))
            self.facts.renew()
        self.summary.renew()
        self.arrange_heights(self.size.height)

    def _arrived(self, claim: ClaimView, frame: Frame) -> NodeView | None:
        """The node that a claim got: from now on this is about it."""
        for view in frame.view.nodes.values():
            if view.claim is not None and view.claim.uid == claim.source.uid:
                self.node = view.name
                return view
        return None

    def _pod_rows(self, view: NodeView, frame: Frame) -> Iterable[PodRow]:
        """Rows of pods that are the same stay the same, and so do their lines."""
        before, self._rows = self._rows, {}
        for pod in view.pods:
            owner, old = owner_of(pod, frame.view.owners), before.get(pod.uid)
            used = frame.view.usage.pods.get(pod.uid)
            same = old is not None and old.pod is pod and old.owner == owner and old.used == used
            self._rows[pod.uid] = old if same and old is not None else PodRow(pod, owner, used)
        return self._rows.values()

    def tick(self) -> None:
        """Ages."""
        self.summary.renew()
        self.table.tick()
        self.facts.renew()

    def _seen(self) -> tuple[str, NodeView | None, bool]:
        return self.node, self.view, self.gone

    def _facts(self, width: int) -> list[list[Part]]:
        return facts_of(self.view, self.desk, width) if self.view is not None else []

    def on_resize(self, event: Resize) -> None:
        """Beside each other, above each other, or one at a time."""
        super().on_resize(event)
        self._divide()

    def arrange_heights(self, room: int) -> None:
        """The summary by what it has to say."""
        self.set_height(self.summary, self.summary.wanted_height(room))
        self._share(room)

    def _share(self, room: int) -> None:
        """Above each other: the table by its rows, at most two thirds of what there is; the facts get the rest."""
        both = self.size.width < SIDE_BY_SIDE and room >= ABOVE_EACH_OTHER
        left = room - self.summary.wanted_height(room) - 1
        height = Scalar.parse(str(min(len(self._all) + 1, left * 2 // 3)) if both else "1fr")
        if self.table.styles.height != height:
            self.table.styles.height = height
            self.facts.styles.max_height = "100%"

    def _divide(self) -> None:
        wide = self.size.width >= SIDE_BY_SIDE
        both = wide or self.size.height >= ABOVE_EACH_OTHER
        on_facts = self.facts.has_focus
        self.set_class(wide, "-wide")
        self.set_class(not both, "-one")
        self.table.display = both or not on_facts
        self.facts.display = both or on_facts

    def action_feed(self) -> None:
        """What happened on it, as the feed tells."""
        from nodeview.ui.screens.happenings import Happenings

        self.app.push_screen(Happenings.of(self.desk, self.node))

    def action_act(self) -> None:
        """What to do with this node."""
        from nodeview.ui.screens.actions_choice import choose_action, nodes_among

        choose_action(self, self.desk, nodes_among([self.view]))

    def action_restart(self) -> None:
        """Restart the workload of the pod under the cursor."""
        row = self.table.row(self.table.cursor_key) if self.table.cursor_key else None
        if isinstance(row, PodRow):
            from nodeview.ui.screens.actions_choice import choose_restart

            choose_restart(self, self.desk, row)

    def action_turn(self) -> None:
        """From the pods to the facts, and back."""
        other: Widget = self.table if self.facts.has_focus else self.facts
        other.display = True
        other.focus()
        self.call_after_refresh(self._divide)
