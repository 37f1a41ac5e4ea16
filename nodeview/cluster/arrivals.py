"""The stories of nodes on their way in, folded from claims, nodes and pods in any order; told in one line each."""

from __future__ import annotations

from collections import OrderedDict, deque

from msgspec.structs import replace

from nodeview.cluster.arrival import Arrival, Arrivals, Failures
from nodeview.cluster.chronicle import Chronicle
from nodeview.provisioners import ownership_of, ownership_of_claim, traits_of
from nodeview.records import ClusterEvent, Node, NodeClaim, NodeName, Pod, Record

SAMPLES = 100
"""Nodes of a pool whose seconds are kept; the oldest are forgotten first."""
INFINITY = float("inf")
POOLS = 1000
"""Pools of which anything is kept."""
_REASONS = ("InsufficientCapacityError", "NodeClassNotReady", "ProviderNotReady")


class _Story:
    """One node, or claim without a node yet, as far as it is known."""

    __slots__ = ("arrival", "claim", "counted", "line", "node", "provider_id", "reason", "told")

    def __init__(self) -> None:
        self.arrival = Arrival()
        self.claim: NodeClaim | None = None
        self.node: Node | None = None
        self.provider_id = ""
        self.line = 0
        self.told = ""
        self.reason = ""
        self.counted = False


