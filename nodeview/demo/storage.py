"""Storage of the demo: volumes of a zone for StatefulSets that ask for them, attached where their pods run."""

from __future__ import annotations

from nodeview.demo.resources import (
    NODES,
    STATEFULSETS,
    VOLUME_ATTACHMENTS,
    VOLUME_CLAIMS,
    VOLUMES,
    Obj,
)  # fmt: skip
from nodeview.demo.store import Store
from nodeview.demo.times import stamp
from nodeview.demo.volume_objects import DRIVER, ZONE, persistent_volume
from nodeview.demo.world import World, finished, key_of, terminating

ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity"


def zone_of(store: Store, pod: Obj) -> str:
    """The zone that a pod's volumes tie it to; empty where none does."""
    for one in pod["spec"].get("volumes") or ():
        name = (one.get("persistentVolumeClaim") or {}).get("claimName", "")
        claim = store.get(VOLUME_CLAIMS, pod["metadata"]["namespace"], name)
        volume = store.get(VOLUMES, "", claim["spec"].get("volumeName", "")) if claim else None
        if volume:
            (term,) = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
            return str(term["matchExpressions"][0]["values"][0])
    return ""


class Storage:
    """The CSI driver: makes volumes where pods were placed first, attaches and detaches them."""

    def __init__(self, world: World):
        self.world = world

    def step(self) -> None:
        """One turn."""
        used: set[str] = set()
        for owner in self.world.store.objects(STATEFULSETS):
            for template in owner["spec"].get("volumeClaimTemplates") or ():
                for pod in self.world.pods_of(owner["metadata"]["uid"]):
                    if pod["spec"].get("nodeName") and not finished(pod):
                        used.add(self._attach(self._volume(template, owner, pod), pod))
        for one in self.world.store.objects(VOLUME_ATTACHMENTS):
            if one["metadata"]["name"] not in used:
                self.world.store.remove(VOLUME_ATTACHMENTS, key_of(one))

    def _volume(self, template: Obj, owner: Obj, pod: Obj) -> str:
        """The name of a pod's volume, which is made in the zone where it runs if there is none yet."""
        store, namespace = self.world.store, pod["metadata"]["namespace"]
        name = f"{template['metadata']['name']}-{pod['metadata']['name']}"
        claim = store.get(VOLUME_CLAIMS, namespace, name)
        if claim:
            return str(claim["spec"]["volumeName"])
        uid, created = store.uid(), owner["metadata"]["creationTimestamp"]
        volume, size = f"pvc-{uid}", template["spec"]["resources"]["requests"]["storage"]
        metadata = {"name": name, "namespace": namespace, "uid": uid, "creationTimestamp": created}
        metadata["labels"] = owner["spec"]["selector"]["matchLabels"]
        metadata["annotations"] = {"volume.kubernetes.io/selected-node": pod["spec"]["nodeName"]}
        status = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": size}}
        spec = template["spec"] | {"volumeName": volume}
        store.create(VOLUME_CLAIMS, {"metadata": metadata, "spec": spec, "status": status}, self.world.now)
        node = store.get(NODES, "", pod["spec"]["nodeName"])
        zone = node["metadata"]["labels"][ZONE] if node else ""
        store.create(VOLUMES, persistent_volume(volume, name, metadata, size, zone), self.world.now)
        return volume

    def _attach(self, volume: str, pod: Obj) -> str:
        """The name of the attachment of a volume to the node of its pod, which is made if there is none."""
        store, node = self.world.store, pod["spec"]["nodeName"]
        name = f"csi-{volume.removeprefix('pvc-')}-{node.split('.')[0]}"
        if ("", name) not in store[VOLUME_ATTACHMENTS].entries and not terminating(pod):
            made = {
                "metadata": {"name": name, "creationTimestamp": stamp(self.world.now)},
                "spec": {"attacher": DRIVER, "nodeName": node, "source": {"persistentVolumeName": volume}},
                "status": {"attached": True},
            }
            store.create(VOLUME_ATTACHMENTS, made, self.world.now)
        return name
