"""Sums over any set of nodes: a pool, a zone, a group of rows, the whole cluster.

They are made of leaves: a few nodes that have in common all that nodes are counted by. A leaf is summed again from its
nodes when one of them was touched, and everything above from its leaves; nothing is ever added to a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from nodeview.provisioners import CapacityType
from nodeview.records import Amounts, NodeName
from nodeview.views.bill import CapacityMoney, Money
from nodeview.views.node import MONEY_FIGURES, NodeView, figures_of
from nodeview.views.pod_sums import PodCounts
from nodeview.views.split import Split

BUCKETS = 4
"""Leaves into which nodes of one kind are cut, so that a touched one is cheap to sum again."""
INFINITY = float("inf")


class Tally(msgspec.Struct, frozen=True):
    """Sums over nodes. A resource in `unknown` is not known of some node: `allocatable` or `requested` lacks it."""

    nodes: int
    phases: Mapping[str, int]
    capacity_types: Mapping[str | None, int]
    pods: PodCounts | None
    """None where pods are not known; `unknown["pods"]` says why."""
    allocatable: Amounts
    requested: Amounts
    balloon: Amounts
    unknown: Mapping[str, str]
    money: tuple[Money, ...]
    empty_nodes: int = 0
    """Nodes with nothing but daemons on them that could go now, priced or not: see `NodeView.empty`."""

    def why_unknown(self, resource: str) -> str | None:
        """Why what is requested of this resource, or what there is of it, is not known; None where both are."""
        return self.unknown.get(resource, self.unknown["pods"] if self.pods is None else None)

    def share(self, resource: str) -> float | None:
        """Requested over allocatable; None where either is unknown or there is nothing to share."""
        whole, used = self.allocatable.get(resource), self.requested.get(resource)
        return used / whole if whole and used is not None else None

    def with_pending(self, pending: int) -> Tally:
        """The same with the pods that no node holds yet."""
        return replace(self, pods=replace(self.pods, pending=pending) if self.pods else None)

    def without_pods(self, why: str) -> Tally:
        """The same where nothing is known of pods: what even the sum over no nodes must say."""
        return replace(self, pods=None, unknown={**self.unknown, "pods": why})


class Kind(NamedTuple):
    """What the nodes of a leaf have in common, so that counting them is counting leaves."""

    provisioner: str
    pool: str | None
    zone: str | None
    version: str
    phase: str
    capacity_type: CapacityType | None
    currency: str | None
    """None for unpriced nodes."""
    estimated: bool
    bucket: int


class Leaf(msgspec.Struct, frozen=True, eq=False):
    """A few nodes of one kind, and their sums."""

    kind: Kind
    names: tuple[NodeName, ...]
    sums: tuple[int, ...]
    """Of their `figures`."""
    doubtful: tuple[NodeView, ...]
    """Those of which something is unknown."""
    next_moment: float
    """When time alone changes one of them."""


def kind_of(view: NodeView) -> Kind:
    """The leaf that a node belongs to."""
    price = view.price
    return Kind(
        view.ownership.provisioner,
        view.ownership.pool,
        view.traits.zone,
        view.record.kubelet_version,
        view.standing.phase,
        view.capacity_type,
        None if price.hourly is None else price.currency,
        price.source == "estimate",
        hash(view.record.name) % BUCKETS,
    )


def leaf_of(kind: Kind, nodes: Sequence[NodeView], resources: tuple[str, ...]) -> Leaf:
    """Sum nodes of one kind, for these resources. Exact: every amount is an integer."""
    rows = [view.figures if view.resources == resources else figures_of(view, resources) for view in nodes]
    moments = [view.next_moment for view in nodes if view.next_moment is not None]
    return Leaf(
        kind,
        tuple([view.record.name for view in nodes]),
        tuple(map(sum, zip(*rows, strict=True))),
        tuple([view for view in nodes if view.unknown]),
        min(moments) if moments else INFINITY,
    )


def tally(nodes: Iterable[NodeView], resources: tuple[str, ...]) -> Tally:
    """Sum any nodes, for these resources."""
    kinds: dict[Kind, list[NodeView]] = {}
    for view in nodes:
        kinds.setdefault(kind_of(view), []).append(view)
    return total([leaf_of(kind, some, resources) for kind, some in kinds.items()], resources)


def total(leaves: Sequence[Leaf], resources: tuple[str, ...]) -> Tally:
    """Sum leaves; no node is in two of them."""
    width = len(resources)
    rows = [leaf.sums for leaf in leaves]
    sums = list(map(sum, zip(*rows, strict=True))) if rows else [0] * (3 * width + 3 + MONEY_FIGURES)
    doubtful = [view for leaf in leaves for view in leaf.doubtful]
    unreadable = {name for view in doubtful for name in view.record.unreadable}
    unsummed = {name for view in doubtful for name in view.unknown if name not in view.requested}

    def known(start: int, but: set[str]) -> Amounts:
        return {
            name: amount for name, amount in zip(resources, sums[start : start + width], strict=True) if name not in but
        }

    phases: Counter[str] = Counter()
    capacity_types: Counter[str | None] = Counter()
    for leaf in leaves:
        phases[leaf.kind.phase] += len(leaf.names)
        capacity_types[leaf.kind.capacity_type] += len(leaf.names)
    return Tally(
        nodes=phases.total(),
        phases=phases,
        capacity_types=capacity_types,
        pods=None if any(view.counts is None for view in doubtful) else PodCounts(0, *sums[3 * width : -MONEY_FIGURES]),
        allocatable=known(0, unreadable),
        requested=known(width, unsummed),
        balloon=known(2 * width, unsummed),
        unknown=_reasons(doubtful),
        money=_money(leaves),
        empty_nodes=sums[-2],
    )


def _reasons(doubtful: Sequence[NodeView]) -> dict[str, str]:
    """Resource → why it is not known; the node is named where the reason is its own, the first by name."""
    return {
        name: reason if view.counts is None and name not in view.record.unreadable else f"{view.name}: {reason}"
        for view in sorted(doubtful, key=lambda view: view.record.name, reverse=True)
        for name, reason in view.unknown.items()
    }


def _money(leaves: Sequence[Leaf]) -> tuple[Money, ...]:
    """One line a currency; where nothing is priced at all, one line that says how many are not."""
    priced: dict[str, list[Leaf]] = {}
    unpriced: Counter[CapacityType | None] = Counter()
    for leaf in leaves:
        if leaf.kind.currency is None:
            unpriced[leaf.kind.capacity_type] += len(leaf.names)
        else:
            priced.setdefault(leaf.kind.currency, []).append(leaf)
    if not priced and unpriced:
        priced["USD"] = []
    return tuple(_of_currency(currency, some, unpriced) for currency, some in sorted(priced.items()))


def _of_currency(currency: str, leaves: Sequence[Leaf], unpriced: Mapping[CapacityType | None, int]) -> Money:
    sums = list(map(sum, zip(*[leaf.sums[-MONEY_FIGURES:] for leaf in leaves], strict=True))) or [0] * MONEY_FIGURES
    hourly, work, balloons, daemons, reserved, idle, unsplit_nodes, empty_nodes, empty_hourly = sums
    split = Split(work, balloons, daemons, reserved, idle)
    estimates = [leaf for leaf in leaves if leaf.kind.estimated]
    by_capacity: dict[CapacityType | None, list[Leaf]] = {kind: [] for kind in unpriced}
    for leaf in leaves:
        by_capacity.setdefault(leaf.kind.capacity_type, []).append(leaf)
    parts = [_of_capacity(kind, some, unpriced.get(kind, 0)) for kind, some in by_capacity.items()]
    return Money(
        currency,
        hourly,
        sum(unpriced.values()),
        sum([len(leaf.names) for leaf in estimates]),
        tuple(sorted(parts, key=lambda part: (-part.hourly, part.capacity_type or "~"))),
        split,
        hourly - split.hourly,
        unsplit_nodes,
        empty_nodes,
        empty_hourly,
        sum([leaf.sums[-2] for leaf in estimates]),
    )


def _of_capacity(kind: CapacityType | None, leaves: Sequence[Leaf], unpriced: int) -> CapacityMoney:
    return CapacityMoney(
        kind,
        sum([len(leaf.names) for leaf in leaves]),
        sum([leaf.sums[-MONEY_FIGURES] for leaf in leaves]),
        unpriced,
        sum([len(leaf.names) for leaf in leaves if leaf.kind.estimated]),
    )
