"""Rows of pods, field by field."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from nodeview.records import NANO, PODS, OwnerRef, Pod, ServerVersion, Waiting
from tests.records.bodies import Json, array, pod

SERVER = ServerVersion(1, 35, "v1.35.0")


def read(*bodies: Json) -> list[Pod]:
    """These bodies as one batch, all of them readable."""
    batch = PODS.reader(SERVER)(array(list(bodies)))
    assert not batch.unread
    return list(batch.records)


def changed(part: str, **fields: Any) -> Json:
    """A running pod with other fields in its metadata, spec or status."""
    body = pod(1)
    body[part].update(fields)
    return body


def test_a_running_pod() -> None:
    body = pod(7, template=3)
    batch = PODS.reader(SERVER)(array([body]))
    (one,) = batch.records
    assert batch.versions == [1_000_007]
    assert one.key == ("team-3", body["metadata"]["name"])
    assert (one.uid, one.created, one.deleted) == (body["metadata"]["uid"], 1763683207, None)
    assert (one.node, one.phase, one.ready, one.restarts) == (body["spec"]["nodeName"], "Running", True, 0)
    assert one.turned_at == 1763683212
    reference = body["metadata"]["ownerReferences"][0]
    assert one.owner == OwnerRef("ReplicaSet", reference["name"], "apps", reference["uid"])
    assert one.labels == tuple(sorted(body["metadata"]["labels"].items()))
    assert one.requests == {"cpu": NANO // 2, "memory": 1024**3 * NANO}
    assert one.requests is one.shape.requests
    assert one.shape.images == tuple(each["image"] for each in body["spec"]["containers"])
    assert one.shape.node_selector == (("kubernetes.io/arch", "arm64"),)
    assert (one.shape.scheduler, one.shape.priority, one.shape.priority_class) == ("default-scheduler", 0, "")
    assert (one.waiting, one.gated, one.nominated, one.disruption) == (None, False, None, "")
    assert (one.mirror, one.reason, one.unreadable, one.finished) == (False, "", (), False)


def test_equal_bodies_give_equal_rows_whatever_changes_nothing() -> None:
    later = pod(1)
    later["metadata"]["resourceVersion"] = "99"
    later["metadata"]["managedFields"] = []
    later["status"]["conditions"][2]["lastProbeTime"] = "2025-11-21T10:00:00Z"
    assert read(pod(1)) == read(later)
    assert hash(read(pod(1))[0].labels) == hash(read(later)[0].labels)


def test_every_field_may_be_null_or_absent() -> None:
    bare: Json = {"metadata": {"name": "bare"}}
    nulls: Json = {
        "metadata": {
            "name": "bare", "namespace": None, "uid": None, "resourceVersion": None, "creationTimestamp": None,
            "deletionTimestamp": None, "labels": None, "annotations": None, "ownerReferences": None,
        },
        "spec": {
            "nodeName": None, "containers": None, "initContainers": None, "resources": None, "overhead": None,
            "nodeSelector": None, "priority": None, "priorityClassName": None, "schedulerName": None,
            "hostNetwork": None, "schedulingGates": None,
        },
        "status": {
            "phase": None, "reason": None, "startTime": None, "nominatedNodeName": None, "conditions": None,
            "containerStatuses": None, "initContainerStatuses": None, "resources": None,
            "allocatedResources": None,
        },
    }  # fmt: skip
    inner: Json = {
        "metadata": {"name": "bare", "annotations": {"kubernetes.io/config.mirror": None}},
        "spec": {"containers": [{"name": None, "image": None, "resources": {"requests": {"cpu": None}}}]},
        "status": {
            "conditions": [{"type": None, "status": None, "lastTransitionTime": None}],
            "containerStatuses": [
                {"name": None, "restartCount": None, "state": {"waiting": {"reason": None}}, "resources": None}
            ],
        },
    }
    one, two, three = read(bare, nulls, inner)
    assert one == two
    assert (one.phase, one.created, one.labels, one.owner, one.requests) == ("Unknown", 0, (), None, {})
    assert (three.requests, three.restarts, three.reason, three.shape.images) == ({}, 0, "", ("",))


def test_waiting_for_a_node() -> None:
    said = {
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/3 nodes are available: 3 Insufficient cpu.", "lastTransitionTime": "2025-11-21T09:24:10Z",
    }  # fmt: skip
    body = changed("status", phase="Pending", conditions=[said], nominatedNodeName="node-1")
    del body["spec"]["nodeName"]
    (one,) = read(body)
    assert one.waiting == Waiting("Unschedulable", said["message"], 1763717050)
    assert (one.node, one.ready, one.gated, one.nominated) == (None, False, False, "node-1")


def test_gated_by_the_condition_or_by_the_gates() -> None:
    condition = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}
    by_condition = changed("status", conditions=[condition])
    gates = [{"name": "example.com/quota"}]
    by_gates, bound = changed("spec", schedulingGates=gates, nodeName=""), changed("spec", schedulingGates=gates)
    emptied = changed("spec", schedulingGates=[], nodeName=None)
    assert [one.gated for one in read(by_condition, by_gates, bound, emptied)] == [True, True, False, False]


def test_disruption_while_it_is_true() -> None:
    def target(status: str) -> Json:
        said = {"type": "DisruptionTarget", "status": status, "reason": "PreemptionByScheduler"}
        return changed("status", conditions=[said])

    assert [one.disruption for one in read(target("True"), target("False"))] == ["PreemptionByScheduler", ""]


def waiting(name: str, reason: str, restarts: int) -> Json:
    """The status of a container that waits."""
    return {"name": name, "restartCount": restarts, "state": {"waiting": {"reason": reason}}}


def test_restarts_of_containers_and_sidecars_and_why_they_wait() -> None:
    body = changed(
        "status",
        initContainerStatuses=[waiting("once", "", 5), waiting("proxy", "PodInitializing", 2)],
        containerStatuses=[waiting("a", "ContainerCreating", 1), waiting("b", "CrashLoopBackOff", 9)],
        reason="Evicted",
    )
    body["spec"]["initContainers"] = [{"name": "once"}, {"name": "proxy", "restartPolicy": "Always"}]
    (one,) = read(body)
    assert (one.restarts, one.reason, one.shape.sidecars) == (12, "CrashLoopBackOff", ("proxy",))


def test_the_reason_of_the_status_when_no_container_has_one() -> None:
    (one,) = read(changed("status", phase="Failed", reason="Evicted"))
    assert (one.reason, one.finished) == ("Evicted", True)


def test_what_fargate_provisioned_and_no_other_annotation_is_kept() -> None:
    (one,) = read(changed("metadata", annotations={"CapacityProvisioned": "0.25vCPU 0.5GB", "other": "x" * 100}))
    assert one.fargate_capacity == "0.25vCPU 0.5GB"
    (bare,) = read(changed("metadata", annotations=None))
    assert bare.fargate_capacity == ""
    assert sys.getsizeof(one) <= 192  # of 100,000 rows; allocations are multiples of 16 bytes


def test_what_a_pod_claims_and_keeps_on_its_node() -> None:
    volumes = [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}},
        {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {}}},
        {"name": "tmp", "emptyDir": {}},
        {"name": "shm", "emptyDir": {"medium": "Memory"}},
    ]
    body = changed("spec", volumes=volumes)
    body["metadata"]["name"] = "db-0"
    one, bare = read(body, changed("spec", volumes=None))
    assert (one.claims, one.local_volumes) == (("data-db-0", "db-0-scratch"), ("tmp",))
    assert (one.shape.volumes, one.shape.host_paths) == (True, False)
    assert (bare.claims, bare.local_volumes, bare.shape.volumes) == ((), (), False)


def test_wishes_are_sorted_and_shared() -> None:
    annotations = {
        "karpenter.sh/do-not-disrupt": "30m",
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
        "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "tmp,cache",
        "cluster-autoscaler.kubernetes.io/enable-ds-eviction": "true",
        "cluster-autoscaler.kubernetes.io/daemonset-pod": "",
        "karpenter.sh/do-not-evict": "true",
        "cluster-autoscaler.kubernetes.io/pod-scale-up-delay": "600s",
    }
    labels = {"spotinst.io/restrict-scale-down": "true", "app": "db"}
    one, two = read(*(changed("metadata", annotations=annotations, labels=labels) for _ in range(2)))
    assert one.wishes == (
        ("cluster-autoscaler.kubernetes.io/daemonset-pod", ""),
        ("cluster-autoscaler.kubernetes.io/enable-ds-eviction", "true"),
        ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"),
        ("cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes", "tmp,cache"),
        ("karpenter.sh/do-not-disrupt", "30m"),
        ("karpenter.sh/do-not-evict", "true"),
        ("spotinst.io/restrict-scale-down", "true"),
    )
    assert one.wishes is two.wishes


def test_each_wish_alone_is_one() -> None:
    for name in ("karpenter.sh/do-not-disrupt", "cluster-autoscaler.kubernetes.io/daemonset-pod"):
        (one,) = read(changed("metadata", annotations={name: "true", "other": "x"}))
        assert one.wishes == ((name, "true"),)
    labels = {"spotinst.io/restrict-scale-down": "true"}
    for silent in (None, {}, {"other": "x"}, {"karpenter.sh/do-not-disrupt": None}):
        (one,) = read(changed("metadata", annotations=silent, labels=labels))
        assert one.wishes == (("spotinst.io/restrict-scale-down", "true"),)
    assert read(pod(1))[0].wishes == ()


def test_when_it_began_is_told_of_pods_that_wish_for_something() -> None:
    asking = {"karpenter.sh/do-not-disrupt": "30m"}
    (one,) = read(changed("metadata", annotations=asking))
    assert one.began_at == 1763683202
    assert read(pod(1))[0].began_at is None


def test_pods_that_say_nothing_special_share_one_value() -> None:
    one, two = read(pod(1), pod(2))
    assert one.extras is two.extras


def test_mirrors_of_static_pods() -> None:
    (one,) = read(changed("metadata", annotations={"kubernetes.io/config.mirror": "2f1c"}))
    assert one.mirror


def test_the_owner_is_the_controller() -> None:
    references = [
        {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "1"},
        {"apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": "2", "controller": True},
    ]
    both, none = read(changed("metadata", ownerReferences=references), changed("metadata", ownerReferences=[]))
    assert (both.owner, none.owner) == (OwnerRef("Job", "j", "batch", "2"), None)


@pytest.mark.parametrize(
    "word", ["🚀🔥", "שלום‏", "[bold red]x[/]", "\x1b[31mred", 'a"b\\c', "\u0000", "line\nbreak", "e\u0301"]
)
def test_absurd_words_are_kept_as_they_are(word: str) -> None:
    (one,) = read(changed("metadata", labels={word: word}, namespace=word))
    assert (one.labels, one.namespace) == (((word, word),), word)


def test_numbers_as_text_and_text_as_numbers() -> None:
    body = changed("status", containerStatuses=[{"name": "server", "restartCount": "4"}])
    body["spec"]["containers"] = [{"name": "server", "resources": {"requests": {"cpu": 2, "memory": 1.5e9}}}]
    body["spec"]["priority"] = "1000"
    (one,) = read(body)
    assert (one.restarts, one.shape.priority) == (4, 1000)
    assert one.requests == {"cpu": 2 * NANO, "memory": 1_500_000_000 * NANO}


def test_what_is_asked_of_the_server() -> None:
    assert PODS.path("v1") == "/api/v1/pods"
    assert PODS.field_selector == "status.phase!=Succeeded,status.phase!=Failed"
