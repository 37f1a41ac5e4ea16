"""Which pods are of one group, and what it says of them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.insights.groups import key_of
from nodeview.insights.hints import Hint
from nodeview.records import Waiting
from nodeview.views import view_pending
from tests.builders import NOW, a_node
from tests.insights.build import Cluster, starting, waiting


def test_counts_part_no_group_and_causes_do() -> None:
    def key(reason: str) -> object:
        pod = waiting("a", reason)
        return key_of(view_pending(pod, {}), pod)

    one = key("0/3 nodes are available: 2 Insufficient cpu, 1 node(s) were unschedulable.")
    assert one == key(
        "0/9 nodes are available: 9 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never."
    )
    assert one != key("0/3 nodes are available: 3 Insufficient memory.")
    assert key("0/3 nodes are available: 3 Too many pods.") != key(
        "0/3 nodes are available: 3 node(s) were unschedulable."
    )


def test_a_pod_that_karpenter_means_for_a_claim_is_nominated() -> None:
    pod = waiting("a")
    view = view_pending(pod, {})
    assert key_of(view, pod, Hint("…", "claim-1"))[3] == "nominated"
    assert key_of(view, pod, Hint("the autoscaler makes no node"))[3] == "unschedulable"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "its node has not begun with it yet"),
        ("ImagePullBackOff", "its image cannot be pulled"),
        ("Odd\x1bReason", "Odd␛Reason"),
    ],
)
def test_what_a_starting_pod_waits_for(reason: str, words: str) -> None:
    (group,) = Cluster().listed(nodes=[a_node("node-0")], pods=[starting("a", reason=reason)]).groups()
    assert group.words.sentence == words


def test_pods_without_a_controller_are_named_or_counted() -> None:
    pods = [waiting("a", owner=None), waiting("b", owner=None)]
    cluster = Cluster().listed(nodes=[a_node("node-0")], pods=pods)
    assert [one.name for one in cluster.groups()] == ["pods without a controller"]
    assert [one.name for one in cluster.gone(pods[1]).groups()] == ["a"]


def test_a_scheduler_with_words_of_its_own_is_quoted_within_bounds() -> None:
    pod = replace(waiting("a"), waiting=Waiting("SchedulerError", "[red]" + "x" * 9000, NOW))
    (group,) = Cluster().listed(nodes=[a_node("node-0")], pods=[pod]).groups()
    assert group.kind == "waiting"
    assert group.words.sentence.startswith("[red]x")
    assert len(group.words.sentence) <= 500
