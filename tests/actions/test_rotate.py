"""A rotation as a whole: each workload once, what is waited for, what undoes it."""

from __future__ import annotations

import re

import msgspec

from nodeview.actions.marks import CORDONED, ID
from nodeview.actions.options import options_said
from nodeview.actions.plan import Plan
from nodeview.actions.rotate import new_id
from nodeview.actions.scope import About
from nodeview.records import OwnerRef
from tests.actions.world import World, message, said
from tests.builders import NOW, a_claim, a_node, a_pool, a_shape

BALLOON = a_shape(priority=-10, images=("registry.k8s.io/pause:3.9",), probed=True)


def verbs(plan: Plan) -> list[str]:
    return [f"{one.verb} {one.subject.name}" for one in plan.steps]


def karpenter() -> World:
    labels = {"karpenter.sh/nodepool": "default"}
    nodes = [a_node(f"node-{n}", labels=labels, provider_id=f"aws:///a/{n}") for n in (1, 2, 3)]
    claims = [a_claim(f"c{n}", provider_id=f"aws:///a/{n}") for n in (1, 2, 3)]
    return World(*nodes).having(claims=claims, pools=[a_pool()])


def test_each_workload_once_whatever_number_of_nodes() -> None:
    plan = World().deployment("web", on=("node-1", "node-1", "node-2", "node-3")).plan("node-1", "node-2")
    assert verbs(plan) == [
        "cordon node-1",
        "cordon node-2",
        "restart web",
        "await-rollout web",
        "await-empty node-1",
        "await-empty node-2",
    ]
    restart = plan.steps[2]
    assert restart.why == "4 pods restart to move 3"
    assert restart.replicas == 4
    assert restart.kubectl == "kubectl -n shop rollout restart deployment/web"
    assert plan.steps[3].why == "1 more and 1 fewer at a time: never below 3 of 4"
    assert [one.number for one in plan.steps] == [1, 2, 3, 4, 5, 6]


def test_stages_follow_each_other_and_lanes_run_beside_each_other() -> None:
    plan = World().deployment("a").deployment("b").plan()
    stages = {one.verb: one.stage for one in plan.steps}
    assert stages["cordon"] < stages["restart"] == stages["await-rollout"] < stages["await-empty"]
    assert {one.lane for one in plan.steps if one.verb == "restart"} == {"deployment/shop/a", "deployment/shop/b"}


def test_karpenters_nodes_are_awaited_to_go_and_others_to_be_empty() -> None:
    plan = karpenter().deployment("web").plan()
    assert verbs(plan)[-2:] == ["await-empty node-1", "await-removed node-1"]
    assert plan.options["until"] == "removed"
    assert plan.targets[0].removed_by == "karpenter"
    assert plan.targets[0].claim == "c1"
    assert verbs(karpenter().plan(until="empty"))[-1] == "await-empty node-1"
    assert World().plan().options["until"] == "empty"
    deleting = karpenter().plan(delete_empty_claims=True)
    assert verbs(deleting)[-3:] == ["await-empty node-1", "delete-claim c1", "await-removed node-1"]


def test_balloons_go_when_nothing_else_is_left() -> None:
    plan = karpenter().deployment("web").deployment("room", template=BALLOON).plan()
    assert verbs(plan)[-3:] == ["await-empty node-1", "evict room-0", "await-removed node-1"]
    assert plan.steps[-3].why == "1 pod leaves · 1 balloon last"
    assert plan.steps[-2].node == "node-1"
    assert plan.steps[-2].subject.uid


def test_the_rest_is_evicted_only_where_asked_and_by_uid_and_node() -> None:
    world = World().owned("store", "StatefulSet", on=("node-1", "node-2"), strategy="OnDelete")
    assert not [one for one in world.plan().steps if one.verb == "evict"]
    (evict,) = [one for one in world.plan(evict_rest=True).steps if one.verb == "evict"]
    assert (evict.subject.kind, evict.subject.uid, evict.node) == ("Pod", "uid-store-0", "node-1")
    assert evict.kubectl.endswith("kubectl create --raw /api/v1/namespaces/shop/pods/store-0/eviction -f -")


