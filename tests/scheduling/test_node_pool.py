"""Could a NodePool make a node for a pod."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import (
    NANO,
    Node,
    NodeTerm,
    OwnerRef,
    Placement,
    Pod,
    Requirement,
    Taint,
    Toleration,
)
from nodeview.scheduling import PoolVerdict, Reason, reasons_against_pool, room_of, sizes_of
from nodeview.scheduling.node_pool import Size
from tests.builders import NOW, a_node, a_pod, a_pool, a_shape, amounts

TYPE, ARCH, CPU = "node.kubernetes.io/instance-type", "kubernetes.io/arch", "karpenter.k8s.aws/instance-cpu"
GI = 2**30 * NANO


def machine(type_: str, cpu: int, memory: int, **overrides: Any) -> Node:
    labels = {TYPE: type_, ARCH: "amd64", CPU: str(cpu), "topology.kubernetes.io/zone": "a"}
    room = amounts(cpu, memory)
    return a_node(type_, **{"labels": labels, "capacity": room, "allocatable": room} | overrides)


SIZES = sizes_of([room_of(machine("m5.large", 2, 8), ()), room_of(machine("m5.xlarge", 4, 16), ())])
BOTH = Requirement(TYPE, "In", ("m5.large", "m5.xlarge"))


def asking(cpu: int = 1, memory: int = 1, placement: Placement | None = None, **shape: Any) -> Pod:
    requests = {"cpu": cpu * NANO, "memory": memory * GI}
    return a_pod(shape=a_shape(requests=requests, placement=placement or Placement(), **shape))


def verdict(pod: Pod, sizes: tuple[Size, ...] = SIZES, **pool: Any) -> PoolVerdict:
    return reasons_against_pool(pod, a_pool("api", **pool), sizes)


def test_nothing_speaks_against_a_pool_that_may_make_a_type_that_holds_the_pod() -> None:
    assert verdict(asking()) == PoolVerdict(())
    assert verdict(asking(4, 16)) == PoolVerdict(())


def test_of_types_nobody_saw_nothing_is_known() -> None:
    assert verdict(asking(), ()) == PoolVerdict((), ("sizes",))
    other = Requirement(TYPE, "In", ("c7g.large",))
    assert verdict(asking(), requirements=(other,)) == PoolVerdict((), ("sizes",))


def test_a_pod_beyond_all_types() -> None:
    lack = Reason("size", "cpu", 4 * NANO, 4 * NANO)
    assert verdict(asking(8)) == PoolVerdict((lack,), ("sizes",))
    assert verdict(asking(8), requirements=(BOTH,)) == PoolVerdict((lack,))
    unseen = Requirement(TYPE, "In", (*BOTH.values, "m5.24xlarge"))
    assert verdict(asking(8), requirements=(unseen,)) == PoolVerdict((lack,), ("sizes",))


def test_a_pool_that_bounds_its_machines() -> None:
    under = Requirement(CPU, "Lt", ("5",))
    assert verdict(asking(8), (), requirements=(under,)) == PoolVerdict((Reason("size", "cpu", 4 * NANO, 4 * NANO),))
    memory = Requirement("karpenter.k8s.aws/instance-memory", "In", ("4096", "8192"))
    lack = Reason("size", "memory", 2 * GI, 8 * GI)
    assert verdict(asking(1, 10), (), requirements=(memory,)) == PoolVerdict((lack,))
    small = Requirement(CPU, "In", ("2",))
    assert verdict(asking(2), requirements=(small,)) == PoolVerdict(())


def test_daemon_sets_take_their_share_of_a_new_node() -> None:
    daemon = a_pod("d", owner=OwnerRef("DaemonSet", "d"), shape=a_shape(requests={"cpu": NANO}))
    other = a_pod("o", shape=a_shape(requests={"cpu": NANO}))
    (size,) = sizes_of([room_of(machine("m5.large", 2, 8), (daemon, other))])
    assert (size.free["cpu"], size.free["pods"], size.capacity["cpu"]) == (NANO, 57 * NANO, 2 * NANO)
    assert "topology.kubernetes.io/zone" not in size.labels
    assert verdict(asking(2), (size,)).reasons == (Reason("size", "cpu", NANO, NANO),)


def test_of_nodes_of_a_type_the_freest_counts_and_nodes_without_a_type_do_not() -> None:
    poor = machine("m5.large", 2, 8, allocatable=amounts(1, 8))
    sizes = sizes_of([room_of(poor, ()), room_of(machine("m5.large", 2, 8), ()), room_of(a_node("bare"), ())])
    assert [(one.name, one.free["cpu"]) for one in sizes] == [("m5.large", 2 * NANO)]


def test_taints_of_the_template() -> None:
    taint = Taint("gpu", "NoSchedule", "yes")
    assert verdict(asking(), taints=(taint,)).reasons == (Reason("taint", "gpu=yes:NoSchedule"),)
    bears = Placement(tolerations=(Toleration("gpu", "Exists"),))
    assert verdict(asking(placement=bears), taints=(taint,)).reasons == ()


def test_labels_and_requirements() -> None:
    arm = asking(node_selector=((ARCH, "arm64"),))
    only_amd = (Requirement(ARCH, "In", ("amd64",)),)
    assert verdict(arm, requirements=only_amd).reasons == (Reason("node-affinity", f"{ARCH} in arm64"),)
    team = asking(node_selector=(("team", "ml"),))
    assert verdict(team).reasons == (Reason("node-affinity", "team in ml"),)
    assert verdict(team, labels={"team": "ml"}).reasons == ()
    named = asking(node_selector=(("karpenter.sh/nodepool", "other"),))
    assert verdict(named).reasons == (Reason("node-affinity", "karpenter.sh/nodepool in other"),)


def test_one_alternative_is_enough() -> None:
    def term(value: str) -> NodeTerm:
        return NodeTerm((Requirement("team", "In", (value,)),))

    pod = asking(placement=Placement(node_terms=(term("web"), term("ml"))))
    assert verdict(pod, labels={"team": "ml"}).reasons == ()
    assert verdict(pod, labels={"team": "db"}).reasons == (Reason("node-affinity", "team in web or team in ml"),)


def test_a_pod_that_wants_a_node_by_name_gets_no_new_one() -> None:
    term = NodeTerm((), (Requirement("metadata.name", "In", ("n",)),))
    (reason,) = verdict(asking(placement=Placement(node_terms=(term,)))).reasons
    assert reason.kind == "node-affinity"


def test_limits_that_leave_less_than_the_pod_asks_for() -> None:
    used: dict[str, Any] = {"limits": {"cpu": 10 * NANO}, "resources": {"cpu": 9 * NANO}}
    assert verdict(asking(2), **used) == PoolVerdict((Reason("limit", "cpu", NANO, NANO),))
    full: dict[str, Any] = {"limits": {"nodes": 3 * NANO}, "resources": {"nodes": 3 * NANO}}
    assert verdict(asking(), **full) == PoolVerdict((Reason("limit", "nodes", NANO, 0),))
    over: dict[str, Any] = {"limits": {"memory": NANO}, "resources": {"memory": 2 * NANO}}
    assert verdict(a_pod(shape=a_shape(requests={})), **over).reasons[0].kind == "limit"


def test_a_remainder_smaller_than_a_machine_is_of_no_use() -> None:
    used: dict[str, Any] = {"limits": {"cpu": 10 * NANO}, "resources": {"cpu": 9 * NANO}, "requirements": (BOTH,)}
    assert verdict(asking(1), **used) == PoolVerdict((Reason("limit", "cpu", NANO, NANO),))
    used["resources"] = {"cpu": 8 * NANO}
    assert verdict(asking(1), **used) == PoolVerdict(())


@pytest.mark.parametrize(
    ("said", "kind"), [({"deleted": NOW}, "deleted"), ({"ready": False}, "not-ready"), ({"ready": None}, "")]
)
def test_pools_that_make_nothing(said: dict[str, Any], kind: str) -> None:
    assert [one.kind for one in verdict(asking(), **said).reasons] == ([kind] if kind else [])


def test_a_limit_of_no_gpus_is_nothing_to_a_pod_that_wants_none() -> None:
    pool = a_pool(limits={"cpu": 100 * NANO, "nvidia.com/gpu": 0}, resources={"cpu": 4 * NANO})
    verdict = reasons_against_pool(a_pod(node=None), pool, ())
    assert [one for one in verdict.reasons if one.kind == "limit"] == []
    wanting = a_pod(node=None, shape=a_shape(requests={"cpu": NANO, "nvidia.com/gpu": NANO}))
    assert [one.about for one in reasons_against_pool(wanting, pool, ()).reasons] == ["nvidia.com/gpu"]
