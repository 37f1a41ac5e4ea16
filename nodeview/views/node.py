"""What a node amounts to: its record, its owner, its pods and their sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from nodeview.pricing import EMPTY_BOOK, Goods, Price, PriceBook
from nodeview.provisioners import (
    FARGATE_PROFILE,
    Badge,
    CapacityType,
    Interruption,
    NamePatterns,
    Ownership,
    Standing,
    Traits,
    badges_change_at,
    badges_of,
    capacity_type_of,
    consolidatable_since,
    expires_at,
    gathered,
    ownership_of,
    phase_of,
    traits_of,
)
from nodeview.records import Amounts, Node, NodeClaim, NodeName, NodePool, Pod, ServerVersion, Usage
from nodeview.views.balloon import is_balloon_by_rule
from nodeview.views.goods import goods_of
from nodeview.views.headroom_shape import LARGEST, HeadroomShape
from nodeview.views.pod_sums import NO_PODS, PodCounts, PodSums, sum_pods
from nodeview.views.split import Split, split_of

EVICTED = "EvictionByEvictionAPI"
EVICTING_S = 60.0
"""Seconds after an eviction for which a drain is believed to go on: it waits for budgets and for pods to end."""
NOT_ASKED = Price(None, reason="prices are disabled")


class Assumptions(msgspec.Struct, frozen=True):
    """What the cluster does not tell: what a person configured."""

    resources: tuple[str, ...] = ("cpu", "memory")
    """Summed and shown as bars, in this order; "pods" may be among them."""
    pool_labels: tuple[str, ...] = ()
    """Labels whose value names the pool of nodes that nobody recognised."""
    capacity_types: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """Label → its value → capacity type; asked before all else."""
    priced: bool = True
    is_balloon: Callable[[Pod], bool] = is_balloon_by_rule
    waits_long: float = 60.0
    """Seconds after which a pod that waits is shown in amber."""
    waits_too_long: float = 300.0
    """And in red."""
    churn_minutes: int = 15
    """A node that lived less long lived too short."""
    churn_moves: int = 6
    """Pods that had to move more often than this in an hour, for each replica, find no rest."""
    trend_hours: float = 2.0
    """How far numbers over time go back."""
    headroom_shape: HeadroomShape = LARGEST
    """What room that is left is counted in."""
    name_groups: NamePatterns = ()
    """What gathers groups whose names differ by zone or date into one pool."""
    node_selector: str = ""
    """Which nodes are heard of at all; the others are as if they were not there."""
    mistakes: tuple[str, ...] = ()
    """What of the settings is passed over, a sentence each with file and line."""


MONEY_FIGURES = 9
"""How many of a view's `figures` are of money; they are the last."""
_NO_SPLIT = Split()


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
    daemons: Amounts
    """The part of `requested` that daemons and static pods hold."""
    unknown: Mapping[str, str]
    """Resource → why its sum is not known."""
    goods: Goods | None
    """What its price is asked for by; None where prices are disabled."""
    price: Price
    split: Split | None
    """What its price is spent on; None where the price, or an amount that counts in it, is not known."""
    empty: bool
    """Nothing but daemons is on it, nothing asks to keep it, and who removes it saves its price."""
    next_moment: float | None
    """When time alone changes its phase or badges, epoch seconds."""
    resources: tuple[str, ...]
    figures: tuple[int, ...]
    """For sums over many nodes: see `figures_of`, for `resources`."""
    used: Usage | None = None
    """What it really uses, by the last poll that changed the percents; None where nobody measured it."""
    largest: Pod | None = None
    """The largest pod here that is work, neither daemon nor balloon."""

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
    book: PriceBook = EMPTY_BOOK,
    used: Usage | None = None,
    evicted_at: float | None = None,
    interruption: Interruption | None = None,
) -> NodeView:
    """Derive one node's view from what was said of it; nothing is carried over from an earlier view.

    `no_pods` says why pods are not known, where they are not; `evicted_at`, when a pod was last evicted from it.
    """
    pods = tuple(pods)
    sums = sum_pods(pods, given.resources, given.is_balloon, no_pods)
    evicting = node.unschedulable and any(pod.disruption == EVICTED for pod in sums.pods)
    until = None if evicted_at is None or sums.only_daemons else evicted_at + EVICTING_S
    standing = phase_of(node, claim, now, evicting=evicting, evicting_until=until, interruption=interruption)
    badges = badges_of(node, claim, pool, now, control_plane)
    ownership = _ownership(node, claim, sums.pods, given)
    capacity_type = capacity_type_of(node, claim=claim, custom=given.capacity_types)
    traits = traits_of(node)
    goods = goods_of(node, traits, ownership, capacity_type, pods, book.asked_labels) if given.priced else None
    price = NOT_ASKED if goods is None else book.price_of(node, goods)
    unknown = sums.unknown
    if node.unreadable:
        unknown = {**unknown, **{name: f"the node's {name} is not a quantity" for name in node.unreadable}}
    split = _split(price, node, sums, unknown, capacity_type)
    empty = sums.only_daemons and _could_go(standing, badges, capacity_type)
    counted = _amounts(node.allocatable, sums.requested, sums.balloon, sums.counts, given.resources)
    return NodeView(
        record=node,
        claim=claim,
        standing=standing,
        badges=badges,
        ownership=ownership,
        capacity_type=capacity_type,
        traits=traits,
        expires_at=expires_at(node, claim, pool),
        consolidatable_since=consolidatable_since(claim),
        pods=sums.pods,
        counts=sums.counts,
        namespaces=frozenset([pod.namespace for pod in sums.pods]),
        requested=sums.requested,
        balloon=sums.balloon,
        daemons=sums.daemons,
        unknown=unknown,
        goods=goods,
        price=price,
        split=split,
        empty=empty,
        next_moment=_sooner(standing.next_moment, badges_change_at(node, claim, pool, now)),
        resources=given.resources,
        figures=counted + _money(price, split, empty=empty),
        used=used,
        largest=sums.largest,
    )


