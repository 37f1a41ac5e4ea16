"""What a node went through since we watch: phases, cordons, taints and conditions that turned, pods that came and went.

A node of which nothing was heard but what it was at first costs nothing here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from nodeview.cluster.past import NO_PAST, Past, PodMoves, Turn
from nodeview.cluster.pod_places import NodeAt
from nodeview.cluster.turns import turn_of
from nodeview.provisioners import Phase, phase_of
from nodeview.records import Node, NodeClaim, NodeName, ObjectKey, Pod, Record

TURNS = 48
"""Turns of one node that are kept; what is older is counted."""
RUNS = 12
"""Lines on pods of one node that are kept; the oldest two become one."""
RUN_S = 300.0
"""Pods that come and go within so many seconds of the first of them are told in one line."""
NODES = 6000
"""Nodes of which something is remembered; those that left go first, then those that have been quiet longest."""
LINES = 60_000
"""Lines of all nodes together: under ten megabytes."""
GONE_S = 1800.0
"""Seconds for which a node that left is remembered."""
EVICTED = "EvictionByEvictionAPI"
PREEMPTED = "PreemptionByScheduler"


class _Story:
    """One node's lines, in the order in which they began."""

    __slots__ = ("forgotten", "left_at", "lines", "past", "phase")

    def __init__(self) -> None:
        self.lines: list[Turn | PodMoves] = []
        self.forgotten = 0
        self.phase: Phase | None = None
        self.left_at: float | None = None
        self.past: Past | None = None


class Histories:
    """Every node's past, to be asked by name; it moves on with the store, and what it answers does not."""

    def __init__(self) -> None:
        self._stories: OrderedDict[NodeName, _Story] = OrderedDict()
        self.whole = True
        """Nothing was forgotten of a node that may still be there."""

    def of(self, node: NodeName) -> Past:
        """What this node went through; the very same value until something more happens to it."""
        story = self._stories.get(node)
        if story is None:
            return NO_PAST
        if story.past is None:
            story.past = Past(tuple(story.lines), story.forgotten)
        return story.past


