"""The money of a Report: prices, sums by currency, what they are spent on, and by whom. Null is unknown, never 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nodeview.pricing import Price
from nodeview.records import OwnerRef
from nodeview.views import NANO, CapacityMoney, ClusterView, CostRow, Costs, CostsBy, Money, Tally, cost_rows

Json = dict[str, Any]


def price_json(price: Price) -> Json:
    """What one node costs, or why that is not known."""
    return {
        "hourly": None if price.hourly is None else price.hourly / NANO,
        "currency": price.currency,
        "source": price.source,
        "as_of": price.as_of,
        "reason": price.reason or None,
    }


def money_json(tally: Tally, *, priced: bool) -> list[Json]:
    """Sums by currency; nothing where prices are disabled."""
    return [_money(one, tally.nodes) for one in tally.money] if priced else []


def _money(money: Money, nodes: int) -> Json:
    """Sums leave out what is not priced, and are null where nothing is."""
    known = money.unpriced_nodes < nodes
    return {
        "currency": money.currency,
        "hourly": money.hourly / NANO if known else None,
        "daily": money.daily / NANO if known else None,
        "monthly": money.monthly / NANO if known else None,
        "complete": money.complete,
        "unpriced_nodes": money.unpriced_nodes,
        "estimated_nodes": money.estimated_nodes,
        "by_capacity": [_by_capacity(one) for one in money.by_capacity],
    }


def _by_capacity(one: CapacityMoney) -> Json:
    return {
        "capacity_type": one.capacity_type,
        "nodes": one.nodes,
        "hourly": one.hourly / NANO if one.nodes else None,
        "unpriced_nodes": one.unpriced_nodes,
        "estimated_nodes": one.estimated_nodes,
    }


def split_json(tally: Tally, *, known: bool) -> list[Json] | None:
    """What it is spent on, by currency; null where pods are not known or prices are disabled."""
    if not known:
        return None
    return [_split(one) for one in tally.money if one.unpriced_nodes < tally.nodes]


def _split(money: Money) -> Json:
    """The parts of those nodes that can be split; null where none can."""
    split = money.split
    parts = {
        "work": split.work,
        "balloons": split.balloons,
        "daemons": split.daemons,
        "reserved": split.reserved,
        "idle": split.idle,
    }
    none = bool(money.unsplit_nodes) and money.unsplit == money.hourly
    return {
        "currency": money.currency,
        **{name: None if none else nano / NANO for name, nano in parts.items()},
        "unsplit": money.unsplit / NANO,
        "unsplit_nodes": money.unsplit_nodes,
    }


def empty_json(tally: Tally, *, known: bool) -> Json | None:
    """What removing the empty nodes would save now; null where pods are not known or prices are disabled."""
    if not known:
        return None
    some = [one for one in tally.money if one.empty_nodes and one.unpriced_nodes < tally.nodes]
    return {
        "nodes": tally.empty_nodes,
        "unpriced_nodes": tally.empty_nodes - sum(one.empty_nodes for one in some),
        "saves": [
            {
                "currency": one.currency,
                "hourly": one.empty_hourly / NANO,
                "estimated_nodes": one.empty_estimated_nodes,
            }
            for one in some
        ],
    }


def costs_json(view: ClusterView, *, known: bool) -> Json | None:
    """Costs by namespace and by workload; null where nodes or pods are not known, or prices are disabled."""
    if not known:
        return None
    by_namespace = _derived(view, "namespace", None)
    by_owner = _derived(view, "owner", by_namespace)
    total = by_namespace.total
    return {
        "namespaces": [_row(row, total) for row in by_namespace.rows],
        "owners": [_row(row, total) | {"owner": _owner(row.owner)} for row in by_owner.rows],
        "rest": [{"kind": row.kind, "estimated": row.estimated, "money": _sums(row, total)} for row in by_owner.rest],
        "unpriced_pods": by_owner.unpriced_pods,
    }


def _derived(view: ClusterView, by: CostsBy, previous: Costs | None) -> Costs:
    work = cost_rows(view, by, previous)
    while True:
        try:
            next(work)
        except StopIteration as done:
            costs: Costs = done.value
            return costs


def _row(row: CostRow, total: Mapping[str, int]) -> Json:
    return {
        "namespace": row.namespace,
        "pods": row.pods,
        "balloon_pods": row.balloons,
        "unpriced_pods": row.unpriced_pods,
        "complete": row.complete,
        "estimated": row.estimated,
        "money": _sums(row, total),
    }


def _sums(row: CostRow, total: Mapping[str, int]) -> list[Json]:
    return [
        {
            "currency": currency,
            "hourly": amount / NANO,
            "share": amount / total[currency] if total[currency] else None,
        }
        for currency, amount in sorted(row.hourly.items())
    ]


def _owner(owner: OwnerRef | None) -> str | None:
    return f"{owner.kind}/{owner.name}" if owner else None
