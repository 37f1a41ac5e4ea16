"""Raw JSON of what a CSI driver makes: claims by a template, and volumes that lie in one zone."""

from __future__ import annotations

from nodeview.demo.resources import Obj

CLASS, DRIVER = "gp3", "ebs.csi.aws.com"
ZONE = "topology.kubernetes.io/zone"


def claim_template(size: str) -> Obj:
    """What a StatefulSet asks for, for each of its pods."""
    return {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": CLASS,
            "volumeMode": "Filesystem",
            "resources": {"requests": {"storage": size}},
        },
    }


def persistent_volume(volume: str, name: str, claim: Obj, size: str, zone: str) -> Obj:
    """A volume of one zone, bound to the claim of this name and metadata."""
    term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": [zone]}]}
    of = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "name": name}
    return {
        "metadata": {"name": volume, "creationTimestamp": claim["creationTimestamp"]},
        "spec": {
            "capacity": {"storage": size},
            "csi": {"driver": DRIVER, "fsType": "ext4", "volumeHandle": f"vol-0{volume[-12:]}"},
            "accessModes": ["ReadWriteOnce"],
            "claimRef": of | {"namespace": claim["namespace"], "uid": claim["uid"]},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": CLASS,
            "nodeAffinity": {"required": {"nodeSelectorTerms": [term]}},
        },
        "status": {"phase": "Bound"},
    }
