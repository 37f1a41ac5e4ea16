"""Sums over any set of nodes: a pool, a zone, a group of rows, the whole cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from nodeview.records import Amounts
from nodeview.views.node import NodeView, PodCounts, figures_of


class Money(msgspec.Struct, frozen=True):
    """What nodes cost an hour in one currency. `hourly` (nano-units) leaves the unpriced out: a lower bound then."""

    currency: str
    hourly: int
    unpriced_nodes: int
    estimated_nodes: int

    @property
    def complete(self) -> bool:
        return self.unpriced_nodes == 0


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


def tally(nodes: Sequence[NodeView], resources: tuple[str, ...]) -> Tally:
    """Sum these nodes, for these resources. Exact: every amount is an integer."""
    rows = [view.figures if view.resources == resources else figures_of(view, resources) for view in nodes]
    sums = list(map(sum, zip(*rows, strict=True))) if rows else [0] * (3 * len(resources) + 3)
    width = len(resources)
    doubtful = [view for view in nodes if view.unknown]
    unknown = {
        name: reason if view.counts is None and name not in view.record.unreadable else f"{view.name}: {reason}"
        for view in doubtful
        for name, reason in view.unknown.items()
    }
    unreadable = {name for view in doubtful for name in view.record.unreadable}
    unsummed = {name for view in doubtful for name in view.unknown if name not in view.requested}

    def known(start: int, but: set[str]) -> Amounts:
        return {
            name: amount for name, amount in zip(resources, sums[start : start + width], strict=True) if name not in but
        }

    return Tally(
        nodes=len(nodes),
        phases=Counter([view.standing.phase for view in nodes]),
        capacity_types=Counter([view.capacity_type for view in nodes]),
        pods=None if any(view.counts is None for view in doubtful) else PodCounts(0, *sums[3 * width :]),
        allocatable=known(0, unreadable),
        requested=known(width, unsummed),
        balloon=known(2 * width, unsummed),
        unknown=unknown,
        money=_money(nodes),
    )


def merge(parts: Sequence[Tally]) -> Tally:
    """The sum of sums, of sets of nodes that do not overlap."""
    unknown = {name: reason for part in parts for name, reason in part.unknown.items()}

    def total(of: Callable[[Tally], Amounts]) -> Amounts:
        sums: dict[str, int] = {}
        lacking = {name for part in parts for name in part.unknown if name not in of(part)}
        for part in parts:
            for name, amount in of(part).items():
                sums[name] = sums.get(name, 0) + amount
        return {name: amount for name, amount in sums.items() if name not in lacking}

    phases: Counter[str] = Counter()
    capacity_types: Counter[str | None] = Counter()
    for part in parts:
        phases.update(part.phases)
        capacity_types.update(part.capacity_types)
    return Tally(
        nodes=sum(part.nodes for part in parts),
        phases=phases,
        capacity_types=capacity_types,
        pods=_merged_counts(parts),
        allocatable=total(lambda part: part.allocatable),
        requested=total(lambda part: part.requested),
        balloon=total(lambda part: part.balloon),
        unknown=unknown,
        money=_merged_money(parts),
    )


def _merged_counts(parts: Sequence[Tally]) -> PodCounts | None:
    counts = [part.pods for part in parts if part.pods is not None]
    if len(counts) < len(parts):
        return None
    return PodCounts(
        sum(one.pending for one in counts),
        sum(one.starting for one in counts),
        sum(one.running for one in counts),
        sum(one.terminating for one in counts),
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