class HistoryFold:
    """Follows every node, and its claim for what that says of its phase."""

    def __init__(self, node_at: NodeAt, pods: Mapping[NodeName, Mapping[ObjectKey, Pod]]) -> None:
        """The store's nodes by name, and its pods by node: evictions make a cordon a drain."""
        self._node_at = node_at
        self._pods = pods
        self._told = Histories()
        self._stories = self._told._stories
        self._lines = 0
        self._gone: OrderedDict[NodeName, float] = OrderedDict()
        self._claim_by_provider: dict[str, NodeClaim] = {}
        self._claim_by_node: dict[str, NodeClaim] = {}
        self._by_provider: dict[str, NodeName] = {}

    def told(self) -> Histories:
        """One value for all frames, as the index of Events is: nobody copies thousands of nodes ten times a second."""
        return self._told

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """See `Fold`."""
        row = after if after is not None else before
        if isinstance(row, Pod):
            if live:
                self._pod(before, after, at)  # type: ignore[arg-type]
        elif isinstance(row, Node):
            self._node(before, after, at, live=live)  # type: ignore[arg-type]
        elif isinstance(row, NodeClaim):
            self._claim(before, after, at, live=live)  # type: ignore[arg-type]

    # -- nodes and claims --------------------------------------------------------------------

    def _node(self, before: Node | None, after: Node | None, at: float, *, live: bool) -> None:
        self._forget(at)
        if before is not None and (after is None or after.uid != before.uid):
            self._left(before, at)
            before = None
        if after is None:
            return
        if after.provider_id:
            self._by_provider[after.provider_id] = after.name
        if before is None:
            if live:
                self._joined(after, at)
            return
        claim, evicting = self._claim_of(after), self._evicting(after)
        story = self._stories.get(after.name)
        was = story.phase if story is not None and story.phase else None
        if was is None:
            was = phase_of(before, claim, at, evicting=before.unschedulable and evicting).phase
        standing = phase_of(after, claim, at, evicting=evicting)
        turn = turn_of(before, after, was, standing, at)
        if turn is not None:
            self._add(after.name, turn).phase = standing.phase

    def _joined(self, node: Node, at: float) -> None:
        self._gone.pop(node.name, None)
        standing = phase_of(node, self._claim_of(node), at)
        story = self._add(node.name, Turn(at, "joined", standing.phase, standing.reason or ""))
        story.phase, story.left_at = standing.phase, None

    def _left(self, node: Node, at: float) -> None:
        if self._by_provider.get(node.provider_id) == node.name:
            del self._by_provider[node.provider_id]
        story = self._add(node.name, Turn(at, "left"))
        story.phase, story.left_at = None, at
        self._gone[node.name] = at
        self._gone.move_to_end(node.name)

    def _claim(self, before: NodeClaim | None, after: NodeClaim | None, at: float, *, live: bool) -> None:
        for claim in (before, after):
            if claim is None:
                continue
            kept = claim if claim is after else None
            _put(self._claim_by_provider, claim.provider_id, claim, kept)
            _put(self._claim_by_node, claim.node, claim, kept)
        row = after if after is not None else before
        if live and row is not None:
            name = self._by_provider.get(row.provider_id) or row.node
            node = self._node_at(name) if name else None
            if node is not None:
                self._rephased(node, before if before is not None else row, at)

    def _rephased(self, node: Node, claim_before: NodeClaim | None, at: float) -> None:
        """Its claim, or its pods, say something else of the phase than they did."""
        story = self._stories.get(node.name)
        evicting = self._evicting(node)
        was = story.phase if story is not None and story.phase else None
        if was is None:
            was = phase_of(node, claim_before, at, evicting=False).phase
        standing = phase_of(node, self._claim_of(node), at, evicting=evicting)
        if standing.phase != was:
            turn = Turn(at, "phase", standing.phase, standing.reason or "")
            self._add(node.name, turn).phase = standing.phase

    def _claim_of(self, node: Node) -> NodeClaim | None:
        claim = self._claim_by_provider.get(node.provider_id) if node.provider_id else None
        if claim is not None:
            return claim
        claim = self._claim_by_node.get(node.name)
        return None if claim is None or (node.provider_id and claim.provider_id) else claim

    def _evicting(self, node: Node) -> bool:
        pods = self._pods.get(node.name) if node.unschedulable else None
        return pods is not None and any(pod.disruption == EVICTED and not pod.finished for pod in pods.values())

    # -- pods --------------------------------------------------------------------------------

    def _pod(self, before: Pod | None, after: Pod | None, at: float) -> None:
        was = before.node if before is not None and not before.finished else None
        now = after.node if after is not None and not after.finished else None
        if was != now:
            if was is not None and before is not None:
                self._moves(was, at, 0, after if after is not None and after.uid == before.uid else before)
            if now is not None:
                self._moves(now, at, 1, None)
        elif before is not None and after is not None and now is not None and before.uid != after.uid:
            self._moves(now, at, 0, before)
            self._moves(now, at, 1, None)
        evicted = (before is not None and before.disruption == EVICTED) is not (
            after is not None and after.disruption == EVICTED
        )
        place = was or now
        if evicted and place is not None:
            node = self._node_at(place)
            if node is not None and node.unschedulable:
                self._rephased(node, self._claim_of(node), at)

    def _moves(self, name: NodeName, at: float, came: int, gone: Pod | None) -> None:
        """One more pod that came, or that is gone."""
        story = self._stories.get(name)
        last = story.lines[-1] if story is not None and story.lines else None
        run = last if isinstance(last, PodMoves) and at - last.at <= RUN_S else PodMoves(at, at)
        why = gone.disruption if gone is not None else ""
        more = PodMoves(
            run.at,
            at,
            run.came + came,
            run.went + (gone is not None),
            run.evicted + (why == EVICTED),
            run.preempted + (why == PREEMPTED),
        )
        if run is last and story is not None:
            story.lines[-1], story.past = more, None
        else:
            self._add(name, more)

    # -- what is kept ------------------------------------------------------------------------

    def _add(self, name: NodeName, line: Turn | PodMoves) -> _Story:
        story = self._stories.get(name)
        if story is None:
            story = self._stories[name] = _Story()
        else:
            self._stories.move_to_end(name)
        before = len(story.lines)
        story.lines.append(line)
        story.past = None
        _bound(story)
        self._lines += len(story.lines) - before
        while len(self._stories) > NODES or (self._lines > LINES and len(self._stories) > 1):
            self._forget_one()
        return story

    def _forget_one(self) -> None:
        if self._gone:
            self._drop(self._gone.popitem(last=False)[0])
        else:
            self._drop(next(iter(self._stories)))
            self._told.whole = False

    def _drop(self, name: NodeName) -> None:
        story = self._stories.pop(name, None)
        if story is not None:
            self._lines -= len(story.lines)

    def _forget(self, at: float) -> None:
        while self._gone:
            name, left = next(iter(self._gone.items()))
            if at - left <= GONE_S:
                return
            del self._gone[name]
            self._drop(name)


def _put(index: dict[str, NodeClaim], key: str | None, claim: NodeClaim, kept: NodeClaim | None) -> None:
    """Keep a claim under this key, or forget it there; one that is being deleted yields to one that is not."""
    if not key:
        return
    there = index.get(key)
    if there is not None and there.uid != claim.uid:
        if kept is not None and (kept.deleted is None or there.deleted is not None):
            index[key] = kept
    elif kept is None:
        index.pop(key, None)
    else:
        index[key] = kept


def _bound(story: _Story) -> None:
    runs = [place for place, line in enumerate(story.lines) if isinstance(line, PodMoves)]
    if len(runs) > RUNS:
        older, newer = story.lines[runs[0]], story.lines.pop(runs[1])
        if isinstance(older, PodMoves) and isinstance(newer, PodMoves):
            story.lines[runs[0]] = older.with_(newer)
    elif len(story.lines) - len(runs) > TURNS:
        place = next(place for place, line in enumerate(story.lines) if isinstance(line, Turn))
        del story.lines[place]
        story.forgotten += 1
