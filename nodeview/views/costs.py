"""What namespaces and workloads cost: each pod's part of its node's price, derived again for touched nodes only."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from operator import itemgetter
from typing import Literal

import msgspec

from nodeview.cluster import Owners
from nodeview.records import NodeName, ObjectKey, OwnerRef, Pod
from nodeview.views.cluster import ClusterView
from nodeview.views.node import NodeView
from nodeview.views.split import apportion, is_daemon, weight_of

CostsBy = Literal["namespace", "owner"]
CostKind = Literal["namespace", "owner", "reserved", "idle", "unsplit"]

SLICE = 16
"""Nodes between two yields."""
ROWS = 256
"""Rows between two yields."""

_Maker = tuple[str, str, str]
"""Namespace, kind and name of who made a pod, as the pod says it."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """What one maker's pods on one node cost an hour, in nano-units of the node's currency.

    There are as many as pods: the collector must not have to walk them.
    """

    currency: str | None
    """None where the node has no price, or nobody can say what it is spent on."""
    hourly: int
    estimated: bool
    pods: int
    balloons: int


class CostRow(msgspec.Struct, frozen=True, eq=False):
    """One line of costs. Of a namespace, a workload, or what no pod pays for."""

    kind: CostKind
    namespace: str = ""
    owner: OwnerRef | None = None
    """Of `owner` rows: the workload, or the pod itself where it has none."""
    pods: int = 0
    balloons: int = 0
    """So many of its pods are balloons."""
    unpriced_pods: int = 0
    """So many are on nodes of which nobody can say what they cost, or what that is spent on: costs lack them."""
    hourly: Mapping[str, int] = {}
    """Currency → nano-units an hour."""
    estimated: bool = False
    """Some of it comes of estimated prices."""
    share: float | None = None
    """Of all that is spent in its currency; None where it is not in one currency."""

    @property
    def complete(self) -> bool:
        return not self.unpriced_pods


class Costs(msgspec.Struct, frozen=True, eq=False):
    """What a cluster's nodes cost, by whom. The `rows` and the `rest` add up to the `total` exactly."""

    by: CostsBy
    rows: tuple[CostRow, ...]
    """The dearest first, those without a known cost last."""
    rest: tuple[CostRow, ...]
    """What is reserved by the system, what is idle, and what nobody can split; those that are not nothing."""
    total: Mapping[str, int]
    """Currency → nano-units an hour, of the priced nodes."""
    unpriced_pods: int
    """Pods whose cost is in no row."""
    nodes: Mapping[NodeName, NodeView]
    """What this was derived from."""
    parts: Mapping[_Maker, Mapping[NodeName, Part]]
    """Maker → node → its pods' part of it."""


def cost_rows(view: ClusterView, by: CostsBy, previous: Costs | None) -> Generator[None, None, Costs]:
    """Derive what all costs, by namespace or by workload; yields often, so that others can run meanwhile.

    `previous` saves the work for nodes that are as they were, whatever it was by. Abandoned, it leaves nothing behind.
    """
    old = previous.nodes if previous is not None else {}
    parts: dict[_Maker, Mapping[NodeName, Part]] = dict(previous.parts) if previous is not None else {}
    copied: dict[_Maker, dict[NodeName, Part]] = {}

    def own(maker: _Maker) -> dict[NodeName, Part]:
        """What is known of a maker, to be changed: not what `previous` holds."""
        if maker not in copied:
            parts[maker] = copied[maker] = dict(parts.get(maker, {}))
        return copied[maker]

    stale = [name for name, node in view.nodes.items() if old.get(name) is not node]
    gone = [name for name in old if name not in view.nodes]
    for count, name in enumerate((*stale, *gone), start=1):
        if name in old:
            for maker in {_maker(pod) for pod in old[name].pods}:
                own(maker).pop(name, None)
        if name in view.nodes:
            for maker, part in _parts_of(view.nodes[name], view.given.is_balloon):
                own(maker)[name] = part
        if count % SLICE == 0:
            yield
    for maker, of_maker in copied.items():
        if not of_maker:
            del parts[maker]
    yield
    total, rest = _not_of_pods(view)
    rows = yield from _rows(parts, view.owners, by, total)
    return Costs(
        by=by,
        rows=rows,
        rest=rest,
        total=total,
        unpriced_pods=sum([row.unpriced_pods for row in rows]),
        nodes=view.nodes,
        parts=parts,
    )


def _maker(pod: Pod) -> _Maker:
    owner = pod.owner
    if pod.mirror:
        return pod.namespace, "StaticPod", pod.name.removesuffix(f"-{pod.node}")
    return (pod.namespace, "Pod", pod.name) if owner is None else (pod.namespace, owner.kind, owner.name)


