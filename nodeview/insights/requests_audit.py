"""The audit of requests: a hair too large for the machines at hand, far from use, or not there at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping

import msgspec

from nodeview.insights.oversize import Kind, Machine, Oversize, Requests, Tenant, asks_for, may_crowd, oversize_of
from nodeview.insights.recommended import Recommended, beside_recommendations
from nodeview.insights.use_audit import FarFromUse, far_from_use
from nodeview.records import OwnerRef, Pod
from nodeview.views import ClusterView, NodeView, natural, owner_of

SLICE = 8
"""Nodes looked at between two yields: about a millisecond of work."""

Maker = tuple[str, OwnerRef]
"""Namespace and what a person calls the workload; a pod that nobody controls is its own."""


class Bare(msgspec.Struct, frozen=True, eq=False):
    """A workload with containers that request no cpu or no memory."""

    namespace: str
    owner: OwnerRef
    pods: int
    """Those with such containers."""
    containers: Mapping[str, tuple[str, ...]]
    """Container → the resources it requests nothing of."""


class Audit(msgspec.Struct, frozen=True, eq=False):
    """What is to be said of requests at one moment."""

    bare: tuple[Bare, ...]
    """The most pods first."""
    oversized: tuple[Oversize, ...]
    """Those that save most first."""
    far: tuple[FarFromUse, ...]
    """The farthest first."""
    why_no_use: str
    """Why nobody can say what pods use; empty where it is known."""
    pods: int
    """So many were looked at: those that hold room on the nodes that are shown."""
    recommended: tuple[Recommended, ...] = ()
    """Outside of what the VerticalPodAutoscaler recommends, the farthest first."""
    recommendations: int = 0
    """So many workloads have a recommendation."""


def audit_requests(view: ClusterView) -> Generator[None, None, Audit]:
    """Look at all pods on the shown nodes; yields often, since these may be many.

    What is a hair too large is asked of nodes that are ready, take pods, and say what machine they are.
    """
    bare: dict[Maker, tuple[list[int], dict[str, set[str]]]] = {}
    machines: dict[Kind, Machine] = {}
    holding: dict[tuple[Kind, Tenant], list[tuple[NodeView, int]]] = {}
    asked = _once_per_requests()
    for count, node in enumerate(view.nodes.values(), start=1):
        for pod in node.pods:
            if pod.shape.unasked:
                _note(pod, bare.setdefault(_maker(pod, view), ([0], {})))
        if (kind := _kind(node)) is not None:
            machines.setdefault(kind, Machine()).add(node)
            for tenant, pods in _tenants(node, view, asked).items():
                holding.setdefault((kind, tenant), []).append((node, pods))
        if count % SLICE == 0:
            yield
    oversized: list[Oversize] = []
    for (kind, tenant), nodes in holding.items():
        found = yield from oversize_of(tenant, kind, machines[kind], nodes)
        if found is not None:
            oversized.append(found)
        yield
    far = yield from far_from_use(view)
    outside = yield from beside_recommendations(view)
    rows = [
        Bare(namespace, owner, many[0], {name: tuple(sorted(lacks)) for name, lacks in sorted(containers.items())})
        for (namespace, owner), (many, containers) in bare.items()
    ]
    return Audit(
        bare=tuple(sorted(rows, key=lambda one: (-one.pods, one.namespace, natural(one.owner.name)))),
        far=far,
        recommended=outside,
        recommendations=len(view.recommendations),
        why_no_use=view.usage.why_pods,
        oversized=tuple(sorted(oversized, key=_most_first)),
        pods=sum(len(node.pods) for node in view.nodes.values()),
    )


def _most_first(miss: Oversize) -> tuple[int, int, str, str]:
    return -miss.saved, -miss.room_for_more, miss.namespace, natural(miss.owner.name)


def _once_per_requests() -> Callable[[Pod], Requests]:
    """Equal requests are one object, kept alive by the view: they are counted once."""
    known: dict[int, Requests] = {}

    def asked(pod: Pod) -> Requests:
        some = known.get(id(pod.requests))
        if some is None:
            some = known[id(pod.requests)] = asks_for(pod)
        return some

    return asked


def _tenants(node: NodeView, view: ClusterView, asked: Callable[[Pod], Requests]) -> Counter[Tenant]:
    """Whose pods are here, and how many; balloons and what is alone on its node are nobody's."""
    return Counter(
        Tenant(*_maker(pod, view), asked(pod)) for pod in node.pods if may_crowd(pod) and not view.given.is_balloon(pod)
    )


def _note(pod: Pod, seen: tuple[list[int], dict[str, set[str]]]) -> None:
    many, containers = seen
    many[0] += 1
    for name, lacks in pod.shape.unasked:
        containers.setdefault(name, set()).update(lacks)


def _maker(pod: Pod, view: ClusterView) -> Maker:
    if pod.mirror:
        return pod.namespace, OwnerRef("StaticPod", pod.name.removesuffix(f"-{pod.node}"))
    owner = owner_of(pod, view.owners)
    return pod.namespace, OwnerRef("Pod", pod.name) if owner is None else OwnerRef(owner.kind, owner.name)


def _kind(node: NodeView) -> Kind | None:
    """What machine it is; None where it could take no pod, or something of it is not known."""
    machine = node.traits.instance_type
    if machine is None or node.counts is None or node.unknown:
        return None
    return Kind(node.pool, machine) if node.standing.phase == "ready" else None
