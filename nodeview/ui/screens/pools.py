"""The pools, what there is of the one under the cursor, and which kubelets run where."""

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
from nodeview.ui.widgets.freshness import beside_freshness, liveness
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page, wrapped
from nodeview.ui.widgets.pool_lines import (
    beside,
    counted_pools,
    group_lines,
    lines_of_pool,
    missing_words,
    version_lines,
)
from nodeview.ui.widgets.row_table import RowTable
from nodeview.ui.widgets.trend_lines import pool_trend_lines
from nodeview.views import NO_POOLS, Group, PoolRow, TableState, Tone, columns_of_pools, pools_of, printable

HOLD = 2.0
"""Seconds that rows stay put after somebody moved among them."""
SIDE_BY_SIDE = 150
"""Columns from which the facts of a pool and the versions of all lie beside each other."""
PAGE_AT_LEAST = 8
"""Lines that the table leaves to the facts, where there are as many."""


class PoolsSummary(TextLines):
    """How many pools there are, how they stand, and how old that is."""

    def __init__(self, desk: Desk) -> None:
        """Without pools yet."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk
        self.pools = NO_POOLS

    def wanted_height(self, width: int) -> int:
        """Lines it would like."""
        return len(self.layout_lines(width, 0))

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """Counts, what of the settings is passed over, and what may not be read."""
        frame = self.desk.frame
        if frame is None:
            return [[self.ink.part(" connecting …", Tone.COMING)]]
        name = (f" {printable(frame.identity.cluster or frame.identity.context)}", Tone.STRONG)
        said = (f" · {counted_pools(frame, self.pools)}", Tone.MUTED)
        lines = [beside_freshness([[name, said], [name]], liveness(frame, self.desk.clock()), width, self.ink)]
        for one in (*frame.view.given.mistakes, *missing_words(frame)):
            lines += [[self.ink.part(f" {line}", Tone.CAUTION)] for line in wrapped(printable(one), width - 2)]
        return lines


class PoolsScreen(RowsScreen[PoolRow]):
    """By name; derived again once a second at most, in slices, while it is on top."""

    BINDINGS = bindings("pools", "order", "table")

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        columns = columns_of_pools(desk.options.resources, priced=desk.options.priced)
        super().__init__(desk, columns, lambda row: row.key, TableState("name"))
        self.table.empty = "listing …"
        self.summary = PoolsSummary(desk)
        self.page = Page(desk.ink, self._content, id="page")
        self.pools = NO_POOLS
        self.on_versions = False
        self._work: Worker[None] | None = None
        self._held_until = float("-inf")

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.table, self.page, Keys(self.desk.ink, "pools", acting=self.desk.options.acting)

    def show(self, frame: Frame) -> None:
        """The first frame is shown at once, later ones at the tick; nobody reads ten a second."""
        if self.pools is NO_POOLS:
            self._derive_anew()

    def tick(self) -> None:
        """A second has passed."""
        self.summary.renew()
        self.table.tick()
        self.page.renew()
        if self.desk.clock() >= self._held_until:
            self._derive_anew()

    def arrange_heights(self, room: int) -> None:
        """The table by its rows, the facts get the rest; both are there on every screen."""
        self.set_height(self.summary, self.summary.wanted_height(self.size.width))
        left = room - self.summary.wanted_height(self.size.width) - 1
        wanted = len(self._all) + 1
        page = max(left - wanted, min(PAGE_AT_LEAST, left // 2))
        self.set_height(self.page, max(page, 0))

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        """Say what there is of this pool, and let the rows stay put."""
        self._held_until = self.desk.clock() + HOLD
        if not self.on_versions:
            self.page.top = 0
        self.page.renew()

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        """Enter or a double click."""
        self.action_filter_nodes()

    def action_filter_nodes(self) -> None:
        """Return to the nodes, to those of the pool under the cursor only."""
        row = self._under_cursor()
        if row is not None:
            from nodeview.ui.screens.dashboard import Dashboard

            self.app.pop_screen()
            if isinstance(self.app.screen, Dashboard):
                self.app.screen.filter_by(filter_words(row))

    def action_act(self) -> None:
        """What to do with the nodes of the pool under the cursor."""
        frame, row = self.desk.frame, self._under_cursor()
        if frame is None or row is None:
            return
        from nodeview.ui.screens.actions_choice import choose_action

        name = row.pool.name
        of_pool = [one for one in frame.view.nodes.values() if one.pool == name]
        names = [one.name for one in of_pool if one.ownership.provisioner == row.pool.provisioner]
        alone = name is not None and len(names) == len(of_pool)
        choose_action(self, self.desk, names, (name,) if name is not None and alone else ())

    def action_turn(self) -> None:
        """From the pools to the facts, to move in them, and back."""
        (self.table if self.page.has_focus else self.page).focus()

    def action_versions(self) -> None:
        """From the facts to the versions of all pools, and back."""
        self.on_versions = not self.on_versions
        self.page.top = 0
        self.page.renew()

    def _under_cursor(self) -> PoolRow | None:
        row = self.table.row(self.table.cursor_key) if self.table.cursor_key else None
        return None if row is None or isinstance(row, Group) else row

    def _content(self, width: int) -> list[list[Part]]:
        """The versions of all pools, or all that is known of the one under the cursor."""
        frame, row = self.desk.frame, self._under_cursor()
        others = group_lines(self.pools.others, width, self.desk.ink)
        if self.on_versions:
            return [*version_lines(self.pools, width, self.desk.ink), *others]
        if frame is None or row is None:
            return others[1:]
        if width >= SIDE_BY_SIDE:
            return self._facts_and_versions(row, frame, width, others)
        facts = lines_of_pool(row, frame, self.desk.clock(), width, self.desk.ink)
        facts = [*facts, *pool_trend_lines(frame, row.pool.key, self.desk.clock(), width, self.desk.ink)]
        below = [[], *version_lines(self.pools, width, self.desk.ink)]
        if len(facts) + len(below) <= self.page.size.height:
            facts += below
        return [*facts, *others]

    def _facts_and_versions(self, row: PoolRow, frame: Frame, width: int, others: list[list[Part]]) -> list[list[Part]]:
        half = width // 2
        facts = lines_of_pool(row, frame, self.desk.clock(), half - 2, self.desk.ink)
        facts = [*facts, *pool_trend_lines(frame, row.pool.key, self.desk.clock(), half - 2, self.desk.ink)]
        return beside(facts, [*version_lines(self.pools, width - half, self.desk.ink), *others], half, self.desk.ink)

    def _derive_anew(self) -> None:
        """Begin to derive the pools of the newest frame, unless that is on its way."""
        frame = self.desk.frame
        if frame is not None and self.is_mounted and (self._work is None or self._work.is_finished):
            self._work = self.run_worker(self._derive(frame), group="pools")

    async def _derive(self, frame: Frame) -> None:
        work = pools_of(frame.view, frame.identity.version, self.pools, self.desk.clock())
        pools, before = await in_slices(work), self.pools
        self.pools = self.summary.pools = pools
        self.table.empty = "no pools" if frame.complete else "listing …"
        if pools.rows is not before.rows:
            self.put(pools.rows)
        self.arrange_heights(self.size.height)
        self.summary.renew()
        self.page.renew()


def filter_words(row: PoolRow) -> str:
    """What the filter of the nodes is to say: `pool=api`; quotes keep what a name may hold besides."""
    name = row.pool.name
    if name is None:
        return "pool="
    plain = all(character.isalnum() or character in "-_./" for character in name)
    return f"pool={name}" if plain else f'pool="{name}"'
