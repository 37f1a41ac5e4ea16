"""Evictions, scale-ups and the trouble of nodes as lines of the feed."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.cluster import Chronicle
from nodeview.cluster.event_lines import AGAIN_S, EventLines
from nodeview.records import ObjectRef
from tests.builders import NOW, a_pod
from tests.cluster.events import an_event


class Told:
    """Lines and where they are told."""

    def __init__(self) -> None:
        self.chronicle = Chronicle()
        self.lines = EventLines(self.chronicle)

    def hears(self, reason: str, kind: str, name: str, message: str, **overrides: Any) -> None:
        about = ObjectRef(kind, "" if kind.startswith("Node") else "shop", name, f"uid-{name}")
        self.lines.event(an_event(message, about, **{"reason": reason, "source": "karpenter", **overrides}), NOW)

    @property
    def said(self) -> list[tuple[str, str, str]]:
        return [(one.kind, one.subject, one.message) for one in self.chronicle.lines()]


def test_an_eviction_is_one_line_from_its_condition_and_its_event() -> None:
    told = Told()
    pod = a_pod("cart", namespace="shop", uid="uid-cart")
    out = replace(pod, disruption="EvictionByEvictionAPI")
    told.lines.pod(pod, out, NOW)
    told.lines.pod(out, replace(out, ready=False), NOW)
    assert told.said == [("evicted", "shop/cart", "on node-1: by the Eviction API")]
    told.hears("Evicted", "Pod", "cart", "Evicted pod: Underutilized")
    assert told.said == [("evicted", "shop/cart", "Evicted pod: Underutilized (karpenter)")]
    assert [one.node for one in told.chronicle.lines()] == ["node-1"]


def test_and_in_the_other_order() -> None:
    told = Told()
    told.hears("Evicted", "Pod", "cart", "Evicted pod: Empty")
    pod = a_pod("cart", namespace="shop", uid="uid-cart")
    told.lines.pod(pod, replace(pod, disruption="EvictionByEvictionAPI"), NOW)
    assert told.said == [("evicted", "shop/cart", "Evicted pod: Empty (karpenter)")]
    assert [one.node for one in told.chronicle.lines()] == ["node-1"]


def test_every_condition_of_a_disruption_but_a_preemption() -> None:
    told = Told()
    reasons = ("EvictionByEvictionAPI", "DeletionByTaintManager", "DeletionByDeviceTaintManager", "DeletionByPodGC",
               "TerminationByKubelet", "PreemptionByScheduler", "SomethingElse")  # fmt: skip
    for reason in reasons:
        told.lines.pod(None, a_pod(reason, disruption=reason), NOW)
    assert [subject for _, subject, _ in told.said] == [f"default/{one}" for one in reasons[:5]]


def test_a_scale_up_that_many_pods_asked_for_is_told_once() -> None:
    told = Told()
    both = "pod triggered scale-up: [{worker-1a-v1-27 1->2 (max: 4)} {worker-1c-v1-27 1->4 (max: 4)}]"
    for name in ("balloon-a", "cart-1", "cart-2"):
        told.hears("TriggeredScaleUp", "Pod", name, both)
    assert told.said == [
        ("scaled", "worker-1a-v1-27", "1 → 2 nodes (at most 4), for shop/balloon-a"),
        ("scaled", "worker-1c-v1-27", "1 → 4 nodes (at most 4), for shop/balloon-a"),
    ]
    told.hears("TriggeredScaleUp", "Pod", "cart-1", both, at=NOW + AGAIN_S + 1)
    assert len(told.said) == 4


def test_a_refusal_in_either_order_of_its_parts_is_told_once() -> None:
    told = Told()
    parts = ["1 max node group size reached", "1 node(s) didn't match Pod's node affinity/selector"]
    for order in (parts, parts[::-1]):
        told.hears("NotTriggerScaleUp", "Pod", "cart-1", f"pod didn't trigger scale-up: {', '.join(order)}")
    assert told.said == [("scaled", "shop/cart-1", f"no scale-up: {', '.join(parts)}")]


def test_of_nodes_what_is_a_warning_or_ends_them_and_each_once() -> None:
    told = Told()
    for _ in range(3):
        told.hears(
            "FailedDraining", "Node", "n1", "Failed to drain node, 2 pods are waiting to be evicted", warning=True
        )
    told.hears("DisruptionTerminating", "Node", "n1", "Disrupting Node: Underutilized")
    told.hears("DisruptionTerminating", "NodeClaim", "c1", "Disrupting NodeClaim: Underutilized")
    told.hears("SpotRebalanceRecommendation", "Node", "n1", "Spot rebalance recommendation was triggered")
    told.hears("DisruptionBlocked", "Node", "n1", "Node is nominated for a pending pod")
    told.hears("InsufficientCapacityError", "NodeClaim", "c1", "NodeClaim c1 event: no spot", warning=True)
    told.hears("Finalized", "Node", "", "Finalized karpenter.sh/termination", warning=True)
    told.hears("NodeReady", "Node", "n1", "Node n1 status is now: NodeReady")
    assert told.said == [
        ("phase", "n1", "Failed to drain node, 2 pods are waiting to be evicted"),
        ("phase", "n1", "Spot rebalance recommendation was triggered"),
        ("claim", "c1", "NodeClaim c1 event: no spot"),
    ]
