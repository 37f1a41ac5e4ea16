"""What carrying out a plan sees of the cluster: the store's rows as they move, and nothing that may be old."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol

from nodeview.actions import Key, Measuring, NodeProgress, Plan, Subject, Target
from nodeview.cluster import Fold, Snapshot, Stream
from nodeview.records import Node, NodeName, ObjectKey, Pod, Record, Workload

MOST_EARLY = 1_000
"""Pods of ReplicaSets not heard of yet that are kept; where those may not be read, all would be."""
PULSE_S = 0.05
"""Whoever waits looks at most this often, however much moves."""
TICK_S = 1.0
"""And at least this often, since time alone makes streams old."""
OLD_S = 90.0
"""Seconds of silence after which a stream that sends bookmarks may be old."""
NEEDED = ("nodes", "pods", "replicasets.apps")
"""Streams without which nothing may be written."""
OF_KIND = {
    "Deployment": "deployments.apps",
    "StatefulSet": "statefulsets.apps",
    "DaemonSet": "daemonsets.apps",
    "Rollout": "rollouts.argoproj.io",
    "NodeClaim": "nodeclaims.karpenter.sh",
}


class Store(Protocol):
    """Where the rows are: the informer."""

    def read(self) -> Snapshot:
        """The state as it stands; forgets nothing of what was touched."""
        ...

    def listen(self, fold: Fold) -> Callable[[], None]:
        """Show every row to this fold from now on; what is given back ends that."""
        ...


class Watch:
    """The part of the cluster that a plan is about. Open it before anything is asked of it, and close it."""

    def __init__(self, plan: Plan, store: Store, is_balloon: Callable[[Pod], bool], now: Callable[[], float]) -> None:
        """`now` is epoch seconds."""
        self.plan = plan
        self.targets: dict[NodeName, Target] = {one.name: one for one in plan.targets if not one.skipped}
        subjects = {step.subject: None for step in plan.steps if step.verb == "restart"}
        self.measuring = Measuring(tuple(subjects), plan.pods, self.workload_of)
        self._store = store
        self._is_balloon = is_balloon
        self._now = now
        self._kinds = {step.subject.kind for step in plan.steps} | {one.kind for one in subjects}
        self._subjects = {(one.kind, one.key) for one in subjects}
        self._blocked = frozenset(path.uid for path in plan.pods if path.path == "blocked")
        self._evicted = frozenset(path.uid for path in plan.pods if path.path == "evict")
        self._balloons = frozenset(path.uid for path in plan.pods if path.path == "balloon")
        self._early: dict[str, list[tuple[Pod | None, Pod | None, float]]] = {}
        """By uid, what pods did whose ReplicaSet is not known yet: another stream tells of it."""
        self._leaves: Callable[[], None] = lambda: None
        self._seen: Snapshot | None = None
        self._lineage: Snapshot | None = None
        """Whose ReplicaSets are as they are now; of pods it may be old. Most rows are pods, and ask for no more."""
        self._stirred = asyncio.Event()
        self._pulse = asyncio.Event()
        self._pulsing: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Listen from now on."""
        snapshot = self._store.read()
        pods = [pod for some in snapshot.pods.values() for pod in some.values()]
        self.measuring.begin(snapshot.workloads, [*pods, *snapshot.waiting.values()], self._now())
        self._leaves = self._store.listen(self)
        self._pulsing = asyncio.create_task(self._beat(), name="executor pulse")

    async def close(self) -> None:
        """Listen no more."""
        self._leaves()
        if self._pulsing is not None:
            self._pulsing.cancel()
            await asyncio.gather(self._pulsing, return_exceptions=True)

    # -- rows as they move ------------------------------------------------------------------

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """A row came, changed or went: wake whoever waits, where it is of this plan."""
        row = after if after is not None else before
        if isinstance(row, Pod):
            relevant = self._of_plan(before) or self._of_plan(after)
            self._keep_early(row, before, after, at)
        elif isinstance(row, Workload):
            relevant = row.kind == "ReplicaSet" or (row.kind, row.key) in self._subjects
            self._lineage = None
            if row.kind == "ReplicaSet" and row is after and self._early:
                self._tell_early(row)
        elif isinstance(row, Node):
            relevant = row.name in self.targets
        else:
            relevant = row is not None and "NodeClaim" in self._kinds
        if relevant:
            self._seen = None
            self.measuring.moved(before, after, at, live=live)
            self._stirred.set()

    def _keep_early(self, row: Pod, before: Record | None, after: Record | None, at: float) -> None:
        """Keep what a new pod did until it is known whose it is."""
        known = self._early.get(row.uid)
        new = before is None and row.owner is not None and row.owner.kind == "ReplicaSet"
        if known is None and not (new and len(self._early) < MOST_EARLY and self.workload_of(row) is None):
            return
        if after is None:
            self._early.pop(row.uid, None)
        else:
            was = before if isinstance(before, Pod) else None
            self._early.setdefault(row.uid, []).append((was, row, at))

    def _tell_early(self, replica_set: Workload) -> None:
        """Measure what the pods of this ReplicaSet did before it was heard of."""
        for uid, moves in list(self._early.items()):
            pod = moves[-1][1]
            if pod is None or pod.owner is None or pod.namespace != replica_set.namespace:
                continue
            if pod.owner.name == replica_set.name:
                del self._early[uid]
                for before, after, at in moves:
                    self.measuring.moved(before, after, at, live=True)

    def _of_plan(self, row: Record | None) -> bool:
        if not isinstance(row, Pod):
            return False
        return row.node in self.targets or self.workload_of(row) in self._subjects

    async def changed(self, within: float = TICK_S) -> None:
        """Wait until something of the plan has moved, or this many seconds."""
        pulse = self._pulse
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(within, TICK_S))):
                await pulse.wait()

    def wake(self) -> None:
        """Let all look again."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    async def _beat(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            self.wake()
            await asyncio.sleep(PULSE_S)

    # -- what there is ----------------------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot:
        """The state as it stands."""
        if self._seen is None:
            self._seen = self._store.read()
        return self._seen

    def old(self) -> str:
        """Which stream may be old, in words; empty where all that this plan needs can be believed."""
        now, streams = self._now(), {one.resource: one for one in self._store.read().streams}
        for name in (*NEEDED, *(OF_KIND[kind] for kind in sorted(self._kinds) if kind in OF_KIND)):
            stream = streams.get(name)
            if stream is None or (stream.state == "absent" and name not in NEEDED):
                continue
            if said := _old(stream, now):
                return said
        return ""

    def workload_of(self, pod: Pod) -> Key | None:
        """Whose a pod is, as (kind, key): through its ReplicaSet, if that is known."""
        owner = pod.owner
        if owner is None:
            return None
        if owner.kind == "ReplicaSet":
            if self._lineage is None:
                self._lineage = self._store.read()
            owner = self._lineage.owners.get(("ReplicaSet", ObjectKey(pod.namespace, owner.name)))
        return (owner.kind, ObjectKey(pod.namespace, owner.name)) if owner is not None else None

    def workload(self, subject: Subject) -> Workload | None:
        """This very workload; None where it is gone, or another bears its name."""
        found = self.snapshot.workloads.get((subject.kind, subject.key))
        return found if found is not None and (not subject.uid or found.uid == subject.uid) else None

    def node(self, name: NodeName, uid: str) -> Node | None:
        """This very node; None where it is gone."""
        found = self.snapshot.nodes.get(ObjectKey("", name))
        return found if found is not None and (not uid or found.uid == uid) else None

    def pod(self, subject: Subject, node: NodeName | None) -> Pod | None:
        """This very pod, where it is bound; None where it is gone, or another bears its name."""
        found = self.snapshot.pods.get(node, {}).get(subject.key) if node is not None else None
        return found if found is not None and found.uid == subject.uid else None

    def cordoned(self) -> Iterator[NodeName]:
        """Targets that take no pods by now."""
        for name, target in self.targets.items():
            node = self.node(name, target.uid)
            if node is not None and node.unschedulable:
                yield name

    def left_of(self, subject: Subject) -> list[Pod]:
        """Pods of a workload that a restart moves, and that are still on targets which take no more."""
        key = (subject.kind, subject.key)
        found = (pod for name in self.cordoned() for pod in self._on(name) if self.workload_of(pod) == key)
        return [pod for pod in found if not self._stays(pod) and pod.uid not in self._evicted]

    def leaving(self, name: NodeName) -> list[Pod]:
        """Pods on a node that have to leave before it is empty."""
        return [pod for pod in self._on(name) if not self._stays(pod) and not self.is_balloon(pod)]

    def emptied(self, name: NodeName) -> str:
        """How empty a node is that nothing more leaves."""
        kept = sum(pod.uid in self._blocked for pod in self._on(name))
        return f"empty but for {kept} pod{'s' if kept > 1 else ''} that nothing moves" if kept else "empty"

    def is_balloon(self, pod: Pod) -> bool:
        """It makes way for others, and goes last."""
        return pod.uid in self._balloons or self._is_balloon(pod)

    def _on(self, name: NodeName) -> list[Pod]:
        return [pod for pod in self.snapshot.pods.get(name, {}).values() if not pod.finished]

    def _stays(self, pod: Pod) -> bool:
        daemon = pod.owner is not None and pod.owner.kind == "DaemonSet"
        return daemon or pod.mirror or pod.uid in self._blocked

    def nodes_told(self) -> tuple[NodeProgress, ...]:
        """How far each target is."""
        asked: dict[NodeName, int] = {}
        for path in self.plan.pods:
            if path.path in ("restart", "evict", "job", "leaving"):
                asked[path.node] = asked.get(path.node, 0) + 1
        return tuple(self._node_told(name, target, asked.get(name, 0)) for name, target in self.targets.items())

    def _node_told(self, name: NodeName, target: Target, asked: int) -> NodeProgress:
        if self.node(name, target.uid) is None:
            return NodeProgress(name, "removed", 0, asked, gone=True)
        left = len(self.leaving(name))
        total = max(asked, left)
        words = self.emptied(name) if not left else f"{total - left} of {total} moved"
        return NodeProgress(name, words, left, total)


def _old(stream: Stream, now: float) -> str:
    """Why what is known of it may not be true any more; empty where it may be believed."""
    if stream.state == "forbidden":
        return f"{stream.resource} may not be read"
    if stream.state != "synced":
        return f"the stream of {stream.resource} is {stream.state}" + (f" ({stream.reason})" if stream.reason else "")
    heard = stream.heard_at
    if heard is None or (stream.bookmarked and now - heard > OLD_S):
        return f"nothing was heard of {stream.resource} for {OLD_S:.0f} s"
    return ""
