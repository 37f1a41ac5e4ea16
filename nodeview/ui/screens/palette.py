"""The command palette's source: the table of commands, and every order and grouping by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from nodeview.ui.commands import Place, commands_of
from nodeview.ui.screens.attention import Attention
from nodeview.ui.screens.audit import AuditScreen
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.screens.costs import CostsScreen
from nodeview.ui.screens.dashboard import Dashboard
from nodeview.ui.screens.happenings import Happenings
from nodeview.ui.screens.headroom import HeadroomScreen
from nodeview.ui.screens.health import Health
from nodeview.ui.screens.node_detail import NodeDetail
from nodeview.ui.screens.pending import Pending
from nodeview.ui.screens.plan_review import PlanReview
from nodeview.ui.screens.pools import PoolsScreen
from nodeview.ui.screens.rotation import Rotation

PLACES: dict[type[Screen[None]], Place] = {
    Dashboard: "dashboard",
    NodeDetail: "node",
    Pending: "pending",
    Happenings: "feed",
    Health: "health",
    HeadroomScreen: "headroom",
    CostsScreen: "costs",
    PoolsScreen: "pools",
    AuditScreen: "audit",
    Attention: "attention",
    PlanReview: "review",
    Rotation: "rotation",
}
UNORDERED: tuple[Place, ...] = ("health", "headroom", "audit", "attention", "review", "rotation")
"""Places without a table to order."""
Entry = tuple[str, str, Callable[[], object]]
"""Name, help, what to do."""


class CommandProvider(Provider):
    """What can be done on the screen that the palette was opened from."""

    async def discover(self) -> Hits:
        """Everything, before a letter is typed."""
        for name, about, run in self._entries():
            yield DiscoveryHit(self._words(name), run, help=self._words(about))

    async def search(self, query: str) -> Hits:
        """What the letters match."""
        matcher = self.matcher(query)
        for name, about, run in self._entries():
            name = self._words(name)
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=self._words(about))

    def _words(self, text: str) -> str:
        seen = self.screen
        return seen.desk.ink.words(text) if isinstance(seen, ClusterScreen) else text

    def _entries(self) -> Iterator[Entry]:
        screen = self.screen
        here = next((place for kind, place in PLACES.items() if isinstance(screen, kind)), None)
        places: list[Place] = [here, "app"] if here else ["app"]
        if here and here not in UNORDERED:
            places.insert(1, "order")
        priced = not isinstance(screen, ClusterScreen) or screen.desk.options.priced
        acting = isinstance(screen, ClusterScreen) and screen.desk.options.acting
        for one in commands_of(*places, priced=priced, acting=acting):
            if not one.priority:
                namespace = self.app if one.place == "app" else screen
                yield one.title, one.tooltip, partial(self.app.run_action, one.action, namespace)
        if isinstance(screen, Dashboard):
            for column in screen.nodes.columns:
                yield f"Sort by {column.title}", "Order the nodes.", partial(screen.sort_by, column.id)
            for key in screen.nodes.groupings():
                yield f"Group by {key}", "Gather the nodes, with sums.", partial(screen.group_by, key)
            yield "Group by nothing", "One list of nodes.", partial(screen.group_by, None)
