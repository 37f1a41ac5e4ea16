"""What every place comes to, for a pod that waits."""

from __future__ import annotations

from typing import Any

from nodeview.insights import Outlook
from nodeview.records import Node, NodeName, Pod, Waiting
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool, a_shape, amounts, condition, taint
from tests.insights.build import GIB, NANO, Cluster, waiting


def outlook_of(pod: Pod, nodes: list[Node], pods: tuple[Pod, ...] = (), **records: Any) -> Outlook:
    groups = Cluster().listed(nodes=nodes, pods=[pod, *pods], **records).groups()
    outlook = next(one for one in groups if pod.key in one.members).outlook
    assert outlook is not None
    return outlook


def wants(cpu_milli: int, **overrides: Any) -> Pod:
    requests = {"cpu": cpu_milli * NANO // 1000, "memory": GIB, **overrides.pop("also", {})}
    return waiting("pod", shape=a_shape(requests=requests, **overrides))


def test_the_nearest_miss_of_each_pool_the_nearest_first() -> None:
    nodes = [
        a_node("a", labels={"karpenter.sh/nodepool": "api"}),
        a_node("b", labels={"karpenter.sh/nodepool": "web"}, allocatable=amounts(5)),
        a_node("c", labels={"karpenter.sh/nodepool": "api"}, taints=(taint("x"),), allocatable=amounts(6)),
    ]
    outlook = outlook_of(wants(5_500), nodes)
    assert [(one.pool, one.missing) for one in outlook.near] == [
        ("web", {"cpu": NANO // 2}),
        ("api", {"cpu": 3 * NANO // 2}),
    ]
    assert outlook.fits == 0


def test_advice_never_is_to_ask_for_nothing() -> None:
    full = a_pod("full", node=NodeName("a"), shape=a_shape(requests={"cpu": 4 * NANO}))
    assert outlook_of(wants(500), [a_node("a")], (full,)).near == ()


def test_a_resource_that_no_node_offers() -> None:
    outlook = outlook_of(wants(500, also={"nvidia.com/gpu": NANO}), [a_node("a"), a_node("b")])
    assert outlook.nowhere == ("nvidia.com/gpu",)
    assert outlook.near == ()


def test_where_it_would_fit_as_things_stand() -> None:
    outlook = outlook_of(wants(500), [a_node(f"node-{one}") for one in range(5)])
    assert outlook.fits == 5
    assert len(outlook.fits_on) == 3


def test_room_that_is_promised_to_others_is_none() -> None:
    promised = waiting("other", nominated=NodeName("a"), shape=a_shape(requests={"cpu": 3 * NANO}))
    assert outlook_of(wants(2_000), [a_node("a")], (promised,)).fits == 0


def test_a_node_on_its_way_holds_it_once_its_startup_taints_are_gone() -> None:
    arriving = a_node(
        "coming",
        created=NOW - 5,
        allocatable=amounts(16),
        conditions=(condition("Ready", "False", "KubeletNotReady"),),
        taints=(taint("node.kubernetes.io/not-ready"),),
    )
    claim = a_claim("claim-1", node=None, provider_id="aws:///x/i-new", allocatable=amounts(16))
    small = a_claim("claim-2", uid="uid-2", node=None, provider_id="aws:///x/i-small", allocatable=amounts(2))
    tainted = a_claim("claim-3", uid="uid-3", node=None, provider_id="", allocatable=amounts(16), taints=(taint("x"),))
    outlook = outlook_of(wants(8_000), [a_node("a"), arriving], claims=[claim, small, tainted])
    assert set(outlook.coming) == {"coming", "claim-1"}


def test_which_taint_and_which_label_the_scheduler_left_out() -> None:
    causes = "1 node(s) didn't match Pod's node affinity/selector, 2 node(s) had untolerated taint(s)"
    said = f"0/3 nodes are available: {causes}."
    nodes = [a_node("a", taints=(taint("x", value="y"),)), a_node("b", taints=(taint("x", value="y"),)), a_node("c")]
    shape = a_shape(node_selector=(("topology.kubernetes.io/zone", "a"),))
    pod = waiting("pod", shape=shape, waiting=Waiting("Unschedulable", said, NOW))
    (group,) = Cluster().listed(nodes=nodes, pods=[pod]).groups()
    assert group.words.sentence == "2 have the taint x=y; 1 is in another zone"


def test_every_pool_has_its_verdict() -> None:
    pools = [a_pool("free"), a_pool("gone", deleted=NOW), a_pool("taken", taints=(taint("x"),))]
    outlook = outlook_of(wants(8_000), [a_node("a")], pools=pools)
    assert {one.name: [reason.kind for reason in one.reasons] for one in outlook.makers} == {
        "free": [],
        "gone": ["deleted"],
        "taken": ["taint"],
    }
