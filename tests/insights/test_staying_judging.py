"""Who rules over a node decides what keeps it."""

from __future__ import annotations

from nodeview.cluster import Stream
from nodeview.records import NodeName
from tests.builders import NOW, a_node
from tests.insights.stays import World, karpenters, pool, shop, usable, why


def test_nobody_takes_a_node_of_which_no_autoscaler_is_known() -> None:
    assert why(a_node()) == [("no_autoscaler", "no autoscaler is known that would take it away")]
    assert why(a_node(labels={"eks.amazonaws.com/nodegroup": "api"}))[0][0] == "no_autoscaler"


def test_fargate_keeps_a_node_for_its_pod() -> None:
    node = a_node(labels={"eks.amazonaws.com/compute-type": "fargate"})
    assert why(node, None, [shop()]) == [("fargate", "Fargate keeps it for its pod: pod shop/cart-1")]


def test_ocean_obeys_a_label_and_says_nothing() -> None:
    node = a_node(labels={"spotinst.io/ocean-vng-id": "ols-1"})
    asking = shop(wishes=(("spotinst.io/restrict-scale-down", "true"),))
    assert why(node, None, [asking]) == [("pod_annotation", "spotinst.io/restrict-scale-down on pod shop/cart-1")]
    assert why(node, None, [shop()])[0][0] == "unknown"


def test_auto_mode_is_karpenter() -> None:
    node = karpenters(labels={"karpenter.sh/nodepool": "api", "eks.amazonaws.com/compute-type": "auto"})
    assert why(node, usable(), pools=[pool("Never")])[0][0] == "policy"


def test_what_cannot_be_read_is_said_after_what_is_known() -> None:
    world = World(pools=[pool()]).put(karpenters(), usable())
    world.streams = (Stream("poddisruptionbudgets.policy", "forbidden", 0.0, reason="forbidden to you"),)
    assert world.said() == [
        ("unknown", "PDBs are not known: forbidden to you"),
        ("nothing", "nothing keeps it: empty, next consolidation · 10m"),
    ]
    world.streams = (Stream("poddisruptionbudgets.policy", "absent", 0.0, reason="no such resource"),)
    assert [one for one, _ in world.said()] == ["nothing"]


def test_pods_that_are_not_known_leave_no_reason() -> None:
    world = World(pools=[pool()]).put(karpenters(), usable())
    assert [one.reason for one in world.look(no_pods="pods are forbidden").of(NodeName("node-1"), NOW)] == ["unknown"]
