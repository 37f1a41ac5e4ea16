"""Claims without a node among the nodes: which are rows, what they say, and what no sum counts."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.cluster import ClusterStore, Failures
from nodeview.pricing import NO_TABLE, PriceBook
from nodeview.provisioners import leaves_unseen_until
from nodeview.records import (
    NODE_CLAIMS,
    NODES,
    PODS,
    Condition,
    Lagging,
    Listing,
    Node,
    NodeClaim,
    NodeName,
    Requirement,
    Synced,
    Upserted,
)
from nodeview.views import (
    Assumptions,
    ClaimView,
    ClusterView,
    Group,
    TableState,
    arrange,
    node_columns,
    parse_filter,
    row_key,
)
from nodeview.views.claim import UNSEEN_S
from nodeview.views.cluster import view_cluster
from nodeview.views.filter import Filter
from tests.builders import NOW, a_claim, a_node, condition
from tests.views.build import RESOURCES, labels

LABELS = labels(pool="api", type="m7g.large", zone="us-east-1a", region="us-east-1", cap="spot", price="0.08")
LAUNCHED = (condition("Launched"), condition("Registered", "Unknown", "NodeNotFound"))


def claim(name: str = "api-x", **said: Any) -> NodeClaim:
    said = {
        "created": NOW - 40,
        "labels": LABELS,
        "provider_id": f"p-{name}",
        "node": None,
        "conditions": LAUNCHED,
    } | said
    return a_claim(name, **said)


def registered(name: str, node: str, **said: Any) -> NodeClaim:
    return claim(name, node=NodeName(node), conditions=(condition("Launched"), condition("Registered")), **said)


class World:
    """A store and the views that are derived of it, one after the other."""

    def __init__(self, *nodes: Node, claims: tuple[NodeClaim, ...] = (), given: Assumptions | None = None) -> None:
        self.store = ClusterStore()
        self.given = given or Assumptions()
        self.view: ClusterView | None = None
        self.version = 1
        for resource in (NODES, PODS, NODE_CLAIMS):
            self.store.follow(resource)
        self.lists(NODES, *nodes)
        self.lists(NODE_CLAIMS, *claims)

    def lists(self, resource: Any, *rows: Any) -> None:
        self.version += 1
        listing = Listing(self.version, self.version)
        self.store.apply(Upserted(resource, list(rows), [self.version] * len(rows), listing), NOW)
        self.store.apply(Synced(resource, listing), NOW)

    def says(self, resource: Any, *rows: Any) -> None:
        self.version += 1
        self.store.apply(Upserted(resource, list(rows), [self.version] * len(rows)), NOW)

    def derive(self, now: float = NOW) -> ClusterView:
        work = view_cluster(self.store.snapshot(), self.given, self.view, now, None)
        while True:
            try:
                next(work)
            except StopIteration as done:
                self.view = done.value[0]
                return self.view

    def rows(self, now: float = NOW) -> list[str]:
        return [view.name for view in self.derive(now).claims.rows.values()]

    def reason(self, name: str) -> str:
        return str(self.derive().claims.rows[f"nodeclaim/{name}"].standing.reason)


def cells(view: ClaimView, now: float = NOW) -> dict[str, str]:
    return {one.id: one.cell(view, now).text for one in node_columns(RESOURCES, ())}


def test_a_claim_is_a_row_of_the_same_columns() -> None:
    view = World(claims=(claim(),)).derive().claims.rows["nodeclaim/api-x"]
    assert cells(view) == {
        "name": "api-x",
        "pool": "api",
        "type": "m7g.large",
        "zone": "1a",
        "cap": "spot",
        "cpu": "–",
        "memory": "–",
        "pods": "–",
        "price": "0.080",
        "age": "40s",
        "state": "launched, waiting for its node",
    }
    assert row_key(view) == "nodeclaim/api-x"


def test_a_claim_is_a_row_until_its_node_is_there() -> None:
    world = World(claims=(claim(),))
    assert world.rows() == ["api-x"]
    world.says(NODES, a_node("n", provider_id="p-api-x"))
    assert world.rows() == []
    assert world.derive().nodes[NodeName("n")].claim is not None
    world.says(NODE_CLAIMS, registered("api-x", "n"))
    assert world.rows() == []


def test_no_sum_counts_it() -> None:
    alone, beside = World(a_node("n")).derive(), World(a_node("n"), claims=(claim(),)).derive()
    assert beside.totals == alone.totals
    assert len(beside.claims) == 1


def test_a_claim_that_names_a_node_that_is_not_there() -> None:
    world = World(claims=(registered("api-x", "gone"),))
    assert world.reason("api-x") == "its node gone is not there"


def test_two_claims_that_name_the_same_node_are_both_told() -> None:
    node = a_node("n", provider_id="")
    world = World(node, claims=(registered("a", "n", provider_id=""), registered("b", "n", provider_id="")))
    view = world.derive()
    first = view.nodes[NodeName("n")].claim
    assert first is not None
    other = {"a": "b", "b": "a"}[first.name]
    assert world.rows() == [other]
    assert world.reason(other) == f"NodeClaim {first.name} names its node n as well"
    twins = World(a_node("n", provider_id="p"), claims=(claim("a", provider_id="p"), claim("b", provider_id="p")))
    assert twins.rows() == ["a"]
    assert twins.reason("a") == "NodeClaim b has the same instance"


def test_a_nodes_name_that_another_machine_has_now() -> None:
    world = World(a_node("n", provider_id="new"), claims=(registered("a", "n", provider_id="old"),))
    assert world.reason("a") == "the node n is another machine now"


def test_the_end_of_a_node_is_no_row_unless_it_lasts() -> None:
    conditions = (condition("Registered"), condition("InstanceTerminating", since=NOW - 5))
    leaving = claim(node=NodeName("gone"), deleted=NOW - 300, conditions=conditions)
    world = World(claims=(leaving,))
    assert world.rows() == []
    assert world.derive().claims.next_moment == leaves_unseen_until(leaving, UNSEEN_S) == NOW - 5 + UNSEEN_S
    assert world.rows(NOW + UNSEEN_S) == ["api-x"]


def test_while_nodes_are_not_known_only_what_has_surely_none_is_a_row() -> None:
    world = World.__new__(World)
    world.store, world.given, world.view, world.version = ClusterStore(), Assumptions(), None, 1
    for resource in (NODES, PODS, NODE_CLAIMS):
        world.store.follow(resource)
    world.lists(NODE_CLAIMS, claim("new"), registered("old", "n"))
    assert world.rows() == ["new"]
    world.lists(NODES)
    assert world.rows() == ["new", "old"]


def test_with_a_node_selector_only_what_it_lets_through() -> None:
    some = (claim("api-x"), claim("web-x", labels=labels(pool="web")), registered("api-y", "elsewhere"))
    assert World(claims=some, given=Assumptions(node_selector="karpenter.sh/nodepool=api")).rows() == ["api-x"]
    assert World(claims=some, given=Assumptions(node_selector="a (b")).rows() == []


def test_before_its_launch_a_claim_says_what_its_requirements_settle() -> None:
    needs = (
        Requirement("node.kubernetes.io/instance-type", "In", ("m7g.large", "m7g.xlarge")),
        Requirement("karpenter.sh/capacity-type", "In", ("on-demand",)),
        Requirement("topology.kubernetes.io/zone", "NotIn", ("us-east-1a",)),
    )
    made = claim(labels=labels(pool="api"), conditions=(), requirements=needs, provider_id="")
    view = World(claims=(made,)).derive().claims.rows["nodeclaim/api-x"]
    said = cells(view)
    assert (said["type"], said["cap"], said["zone"], said["price"]) == ("–", "od", "–", "–")
    assert view.price.reason == "one of 2 instance types, not chosen yet"
    assert cells(view)["state"] == "waiting for its instance to launch"


def test_the_same_value_comes_back_where_nothing_differs() -> None:
    world = World(a_node("n"), claims=(claim(),))
    before = world.derive().claims
    world.says(NODES, a_node("n", kubelet_version="v1.33.2"))
    assert world.derive().claims is before
    world.says(NODE_CLAIMS, claim("api-y"))
    after = world.derive().claims
    assert after is not before
    assert after.rows["nodeclaim/api-x"] is before.rows["nodeclaim/api-x"]


def test_another_price_book_prices_claims_again() -> None:
    world = World(claims=(claim(labels=labels(pool="api", type="m7g.large", region="us-east-1", zone="us-east-1a")),))
    before = world.derive()
    world.store.priced(PriceBook(NO_TABLE))
    assert world.derive().claims is not before.claims


def test_what_went_away_before_is_told_with_it() -> None:
    world = World(claims=(claim("a", conditions=()),))
    world.derive()
    world.lists(NODE_CLAIMS, claim("b", conditions=()))
    view = world.derive().claims.rows["nodeclaim/b"]
    assert view.failures == Failures(1, NOW - 40)
    assert cells(view)["state"] == "waiting for its instance to launch · 1 before it got no node"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("absent", "NodeClaims are not served: drift, exact expiry and nodes on their way are not known"),
        ("forbidden", "NodeClaims may not be read: drift, exact expiry and nodes on their way are not known"),
    ],
)
def test_what_is_missing_is_said_where_it_is_missed(state: Any, words: str) -> None:
    for pool, said in (({"karpenter.sh/nodepool": "api"}, words), ({}, "")):
        store = ClusterStore()
        world = World.__new__(World)
        world.store, world.given, world.view, world.version = store, Assumptions(), None, 1
        for resource in (NODES, PODS, NODE_CLAIMS):
            store.follow(resource)
        world.lists(NODES, a_node("n", labels=pool))
        store.apply(Lagging(NODE_CLAIMS, NOW, "no", state=state), NOW)
        assert world.derive().claims.missing == said


def test_claims_are_filtered_sorted_and_grouped_with_the_nodes() -> None:
    node = a_node("n", labels=LABELS, created=NOW - 90)
    view = World(node, claims=(claim(), claim("web-x", labels=labels(pool="web")))).derive()
    rows = (*view.nodes.values(), *view.claims.rows.values())
    columns = node_columns(RESOURCES, ())

    def keys(**asked: Any) -> list[str]:
        arranged = arrange(rows, TableState(**asked), columns, NOW, RESOURCES).rows
        return [
            f"{row.title} {row.tally.nodes}+{row.claims}" if isinstance(row, Group) else row_key(row)
            for row in arranged
        ]

    assert keys(sort_by="age") == ["nodeclaim/api-x", "nodeclaim/web-x", "n"]
    assert keys(group_by="pool") == ["api 1+1", "nodeclaim/api-x", "n", "web 0+1", "nodeclaim/web-x"]
    wanted = parse_filter("phase=arriving pool=api", columns)
    assert isinstance(wanted, Filter)
    assert keys(filter=wanted) == ["nodeclaim/api-x"]


def test_half_a_claim_is_shown_as_what_it_is() -> None:
    odd = claim(
        "odd", created=0, labels={}, provider_id="", conditions=(Condition("Launched", "Maybe", since=NOW + 10**6),)
    )
    view = World(claims=(odd,)).derive().claims.rows["nodeclaim/odd"]
    assert cells(view)["pool"] == "odd"
    assert cells(view)["state"]
