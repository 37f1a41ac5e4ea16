"""What a node amounts to: its record, its owner, its pods and their sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from nodeview.pricing import Price, price_said_on
from nodeview.provisioners import (
    FARGATE_PROFILE,
    Badge,
    CapacityType,
    Ownership,
    Standing,
    Traits,
    badges_change_at,
    badges_of,
    capacity_type_of,
    consolidatable_since,
    expires_at,
    ownership_of,
    phase_of,
    traits_of,
)
from nodeview.records import Amounts, Node, NodeClaim, NodeName, NodePool, Pod, ServerVersion

EVICTED = "EvictionByEvictionAPI"
NOT_ASKED = Price(None, reason="prices are disabled")


def never_a_balloon(pod: Pod) -> bool:
    """The assumption until somebody classifies balloons."""
    return False


class Assumptions(msgspec.Struct, frozen=True):
    """What the cluster does not tell: what a person configured."""

    resources: tuple[str, ...] = ("cpu", "memory")
    """Summed and shown as bars, in this order; "pods" may be among them."""
    pool_labels: tuple[str, ...] = ()
    """Labels whose value names the pool of nodes that nobody recognised."""
    capacity_types: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """Label → its value → capacity type; asked before all else."""
    priced: bool = True
    is_balloon: Callable[[Pod], bool] = never_a_balloon


class PodCounts(msgspec.Struct, frozen=True):
    """Pods that hold room: total = pending + bound, bound = starting + running + terminating."""

    pending: int = 0
    starting: int = 0
    running: int = 0
    terminating: int = 0

    @property
    def bound(self) -> int:
        return self.starting + self.running + self.terminating

    @property
    def total(self) -> int:
        return self.pending + self.bound


NO_PODS = PodCounts()


class NodeView(msgspec.Struct, frozen=True, eq=False):
    """One node at one moment. Amounts are in nano-units; a resource that `requested` lacks is in `unknown`."""

    record: Node
    claim: NodeClaim | None
    standing: Standing
    badges: tuple[Badge, ...]
    ownership: Ownership
    capacity_type: CapacityType | None
    traits: Traits
    expires_at: float | None
    consolidatable_since: float | None
    pods: tuple[Pod, ...]
    """Those that hold room here: terminating ones, static ones and daemons included, finished ones not."""
    counts: PodCounts | None
    """None where pods are not known; `unknown["pods"]` says why."""
    namespaces: frozenset[str]
    requested: Amounts
    """Every resource that a pod here requests, and each of the assumed resources; nothing where pods are not known."""
    balloon: Amounts
    """The part of `requested` that low-priority placeholders hold."""
    unknown: Mapping[str, str]
    """Resource → why its sum is not known."""
    price: Price
    next_moment: float | None
    """When time alone changes its phase or badges, epoch seconds."""
    resources: tuple[str, ...]
    figures: tuple[int, ...]
    """For sums over many nodes: see `figures_of`, for `resources`."""

    @property
    def name(self) -> NodeName:
        return self.record.name

    @property
    def pool(self) -> str | None:
        return self.ownership.pool

    @property
    def allocatable(self) -> Amounts:
        return self.record.allocatable

    def why_unknown(self, resource: str) -> str | None:
        """Why what is requested of this resource, or what there is of it, is not known; None where both are."""
        return self.unknown.get(resource, self.unknown["pods"] if self.counts is None else None)

    def share(self, resource: str) -> float | None:
        """Requested over allocatable; None where either is unknown or there is nothing to share."""
        whole, used = self.record.allocatable.get(resource), self.requested.get(resource)
        return used / whole if whole and used is not None else None


def view_node(
    node: Node,
    claim: NodeClaim | None,
    pool: NodePool | None,
    pods: Iterable[Pod],
    given: Assumptions,
    now: float,
    control_plane: ServerVersion | None,
    no_pods: str = "",
) -> NodeView:
    """Derive one node's view from what was said of it; nothing is carried over from an earlier view.

    `no_pods` says why pods are not known, where they are not.
    """
    holding = tuple([pod for pod in pods if not pod.finished])
    requested, balloon, unknown = _no_sums(given, no_pods) if no_pods else _sums(holding, given)
    counts = None if no_pods else _count(holding)
    evicting = node.unschedulable and any(pod.disruption == EVICTED for pod in holding)
    standing = phase_of(node, claim, now, evicting=evicting)
    return NodeView(
        record=node,
        claim=claim,
        standing=standing,
        badges=badges_of(node, claim, pool, now, control_plane),
        ownership=_ownership(node, claim, holding, given),
        capacity_type=capacity_type_of(node, claim=claim, custom=given.capacity_types),
        traits=traits_of(node),
        expires_at=expires_at(node, claim, pool),
        consolidatable_since=consolidatable_since(claim),
        pods=holding,
        counts=counts,
        namespaces=frozenset([pod.namespace for pod in holding]),
        requested=requested,
        balloon=balloon,
        unknown=unknown | {name: f"the node's {name} is not a quantity" for name in node.unreadable},
        price=price_said_on(node) if given.priced else NOT_ASKED,
        next_moment=_sooner(standing.next_moment, badges_change_at(node, claim, pool, now)),
        resources=given.resources,
        figures=_figures(node.allocatable, requested, balloon, counts, given.resources),
    )


def _ownership(node: Node, claim: NodeClaim | None, pods: tuple[Pod, ...], given: Assumptions) -> Ownership:
    """Who brought the node; the profile of a Fargate node is said by its one pod only."""
    ownership = ownership_of(node, custom_labels=given.pool_labels, claim=claim)
    if ownership.provisioner != "fargate" or ownership.pool is not None:
        return ownership
    profiles = (value for pod in pods for key, value in pod.labels if key == FARGATE_PROFILE)
    return Ownership("fargate", next(profiles, None))


def figures_of(view: NodeView, resources: tuple[str, ...]) -> tuple[int, ...]:
    """What sums add up: allocatable, requested and balloon of each resource, then pods starting, running, terminating.

    An unknown amount counts nothing here; whoever sums must look at `unknown`.
    """
    return _figures(view.record.allocatable, view.requested, view.balloon, view.counts, resources)


def _figures(
    allocatable: Amounts, requested: Amounts, balloon: Amounts, counts: PodCounts | None, resources: tuple[str, ...]
) -> tuple[int, ...]:
    counts = counts or NO_PODS
    return (
        *[allocatable.get(name, 0) for name in resources],
        *[requested.get(name, 0) for name in resources],
        *[balloon.get(name, 0) for name in resources],
        counts.starting,
        counts.running,
        counts.terminating,
    )


def _sooner(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def _no_sums(given: Assumptions, why: str) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
    return {}, {}, dict.fromkeys((*given.resources, "pods"), why)


def _sums(pods: tuple[Pod, ...], given: Assumptions) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
    requested = dict.fromkeys(given.resources, 0)
    balloon: dict[str, int] = {}
    unknown: dict[str, str] = {}
    for pod in pods:
        for name, amount in pod.requests.items():
            requested[name] = requested.get(name, 0) + amount
        if pod.unreadable:
            for name in pod.unreadable:
                unknown[name] = f"the {name} request of {pod.namespace}/{pod.name} is not a quantity"
        if given.is_balloon(pod):
            for name, amount in pod.requests.items():
                balloon[name] = balloon.get(name, 0) + amount
    requested["pods"] = len(pods) * 10**9
    for name in unknown:
        requested.pop(name, None)
        balloon.pop(name, None)
    return requested, balloon, unknown


def _count(pods: tuple[Pod, ...]) -> PodCounts:
    starting = running = terminating = 0
    for pod in pods:
        if pod.deleted is not None:
            terminating += 1
        elif pod.phase == "Pending":
            starting += 1
        else:
            running += 1
    return PodCounts(0, starting, running, terminating)
