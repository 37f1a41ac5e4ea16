"""Why each node is still here: what is found out of its pods is kept while they are the same, and judged when asked."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING

import msgspec

from nodeview.insights.contract import Moment
from nodeview.insights.staying_reason import Stay, in_order
from nodeview.records import NodeGroup, NodeName, Pod, VolumeAttachment
from nodeview.views import NodeView

if TYPE_CHECKING:
    from nodeview.insights.staying_last_word import Word
    from nodeview.insights.staying_leaving import Drain
    from nodeview.insights.staying_pods import Tenants
    from nodeview.insights.staying_pool import PoolStay, Share
    from nodeview.scheduling import BudgetIndex


def _is_none(pod: Pod) -> bool:
    return False


class NodeStay(msgspec.Struct, frozen=True, eq=False):
    """What of one node was found that may keep it."""

    view: NodeView
    share: Share | None
    """How it counts for the budgets of its NodePool; None where it has none."""
    word: Word | None
    """What Karpenter said last."""
    drain: Drain | None
    attached: tuple[VolumeAttachment, ...]
    tenants: list[Tenants] = []
    """Which of its pods may keep it: found when somebody asks first, since most nodes are asked of by nobody."""


class Staying(msgspec.Struct, frozen=True, eq=False):
    """Why each node is still here, and what that hangs on."""

    nodes: Mapping[NodeName, NodeStay] = {}
    pools: Mapping[str, PoolStay] = {}
    groups: Mapping[str, NodeGroup] = {}
    """By pool, groups of the Cluster Autoscaler."""
    index: BudgetIndex | None = None
    """None where no budget was heard of yet."""
    has_autoscaler: bool = False
    """The Cluster Autoscaler says that it is there."""
    unheard: Mapping[str, str] = {}
    """Lists on which reasons hang and that cannot be read, and why."""
    next_moment: float | None = None
    """When a budget opens or closes next, epoch seconds."""
    uids: Mapping[str, NodeName] = {}
    """Of nodes and their claims: Events are told by them."""
    heard: int = 0
    """Events up to this one are known."""
    is_balloon: Callable[[Pod], bool] = _is_none
    asked: frozenset[str] = frozenset()
    """Pools whose group of the Cluster Autoscaler was looked for."""

    @property
    def budgets(self) -> BudgetIndex:
        """PodDisruptionBudgets, as they stand, by the pods that they mean."""
        if self.index is not None:
            return self.index
        from nodeview.scheduling import NO_BUDGETS

        return NO_BUDGETS

    def of(self, name: NodeName, now: float) -> tuple[Stay, ...]:
        """All reasons for which a node is still here, the strongest first; none for one that is not."""
        known = self.nodes.get(name)
        if known is None:
            return ()
        from nodeview.insights.staying_judging import reasons_of

        return in_order(reasons_of(self, known, now), now)

    def first(self, name: NodeName, now: float) -> Stay | None:
        """The strongest of them."""
        return next(iter(self.of(name, now)), None)


NOTHING_STAYS = Staying()


def view_staying(moment: Moment, before: Staying) -> Generator[None, None, Staying]:
    """Look again at the nodes of which something was heard; what all nodes share is judged when asked."""
    if not moment.view.nodes and not before.nodes:
        return before
    import nodeview.scheduling  # noqa: F401  loaded with the first node, not before the first paint, and one by one

    yield
    from nodeview.insights.staying_looking import look_again

    return (yield from look_again(moment, before))
