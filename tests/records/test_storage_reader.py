"""Claims, volumes and attachments, field by field."""

from __future__ import annotations

from typing import Any

from nodeview.records import (
    VOLUME_ATTACHMENTS,
    VOLUME_CLAIMS,
    VOLUMES,
    NodeName,
    NodeTerm,
    ObjectKey,
    Requirement,
    Resource,
    ServerVersion,
    Volume,
    VolumeAttachment,
    VolumeClaim,
)
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 35, "v1.35.0")


def read(resource: Resource[Any], spec: object = None, status: object = None, **metadata: object) -> Any:
    """An object of this resource."""
    body = {"metadata": {"name": "x", "uid": "u", **metadata}, "spec": spec, "status": status}
    batch = resource.reader(SERVER)(array([body]))
    assert not batch.unread
    return batch.records[0]


def test_a_bound_claim() -> None:
    spec = {"volumeName": "pv-1", "storageClassName": "gp3", "accessModes": ["ReadWriteOnce", "ReadOnlyMany"]}
    chosen = {"volume.kubernetes.io/selected-node": "node-1", "other": "x"}
    one = read(VOLUME_CLAIMS, spec, namespace="shop", annotations=chosen)
    assert one == VolumeClaim("shop", "x", "u", "pv-1", "gp3", ("ReadWriteOnce", "ReadOnlyMany"), NodeName("node-1"))
    assert one.key == ("shop", "x")


def test_the_class_of_a_claim_may_stand_in_its_annotation() -> None:
    old = {"volume.beta.kubernetes.io/storage-class": "gp2"}
    assert read(VOLUME_CLAIMS, {}, annotations=old).storage_class == "gp2"
    assert read(VOLUME_CLAIMS, {"storageClassName": ""}, annotations=old).storage_class == ""


def test_a_volume_of_a_zone() -> None:
    zone: Json = {"key": "topology.ebs.csi.aws.com/zone", "operator": "In", "values": ["eu-west-1a"]}
    terms = [{"matchExpressions": [zone]}, {"matchExpressions": None}]
    spec = {
        "nodeAffinity": {"required": {"nodeSelectorTerms": terms}},
        "claimRef": {"namespace": "shop", "name": "data-db-0"},
        "csi": {"driver": "ebs.csi.aws.com"},
    }
    one = read(VOLUMES, spec)
    asked = Requirement("topology.ebs.csi.aws.com/zone", "In", ("eu-west-1a",))
    assert one == Volume("x", "u", (NodeTerm((asked,)), NodeTerm()), ObjectKey("shop", "data-db-0"))
    assert one.key == ("", "x")


def test_volumes_of_one_nodes_own_disk() -> None:
    assert read(VOLUMES, {"local": {"path": "/mnt"}}).local
    assert read(VOLUMES, {"hostPath": {"path": "/mnt"}}).local
    assert read(VOLUMES, {"local": {}}).local
    assert not read(VOLUMES, {"local": None, "hostPath": None, "nfs": {"path": "/mnt"}}).local


def test_anywhere_is_not_nowhere() -> None:
    assert read(VOLUMES, {"nodeAffinity": {"required": None}}).node_terms is None
    assert read(VOLUMES, {"nodeAffinity": {"required": {"nodeSelectorTerms": []}}}).node_terms == ()


def test_an_attachment() -> None:
    spec = {"attacher": "ebs.csi.aws.com", "nodeName": "node-1", "source": {"persistentVolumeName": "pv-1"}}
    one = read(VOLUME_ATTACHMENTS, spec, {"attached": True}, deletionTimestamp="1970-01-01T00:01:00Z")
    assert one == VolumeAttachment("x", "u", NodeName("node-1"), "pv-1", True, 60)
    inline = read(VOLUME_ATTACHMENTS, {"nodeName": "n", "source": {"inlineVolumeSpec": {}}}, {"attached": False})
    assert (inline.volume, inline.attached, inline.deleted) == ("", False, None)


def test_every_field_may_be_null_or_absent() -> None:
    claim = {"volumeName": None, "storageClassName": None, "accessModes": None}
    assert read(VOLUME_CLAIMS, claim, annotations=None) == read(VOLUME_CLAIMS)
    assert read(VOLUMES, {"nodeAffinity": None, "claimRef": None}) == read(VOLUMES) == Volume("x", "u")
    assert read(VOLUMES, {"claimRef": {"namespace": "shop", "name": None}}).claim is None
    attachment = {"nodeName": None, "source": None}
    assert read(VOLUME_ATTACHMENTS, attachment, {"attached": None}) == read(VOLUME_ATTACHMENTS)


def test_one_bad_object_spoils_no_neighbour() -> None:
    for resource in (VOLUME_CLAIMS, VOLUMES, VOLUME_ATTACHMENTS):
        batch = resource.reader(SERVER)(array([{"metadata": {"name": "bad"}, "spec": []}, {"metadata": {"name": "b"}}]))
        assert [one.key.name for one in batch.records] == ["b"]
        assert batch.unread[0].startswith(f"{resource.id} bad could not be read: spec")


def test_where_they_are_served() -> None:
    assert [one.path("v1") for one in (VOLUME_CLAIMS, VOLUMES, VOLUME_ATTACHMENTS)] == [
        "/api/v1/persistentvolumeclaims",
        "/api/v1/persistentvolumes",
        "/apis/storage.k8s.io/v1/volumeattachments",
    ]