def priced_again(view: NodeView, goods: Goods, book: PriceBook) -> NodeView:
    """The view with what this book says of its price; the view itself where that is what it says already."""
    price = book.price_of(view.record, goods)
    if price == view.price and goods == view.goods:
        return view
    split = _split(price, view.record, view, view.unknown, view.capacity_type)
    figures = view.figures[:-MONEY_FIGURES] + _money(price, split, empty=view.empty)
    return replace(view, price=price, goods=goods, split=split, figures=figures)


def _ownership(node: Node, claim: NodeClaim | None, pods: tuple[Pod, ...], given: Assumptions) -> Ownership:
    """Who brought the node; the profile of a Fargate node is said by its one pod only."""
    ownership = gathered(ownership_of(node, custom_labels=given.pool_labels, claim=claim), node.name, given.name_groups)
    if ownership.provisioner != "fargate" or ownership.pool is not None:
        return ownership
    profiles = (value for pod in pods for key, value in pod.labels if key == FARGATE_PROFILE)
    return Ownership("fargate", next(profiles, None))


def _split(
    price: Price, node: Node, sums: PodSums | NodeView, unknown: Mapping[str, str], capacity_type: CapacityType | None
) -> Split | None:
    if price.hourly is None or sums.counts is None:
        return None
    fargate = capacity_type == "fargate"
    return split_of(price.hourly, node, sums.requested, sums.balloon, sums.daemons, unknown, fargate=fargate)


def _could_go(standing: Standing, badges: tuple[Badge, ...], capacity_type: CapacityType | None) -> bool:
    """Whether removing the node would save something now: it is not awaited or going, and paid for only while it is."""
    staying = standing.phase not in ("arriving", "deleting") and "do_not_disrupt" not in badges
    return staying and capacity_type not in ("reserved", "capacity-block", "fargate")


def figures_of(view: NodeView, resources: tuple[str, ...]) -> tuple[int, ...]:
    """What sums add up: allocatable, requested and balloon of each resource, then pods starting, running, terminating,

    then money: hourly, the five parts of the split, 1 for a price that is not split, 1 for an empty node, and what
    that costs. An unknown amount counts nothing here; whoever sums must look at `unknown`.
    """
    counted = _amounts(view.record.allocatable, view.requested, view.balloon, view.counts, resources)
    return counted + view.figures[-MONEY_FIGURES:]


def _amounts(
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


def _money(price: Price, split: Split | None, *, empty: bool) -> tuple[int, ...]:
    if price.hourly is None:
        return (0, 0, 0, 0, 0, 0, 0, int(empty), 0)
    parts, unsplit = (_NO_SPLIT, 1) if split is None else (split, 0)
    return (
        price.hourly,
        parts.work,
        parts.balloons,
        parts.daemons,
        parts.reserved,
        parts.idle,
        unsplit,
        int(empty),
        price.hourly if empty else 0,
    )


def _sooner(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)