def test_nodes_and_pods_that_are_not_targets_are_in_no_step() -> None:
    plan = World().deployment("web").deployment("other", on=("node-2",)).plan()
    assert not [one for one in plan.steps if "other" in one.subject.name or one.subject.name in ("node-2", "node-3")]
    assert {one.name for one in plan.pods} == {"web-0"}


def test_undo_is_of_our_cordons_only() -> None:
    world = World(a_node("node-1", unschedulable=True), a_node("node-2"), a_node("node-3"))
    plan = world.plan("node-1", "node-2")
    assert [one.kubectl for one in plan.undo] == ["kubectl uncordon node-2"]
    assert [one.cordoned_before for one in plan.targets] == [True, False]
    assert plan.runnable


def test_a_plan_that_is_made_anew_knows_its_own_cordons_and_evictions() -> None:
    own = About("c", "c", id="20261121-150000-api-aaaa")
    marks = {ID: own.id, CORDONED: "true"}
    world = World(a_node("node-1", unschedulable=True, annotations=marks), a_node("node-2"))
    world.having(pods=[world.pod("gone", disruption="EvictionByEvictionAPI", deleted=NOW)])
    plan = world.plan(about=own)
    assert (plan.id, plan.targets[0].skipped, plan.targets[0].cordoned_before) == (own.id, "", False)
    assert [one.kubectl for one in plan.undo] == ["kubectl uncordon node-1"]
    assert plan.runnable
    assert world.plan().targets[0].skipped == "it is draining already"


def test_a_pool_of_which_every_node_is_cordoned_can_still_be_rotated() -> None:
    world = World(a_node("node-1", unschedulable=True), a_node("node-2")).deployment("web")
    plan = world.plan()
    assert plan.runnable
    assert plan.undo == ()


def test_an_in_flight_rollout_is_joined() -> None:
    plan = World().deployment("web", on=("node-1", "node-2"), updated=1).plan()
    assert verbs(plan) == [
        "cordon node-1",
        "await-rollout web",
        "restart web",
        "await-rollout web",
        "await-empty node-1",
    ]
    assert [one.if_needed for one in plan.steps] == [False, False, True, True, False]


def test_the_same_world_gives_the_same_plan_and_it_survives_json() -> None:
    world = karpenter().deployment("web").owned("store", "StatefulSet")
    plan = world.plan(accept=("R7:shop/store",), max_in_flight="25%")
    assert plan == world.plan(accept=("R7:shop/store",), max_in_flight="25%")
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
    options = options_said(plan.options)
    assert options.accept == ("R7:shop/store",)
    assert (options.max_in_flight, options.until) == ("25%", "removed")


def test_ids_sort_by_time_and_can_be_labels() -> None:
    first, second = new_id(NOW, "Api_Pool!", "7f3c"), new_id(NOW + 1, "a", "0000")
    assert first == "20270115-080000-api-pool-7f3c"
    assert first < second
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", new_id(NOW, "x" * 200, "7f3c"))
    assert new_id(NOW, "日本", "7f3c").endswith("-nodes-7f3c")


def test_a_node_that_is_not_there_is_left_out_and_nothing_left_is_no_plan_to_run() -> None:
    plan = World().plan("gone")
    assert plan.steps == ()
    assert not plan.runnable
    assert "nothing to do" in message(plan, "R1")


def test_a_job_is_waited_for_and_a_daemon_stays() -> None:
    world = World().owned("agent", "DaemonSet")
    world.having(pods=[world.pod("sums", owner=OwnerRef("Job", "sums", "batch"))])
    plan = world.plan()
    assert plan.steps[-1].why == "1 job pod ends by itself · 1 daemon pod stays"
    assert said(plan, "R3") == [("warn", "shop/sums")]
