"""Each write on a real kube-apiserver: content type, conditions and effect, as that server has it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from nodeview.errors import ApiError, Forbidden, NotFound
from nodeview.wire.connection import connect
from nodeview.wire.transport import Transport
from nodeview.wire.writer import Writer
from nodeview.wire.writer_bodies import RESTARTED_AT
from tests.control_plane import ControlPlane, running
from tests.wire.written import Thing

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

WHEN = "2026-11-21T10:00:00Z"
CRDS = {
    ("argoproj.io", "v1alpha1", "rollouts", "Rollout"): "Namespaced",
    ("karpenter.sh", "v1", "nodeclaims", "NodeClaim"): "Cluster",
}


@pytest.fixture(scope="module")
def plane() -> Iterator[ControlPlane]:
    """A control plane with the custom resources that are written, and a namespace of its own."""
    plane = running()
    for (group, version, plural, kind), scope in CRDS.items():
        plane.kubectl("apply", "-f", "-", stdin=json.dumps(_crd(group, version, plural, kind, scope)))
        plane.kubectl("wait", "--for=condition=Established", f"crd/{plural}.{group}", "--timeout=30s")
    plane.kubectl("create", "namespace", "writes", check=False)
    yield plane
    plane.kubectl("delete", "namespace", "writes", "--wait=false", check=False)


@pytest.fixture
async def writer(plane: ControlPlane) -> AsyncIterator[Writer]:
    """A writer as admin."""
    transport = _transport(plane, "admin")
    yield Writer(transport)
    await transport.close()


def _transport(plane: ControlPlane, user: str) -> Transport:
    return Transport(connect(str(plane.kubeconfig), user, {}))


def _crd(group: str, version: str, plural: str, kind: str, scope: str) -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}", "annotations": {"api-approved.kubernetes.io": "unapproved"}},
        "spec": {
            "group": group,
            "names": {"plural": plural, "kind": kind},
            "scope": scope,
            "versions": [{"name": version, "served": True, "storage": True, "schema": schema}],
        },
    }


def _made(plane: ControlPlane, manifest: dict[str, Any]) -> Thing:
    """Make an object anew, and name it."""
    meta = manifest["metadata"]
    where = ["-n", meta["namespace"]] if "namespace" in meta else []
    kind = manifest["kind"].lower()
    plane.kubectl("delete", kind, meta["name"], *where, "--ignore-not-found", "--force", "--grace-period=0")
    plane.kubectl("create", "-f", "-", stdin=json.dumps(manifest))
    made = _got(plane, kind, meta["name"], *where)
    return Thing(manifest["kind"], meta["name"], meta.get("namespace", ""), made["metadata"]["uid"])


def _got(plane: ControlPlane, kind: str, name: str, *where: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plane.kubectl("get", kind, name, *where, "-o", "json", "--show-managed-fields"))
    return found


def _node(name: str) -> dict[str, Any]:
    taint = {"key": "theirs", "value": "x", "effect": "NoSchedule"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {"taints": [taint]}}


def _workload(kind: str, name: str) -> dict[str, Any]:
    containers = [{"name": "main", "image": "app"}, {"name": "side", "image": "side"}]
    labels = {"app": name}
    template = {"metadata": {"labels": labels, "annotations": {"kept": "yes"}}, "spec": {"containers": containers}}
    spec: dict[str, Any] = {"selector": {"matchLabels": labels}, "template": template}
    if kind == "StatefulSet":
        spec["serviceName"] = name
    api = "argoproj.io/v1alpha1" if kind == "Rollout" else "apps/v1"
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": "writes"}, "spec": spec}


def _pod(name: str) -> dict[str, Any]:
    spec = {"containers": [{"name": "main", "image": "app"}], "terminationGracePeriodSeconds": 0}
    labels = {"app": name}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "writes", "labels": labels},
        "spec": spec,
    }


async def test_a_cordon_and_its_mark_are_one_write_of_ours_and_the_rest_stays(
    plane: ControlPlane, writer: Writer
) -> None:
    node = _made(plane, _node("cordoned"))
    before = await writer.look(node)
    assert before is not None
    assert not before.unschedulable
    dry = await writer.patch_node(node.name, uid=node.uid, version=before.version, cordon=True, dry=True)
    assert dry.unschedulable
    assert "unschedulable" not in _got(plane, "node", node.name)["spec"]
    after = await writer.patch_node(
        node.name, uid=node.uid, version=before.version, cordon=True, annotations={"a": "1"}
    )
    assert (after.unschedulable, after.annotations["a"], after.cordoned_by) == (True, "1", "nodeview")
    there = _got(plane, "node", node.name)
    assert there["spec"]["unschedulable"] is True
    assert "theirs" in {one["key"] for one in there["spec"]["taints"]}
    assert {one["operation"] for one in there["metadata"]["managedFields"] if one["manager"] == "nodeview"} == {
        "Update"
    }
    back = await writer.patch_node(
        node.name, uid=node.uid, version=after.version, cordon=False, annotations={"a": None}
    )
    assert not back.unschedulable
    assert "a" not in back.annotations
    assert "unschedulable" not in _got(plane, "node", node.name)["spec"]


async def test_taints_are_replaced_as_a_whole_so_the_version_is_a_condition(
    plane: ControlPlane, writer: Writer
) -> None:
    node = _made(plane, _node("tainted"))
    before = await writer.look(node)
    assert before is not None
    ours = {"key": "nodeview.dev/rotation", "value": "id", "effect": "PreferNoSchedule"}
    plane.kubectl("annotate", "node", node.name, "meanwhile=1")
    with pytest.raises(ApiError) as refused:
        await writer.patch_node(node.name, uid=node.uid, version=before.version, taints=[*before.taints, ours])
    assert refused.value.code == 409
    now = await writer.look(node)
    assert now is not None
    after = await writer.patch_node(node.name, uid=node.uid, version=now.version, taints=[*now.taints, ours])
    assert after.taints == (*now.taints, ours)
    gone = await writer.patch_node(node.name, uid=node.uid, version=after.version, taints=list(now.taints))
    assert gone.taints == now.taints
    assert "theirs" in {one["key"] for one in now.taints}


async def test_nothing_is_done_to_a_namesake(plane: ControlPlane, writer: Writer) -> None:
    """A node, a workload and a pod that were made anew under the same name are refused, each in its way."""
    things = [_made(plane, _node("anew")), _made(plane, _workload("Deployment", "anew")), _made(plane, _pod("anew"))]
    _made(plane, _node("anew"))
    _made(plane, _workload("Deployment", "anew"))
    _made(plane, _pod("anew"))
    node, deployment, pod = things
    for write in (
        writer.patch_node(node.name, uid=node.uid, cordon=True),
        writer.restart(deployment, WHEN),
        writer.evict(pod),
    ):
        with pytest.raises(ApiError) as refused:
            await write
        assert refused.value.code in (409, 422), str(refused.value)
    assert "unschedulable" not in _got(plane, "node", "anew")["spec"]
    template = _got(plane, "deployment", "anew", "-n", "writes")["spec"]["template"]["metadata"]
    assert RESTARTED_AT not in template["annotations"]
    assert "deletionTimestamp" not in _got(plane, "pod", "anew", "-n", "writes")["metadata"]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
async def test_a_restart_is_what_kubectl_does_and_twice_is_once(plane: ControlPlane, writer: Writer, kind: str) -> None:
    thing = _made(plane, _workload(kind, f"again-{kind.lower()}"))
    dry = await writer.restart(thing, WHEN, dry=True)
    assert dry.restarted_at == WHEN
    where = (kind.lower(), thing.name, "-n", "writes")
    assert RESTARTED_AT not in _got(plane, *where)["spec"]["template"]["metadata"]["annotations"]
    first = await writer.restart(thing, WHEN)
    second = await writer.restart(thing, WHEN)
    assert first.generation == second.generation == 2
    there = _got(plane, *where)
    assert there["spec"]["template"]["metadata"]["annotations"] == {"kept": "yes", RESTARTED_AT: WHEN}
    assert [one["name"] for one in there["spec"]["template"]["spec"]["containers"]] == ["main", "side"]
    seen = await writer.look(thing)
    assert seen is not None
    assert (seen.restarted_at, seen.uid) == (WHEN, thing.uid)


async def test_a_rollout_is_restarted_by_a_merge_patch(plane: ControlPlane, writer: Writer) -> None:
    thing = _made(plane, _workload("Rollout", "argo"))
    assert (await writer.restart(thing, WHEN, dry=True)).restarted_at == WHEN
    assert (await writer.restart(thing, WHEN)).restarted_at == WHEN
    there = _got(plane, "rollout", "argo", "-n", "writes")
    assert there["spec"]["restartAt"] == WHEN
    assert RESTARTED_AT not in there["spec"]["template"]["metadata"]["annotations"]
    assert len(there["spec"]["template"]["spec"]["containers"]) == 2


async def test_an_eviction_is_of_this_very_pod(plane: ControlPlane, writer: Writer) -> None:
    pod = _made(plane, _pod("evicted"))
    await writer.evict(pod, dry=True)
    assert await writer.look(pod) is not None
    await writer.evict(pod)
    assert await writer.look(pod) is None
    with pytest.raises(NotFound):
        await writer.evict(pod)


async def test_a_claim_is_deleted_by_its_uid(plane: ControlPlane, writer: Writer) -> None:
    manifest = {"apiVersion": "karpenter.sh/v1", "kind": "NodeClaim", "metadata": {"name": "empty"}, "spec": {}}
    old = _made(plane, manifest)
    claim = _made(plane, manifest)
    with pytest.raises(ApiError) as refused:
        await writer.delete_claim(old)
    assert refused.value.code == 409
    await writer.delete_claim(claim, dry=True)
    assert await writer.look(claim) is not None
    await writer.delete_claim(claim)
    assert await writer.look(claim) is None


async def test_the_server_says_what_we_may(plane: ControlPlane, writer: Writer) -> None:
    assert (await writer.may("patch", "", "nodes")).allowed
    transport = _transport(plane, "viewer")
    try:
        viewer = Writer(transport)
        assert not (await viewer.may("create", "", "pods", subresource="eviction", namespace="writes")).allowed
        with pytest.raises(Forbidden):
            await viewer.patch_node("anew", uid="", cordon=True)
    finally:
        await transport.close()
