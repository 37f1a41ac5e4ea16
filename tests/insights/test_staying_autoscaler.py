"""Why the Cluster Autoscaler leaves a node where it is."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.insights.staying_autoscaler import groups_of
from nodeview.records import AutoscalerStatus, Node, NodeGroup, Pod
from tests.builders import NOW, a_node, a_pod, a_shape, amounts, taint
from tests.insights.stays import DAEMON, World, shop, why
from tests.scheduling.test_disruption_budget import SPENT, a_budget, ledger

SMALL = a_shape(requests=amounts(0, 0, 1))
SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict"
VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"


def status(*groups: NodeGroup) -> AutoscalerStatus:
    return AutoscalerStatus("kube-system", "cluster-autoscaler-status", "u", True, groups=groups)


def grouped(**overrides: Any) -> Node:
    return a_node(**({"labels": {"alpha.eksctl.io/nodegroup-name": "worker-1a"}} | overrides))


def first(*pods: Pod, node: Node | None = None, groups: tuple[NodeGroup, ...] = (), **around: Any) -> tuple[str, str]:
    return why(node or grouped(), None, pods, autoscaler=status(*groups), **around)[0]


def small(name: str = "cart-1", **overrides: Any) -> Pod:
    return shop(name, **({"shape": SMALL} | overrides))


def test_an_empty_node_goes_next_and_a_full_one_is_in_use() -> None:
    assert first(small("agent-1", owner=DAEMON)) == ("nothing", "nothing keeps it: empty, next scale-down")
    half = a_shape(requests=amounts(2, 1, 1))
    assert first(small(shape=half)) == (
        "utilisation",
        "50 % of its cpu is requested; the Cluster Autoscaler takes nodes below 50 %, unless told otherwise",
    )


@pytest.mark.parametrize(
    ("pod", "reason", "words"),
    [
        (small(wishes=((SAFE, "false"),)), "pod_annotation", f"{SAFE}=false on pod shop/cart-1"),
        (small(owner=None), "no_controller", "pod shop/cart-1 has no controller: nothing would bring it back"),
        (small(local_volumes=("cache",)), "local_storage", "pod shop/cart-1 has local storage (cache)"),
        (
            a_pod("dns-1", namespace="kube-system", shape=SMALL),
            "system_pod",
            "pod kube-system/dns-1 of kube-system has no PDB that would let it be moved",
        ),
        (small(owner=None, wishes=((SAFE, "true"),)), "unknown", None),
        (small(local_volumes=("cache",), wishes=((SAFE, "true"),)), "unknown", None),
        (small(local_volumes=("a", "b"), wishes=((VOLUMES, "a, b"),)), "unknown", None),
        (small(local_volumes=("a", "b"), wishes=((VOLUMES, "a"),)), "local_storage", None),
        (small(wishes=((SAFE, "false"),), deleted=NOW), "unknown", None),
    ],
)
def test_pods_that_it_does_not_move(pod: Pod, reason: str, words: str | None) -> None:
    said = first(pod)
    assert said[0] == reason
    assert words is None or said[1] == words


def test_pdbs_are_asked_and_safe_to_evict_does_without() -> None:
    budgets: dict[str, Any] = {"budgets": [a_budget(**SPENT)]}
    assert first(ledger(shape=SMALL), **budgets)[0] == "pdb"
    assert first(ledger(shape=SMALL, wishes=((SAFE, "true"),)), **budgets)[0] == "unknown"


def test_a_node_that_is_not_to_be_scaled_down() -> None:
    key = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
    assert first(node=grouped(annotations={key: "true"})) == ("node_annotation", f"{key} on the node")


def test_a_group_at_its_minimum() -> None:
    group = NodeGroup("eksctl-prod-nodegroup-worker-1a-NodeGroup-1X", target=1, min_size=1, max_size=4)
    assert first(groups=(group,)) == ("minimum_size", f"group {group.name} is at its minimum: 1 of 1")
    roomy = NodeGroup("worker-1a", target=2, min_size=1, max_size=4)
    assert first(groups=(roomy, group))[0] == "nothing"


def test_a_group_is_meant_where_one_alone_can_be() -> None:
    names = ("eks-api-3cc8", "eks-api-blue-77", "worker-1a", "eksctl-x-nodegroup-worker-1a-NodeGroup-1X", "webserver")
    said = groups_of(status(*map(NodeGroup, names)), ["api", "api-blue", "worker-1a", "web", ""])
    assert {pool: group.name for pool, group in said.items()} == {
        "api-blue": "eks-api-blue-77",
        "worker-1a": "worker-1a",
    }
    assert groups_of(None, ["api"]) == {}


def test_a_candidate_says_since_when() -> None:
    node = grouped(taints=(taint("DeletionCandidateOfClusterAutoscaler", "PreferNoSchedule", str(NOW - 120)),))
    assert first(small(), node=node) == ("nothing", "nothing keeps it: a candidate of the Cluster Autoscaler · 2m")


def test_a_status_that_changes_is_read_again() -> None:
    world = World(autoscaler=status(NodeGroup("worker-1a", target=2, min_size=1))).put(grouped())
    assert world.said()[0][0] == "nothing"
    world.around(autoscaler=status(NodeGroup("worker-1a", target=1, min_size=1)))
    assert world.said()[0][0] == "minimum_size"
