"""What else is said of a node: a case for each way to each badge."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from nodeview.provisioners import Badge, badges_change_at, badges_of
from nodeview.records import ServerVersion
from tests.builders import DAY, HOUR, NOW, a_claim, a_node, a_pool, condition, taint

SERVER = ServerVersion(1, 33, "v1.33.4")
STAY = "karpenter.sh/do-not-disrupt"
Case = tuple[dict[str, Any], dict[str, Any] | None, tuple[Badge, ...]]


def claimed(type_: str, status: str = "True") -> dict[str, Any]:
    """A claim that is registered and bears one more condition."""
    return {"conditions": (condition("Registered"), condition(type_, status))}


def old(age: int, life: int) -> dict[str, Any]:
    """A claim of this age that may live so long."""
    return {"created": NOW - age, "expire_after": life}


CASES: dict[str, Case] = {
    "none": ({}, {}, ()),
    "no-claim": ({}, None, ()),
    "drifted": ({}, claimed("Drifted"), ("drifted",)),
    "not-drifted": ({}, claimed("Drifted", "False"), ()),
    "expiring-last-tenth": ({}, old(HOUR * 9, HOUR * 10), ("expiring",)),
    "expiring-not-yet": ({}, old(HOUR * 9 - 1, HOUR * 10), ()),
    "expiring-last-day": ({}, old(29 * DAY, 30 * DAY), ("expiring",)),
    "expiring-not-the-last-day": ({}, old(29 * DAY - 1, 30 * DAY), ()),
    "expired": ({}, old(HOUR, HOUR), ("expired",)),
    "expired-v1beta1": ({}, claimed("Expired"), ("expired",)),
    "consolidatable": ({}, claimed("Consolidatable"), ("consolidatable",)),
    "empty-v1beta1": ({}, claimed("Empty"), ("consolidatable",)),
    "chosen": ({}, claimed("DisruptionReason"), ("candidate",)),
    "autoscaler": ({"taints": (taint("DeletionCandidateOfClusterAutoscaler"),)}, None, ("candidate",)),
    "kops": ({"taints": (taint("kops.k8s.io/scheduled-for-update"),)}, None, ("candidate",)),
    "stay": ({"annotations": {STAY: "true"}}, {}, ("do_not_disrupt",)),
    "stay-must-be-true": ({"annotations": {STAY: "30m"}}, {}, ()),
    "stay-autoscaler": (
        {"annotations": {"cluster-autoscaler.kubernetes.io/scale-down-disabled": "true"}},
        None,
        ("do_not_disrupt",),
    ),
    "stay-claim-before": ({}, {"annotations": {STAY: "true"}, "conditions": ()}, ("do_not_disrupt",)),
    "stay-claim-after": ({}, {"annotations": {STAY: "true"}, **claimed("Initialized")}, ()),
    "memory": ({"conditions": (condition("MemoryPressure"),)}, None, ("pressure",)),
    "disk": ({"conditions": (condition("DiskPressure"),)}, None, ("pressure",)),
    "pid": ({"conditions": (condition("PIDPressure"),)}, None, ("pressure",)),
    "network": ({"conditions": (condition("NetworkUnavailable"),)}, None, ("pressure",)),
    "no-pressure": ({"conditions": (condition("DiskPressure", "False"),)}, None, ()),
    "pressure-taint": ({"taints": (taint("node.kubernetes.io/disk-pressure"),)}, None, ("pressure",)),
    "behind": ({"kubelet_version": "v1.32.9-eks-1a2b3c4"}, None, ("behind_control_plane",)),
    "a-patch-is-not-behind": ({"kubelet_version": "v1.33.0"}, None, ()),
    "compared-as-numbers": ({"kubelet_version": "v1.9.11"}, None, ("behind_control_plane",)),
    "a-version-nobody-reads": ({"kubelet_version": "unknown"}, None, ()),
    "all": (
        {
            "taints": (taint("DeletionCandidateOfClusterAutoscaler"), taint("node.kubernetes.io/pid-pressure")),
            "annotations": {STAY: "true"},
            "kubelet_version": "v1.31.0",
        },
        {**old(HOUR, HOUR), "conditions": (condition("Consolidatable"), condition("Drifted"))},
        ("drifted", "expired", "consolidatable", "candidate", "do_not_disrupt", "pressure", "behind_control_plane"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_badges(case: str) -> None:
    node, claim, badges = CASES[case]
    assert badges_of(a_node(**node), None if claim is None else a_claim(**claim), None, NOW, SERVER) == badges


def test_every_badge_has_its_case() -> None:
    assert {badge for _, _, badges in CASES.values() for badge in badges} == set(get_args(Badge))


def test_an_unknown_control_plane_leaves_nobody_behind() -> None:
    assert badges_of(a_node(kubelet_version="v1.20.0"), None, None, NOW, None) == ()


def test_time_alone_changes_badges_twice() -> None:
    node, claim = a_node(), a_claim(created=NOW, expire_after=10 * HOUR)
    assert badges_change_at(node, claim, None, NOW) == NOW + 9 * HOUR
    assert badges_change_at(node, claim, None, NOW + 9 * HOUR) == NOW + 10 * HOUR
    assert badges_change_at(node, claim, None, NOW + 10 * HOUR) is None
    assert badges_change_at(node, a_claim(), a_pool(), NOW) is None
