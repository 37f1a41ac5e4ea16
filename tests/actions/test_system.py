"""What a rotation itself hangs on."""

from __future__ import annotations

import pytest

from nodeview.actions.plan import Subject
from nodeview.actions.system import is_system
from tests.builders import a_pod, a_shape


@pytest.mark.parametrize(
    ("namespace", "name", "priority", "system"),
    [
        ("kube-system", "coredns", "", True),
        ("kube-system", "ebs-csi-controller", "", True),
        ("karpenter", "karpenter", "", True),
        ("kube-system", "my-cronjob-ui", "", False),
        ("shop", "karpenter-report", "", False),
        ("shop", "dns", "system-cluster-critical", True),
        ("shop", "web", "high", False),
    ],
)
def test_by_name_and_place_or_by_priority(namespace: str, name: str, priority: str, system: bool) -> None:
    pod = a_pod(shape=a_shape(priority_class=priority))
    assert is_system(Subject("Deployment", name, namespace), pod) is system
