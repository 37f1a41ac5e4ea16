"""What every place comes to, for a pod that waits."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.insights import Outlook
from nodeview.insights.outlook import Held
from nodeview.insights.survey import AGAIN_S
from nodeview.records import (
    NODES,
    VOLUME_CLAIMS,
    VOLUMES,
    Node,
    NodeName,
    NodeTerm,
    Pod,
    PodExtras,
    Requirement,
    Volume,
    VolumeClaim,
    Waiting,
)
from nodeview.scheduling import Reason
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool, a_shape, amounts, condition, taint
from tests.insights.build import GIB, NANO, Cluster, waiting

ZONE = "topology.kubernetes.io/zone"


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


def test_a_resource_is_offered_as_soon_as_a_node_says_so() -> None:
    pod = wants(8_000)
    cluster = Cluster().listed(nodes=[a_node("a", allocatable={})], pods=[pod])
    (first,) = cluster.groups()
    assert first.outlook is not None
    assert first.outlook.nowhere == ("cpu", "memory")
    cluster.put(NODES, a_node("a"))
    (second,) = cluster.groups(NOW + AGAIN_S)
    assert second.outlook is not None
    assert second.outlook.nowhere == ()


def test_a_new_type_of_machine_is_seen_at_once_where_none_was_known() -> None:
    small = Requirement("node.kubernetes.io/instance-type", "In", ("m5.large",))
    cluster = Cluster().listed(
        nodes=[a_node("a", labels={})], pods=[wants(8_000)], pools=[a_pool(requirements=(small,))]
    )
    assert cluster.groups()[0].outlook.makers[0].unjudged == ("sizes",)  # type: ignore[union-attr]
    sized = {"node.kubernetes.io/instance-type": "m5.large"}
    cluster.put(NODES, a_node("a", labels=sized, capacity=amounts(2), allocatable=amounts(2)))
    (second,) = cluster.groups(NOW + AGAIN_S)
    assert [reason.kind for reason in second.outlook.makers[0].reasons] == ["size"]  # type: ignore[union-attr]


def mounting_in_1a(cpu_milli: int, nodes: list[Node], **records: Any) -> Outlook:
    """The outlook of a pod whose volume lies in the zone 1a."""
    pod = replace(wants(cpu_milli, volumes=True), extras=PodExtras(("data-db-0",)))
    claim = VolumeClaim(pod.namespace, "data-db-0", "c", volume="pvc-1")
    volume = Volume("pvc-1", "v", (NodeTerm((Requirement(ZONE, "In", ("1a",)),)),), claim.key)
    cluster = Cluster()
    for resource in (VOLUME_CLAIMS, VOLUMES):
        cluster.store.follow(resource)
    cluster.put(VOLUME_CLAIMS, claim).put(VOLUMES, volume)
    (group,) = cluster.listed(nodes=nodes, pods=[pod], **records).groups()
    assert group.outlook is not None
    return group.outlook


def test_where_a_volume_lies_and_how_many_nodes_are_there() -> None:
    nodes = [a_node(name, labels={ZONE: zone}) for name, zone in (("a", "1a"), ("b", "1b"), ("c", "1b"))]
    outlook = mounting_in_1a(8_000, nodes)
    assert outlook.held == (Held("data-db-0", "in 1a", 1),)
    assert mounting_in_1a(8_000, nodes[:1]).held == ()
    assert mounting_in_1a(8_000, nodes[1:]).held == (Held("data-db-0", "in 1a", 0),)


def test_a_pool_that_makes_no_node_where_the_volume_lies_makes_none_for_the_pod() -> None:
    zones = {"here": "1a", "there": "1b"}
    pools = [a_pool(name, requirements=(Requirement(ZONE, "In", (zone,)),)) for name, zone in zones.items()]
    makers = {one.name: one.reasons for one in mounting_in_1a(8_000, [a_node("a")], pools=pools).makers}
    assert makers == {"here": (), "there": (Reason("volume", "data-db-0: in 1a"),)}


def test_balloons_that_would_make_room_for_a_pod_that_pushes_nothing_aside() -> None:
    nodes = [a_node("a"), a_node("b")]
    low = a_shape(priority=-5, images=("pause",), requests={"cpu": 3 * NANO, "memory": GIB})
    balloons = tuple(a_pod(f"balloon-{one.name}", uid=one.name, node=one.name, shape=low) for one in nodes[:1])
    full = a_pod("full", node=NodeName("b"), shape=a_shape(requests={"cpu": 4 * NANO}))
    assert outlook_of(wants(2_000, preempts=False), nodes, (*balloons, full)).yielding == ("a",)
    assert outlook_of(wants(2_000), nodes, (*balloons, full)).yielding == ()
    assert outlook_of(wants(5_000, preempts=False), nodes, (*balloons, full)).yielding == ()
    assert outlook_of(wants(2_000, preempts=False, priority=-5), nodes, (*balloons, full)).yielding == ()


def test_of_nodes_that_only_a_taint_keeps_it_from_one_is_named() -> None:
    nodes = [
        a_node("gpu", taints=(taint("gpu", value="yes"),)),
        a_node("small", taints=(taint("gpu", value="yes"),), allocatable=amounts(1)),
        a_node("cordoned", unschedulable=True),
        a_node("both", taints=(taint("gpu", value="yes"), taint("other"))),
    ]
    assert outlook_of(wants(2_000), nodes).but_for_taints == (("gpu=yes", ("gpu",)),)
    assert outlook_of(wants(2_000), [*nodes, a_node("open")]).but_for_taints == ()


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
