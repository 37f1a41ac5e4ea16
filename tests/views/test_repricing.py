"""Another price book: all nodes are priced again, only those that differ change, and sums follow."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.cluster import ClusterStore, Snapshot
from nodeview.pricing import EMPTY_BOOK, NO_TABLE, Price, PriceBook, rules_of
from nodeview.records import NODES, PODS, Listing, NodeName, NodeOverlay, Requirement, Upserted
from nodeview.views import Assumptions, ClusterView, tally, view_cluster
from nodeview.views.repricing import SLICE, book_of
from tests.builders import NOW, a_node, a_pod

NANO = 10**9
TYPE = "node.kubernetes.io/instance-type"


def book(*rules: tuple[dict[str, str], str], currency: str = "USD") -> PriceBook:
    """A book that knows what a price file says, and no more."""
    said = [{"match": match, "price": price} for match, price in rules]
    return PriceBook(NO_TABLE, rules=rules_of({"rule": said, "currency": currency}), estimates=False)


def of_type(kind: str, price: str) -> tuple[dict[str, str], str]:
    return {"instance_type": kind}, price


def overlay(price: str, key: str = TYPE, value: str = "m5.large") -> NodeOverlay:
    return NodeOverlay("mine", "uid", 0, (Requirement(key, "In", (value,)),), price, None)


class Cluster:
    """Four nodes of two types, a pod on each; derived again with whatever prices are said."""

    def __init__(self, given: Assumptions | None = None) -> None:
        self.store = ClusterStore()
        for resource in (NODES, PODS):
            self.store.follow(resource)
        kinds = ("m5.large", "m5.large", "c5.large", "c5.large")
        nodes = [a_node(f"n{place}", labels={TYPE: kind, "team": "a"}) for place, kind in enumerate(kinds)]
        pods = [a_pod(f"p{place}", node=NodeName(f"n{place}")) for place in range(len(kinds))]
        self.store.apply(Upserted(NODES, nodes, [1] * len(nodes), Listing(1, 1)), NOW)
        self.store.apply(Upserted(PODS, pods, [1] * len(pods), Listing(1, 1)), NOW)
        self.given = given or Assumptions()
        self.view: ClusterView | None = None
        self.touched: frozenset[NodeName] = frozenset()
        self.slices = 0

    def look(self, **snapshot: Any) -> ClusterView:
        taken: Snapshot = replace(self.store.snapshot(), **snapshot)
        work = view_cluster(taken, self.given, self.view, NOW, None)
        self.slices = 0
        while True:
            try:
                next(work)
                self.slices += 1
            except StopIteration as done:
                self.view, self.touched = done.value
                assert self.view is not None
                return self.view


def hourly(view: ClusterView) -> list[int | None]:
    return [view.nodes[name].price.hourly for name in sorted(view.nodes)]


def agrees(view: ClusterView) -> None:
    """Every sum is that of the nodes as they are."""
    assert view.totals.money == tally(view.nodes.values(), view.given.resources).money
    for node in view.nodes.values():
        if node.price.hourly is not None:
            assert node.split is not None
            assert node.split.hourly == node.price.hourly
    for parts in (view.pools, view.zones):
        money = [one for part in parts for one in part.tally.money if one.unpriced_nodes < part.tally.nodes]
        assert sum(one.hourly for one in money) == sum(one.hourly for one in view.totals.money)


def test_prices_arrive_and_only_what_differs_is_touched() -> None:
    cluster = Cluster()
    first = cluster.look()
    assert hourly(first) == [None] * 4
    assert (first.totals.money[0].unpriced_nodes, first.book) == (4, EMPTY_BOOK)
    cluster.store.priced(book(of_type("m5.*", "0.5")))
    assert cluster.store.stirred
    second = cluster.look()
    assert cluster.touched == {"n0", "n1"}
    assert hourly(second) == [NANO // 2, NANO // 2, None, None]
    assert all(second.nodes[NodeName(name)] is first.nodes[NodeName(name)] for name in ("n2", "n3"))
    (money,) = second.totals.money
    assert (money.hourly, money.unpriced_nodes) == (NANO, 2)
    agrees(second)


def test_a_book_that_says_the_same_touches_nothing() -> None:
    cluster = Cluster()
    cluster.store.priced(book(of_type("m5.*", "0.5")))
    before = cluster.look()
    cluster.store.priced(book(of_type("m5.*", "0.5")))
    after = cluster.look()
    assert (cluster.touched, after.totals) == (frozenset(), before.totals)
    assert after.totals is before.totals
    assert after.book is not before.book


def test_without_another_book_nobody_is_asked_again() -> None:
    class Counted(PriceBook):
        asked = 0

        def price_of(self, node: Any, goods: Any) -> Price:
            Counted.asked += 1
            return super().price_of(node, goods)

    cluster = Cluster()
    cluster.store.priced(Counted(NO_TABLE))
    cluster.look()
    cluster.look()
    assert Counted.asked == 4


def test_prices_change_and_go_again() -> None:
    cluster = Cluster()
    for price, expected in (("0.5", NANO // 2), ("0.25", NANO // 4)):
        cluster.store.priced(book(of_type("*", price)))
        view = cluster.look()
        assert hourly(view) == [expected] * 4
        agrees(view)
    cluster.store.priced(EMPTY_BOOK)
    view = cluster.look()
    assert hourly(view) == [None] * 4
    assert all(node.split is None for node in view.nodes.values())
    agrees(view)


def test_prices_have_the_currency_of_their_file() -> None:
    cluster = Cluster()
    cluster.store.priced(book(of_type("m5.*", "0.5"), of_type("c5.*", "1"), currency="EUR"))
    assert [one.currency for one in cluster.look().totals.money] == ["EUR"]


def test_labels_that_a_book_asks_for_are_looked_at_again() -> None:
    cluster = Cluster()
    cluster.store.priced(book(of_type("m5.*", "0.5")))
    cluster.look()
    cluster.store.priced(book(({"team": "a"}, "2")))
    assert hourly(cluster.look()) == [2 * NANO] * 4
    cluster.store.priced(book(({"team": "b"}, "3"), of_type("m5.*", "2")))
    assert hourly(cluster.look()) == [2 * NANO, 2 * NANO, None, None]


def test_the_clusters_own_overlays_are_folded_in() -> None:
    cluster = Cluster()
    cluster.store.priced(book(of_type("*", "0.5")))
    cluster.look()
    priced = cluster.look(overlays=(overlay("0.1"),))
    assert hourly(priced) == [NANO // 10, NANO // 10, NANO // 2, NANO // 2]
    assert cluster.touched == {"n0", "n1"}
    same = cluster.look(overlays=(overlay("0.1"),))
    assert same.book is priced.book
    assert cluster.touched == frozenset()
    assert hourly(cluster.look()) == [NANO // 2] * 4


def test_the_book_is_the_same_while_nothing_differs() -> None:
    snapshot = replace(Cluster().store.snapshot(), prices=book(of_type("*", "1")))
    assert book_of(snapshot, None, EMPTY_BOOK) is snapshot.prices
    assert book_of(snapshot, snapshot.prices, snapshot.prices) is snapshot.prices
    overlaid = replace(snapshot, overlays=(overlay("1"),))
    made = book_of(overlaid, snapshot.prices, snapshot.prices)
    assert made.overlays == overlaid.overlays
    assert book_of(overlaid, snapshot.prices, made) is made
    assert book_of(snapshot, snapshot.prices, made) is snapshot.prices


def test_without_prices_there_is_no_trace_of_them() -> None:
    cluster = Cluster(Assumptions(priced=False))
    cluster.store.priced(book(of_type("*", "0.5")))
    cluster.look()
    cluster.store.priced(book(of_type("*", "0.25")))
    view = cluster.look()
    assert cluster.touched == frozenset()
    for node in view.nodes.values():
        assert (node.price.hourly, node.goods, node.split) == (None, None, None)
    assert not view.given.priced


def test_thousands_are_priced_in_slices() -> None:
    cluster = Cluster()
    many = [a_node(f"m{place}", labels={TYPE: "m5.large"}) for place in range(4 * SLICE)]
    cluster.store.apply(Upserted(NODES, many, [2] * len(many), None), NOW)
    cluster.look()
    cluster.look()
    quiet = cluster.slices
    cluster.store.priced(book(of_type("*", "1")))
    cluster.look()
    assert cluster.slices == pytest.approx(quiet + 4, abs=1)


def test_a_node_that_is_touched_meanwhile_has_the_new_price() -> None:
    cluster = Cluster()
    cluster.look()
    cluster.store.priced(book(of_type("*", "1")))
    cluster.store.apply(Upserted(PODS, [a_pod("late", node=NodeName("n0"))], [2], None), NOW)
    view = cluster.look()
    assert hourly(view) == [NANO] * 4
    assert len(view.nodes[NodeName("n0")].pods) == 2
    agrees(view)
