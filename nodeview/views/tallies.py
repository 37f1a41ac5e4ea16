"""Sums over any set of nodes: a pool, a zone, a group of rows, the whole cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nodeview.records import Amounts
from nodeview.views.node import NodeView, PodCounts, figures_of


@dataclass(frozen=True, slots=True)
class Money:
    """What nodes cost an hour in one currency. `hourly` (nano-units) leaves the unpriced out: a lower bound then."""

    currency: str
    hourly: int
    unpriced_nodes: int
    estimated_nodes: int

    @property
    def complete(self) -> bool:
        return self.unpriced_nodes == 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over nodes. A resource in `unknown` could not be summed on some node, so its sum is not known either."""

    nodes: int
    phases: Mapping[str, int]
    capacity_types: Mapping[str | None, int]
    pods: PodCounts
    allocatable: Amounts
    requested: Amounts
    balloon: Amounts
    unknown: Mapping[str, str]
    money: tuple[Money, ...]

    def share(self, resource: str) -> float | None:
        """Requested over allocatable; None where either is unknown or there is nothing to share."""
        whole, used = self.allocatable.get(resource), self.requested.get(resource)
        return used / whole if whole and used is not None else None

    def with_pending(self, pending: int) -> Tally:
        """The same with the pods that no node holds yet."""
        return replace(self, pods=replace(self.pods, pending=pending))


def tally(nodes: Sequence[NodeView], resources: tuple[str, ...]) -> Tally:
    """Sum these nodes, for these resources. Exact: every amount is an integer."""
    rows = [view.figures if view.resources == resources else figures_of(view, resources) for view in nodes]
    sums = list(map(sum, zip(*rows, strict=True))) if rows else [0] * (3 * len(resources) + 3)
    width = len(resources)
    unknown = {
        name: f"{view.name}: {reason}" for view in nodes if view.unknown for name, reason in view.unknown.items()
    }

    def known(start: int) -> Amounts:
        return {
            name: amount
            for name, amount in zip(resources, sums[start : start + width], strict=True)
            if name not in unknown
        }

    return Tally(
        nodes=len(nodes),
        phases=Counter([view.standing.phase for view in nodes]),
        capacity_types=Counter([view.capacity_type for view in nodes]),
        pods=PodCounts(0, *sums[3 * width :]),
        allocatable=known(0),
        requested=known(width),
        balloon=known(2 * width),
        unknown=unknown,
        money=_money(nodes),
    )


def merge(parts: Sequence[Tally]) -> Tally:
    """The sum of sums, of sets of nodes that do not overlap."""
    unknown = {name: reason for part in parts for name, reason in part.unknown.items()}

    def total(amounts: Iterable[Amounts]) -> Amounts:
        sums: dict[str, int] = {}
        for one in amounts:
            for name, amount in one.items():
                sums[name] = sums.get(name, 0) + amount
        return {name: amount for name, amount in sums.items() if name not in unknown}

    phases: Counter[str] = Counter()
    capacity_types: Counter[str | None] = Counter()
    for part in parts:
        phases.update(part.phases)
        capacity_types.update(part.capacity_types)
    return Tally(
        nodes=sum(part.nodes for part in parts),
        phases=phases,
        capacity_types=capacity_types,
        pods=PodCounts(
            sum(part.pods.pending for part in parts),
            sum(part.pods.starting for part in parts),
            sum(part.pods.running for part in parts),
            sum(part.pods.terminating for part in parts),
        ),
        allocatable=total(part.allocatable for part in parts),
        requested=total(part.requested for part in parts),
        balloon=total(part.balloon for part in parts),
        unknown=unknown,
        money=_merged_money(parts),
    )


def _money(nodes: Sequence[NodeView]) -> tuple[Money, ...]:
    hourly: dict[str, int] = {}
    estimated: Counter[str] = Counter()
    unpriced = 0
    for view in nodes:
        price = view.price
        if price.hourly is None:
            unpriced += 1
            continue
        hourly[price.currency] = hourly.get(price.currency, 0) + price.hourly
        if price.source == "estimate":
            estimated[price.currency] += 1
    return _moneys(hourly, estimated, unpriced)


def _merged_money(parts: Sequence[Tally]) -> tuple[Money, ...]:
    hourly: dict[str, int] = {}
    estimated: Counter[str] = Counter()
    for part in parts:
        for money in part.money:
            if money.hourly or money.unpriced_nodes < part.nodes:
                hourly[money.currency] = hourly.get(money.currency, 0) + money.hourly
            estimated[money.currency] += money.estimated_nodes
    return _moneys(hourly, estimated, sum(part.money[0].unpriced_nodes for part in parts if part.money))


def _moneys(hourly: Mapping[str, int], estimated: Mapping[str, int], unpriced: int) -> tuple[Money, ...]:
    """One line a currency; where nothing is priced at all, one line that says how many are not."""
    if not hourly:
        return (Money("USD", 0, unpriced, 0),) if unpriced else ()
    return tuple(
        Money(currency, amount, unpriced, estimated.get(currency, 0)) for currency, amount in sorted(hourly.items())
    )
