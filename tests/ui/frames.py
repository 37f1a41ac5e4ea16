"""Frames made by hand, and a script of them: the screen's tests need no cluster."""

from __future__ import annotations

from asyncio import Event
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nodeview.cluster import Happening, Stream
from nodeview.frame import Frame, Identity
from nodeview.insights import Insights, Outlook, Pending
from nodeview.insights.groups import GroupKey, Member, group_of, key_of
from nodeview.records import NodeName, ObjectKey, OwnerRef, Pod, ServerVersion
from nodeview.views import ClusterView, Departed, NodeView, PendingView, tally
from tests.builders import NOW, a_pod, a_shape, condition, taint
from tests.views.build import labels, view

GIB = 1024**3 * 10**9
NANO = 10**9
REASON = "0/42 nodes are available: 12 Insufficient cpu, 30 node(s) didn't match Pod's node affinity/selector."


def the_pods(node: str, count: int, cpu_milli: int) -> tuple[Pod, ...]:
    """Running pods on a node, of a Deployment each three."""
    return tuple(
        a_pod(
            f"checkout-{node}-{number}",
            namespace="shop",
            node=NodeName(node),
            owner=OwnerRef("ReplicaSet", f"checkout-{number // 3}"),
            created=int(NOW) - 3600 * (number + 1),
            shape=a_shape(requests={"cpu": cpu_milli * NANO // 1000, "memory": GIB}),
        )
        for number in range(count)
    )


def a_node_view(number: int = 1, *, pods: int = 4, cpu_milli: int = 500, **overrides: Any) -> NodeView:
    """The node `ip-10-0-<n>-<n>`: four cores, 16 GiB, of pool api, web or batch."""
    name = overrides.pop("name", f"ip-10-0-{number // 250}-{number % 250}.eu-west-1.compute.internal")
    said = labels(
        pool=("api", "web", "batch")[number % 3],
        type=("m7g.2xlarge", "c7g.xlarge", "m5.4xlarge")[number % 3],
        zone=f"eu-west-1{'abc'[number % 3]}",
        region="eu-west-1",
        cap=("spot", "on-demand")[number % 2],
        **({"price": "0.131"} if number % 4 else {}),
    )
    overrides.setdefault("labels", {"kubernetes.io/hostname": name, **said})
    overrides.setdefault("created", int(NOW) - 1000 * number - 50)
    return view(name, the_pods(name, pods, cpu_milli), **overrides)


def not_ready(number: int) -> NodeView:
    """A node that has not been heard of for three minutes."""
    return a_node_view(
        number,
        conditions=(condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting", int(NOW) - 180),),
    )


def cordoned(number: int) -> NodeView:
    """A node that takes no more pods."""
    return a_node_view(number, unschedulable=True, taints=(taint("node.kubernetes.io/unschedulable"),))


def waiting(name: str = "worker-1", reason: str | None = REASON, kind: Any = "unschedulable") -> PendingView:
    """A pod that waits since two minutes."""
    return PendingView(
        ObjectKey("shop", name),
        f"uid-{name}",
        OwnerRef("Deployment", "worker"),
        None,
        int(NOW) - 120,
        kind,
        reason,
        {"cpu": 4 * NANO, "memory": 8 * GIB},
        None,
    )


def gathered(pending: Sequence[PendingView], outlook: Outlook | None = None) -> Insights:
    """The groups that these pods are in."""
    shape = a_shape()
    members: dict[GroupKey, dict[ObjectKey, Member]] = {}
    placed = {}
    for one in pending:
        pod = a_pod(one.key.name, namespace=one.key.namespace, shape=shape)
        placed[one.key] = key_of(one, pod)
        members.setdefault(placed[one.key], {})[one.key] = Member(one, pod, one.key.name.startswith("balloon"))
    groups = {key: group_of(key, some, outlook) for key, some in members.items()}
    return Insights(Pending(tuple(groups.values()), groups, placed, {}))


def synced(**overrides: Any) -> tuple[Stream, ...]:
    """Streams of nodes and pods, heard 0.3 s ago."""
    said = {"state": "synced", "heard_at": NOW - 0.3, "bookmarked": True, "synced_once": True, **overrides}
    return Stream("nodes", **said), Stream("pods", **said)


def a_frame(
    nodes: Iterable[NodeView] | int = 12,
    *,
    number: int = 1,
    touched: Iterable[str] | None = None,
    pending: Sequence[PendingView] = (),
    streams: Sequence[Stream] | None = None,
    feed: Sequence[Happening] = (),
    joined: Mapping[str, float] | None = None,
    departed: Mapping[str, NodeView] | None = None,
    resources: tuple[str, ...] = ("cpu", "memory"),
    at: float = NOW,
    outlook: Outlook | None = None,
) -> Frame:
    """One moment of a cluster of these nodes, or of so many."""
    views = [a_node_view(one, pods=one % 8) for one in range(1, nodes + 1)] if isinstance(nodes, int) else list(nodes)
    by_name = {one.name: one for one in views}
    seen = ClusterView(
        nodes=by_name,
        joined={NodeName(name): when for name, when in (joined or {}).items()},
        departed={NodeName(name): Departed(one, at) for name, one in (departed or {}).items()},
        totals=tally(views, resources).with_pending(len(pending)),
        pools=(),
        zones=(),
        pending=tuple(pending),
        owners={},
        pods_elsewhere=0,
        streams=tuple(synced() if streams is None else streams),
    )
    names = by_name if touched is None else touched
    identity = Identity("prod-blue", "prod-blue", "https://example.invalid", ServerVersion(1, 34, "v1.34.2"))
    some = frozenset(NodeName(one) for one in names)
    return Frame(number, at, identity, seen, some, tuple(feed), None, insights=gathered(pending, outlook))


def happened(number: int = 1, kind: Any = "joined", subject: str = "ip-10-0-0-3", message: str = "") -> Happening:
    """A line of the feed."""
    return Happening(number, NOW, kind, subject, message)


class Script:
    """Frames in the order given; after the last, it waits for `add`."""

    def __init__(self, *frames: Frame) -> None:
        """The frames known so far."""
        self._frames = list(frames)
        self.last = frames[-1] if frames else None
        self._more = Event()

    def add(self, frame: Frame) -> None:
        """One more frame."""
        self._frames.append(frame)
        self.last = frame
        self._more.set()

    async def next(self) -> Frame:
        """The next frame of the script."""
        while not self._frames:
            self._more.clear()
            await self._more.wait()
        return self._frames.pop(0)

    async def open(self) -> Script:
        """Itself, as the app opens it."""
        return self


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self, now: float = NOW) -> None:
        """It is this epoch second."""
        self.now = now

    def __call__(self) -> float:
        """What time it is."""
        return self.now
