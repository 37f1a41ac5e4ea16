"""Why pods wait, by what a real API server serves: Karpenter's own words, and where a volume lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import nodeview
from tests.control_plane import ControlPlane, need_assets

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
Json = dict[str, Any]
MERGE = {"Content-Type": "application/merge-patch+json"}
ZONE = "topology.kubernetes.io/zone"
READY = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-21T11:00:00Z"}
NO_ROOM = (
    "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match PersistentVolume's node affinity. "
    "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
)
OF_PODS = "/api/v1/namespaces/default/pods"


def must(plane: ControlPlane, method: str, path: str, body: Json) -> Json:
    """A request that succeeds."""
    code, answer = plane.request(method, path, body, **(MERGE if method == "PATCH" else {}))
    assert code < 300, (method, path, answer)
    said: Json = answer
    return said


def make_node(plane: ControlPlane, name: str, zone: str, cpu: str) -> None:
    """A Ready node without taints."""
    size = {"cpu": cpu, "memory": "16Gi", "pods": "58"}
    must(plane, "POST", "/api/v1/nodes", {"metadata": {"name": name, "labels": {ZONE: zone}}})
    must(plane, "PATCH", f"/api/v1/nodes/{name}", {"spec": {"taints": []}})
    status = {"capacity": size, "allocatable": size, "conditions": [READY]}
    must(plane, "PATCH", f"/api/v1/nodes/{name}/status", {"status": status})


def make_volume(plane: ControlPlane, claim: str, zone: str) -> None:
    """A claim that is bound to a volume in this zone."""
    need = {"requests": {"storage": "1Gi"}}
    of_claim = {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "volumeName": "pv-1", "resources": need}
    path = "/api/v1/namespaces/default/persistentvolumeclaims"
    must(plane, "POST", path, {"metadata": {"name": claim}, "spec": of_claim})
    there = {"nodeSelectorTerms": [{"matchExpressions": [{"key": ZONE, "operator": "In", "values": [zone]}]}]}
    of_volume = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "",
        "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"},
        "nodeAffinity": {"required": there},
    }
    must(plane, "POST", "/api/v1/persistentvolumes", {"metadata": {"name": "pv-1"}, "spec": of_volume})


def make_waiting(plane: ControlPlane, name: str, **spec: Any) -> str:
    """A pod that the scheduler could not place; gives its uid."""
    need = {"requests": {"cpu": "3", "memory": "1Gi"}}
    body = {
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "a", "image": "a", "resources": need}], **spec},
    }
    uid: str = must(plane, "POST", OF_PODS, body)["metadata"]["uid"]
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": NO_ROOM}
    must(plane, "PATCH", f"{OF_PODS}/{name}/status", {"status": {"conditions": [condition]}})
    return uid


def say(plane: ControlPlane, source: str, name: str, uid: str, message: str) -> None:
    """An Event `FailedScheduling` on a pod, as this program would write it."""
    at = must(plane, "POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"generateName": "now-"}})
    stamp = at["metadata"]["creationTimestamp"]
    about = {"kind": "Pod", "apiVersion": "v1", "namespace": "default", "name": name, "uid": uid}
    event = {
        "metadata": {"generateName": f"{name}."},
        "involvedObject": about,
        "reason": "FailedScheduling",
        "type": "Warning",
        "message": message,
        "source": {"component": source},
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "count": 1,
    }
    must(plane, "POST", "/api/v1/namespaces/default/events", event)


async def test_what_karpenter_says_and_where_a_volume_lies(tmp_path: Path) -> None:
    with ControlPlane(need_assets()) as plane:
        make_node(plane, "small", "us-east-1a", "2")
        make_node(plane, "large", "us-east-1b", "8")
        make_volume(plane, "data-0", "us-east-1a")
        volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data-0"}}]
        uid = make_waiting(plane, "db-0", volumes=volumes)
        other = make_waiting(plane, "web-0")
        refusal = "all available instance types exceed limits for nodepool (NodePool=west)"
        say(plane, "karpenter", "db-0", uid, f"Failed to schedule pod, {refusal}")
        say(plane, "default-scheduler", "web-0", other, "0/2 nodes are available: 2 Insufficient cpu.")
        done = await nodeview(tmp_path, "report", "-o", "json", "--kubeconfig", str(plane.kubeconfig))
    report = json.loads(done.out)
    assert report["streams"]["events"]["state"] == "synced"
    db, web = sorted(report["pending_groups"], key=lambda one: "Karpenter" not in one["words"])
    assert db["words"].endswith(f"; Karpenter makes no node: {refusal}")
    assert "Karpenter" not in web["words"], (
        "the scheduler's own Events are not listened to: its condition says the same"
    )
    assert db["outlook"]["words"] == [
        "its volume data-0 lies in us-east-1a: 1 of 2 nodes is there",
        "would fit a node of no pool with 1 vCPU less",
    ]
