"""Groups of the Cluster Autoscaler, and the pools that they are."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.provisioners.autoscaler_groups import is_of, pools_of_groups
from nodeview.records import NodeGroup


@pytest.mark.parametrize(
    ("group", "provisioner", "pool", "answer"),
    [
        ("eks-workers-1ac5bd0e-ab12-cd34-ef56-0123456789ab", "eks-managed", "workers", True),
        ("eks-workers-b-1ac5bd0e-ab12-cd34-ef56-0123456789ab", "eks-managed", "workers", False),
        ("eks-workers", "eks-managed", "workers", False),
        ("eksctl-prod-nodegroup-ng-1a-v7-NodeGroup-1KX5PQZT", "eksctl", "ng-1a-v7", True),
        ("eksctl-prod-nodegroup-ng-1a-v70-NodeGroup-1KX5PQZT", "eksctl", "ng-1a-v7", False),
        ("nodes-1a.blue.example.com", "kops", "nodes-1a", True),
        ("https://x/instanceGroups/gke-blue-pool-1-0a1b2c3d-grp", "gke", "pool-1", True),
        ("aks-system-12345678-vmss", "aks", "system", True),
        ("my-asg", "custom", "my-asg", True),
        ("my.asg", "kops", "my", True),
        ("myxasg", "custom", "my.asg", False),
    ],
)
def test_names_of_groups(group: str, provisioner: Any, pool: str, answer: bool) -> None:
    assert is_of(group, provisioner, pool) is answer


def test_a_group_that_could_be_several_pools_is_none_of_them() -> None:
    groups = [NodeGroup("gke-blue-pool-1-0a1b2c3d-grp"), NodeGroup("asg-x"), NodeGroup("asg-y")]
    pools: list[Any] = [("gke", ("pool-1",)), ("gke", ("1",)), ("custom", ("asg-x", "other"))]
    assert pools_of_groups(groups, pools) == [None, 2, None]
    assert pools_of_groups(groups, pools[:1]) == [0, None, None]
