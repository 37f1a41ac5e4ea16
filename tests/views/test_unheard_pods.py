"""What views say while pods are not known: so far, or unknown with its reason, and never 0."""

from __future__ import annotations

import pytest

from nodeview.cluster import ClusterStore
from nodeview.records import NODES, PODS, Current, Lagging, LagState, Listing, NodeName, Synced
from nodeview.views import Filter, TableState, Tally, arrange, node_columns, parse_filter
from tests.raw import raw_node, raw_pod
from tests.views.test_cluster import NOW, Heard

WORDS = 'pods is forbidden: User "jane" cannot list resource "pods"'
N1 = NodeName("n1")


def silenced(state: LagState = "forbidden") -> Heard:
    """Nodes are synced; of pods one was heard, and then the server refused."""
    heard = Heard()
    heard.say(NODES, raw_node("n1"), raw_node("n2"), listing=Listing(1, 1))
    heard.store.apply(Synced(NODES, Listing(1, 1)), NOW)
    heard.say(PODS, raw_pod("p1", cpu="1"), listing=Listing(1, 1))
    heard.store.apply(Lagging(PODS, NOW, WORDS, state), NOW)
    return heard


@pytest.mark.parametrize("state", ["forbidden", "absent", "lagging"])
def test_what_was_never_heard_to_the_end_is_unknown_with_its_reason(state: LagState) -> None:
    view = silenced(state).look()
    node = view.nodes[N1]
    assert (node.counts, dict(node.requested), dict(node.balloon)) == (None, {}, {})
    assert set(node.unknown) == {"cpu", "memory", "pods"}
    assert WORDS in node.unknown["cpu"]
    assert node.share("cpu") is None
    tallies: list[Tally] = [view.totals, *(pool.tally for pool in view.pools), *(zone.tally for zone in view.zones)]
    for tally in tallies:
        assert tally.pods is None
        assert not tally.requested
        assert tally.allocatable["cpu"] == 8 * 10**9, "what nodes offer is known all the same"
        assert WORDS in (tally.why_unknown("cpu") or "")
        assert "n1" not in tally.unknown["cpu"], "it is not this node's fault"


def test_a_cluster_without_nodes_does_not_claim_to_have_no_pods() -> None:
    heard = Heard()
    heard.store.apply(Lagging(PODS, NOW, WORDS, "forbidden"), NOW)
    assert heard.look().totals.pods is None


def test_every_cell_of_pods_is_a_dash_and_no_filter_takes_it_for_a_number() -> None:
    view = silenced().look()
    columns = node_columns(("cpu", "nvidia.com/gpu", "pods"), ("node-memory-usage",))
    node = view.nodes[N1]
    for name in ("cpu", "pods", "pods-share", "node-memory-usage"):
        cell = next(one for one in columns if one.id == name).cell(node, NOW)
        assert (cell.text, WORDS in cell.reason) == ("–", True), name
    for text in ("pods<5", "pods>=0", "cpu<50", "cpu>=0"):
        wanted = parse_filter(text, columns)
        assert isinstance(wanted, Filter)
        rows = arrange(view.nodes.values(), TableState("pods", filter=wanted), columns, NOW, ("cpu",))
        assert rows.hidden == 2, text


def test_while_pods_are_listed_first_sums_are_so_far() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), listing=Listing(1, 1))
    heard.say(PODS, raw_pod("p1", cpu="1"), listing=Listing(1, 1))
    assert heard.look().nodes[N1].requested["cpu"] == 10**9


def test_all_nodes_are_derived_again_when_pods_become_known_and_only_then() -> None:
    heard = silenced("lagging")
    heard.look()
    heard.store.apply(Current(PODS), NOW)
    view = heard.look()
    assert heard.touched == {"n1", "n2"}
    assert [view.nodes[NodeName(name)].requested["cpu"] for name in ("n1", "n2")] == [10**9, 0]
    heard.store.apply(Synced(PODS, Listing(1, 1)), NOW)
    view = heard.look()
    assert not heard.touched
    assert view.totals.pods is not None


def test_what_was_known_once_stays_shown_when_the_stream_is_refused_later() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), listing=Listing(1, 1))
    heard.say(PODS, raw_pod("p1", cpu="1"), listing=Listing(1, 1))
    heard.synced()
    heard.look()
    heard.store.apply(Lagging(PODS, NOW, WORDS, "forbidden"), NOW)
    view = heard.look()
    assert view.nodes[N1].requested["cpu"] == 10**9
    assert view.totals.pods is not None
    assert not heard.touched


def test_a_store_that_follows_nothing_has_no_reason_to_doubt() -> None:
    heard = Heard()
    heard.store = ClusterStore()
    assert heard.look().no_pods == ""


def test_an_empty_cluster_whose_pods_are_refused_after_a_first_look_does_not_go_on_saying_none() -> None:
    heard = Heard()
    assert heard.look().totals.pods is not None
    heard.store.apply(Lagging(PODS, NOW, WORDS, "forbidden"), NOW)
    totals = heard.look().totals
    assert totals.pods is None
    assert WORDS in totals.unknown["pods"]
