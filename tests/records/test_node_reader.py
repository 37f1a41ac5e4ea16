"""Nodes, field by field."""

from __future__ import annotations

import pytest

from nodeview.records import NANO, NODES, Condition, Node, OwnerRef, ServerVersion, Taint
from tests.records.bodies import Json, array, node

SERVER = ServerVersion(1, 35, "v1.35.0")


def read(body: Json) -> Node:
    """This body as a node."""
    (one,) = NODES.reader(SERVER)(array([body])).records
    return one


def test_a_node_of_karpenter() -> None:
    body = node(3)
    one = read(body)
    assert one.key == ("", "ip-10-0-0-3.eu-west-1.compute.internal")
    assert (one.uid, one.created, one.deleted) == (body["metadata"]["uid"], 1763683203, None)
    assert one.labels == body["metadata"]["labels"]
    assert one.annotations == body["metadata"]["annotations"]
    assert one.provider_id == "aws:///eu-west-1a/i-00000000000000003"
    assert one.taints == (Taint("team", "NoSchedule", "payments"),)
    assert one.owners == (OwnerRef("NodeClaim", "general-3", "karpenter.sh", body["metadata"]["uid"]),)
    assert one.finalizers == ("karpenter.sh/termination",)
    assert one.capacity["cpu"] == 16 * NANO
    assert one.allocatable == {
        "cpu": 15_890_000_000,
        "ephemeral-storage": 104779756 * 1024 * NANO,
        "memory": 32386988 * 1024 * NANO,
        "pods": 234 * NANO,
    }
    assert one.condition("Ready") == Condition(
        "Ready", "True", "KubeletReady", "kubelet says this of Ready", 1763683203
    )
    assert one.condition("Other") is None
    assert one.taint("team") == one.taints[0]
    assert (one.kubelet_version, one.kernel) == ("v1.33.5-eks-113cf36", "6.12.46")
    assert one.os_image == "Bottlerocket OS 1.47.0 (aws-k8s-1.33)"
    assert one.container_runtime == "containerd://1.7.28+bottlerocket"
    assert (one.architecture, one.operating_system) == ("arm64", "linux")
    assert (one.unschedulable, one.unreadable) == (False, ())


def test_a_heartbeat_changes_nothing() -> None:
    later = node(1)
    later["metadata"]["resourceVersion"] = "5"
    for condition in later["status"]["conditions"]:
        condition["lastHeartbeatTime"] = "2025-11-22T00:00:00Z"
    later["status"]["images"] = []
    assert read(later) == read(node(1))


def test_a_transition_changes_a_node() -> None:
    later = node(1)
    later["status"]["conditions"][3].update(status="Unknown", reason="NodeStatusUnknown")
    assert read(later) != read(node(1))


def test_cordoned_and_tainted_and_terminating() -> None:
    body = node(1)
    body["metadata"]["deletionTimestamp"] = "2025-11-21T09:24:10.5Z"
    taint = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute", "timeAdded": "2025-11-21T09:24:11Z"}
    body["spec"].update(unschedulable=True, taints=[taint])
    one = read(body)
    assert (one.unschedulable, one.deleted) == (True, 1763717050)
    assert one.taints == (Taint("node.kubernetes.io/unreachable", "NoExecute", "", 1763717051),)


def test_where_a_node_is_reached() -> None:
    assert read(node(1)).addresses == (
        ("InternalIP", "10.0.0.1"),
        ("Hostname", "ip-10-0-0-1.eu-west-1.compute.internal"),
    )
    odd = node(1)
    odd["status"]["addresses"] = [{"type": None, "address": None}]
    assert read(odd).addresses == (("", ""),)


def cordoned_by(manager: str, unschedulable: bool | None) -> Json:
    """A node on which somebody wrote `spec.unschedulable` once."""
    body = node(1)
    body["spec"]["unschedulable"] = unschedulable
    fields: Json = {"f:spec": {"f:unschedulable": {}}}
    body["metadata"]["managedFields"] = [
        {"manager": "kubelet", "time": "2025-11-21T10:00:00Z", "fieldsV1": {"f:status": {"f:conditions": {}}}},
        {"manager": manager, "time": "2025-11-21T09:24:10Z", "fieldsV1": fields},
    ]
    return body


def test_who_cordoned_a_node_and_when() -> None:
    one = read(cordoned_by("kubectl-cordon", True))
    assert (one.cordoned_by, one.cordoned_at) == ("kubectl-cordon", 1763717050)
    for unschedulable in (False, None):
        free = read(cordoned_by("kubectl-uncordon", unschedulable))
        assert (free.cordoned_by, free.cordoned_at) == ("", None)


def test_a_heartbeat_of_a_cordoned_node_changes_nothing() -> None:
    later = cordoned_by("kubectl-cordon", True)
    later["metadata"]["managedFields"][0]["time"] = "2025-11-21T10:00:10Z"
    assert read(later) == read(cordoned_by("kubectl-cordon", True))


def test_what_cannot_be_read_is_left_out_and_named() -> None:
    body = node(1)
    body["status"]["capacity"] = {"cpu": "16", "vendor.example/fpga": "many"}
    body["status"]["allocatable"] = {"cpu": "4 cores", "memory": "1Gi", "pods": 110}
    one = read(body)
    assert one.capacity == {"cpu": 16 * NANO}
    assert one.allocatable == {"memory": 1024**3 * NANO, "pods": 110 * NANO}
    assert one.unreadable == ("cpu", "vendor.example/fpga")


def test_every_field_may_be_null_or_absent() -> None:
    nulls: Json = {
        "metadata": {
            "name": "n", "uid": None, "labels": None, "annotations": None, "creationTimestamp": None,
            "ownerReferences": None, "finalizers": None, "deletionTimestamp": None, "managedFields": None,
        },
        "spec": {"taints": None, "providerID": None, "unschedulable": None},
        "status": {"addresses": None, "capacity": None, "allocatable": None, "conditions": None, "nodeInfo": None},
    }  # fmt: skip
    bare: Json = {"metadata": {"name": "n"}}
    assert read(nulls) == read(bare) == read({**bare, "spec": None, "status": None})
    assert read({"metadata": {"name": "n", "labels": {"a": None}}}).labels == {"a": ""}


@pytest.mark.parametrize("word", ["🚀🔥", "שלום‏", "[bold red]x[/]", "\x1b[31mred", "line\nbreak"])
def test_absurd_words_are_kept_as_they_are(word: str) -> None:
    body = node(1)
    body["metadata"].update(labels={word: word}, annotations={word: word})
    assert (read(body).labels, read(body).annotations) == ({word: word}, {word: word})


def test_words_are_kept_once() -> None:
    one, two = read(node(1)), read(node(2))
    assert one.os_image is two.os_image
    assert one.labels["karpenter.sh/nodepool"] is two.labels["karpenter.sh/nodepool"]
    assert one.allocatable is two.allocatable
