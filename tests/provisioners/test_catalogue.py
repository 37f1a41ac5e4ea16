"""What each taint of the field says of its node: one case for each row, known or deliberately passed over."""

from __future__ import annotations

import pytest

from nodeview.provisioners import catalogue
from nodeview.provisioners.contract import Meaning
from tests.builders import taint

HANDLER = "aws-node-termination-handler/"
CLOUD = "node.cloudprovider.kubernetes.io/"
NODE = "node.kubernetes.io/"

TAINTS: dict[str, Meaning | None] = {
    "karpenter.sh/disrupted": "draining",
    "karpenter.sh/disruption": "draining",
    "karpenter.sh/unregistered": "arriving",
    "ToBeDeletedByClusterAutoscaler": "draining",
    "DeletionCandidateOfClusterAutoscaler": "candidate",
    "ignore-taint.cluster-autoscaler.kubernetes.io/gpu": "arriving",
    "startup-taint.cluster-autoscaler.kubernetes.io/cni": "arriving",
    "status-taint.cluster-autoscaler.kubernetes.io/busy": None,
    NODE + "unschedulable": None,
    NODE + "not-ready": None,
    NODE + "unreachable": None,
    NODE + "memory-pressure": "pressure",
    NODE + "disk-pressure": "pressure",
    NODE + "pid-pressure": "pressure",
    NODE + "network-unavailable": "pressure",
    NODE + "out-of-service": "not_ready",
    CLOUD + "uninitialized": "arriving",
    CLOUD + "shutdown": "not_ready",
    HANDLER + "spot-itn": "interrupted",
    HANDLER + "scheduled-maintenance": "interrupted",
    HANDLER + "asg-lifecycle-termination": "interrupted",
    HANDLER + "rebalance-recommendation": "interrupted",
    "kops.k8s.io/scheduled-for-update": "candidate",
    "readiness.k8s.io/network": "arriving",
    "CriticalAddonsOnly": None,
    "eks.amazonaws.com/compute-type": None,
    "kwok.x-k8s.io/node": None,
}


@pytest.mark.parametrize("key", TAINTS)
def test_taint(key: str) -> None:
    mark = catalogue.mark_of(taint(key))
    assert (mark.means if mark else None) == TAINTS[key]


def test_every_taint_of_the_catalogue_has_its_case() -> None:
    marks = {mark.key for one in catalogue.PROVISIONERS for mark in one.taints}
    reached = {mark.key for key in TAINTS if (mark := catalogue.mark_of(taint(key)))}
    assert reached == marks


@pytest.mark.parametrize("key", ["karpenter.sh/disrupted-not", "readiness.k8s.io", "karpenter.sh", "disrupted"])
def test_a_likeness_is_no_taint_of_ours(key: str) -> None:
    assert catalogue.mark_of(taint(key)) is None


def test_the_first_taint_of_each_meaning_counts() -> None:
    marks = catalogue.marks_of(
        (
            taint("example.com/dedicated"),
            taint("karpenter.sh/disrupted"),
            taint("ToBeDeletedByClusterAutoscaler"),
            taint(NODE + "disk-pressure"),
        )
    )
    assert {meaning: found.key for meaning, (found, _) in marks.items()} == {
        "draining": "karpenter.sh/disrupted",
        "pressure": NODE + "disk-pressure",
    }


def test_whoever_reads_capacity_is_in_the_order_of_capacity() -> None:
    readers = {one.name for one in catalogue.PROVISIONERS if one.capacity_type is not None}
    assert {one.name for one in catalogue.CAPACITY_ORDER} == readers
