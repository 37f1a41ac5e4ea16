"""What the cluster costs, what that is spent on, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.worker import Worker

from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.rows_screen import RowsScreen
from nodeview.ui.slices import in_slices
from nodeview.ui.tones import Part
from nodeview.ui.widgets.cost_lines import bill_head
from nodeview.ui.widgets.freshness import beside_freshness, liveness
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.row_painting import RowPainter
from nodeview.ui.widgets.row_table import RowTable
from nodeview.views import CostRow, Costs, CostsBy, TableState, Tone, columns_of_costs, cost_key, cost_rows, printable

HOLD = 2.0
"""Seconds that rows stay put after somebody moved among them."""
TABLE_AT_LEAST = 4
"""Lines that the head leaves to the table."""


class CostsHead(TextLines):
    """The bill and what it is made of."""

    def __init__(self, desk: Desk) -> None:
        """Without costs yet."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk
        self.costs: Costs | None = None
        self.by: CostsBy = "namespace"
        self.remark = ""
        """What came of the last key, for a moment."""

    def wanted_height(self, width: int, room: int) -> int:
        """Lines it would like on a screen of this size."""
        return min(len(self._all(width, room)), max(room - TABLE_AT_LEAST - 1, 1))

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """All lines for the present moment."""
        return self._all(width, self.screen.size.height)

    def _all(self, width: int, room: int) -> list[list[Part]]:
        frame = self.desk.frame
        if frame is None:
            return [[self.ink.part(" connecting …", Tone.COMING)]]
        name = (f" {printable(frame.identity.cluster or frame.identity.context)}", Tone.STRONG)
        said = (f" · costs by {self.by}", Tone.MUTED)
        live = liveness(frame, self.desk.clock())
        lines = [beside_freshness([[name, said], [name]], live, width, self.ink)]
        lines += bill_head(frame, self.costs, width, room, self.ink)
        return [*lines, [self.ink.part(f" {self.remark}", Tone.COMING)]] if self.remark else lines


class CostsScreen(RowsScreen[CostRow]):
    """The dearest first; derived again once a second at most, in slices, while it is on top."""

    BINDINGS = bindings("costs", "order", "table")

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk, columns_of_costs("namespace", ()), cost_key, TableState("cost", descending=True))
        self.head = CostsHead(desk)
        self.costs: Costs | None = None
        self.by: CostsBy = "namespace"
        self.table.empty = "adding up …"
        self._columns_of: tuple[CostsBy, tuple[str, ...]] = ("namespace", ())
        self._work: Worker[None] | None = None
        self._held_until = float("-inf")

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.head, self.table, Keys(self.desk.ink, "costs")

    def show(self, frame: Frame) -> None:
        """The first frame is shown at once, later ones at the tick; nobody reads ten a second."""
        if self.costs is None:
            self._renew_head()
            self._derive_anew()

    def tick(self) -> None:
        """A second has passed."""
        self.head.remark = ""
        self._renew_head()
        if self.desk.clock() >= self._held_until:
            self._derive_anew()

    def arrange_heights(self, room: int) -> None:
        """The head by what it has to say, the table gets the rest."""
        self.set_height(self.head, self.head.wanted_height(self.size.width, room))

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        """Rows stay put while somebody moves among them."""
        self._held_until = self.desk.clock() + HOLD

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        """Enter on a row."""
        self.action_nodes_of()

    def action_nodes_of(self) -> None:
        """Return to the nodes, to those that hold pods of the namespace under the cursor only."""
        row = self.table.row(self.table.cursor_key) if self.table.cursor_key is not None else None
        if isinstance(row, CostRow) and row.namespace:
            from nodeview.ui.screens.dashboard import Dashboard

            self.app.pop_screen()
            if isinstance(self.app.screen, Dashboard):
                self.app.screen.filter_by(f"ns={row.namespace}")

    def action_turn(self) -> None:
        """From namespaces to workloads, and back."""
        self.by = self.head.by = "owner" if self.by == "namespace" else "namespace"
        if self._work is not None:
            self._work.cancel()
            self._work = None
        self._renew_head()
        self._derive_anew()

    def action_refresh_prices(self) -> None:
        """Have AWS asked for all prices."""
        asked = self.desk.ask_prices()
        self.head.remark = "asking AWS for prices …" if asked else "AWS is not asked for prices here: see --prices"
        self._renew_head()

    def _renew_head(self) -> None:
        self.arrange_heights(self.size.height)
        self.head.renew()

    def _derive_anew(self) -> None:
        """Begin to derive the costs of the newest frame, unless they are those on show or on their way."""
        frame, costs = self.desk.frame, self.costs
        if frame is None or not self.is_mounted or (self._work is not None and not self._work.is_finished):
            return
        if costs is None or costs.nodes is not frame.view.nodes or costs.by != self.by:
            self._work = self.run_worker(self._derive(frame), group="costs")

    async def _derive(self, frame: Frame) -> None:
        self._take(await in_slices(cost_rows(frame.view, self.by, self.costs)), frame)

    def _take(self, costs: Costs, frame: Frame) -> None:
        """Show these costs; other currencies and another view have other columns."""
        self.costs = self.head.costs = costs
        columns_of = (costs.by, tuple(costs.total))
        if columns_of != self._columns_of:
            self._columns_of = columns_of
            self.columns = columns_of_costs(*columns_of)
            self.table.set_rows([])
            self.table.painter = RowPainter(self.desk.ink, self.columns)
        self.table.empty = "pods are not known" if frame.view.no_pods else "no pod costs anything"
        self.put((*costs.rows, *costs.rest))
        self._renew_head()
