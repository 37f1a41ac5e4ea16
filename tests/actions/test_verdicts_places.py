"""R13 to R16: labels, taints, spread, neighbours, room and limits, each both ways."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import NANO, Node, NodeTerm, Placement, PodTerm, Requirement, Spread, Toleration
from tests.actions.world import World, message, said
from tests.builders import a_claim, a_node, a_pool, a_shape, amounts, taint

WEB = "shop/web"
OLD = "alpha.eksctl.io/nodegroup-name"
OF_WEB = (Requirement("app", "In", ("web",)),)
TYPE = "node.kubernetes.io/instance-type"


def shape(**how: Any) -> Any:
    return a_shape(probed=True, **how)


def groups(*names: str) -> list[Node]:
    return [a_node(f"node-{place}", labels={OLD: name}) for place, name in enumerate(names, 1)]


def test_r13_a_pin_to_the_old_group_is_the_classic_failure() -> None:
    pinned = shape(node_selector=((OLD, "ng-v1-32"),))
    plan = World(*groups("ng-v1-32", "ng-v1-33")).deployment("web", template=pinned).plan()
    assert said(plan, "R13") == [("block", WEB)]
    assert f"{OLD} in ng-v1-32, which no node that stays has" in message(plan, "R13")
    assert said(plan, "R15") == []
    stays = World(*groups("ng-v1-32", "ng-v1-33", "ng-v1-32")).deployment("web", template=pinned)
    assert said(stays.plan(), "R13") == []


def test_r13_affinity_and_a_pin_where_no_node_stays_at_all() -> None:
    term = NodeTerm((Requirement(OLD, "In", ("ng-v1-32",)),))
    affine = shape(placement=Placement(node_terms=(term,)))
    assert said(World(*groups("ng-v1-32", "x")).deployment("web", template=affine).plan(), "R13") == [("block", WEB)]
    alone = World(*groups("ng-v1-32")).deployment("web", template=shape(node_selector=((OLD, "ng-v1-32"),)))
    assert f"{OLD} in ng-v1-32" in message(alone.plan(), "R13")


def karpenter(limits: dict[str, int] | None = None, nodes: int = 1, **pool: Any) -> World:
    labels = {"karpenter.sh/nodepool": "default", TYPE: "m5.xlarge"}
    made = [a_node(f"node-{n}", labels=labels, provider_id=f"aws:///a/{n}") for n in range(1, nodes + 1)]
    claims = [a_claim(f"c{n}", provider_id=f"aws:///a/{n}") for n in range(1, nodes + 1)]
    used = {"cpu": 4 * nodes * NANO, "nodes": nodes * NANO}
    one = a_pool(limits=limits or {}, resources=used, **pool)
    return World(*made).having(claims=claims, pools=[one])


def test_r13_a_pin_to_a_nodepool_that_makes_new_ones_is_none() -> None:
    pinned = shape(node_selector=(("karpenter.sh/nodepool", "default"),))
    assert said(karpenter().deployment("web", template=pinned).plan(), "R13") == []
    other = shape(node_selector=(("karpenter.sh/nodepool", "gone"),))
    assert said(karpenter().deployment("web", template=other).plan(), "R13") == [("block", WEB)]


def test_r14_taints_that_close_every_node_that_stays() -> None:
    def tainted(**how: Any) -> World:
        nodes = [a_node("node-1"), a_node("node-2", taints=(taint("dedicated", value="gpu"),))]
        return World(*nodes).deployment("web", template=shape(**how))

    assert said(tainted().plan(), "R14") == [("block", WEB)]
    assert "dedicated=gpu:NoSchedule" in message(tainted().plan(), "R14")
    bears = Placement(tolerations=(Toleration("dedicated", "Exists"),))
    assert said(tainted(placement=bears).plan(), "R14") == []


def test_r14_neighbours() -> None:
    alone = shape(placement=Placement(anti_affinity=(PodTerm("kubernetes.io/hostname", OF_WEB),)))
    nodes = [a_node(f"node-{n}", labels={"kubernetes.io/hostname": f"node-{n}"}) for n in (1, 2)]
    crowded = World(*nodes).deployment("web", on=("node-1", "node-2"), template=alone, max_unavailable=0, max_surge=1)
    assert said(crowded.plan(), "R14") == [("warn", WEB)]
    assert "anti-affinity within one kubernetes.io/hostname" in message(crowded.plan(), "R14")
    roomy = World(*nodes, a_node("node-3", labels={"kubernetes.io/hostname": "node-3"}))
    roomy.deployment("web", on=("node-1", "node-2"), template=alone, max_unavailable=0, max_surge=1)
    assert said(roomy.plan(), "R14") == []


def test_r14_emptied_nodes_count_as_empty_domains_of_a_spread() -> None:
    def spread(honours: bool) -> World:
        constraint = Spread("kubernetes.io/hostname", 1, OF_WEB, honours_taints=honours)
        template = shape(placement=Placement(spreads=(constraint,)), requests={"cpu": NANO // 10})
        nodes = [a_node(f"node-{n}", labels={"kubernetes.io/hostname": f"node-{n}"}) for n in (1, 2, 3)]
        on = ("node-1", "node-1", "node-2", "node-3")
        return World(*nodes).deployment("web", on=on, template=template)

    plan = spread(False).plan()
    assert said(plan, "R14") == [("warn", WEB)]
    assert "places for 2 of its pods" in message(plan, "R14")
    assert said(spread(True).plan(), "R14") == []


def full(cpu: int) -> World:
    """Two pods of one core leave a node for another with so many cores."""
    nodes = [a_node("node-1"), a_node("node-2", allocatable=amounts(cpu), capacity=amounts(cpu))]
    return World(*nodes).deployment("web", on=("node-1", "node-1"), max_surge=1, max_unavailable=0)


def test_r15_room_for_the_restarts_at_their_peak() -> None:
    assert said(full(2).plan(), "R15") == []
    plan = full(1).plan()
    assert said(plan, "R15") == [("block", WEB)]
    assert message(plan, "R15").startswith("no room for 1 pod of 2 at its peak (1 cpu, 1.0 GiB memory each)")


def test_r15_the_peak_of_a_double_surge_needs_the_workload_twice() -> None:
    def doubled(stays: int) -> World:
        nodes = [a_node("node-1"), a_node("node-2", allocatable=amounts(stays), capacity=amounts(stays))]
        on = ("node-1", "node-2", "node-2", "node-2")
        return World(*nodes).deployment("web", on=on, max_surge="100%", max_unavailable=0)

    assert said(doubled(7).plan(), "R15") == []
    assert said(doubled(6).plan(), "R15") == [("block", WEB)]


def test_r15_balloons_give_way() -> None:
    def ballooned(priority: int) -> World:
        nodes = [a_node("node-1"), a_node("node-2", allocatable=amounts(1), capacity=amounts(1))]
        balloon = a_shape(priority=priority, images=("registry.k8s.io/pause:3.9",), probed=True)
        return World(*nodes).deployment("web").deployment("room", on=("node-2",), template=balloon)

    assert said(ballooned(-10).plan(), "R15") == []
    assert said(ballooned(10).plan(), "R15") == [("block", WEB)]


@pytest.mark.parametrize(
    ("cpu", "severity"),
    # four cores a node: of 3 that are left none can be made, of 4 one, which is needed
    [(4 + 3, "block"), (4 + 4, "warn"), (4 + 8, "")],
)
def test_r16_limits_leave_whole_machines_or_none(cpu: int, severity: str) -> None:
    world = karpenter({"cpu": cpu * NANO}).deployment("web", on=("node-1",) * 3)
    plan = world.plan()
    assert said(plan, "R16") == ([(severity, "default")] if severity else [])
    assert said(plan, "R15") == []
    if severity == "block":
        assert "may add 0 nodes of m5.xlarge (cpu: 3 of 7 vCPU left)" in message(plan, "R16")


def test_r16_a_limit_of_nodes() -> None:
    world = karpenter(node_limit=1).deployment("web")
    assert said(world.plan(), "R16") == [("block", "default")]
    assert said(karpenter(node_limit=3).deployment("web").plan(), "R16") == []