def _parts_of(view: NodeView, is_balloon: Callable[[Pod], bool]) -> Iterable[tuple[_Maker, Part]]:
    """What each maker's pods cost on this node: each of its parts cut up among the pods that it is for."""
    weights: tuple[dict[_Maker, int], ...] = ({}, {}, {})
    pods: dict[_Maker, int] = {}
    balloons: dict[_Maker, int] = {}
    for pod in view.pods:
        maker = _maker(pod)
        pods[maker] = pods.get(maker, 0) + 1
        role = 2 if is_daemon(pod) else 1 if is_balloon(pod) else 0
        if role == 1:
            balloons[maker] = balloons.get(maker, 0) + 1
        weights[role][maker] = weights[role].get(maker, 0) + weight_of(pod.requests)
    split = view.split
    hourly = dict.fromkeys(pods, 0)
    if split is not None:
        for amount, said in zip((split.work, split.balloons, split.daemons), weights, strict=True):
            of = said or dict.fromkeys(pods, 0)  # Fargate bills a pod that requests nothing, whatever it is
            for maker, share in zip(of, apportion(amount, [*of.values()]), strict=True):
                hourly[maker] += share
    currency = view.price.currency if split is not None else None
    estimated = view.price.source == "estimate"
    for maker, count in pods.items():
        yield maker, Part(currency, hourly[maker], estimated, count, balloons.get(maker, 0))


class _Sum:
    """A row that is being added up."""

    __slots__ = ("balloons", "estimated", "hourly", "pods", "unpriced")

    def __init__(self) -> None:
        self.hourly: dict[str, int] = {}
        self.pods = self.balloons = self.unpriced = 0
        self.estimated = False

    def add(self, parts: Iterable[Part]) -> None:
        for part in parts:
            self.pods += part.pods
            self.balloons += part.balloons
            currency = part.currency
            if currency is None:
                self.unpriced += part.pods
                continue
            self.hourly[currency] = self.hourly.get(currency, 0) + part.hourly
            self.estimated = self.estimated or part.estimated


def _rows(
    parts: Mapping[_Maker, Mapping[NodeName, Part]], owners: Owners, by: CostsBy, total: Mapping[str, int]
) -> Generator[None, None, tuple[CostRow, ...]]:
    sums: dict[_Maker, _Sum] = {}
    for count, (maker, of_maker) in enumerate(parts.items(), start=1):
        namespace, kind, name = maker
        above = owners.get((kind, ObjectKey(namespace, name))) if by == "owner" else None
        if above is not None:
            kind, name = above.kind, above.name
        key = (namespace, kind, name) if by == "owner" else (namespace, "", "")
        if key not in sums:
            sums[key] = _Sum()
        sums[key].add(of_maker.values())
        if count % ROWS == 0:
            yield
    yield
    main = max(total, key=lambda currency: (total[currency], currency), default="")
    ranked: list[tuple[int, int, _Maker, CostRow]] = []
    for count, (key, one) in enumerate(sums.items(), start=1):
        namespace, kind, name = key
        owner = OwnerRef(kind, name) if kind else None
        share = _share(one.hourly, total)
        row = CostRow(by, namespace, owner, one.pods, one.balloons, one.unpriced, one.hourly, one.estimated, share)
        ranked.append((-one.hourly.get(main, 0), -sum(one.hourly.values()), key, row))
        if count % ROWS == 0:
            yield
    ranked.sort(key=itemgetter(0, 1, 2))
    yield
    return tuple([row for *_, row in ranked])


def _share(hourly: Mapping[str, int], total: Mapping[str, int]) -> float | None:
    if len(hourly) != 1:
        return None
    ((currency, amount),) = hourly.items()
    return amount / total[currency] if total[currency] else None


def _not_of_pods(view: ClusterView) -> tuple[Mapping[str, int], tuple[CostRow, ...]]:
    """All that the priced nodes cost, and the lines of it that are no pod's."""
    total: dict[str, int] = {}
    rest: dict[CostKind, dict[str, int]] = {"reserved": {}, "idle": {}, "unsplit": {}}
    estimated: set[str] = set()
    for one in view.totals.money:
        if one.unpriced_nodes >= view.totals.nodes:
            continue
        total[one.currency] = one.hourly
        estimated |= {one.currency} if one.estimated_nodes else set()
        rest["reserved"][one.currency] = one.split.reserved
        rest["idle"][one.currency] = one.split.idle
        rest["unsplit"][one.currency] = one.unsplit
    return total, tuple(
        CostRow(kind, hourly=of, estimated=bool(estimated & of.keys()), share=_share(of, total))
        for kind, said in rest.items()
        if (of := {currency: amount for currency, amount in said.items() if amount})
    )
