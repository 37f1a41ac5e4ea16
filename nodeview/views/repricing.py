"""Another price book for nodes that are derived already: all are asked for again, and only those that differ change."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping

from nodeview.cluster import Snapshot
from nodeview.pricing import PriceBook
from nodeview.records import NodeName
from nodeview.views.goods import goods_of
from nodeview.views.node import NodeView, priced_again

SLICE = 64
"""Nodes priced between two yields: well under a millisecond of work."""


def book_of(snapshot: Snapshot, given: PriceBook | None, book: PriceBook) -> PriceBook:
    """The snapshot's price book with its overlays folded in: `book` itself where `given` was the one it came of."""
    if snapshot.prices is given and book.overlays == snapshot.overlays:
        return book
    return snapshot.prices.with_overlays(snapshot.overlays) if snapshot.overlays else snapshot.prices


def price_again(
    nodes: Mapping[NodeName, NodeView],
    but: Collection[NodeName],
    snapshot: Snapshot,
    before: PriceBook,
    book: PriceBook,
) -> Generator[None, None, Mapping[NodeName, NodeView]]:
    """Price all nodes but these by another book; yields often, and returns the views that are other ones now."""
    same_labels = before.asked_labels == book.asked_labels
    changed: dict[NodeName, NodeView] = {}
    for count, (name, view) in enumerate(nodes.items(), start=1):
        goods = view.goods
        if goods is not None and name not in but:
            if not same_labels:
                pods = snapshot.pods.get(name, {}).values()
                goods = goods_of(view.record, view.traits, view.ownership, view.capacity_type, pods, book.asked_labels)
            again = priced_again(view, goods, book)
            if again is not view:
                changed[name] = again
        if count % SLICE == 0:
            yield
    return changed
