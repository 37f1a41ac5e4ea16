"""The kinds of objects the demo cluster serves, and the discovery documents that announce them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Obj = dict[str, Any]

VERSION = "v1.34.2"
ALL_VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: how its addresses are made and what may be done below an object's name."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool
    short: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    generation: bool = True
    zero: Obj = field(default_factory=dict, hash=False, compare=False)

    @property
    def api_version(self) -> str:
        """Group and version as objects carry them: ``v1``, ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def custom(self) -> bool:
        """Whether a CustomResourceDefinition made this kind."""
        return self.group == "karpenter.sh"

    @property
    def prefix(self) -> bytes:
        """The first bytes of every object of this kind."""
        return f'{{"kind":"{self.kind}","apiVersion":"{self.api_version}",'.encode()

    @property
    def root(self) -> str:
        """The address below which this kind's group and version live."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    @property
    def qualified(self) -> str:
        """The resource as errors name it: ``pods``, ``deployments.apps``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


NODE_INFO = (
    "machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion "
    "kubeProxyVersion operatingSystem architecture"
)
ZERO_NODE = {
    "spec": {},
    "status": {
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 0}},
        "nodeInfo": dict.fromkeys(NODE_INFO.split(), ""),
    },
}
ZERO_POD = {"spec": {"containers": None}, "status": {}}
ZERO_TEMPLATE = {"metadata": {}, "spec": {"containers": None}}
ZERO_WORKLOAD = {"spec": {"selector": None, "template": ZERO_TEMPLATE}, "status": {}}

NODES = Kind("", "v1", "nodes", "Node", False, ("no",), ("status",), False, ZERO_NODE)
PODS = Kind("", "v1", "pods", "Pod", True, ("po",), ("status", "eviction"), True, ZERO_POD)
NAMESPACES = Kind("", "v1", "namespaces", "Namespace", False, ("ns",), ("status",), False)
EVENTS = Kind("", "v1", "events", "Event", True, ("ev",), (), False)
SERVICES = Kind("", "v1", "services", "Service", True, ("svc",), ("status",), False)
CONFIG_MAPS = Kind("", "v1", "configmaps", "ConfigMap", True, ("cm",), (), False)
VOLUME_CLAIMS = Kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", True, ("pvc",), ("status",), False)
VOLUMES = Kind("", "v1", "persistentvolumes", "PersistentVolume", False, ("pv",), ("status",), False)
VOLUME_ATTACHMENTS = Kind(
    "storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", False, (), ("status",), False
)
ENDPOINT_SLICES = Kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", True)
DEPLOYMENTS = Kind(
    "apps", "v1", "deployments", "Deployment", True, ("deploy",), ("status", "scale"), True, ZERO_WORKLOAD
)
REPLICASETS = Kind("apps", "v1", "replicasets", "ReplicaSet", True, ("rs",), ("status", "scale"), True, ZERO_WORKLOAD)
STATEFULSETS = Kind(
    "apps", "v1", "statefulsets", "StatefulSet", True, ("sts",), ("status", "scale"), True, ZERO_WORKLOAD
)
DAEMONSETS = Kind("apps", "v1", "daemonsets", "DaemonSet", True, ("ds",), ("status",), True, ZERO_WORKLOAD)
JOBS = Kind("batch", "v1", "jobs", "Job", True, (), ("status",))
CRONJOBS = Kind("batch", "v1", "cronjobs", "CronJob", True, ("cj",), ("status",))
PDBS = Kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", True, ("pdb",), ("status",), True)
PRIORITY_CLASSES = Kind("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", False, ("pc",))
NODEPOOLS = Kind("karpenter.sh", "v1", "nodepools", "NodePool", False, (), ("status",))
NODECLAIMS = Kind("karpenter.sh", "v1", "nodeclaims", "NodeClaim", False, (), ("status",))

KINDS = (
    NODES, PODS, NAMESPACES, EVENTS, DEPLOYMENTS, REPLICASETS, STATEFULSETS, DAEMONSETS,
    JOBS, CRONJOBS, PDBS, PRIORITY_CLASSES, NODEPOOLS, NODECLAIMS,
    SERVICES, ENDPOINT_SLICES, CONFIG_MAPS, VOLUME_CLAIMS, VOLUMES, VOLUME_ATTACHMENTS,
)  # fmt: skip
BY_PATH = {(kind.root, kind.plural): kind for kind in KINDS}
GROUPS = tuple(dict.fromkeys(kind.group for kind in KINDS if kind.group))
REVIEWS = "authorization.k8s.io"


def version_document() -> Obj:
    """What ``GET /version`` says."""
    major, minor = VERSION.removeprefix("v").split(".")[:2]
    return {
        "major": major,
        "minor": minor,
        "gitVersion": VERSION,
        "gitCommit": "8cc511e399b929453cd98ae65b419c3cc227ec79",
        "gitTreeState": "clean",
        "buildDate": "2025-11-11T19:01:58Z",
        "goVersion": "go1.24.9",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def core_document() -> Obj:
    """What ``GET /api`` says."""
    address = {"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:443"}
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]}


def group_document(group: str) -> Obj:
    """One group, as ``GET /apis`` lists it."""
    version = {"groupVersion": f"{group}/v1", "version": "v1"}
    return {"name": group, "versions": [version], "preferredVersion": version}


def groups_document() -> Obj:
    """What ``GET /apis`` says."""
    groups = [group_document(group) for group in (*GROUPS, REVIEWS)]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def resource_documents(kind: Kind) -> list[Obj]:
    """One kind and what lies below it, as a group's discovery lists them."""
    top: Obj = {
        "name": kind.plural,
        "singularName": kind.kind.lower(),
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(ALL_VERBS),
    }
    if kind.short:
        top["shortNames"] = list(kind.short)
    found = [top]
    for name in kind.subresources:
        below: Obj = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
        if name == "eviction":
            below |= {"group": "policy", "version": "v1", "kind": "Eviction", "verbs": ["create"]}
        elif name == "scale":
            below |= {"group": "autoscaling", "version": "v1", "kind": "Scale"}
            below["verbs"] = ["get", "patch", "update"]
        else:
            below |= {"kind": kind.kind, "verbs": ["get", "patch", "update"]}
        found.append(below)
    return found


def discovery(root: str) -> Obj | None:
    """What a group's and version's own address says; None when there is no such address."""
    if root == f"/apis/{REVIEWS}/v1":
        review = {
            "name": "selfsubjectaccessreviews",
            "singularName": "selfsubjectaccessreview",
            "namespaced": False,
            "kind": "SelfSubjectAccessReview",
            "verbs": ["create"],
        }
        return {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": f"{REVIEWS}/v1",
            "resources": [review],
        }
    kinds = [kind for kind in KINDS if kind.root == root]
    if not kinds:
        return None
    resources = [document for kind in kinds for document in resource_documents(kind)]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": kinds[0].api_version,
        "resources": resources,
    }
