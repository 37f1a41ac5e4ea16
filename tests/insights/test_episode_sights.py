"""Episodes with their pods and their money."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.cluster import Happening
from nodeview.insights import EpisodeSight, Saving, saving_words
from nodeview.records import NODE_CLAIMS, NODES, Deleted, Node, NodeClaim, NodeName, OwnerRef
from nodeview.views import Assumptions
from tests.builders import NOW, a_claim, a_node, a_pod, condition
from tests.cluster.test_episode import a_source, an_episode
from tests.insights.build import Cluster


def a_priced(name: str, price: str | None, **overrides: Any) -> Node:
    labels = {"karpenter.sh/nodepool": "api"} | ({"nodeview/instance-price": price} if price else {})
    return a_node(name, labels=labels, **overrides)


def claim_of(name: str, **overrides: Any) -> NodeClaim:
    said = {"labels": {"karpenter.sh/nodepool": "api"}, "provider_id": f"aws:///us-east-1a/i-{name}"}
    return a_claim(f"api-{name}", node=NodeName(name), **(said | overrides))


def chosen(name: str, **overrides: Any) -> NodeClaim:
    said = condition("DisruptionReason", "True", "Underutilized", since=NOW)
    return replace(claim_of(name, **overrides), conditions=(said,))


def a_cluster(*prices: str | None, given: Assumptions | None = None) -> Cluster:
    names = [f"n{number}" for number in range(len(prices))]
    nodes = [a_priced(name, price) for name, price in zip(names, prices, strict=True)]
    pods = [a_pod(f"p{number}", node=NodeName("n0")) for number in range(3)]
    pods.append(a_pod("daemon", node=NodeName("n0"), owner=OwnerRef("DaemonSet", "d", "apps")))
    return Cluster(given).listed(nodes=nodes, claims=[claim_of(name) for name in names], pods=pods)


def line(cluster: Cluster) -> Happening:
    (one,) = [one for one in cluster.frame().feed if one.kind == "episode"]
    return one


def sight(cluster: Cluster) -> EpisodeSight:
    (one,) = cluster.frame().insights.episodes.sights
    return one


def goes(cluster: Cluster, name: str) -> None:
    """It is gone without a frame between."""
    node, claim = a_priced(name, None), chosen(name)
    cluster.store.apply(Deleted(NODES, node.key, node.uid, 1000), NOW + 60)
    cluster.store.apply(Deleted(NODE_CLAIMS, claim.key, claim.uid, 1000), NOW + 61)


def replaced_by(cluster: Cluster, price: str | None) -> None:
    cluster.put(NODE_CLAIMS, claim_of("new", created=NOW + 1))
    cluster.put(NODES, a_priced("new", price))
    cluster.put(NODE_CLAIMS, *[chosen(f"n{number}", deleted=NOW + 20) for number in range(2)])


def test_what_is_foreseen_and_what_is_saved() -> None:
    cluster = a_cluster("0.20", "0.20")
    cluster.frame()
    cluster.put(NODE_CLAIMS, chosen("n0"), chosen("n1"))
    assert line(cluster).message == "consolidating 2 · underutilised · 3 pods left · n0, n1"
    replaced_by(cluster, "0.27")
    assert line(cluster).message == "consolidating 2 → 1 · underutilised · 3 pods left · saves $0.13/h · n0, n1 → new"
    cluster.put(NODES, a_priced("new", "0.25"))
    cluster.frame()
    goes(cluster, "n0")
    goes(cluster, "n1")
    said = line(cluster).message
    assert said.startswith("consolidated 2 → 1 in about 60 s · underutilised")
    assert said.endswith("saved $0.15/h (predicted $0.13/h) · n0, n1 → new")
    assert sight(cluster).realised == Saving(150_000_000)
    assert cluster.frame().insights.episodes.running == ()


def test_what_is_not_priced_saves_nothing_that_anybody_knows() -> None:
    cluster = a_cluster("0.20", None)
    cluster.frame()
    cluster.put(NODE_CLAIMS, chosen("n0"), chosen("n1"))
    replaced_by(cluster, "0.27")
    assert sight(cluster).predicted is None
    assert "$" not in line(cluster).message


def test_without_prices_there_is_no_trace_of_them() -> None:
    cluster = a_cluster("0.20", "0.20", given=Assumptions(priced=False))
    cluster.frame()
    cluster.put(NODE_CLAIMS, chosen("n0"), chosen("n1"))
    replaced_by(cluster, "0.27")
    assert "$" not in line(cluster).message


def test_the_price_is_remembered_when_the_node_is_gone() -> None:
    cluster = a_cluster("0.20")
    cluster.frame()
    cluster.put(NODE_CLAIMS, chosen("n0", deleted=NOW + 5))
    cluster.frame()
    goes(cluster, "n0")
    assert line(cluster).message.endswith("underutilised · saved $0.20/h · n0")


def test_the_same_value_while_nothing_differs_and_the_feed_in_its_order() -> None:
    cluster = a_cluster("0.20", "0.20")
    first = cluster.frame().insights
    assert cluster.frame().insights.episodes is first.episodes
    cluster.put(NODE_CLAIMS, chosen("n0"))
    seen = cluster.frame()
    cluster.put(NODES, a_priced("n1", "0.30"))
    again = cluster.frame()
    assert again.insights.episodes is seen.insights.episodes
    assert again.feed is seen.feed
    cluster.put(NODES, a_priced("another", None))
    feed = cluster.frame().feed
    assert [one.kind for one in feed][-2:] == ["episode", "joined"]
    assert [one.line for one in feed] == sorted(one.line for one in feed)


def test_of_a_node_that_was_chosen_for_being_empty_no_pods_are_counted() -> None:
    story = an_episode(a_source(cause="empty"))
    assert EpisodeSight(story, 0).words == "consolidating 1 · empty · a"
    assert EpisodeSight(an_episode(), 0).words == "consolidating 1 · underutilised · 0 pods left · a"


def test_words_on_money() -> None:
    assert saving_words(Saving(130_000_000)) == "saves $0.13/h"
    assert saving_words(Saving(-21_000_000), past=True) == "cost $0.021/h more"
    assert saving_words(Saving(0)) == "at the same price"
    assert saving_words(Saving(130_000_000, "EUR"), past=True) == "saved €0.13/h"