class ArrivalFold:
    """Follows each node from its claim to its first pod; what is over is kept for as long as the node is there."""

    def __init__(self, chronicle: Chronicle) -> None:
        """What goes on while we watch is told to this chronicle."""
        self._chronicle = chronicle
        self._by_claim: dict[str, _Story] = {}
        self._by_node: dict[NodeName, _Story] = {}
        self._by_provider: dict[str, _Story] = {}
        self._open: dict[NodeName, _Story] = {}
        """Nodes whose first pod is awaited."""
        self._seconds: OrderedDict[str, deque[float]] = OrderedDict()
        self._failures: OrderedDict[str, Failures] = OrderedDict()
        self._told: Arrivals | None = Arrivals()
        self._arrivals: dict[NodeName, Arrival] = {}

    def told(self) -> Arrivals:
        """All that is known; the same value until something differs."""
        if self._told is None:
            seconds = {pool: tuple(some) for pool, some in self._seconds.items()}
            self._told = Arrivals(dict(self._arrivals), seconds, dict(self._failures))
        return self._told

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """See `Fold`."""
        row = after if after is not None else before
        if isinstance(row, Pod):
            if after is not None and row.node in self._open:
                self._pod(row, self._open[row.node], at)
        elif isinstance(row, NodeClaim):
            if after is None:
                self._claim_gone(row, at)
            else:
                self._claim(row, at, live=live)
        elif isinstance(row, Node):
            old = before if isinstance(before, Node) else None
            if old is not None and (after is None or old.uid != row.uid):
                self._node_gone(old)
                old = None
            if after is not None:
                self._node(old, row, at, live=live)
        elif isinstance(row, ClusterEvent) and row.reason in _REASONS:
            story = self._by_claim.get(row.about.uid)
            if story is not None:
                story.reason = row.message

    def _claim(self, claim: NodeClaim, at: float, *, live: bool) -> None:
        story = self._by_claim.get(claim.uid)
        if story is None:
            story = self._by_claim[claim.uid] = self._stray(claim) or _Story()
        if story.claim is None:
            self._discount(story)  # what is counted from the Node so far will be counted from the claim
        story.claim = claim
        if claim.provider_id and story.provider_id != claim.provider_id:
            self._identify(story, claim.provider_id)
        since = {one.type: one.since for one in claim.conditions if one.status == "True" and one.since is not None}
        failed = next((one.message for one in claim.conditions if one.reason == "LaunchFailed"), "")
        story.reason = failed or story.reason
        was = story.arrival
        self._known(
            story,
            replace(
                was,
                claim=claim.name,
                pool=was.pool or ownership_of_claim(claim).pool,
                claimed_at=float(claim.created),
                launched_at=since.get("Launched", was.launched_at),
                registered_at=since.get("Registered", was.registered_at),
                ready_at=since.get("Initialized", was.ready_at if was.claim else None),
            ),
        )
        pool = story.arrival.pool
        if "Registered" in since and pool is not None and self._failures.pop(pool, None) is not None:
            self._told = None
        self._tell(story, at, live=live)

    def _stray(self, claim: NodeClaim) -> _Story | None:
        """The story of its node, which was heard of first."""
        story = self._by_provider.get(claim.provider_id) if claim.provider_id else None
        if story is None and claim.node and not claim.provider_id:
            story = self._by_node.get(claim.node)
        return story if story is not None and story.claim is None else None

    def _identify(self, story: _Story, provider_id: str) -> None:
        """By its instance a claim and a node are one; whichever was heard of first."""
        other = self._by_provider.get(provider_id)
        story.provider_id = provider_id
        if other is not None and other is not story:
            if other.claim is not None:
                return  # two claims say to have one instance: the first keeps it
            if other.node is not None:
                self._join(story, other, other.node)
        self._by_provider[provider_id] = story

    def _join(self, story: _Story, other: _Story, node: Node) -> None:
        """What was known of the node is the claim's."""
        was = other.arrival
        self._discount(other)
        story.node, story.line = node, other.line
        story.arrival = replace(
            story.arrival, joined_at=was.joined_at, asked_at=was.asked_at, running_at=was.running_at
        )
        self._by_node[node.name] = story
        if node.name in self._open:
            self._open[node.name] = story

    def _node(self, before: Node | None, node: Node, at: float, *, live: bool) -> None:
        story = self._by_node.get(node.name)
        if story is None:
            story = (self._by_provider.get(node.provider_id) if node.provider_id else None) or _Story()
            self._by_node[node.name] = story
            if live or not _is_ready(node):
                self._open[node.name] = story
        story.node = node
        self._arrivals[node.name] = story.arrival
        if node.provider_id and node.provider_id not in self._by_provider:
            story.provider_id = node.provider_id
            self._by_provider[node.provider_id] = story
        was = story.arrival
        pool = ownership_of(node, claim=story.claim).pool or was.pool
        ready_at = was.ready_at
        if ready_at is None and story.claim is None and live and (before is None or not _is_ready(before)):
            ready_at = _ready_since(node)
        self._known(story, replace(was, pool=pool, joined_at=float(node.created), ready_at=ready_at))
        if story.arrival is not was and before is not None:
            self._tell(story, at, live=live)

    def _pod(self, pod: Pod, story: _Story, at: float) -> None:
        if pod.mirror or (pod.owner is not None and pod.owner.kind == "DaemonSet"):
            return
        was = story.arrival
        begun = was.begun_at
        asked_at = was.asked_at
        if begun is not None and pod.created <= begun and (asked_at is None or pod.created < asked_at):
            asked_at = float(pod.created)
        running_at = was.running_at
        if pod.phase == "Running" and not pod.disruption and pod.turned_at is not None:
            running_at = min(running_at or INFINITY, float(pod.turned_at))
        now = replace(was, asked_at=asked_at, running_at=running_at)
        if now == was:
            return
        if running_at is not None and was.ready_at is not None and pod.node is not None:
            del self._open[pod.node]  # the first is the first
        self._known(story, now)
        self._tell(story, at, live=True)

    def _known(self, story: _Story, now: Arrival) -> None:
        if now == story.arrival:
            return
        story.arrival, self._told = now, None
        if story.node is not None:
            self._arrivals[story.node.name] = now
        seconds = now.ready_s
        if seconds is None or now.pool is None or story.counted:
            return
        story.counted = True
        samples = self._seconds.get(now.pool)
        if samples is None:
            samples = self._seconds[now.pool] = deque(maxlen=SAMPLES)
            if len(self._seconds) > POOLS:
                self._seconds.popitem(last=False)
        samples.append(seconds)

    def _discount(self, story: _Story) -> None:
        seconds, pool = story.arrival.ready_s, story.arrival.pool
        samples = self._seconds.get(pool) if pool is not None and story.counted else None
        story.counted = False
        if samples is not None and seconds is not None and seconds in samples:
            samples.remove(seconds)

    def _claim_gone(self, claim: NodeClaim, at: float) -> None:
        story = self._by_claim.pop(claim.uid, None)
        if story is None:
            return
        if story.node is None:
            self._forget_provider(story)
            if story.arrival.registered_at is None:
                self._failed(story, claim, at)

    def _failed(self, story: _Story, claim: NodeClaim, at: float) -> None:
        """It went away without a node: Karpenter gave up, or nobody wanted it any more."""
        pool = story.arrival.pool or claim.name
        before = self._failures.get(pool)
        count, since = (before.count, before.since) if before else (0, float(claim.created))
        self._failures[pool] = Failures(count + 1, since, story.reason or (before.reason if before else ""))
        if len(self._failures) > POOLS:
            self._failures.popitem(last=False)
        self._told = None
        words = f"{_what(story)}: {story.arrival.words}, went away without a node"
        self._say(story, at, f"{words}: {story.reason}" if story.reason else words, alarm=True)

    def _node_gone(self, node: Node) -> None:
        self._open.pop(node.name, None)
        story = self._by_node.pop(node.name, None)
        if story is not None:
            self._arrivals.pop(node.name, None)
            self._told = None
            story.node = None
            self._forget_provider(story)

    def _forget_provider(self, story: _Story) -> None:
        if self._by_provider.get(story.provider_id) is story:
            del self._by_provider[story.provider_id]

    def _tell(self, story: _Story, at: float, *, live: bool) -> None:
        """What of the story is news is one line, retold as it goes on; what was over before we watched is none."""
        arrival = story.arrival
        if not live or (not arrival.claim and arrival.ready_at is None):
            return
        words = f"{_what(story)}: {arrival.news}"
        if words == story.told or (not story.line and arrival.ready_at is not None and not self._is_open(story)):
            return
        story.told = words
        self._say(story, at, words)

    def _is_open(self, story: _Story) -> bool:
        return story.node is not None and self._open.get(story.node.name) is story

    def _say(self, story: _Story, at: float, message: str, *, alarm: bool = False) -> None:
        node = story.node.name if story.node is not None else ""
        if story.line:
            self._chronicle.retell(story.line, message, node=node, alarm=alarm)
            return
        name = story.arrival.claim
        if name:
            story.line = self._chronicle.tell(at, "claim", name, message, node=node, alarm=alarm)
        else:
            story.line = self._chronicle.tell(at, "phase", node, message, node=node)


def _what(story: _Story) -> str:
    bearer = story.claim if story.claim is not None else story.node
    traits = traits_of(bearer) if bearer is not None else None
    return " ".join(filter(None, (traits.instance_type, traits.zone))) if traits is not None else ""


def _is_ready(node: Node) -> bool:
    return any(one.type == "Ready" and one.status == "True" for one in node.conditions)


def _ready_since(node: Node) -> float | None:
    ready = node.condition("Ready")
    return float(ready.since) if ready is not None and ready.status == "True" and ready.since is not None else None
