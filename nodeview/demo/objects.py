"""Raw JSON of nodes, pods and events as EKS, Karpenter, the kubelet and the scheduler write them."""

from __future__ import annotations

from typing import Any

from nodeview.demo.catalogue import ZONE_IDS, InstanceType, Pool
from nodeview.demo.managed_fields import managed
from nodeview.demo.resources import Obj
from nodeview.demo.times import micro_stamp, stamp

KUBELET = "v1.34.2-eks-ecaa3a6"
IMAGE = "Amazon Linux 2023.9.20251110"
PRESSURES = (
    ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
)


def owner(kind: str, version: str, obj: Obj, controller: bool = True) -> Obj:
    """A reference to what an object belongs to."""
    reference: Obj = {
        "apiVersion": version,
        "kind": kind,
        "name": obj["metadata"]["name"],
        "uid": obj["metadata"]["uid"],
    }
    if controller:
        reference["controller"] = True
    reference["blockOwnerDeletion"] = True
    return reference


def controller_of(obj: Obj) -> Obj | None:
    """The reference of an object's controller, if it has one."""
    for reference in obj["metadata"].get("ownerReferences", ()):
        if reference.get("controller"):
            found: Obj = reference
            return found
    return None


def condition(kind: str, value: str, since: float, reason: str = "", message: str = "") -> Obj:
    """A condition of anything but a node's or a pod's."""
    return {
        "type": kind,
        "status": value,
        "lastTransitionTime": stamp(since),
        "reason": reason or kind,
        "message": message,
    }


def pod_condition(kind: str, value: str, since: float, reason: str = "", message: str = "") -> Obj:
    """A pod's condition: reason and message are there only when something is said."""
    found: Obj = {
        "type": kind,
        "observedGeneration": 1,
        "status": value,
        "lastProbeTime": None,
        "lastTransitionTime": stamp(since),
    }
    if reason:
        found["reason"] = reason
    if message:
        found["message"] = message
    return found


def node_condition(kind: str, value: str, now: float, since: float, reason: str, message: str) -> Obj:
    """A node's condition, with the heartbeat's time."""
    return {
        "type": kind,
        "status": value,
        "lastHeartbeatTime": stamp(now),
        "lastTransitionTime": stamp(since),
        "reason": reason,
        "message": message,
    }


def set_condition(obj: Obj, new: Obj) -> None:
    """Put a condition in the place of the one of its type; the time of a transition that is none stays."""
    conditions: list[Obj] = obj.setdefault("status", {}).setdefault("conditions", [])
    for place, old in enumerate(conditions):
        if old["type"] == new["type"]:
            if old["status"] == new["status"]:
                new = new | {"lastTransitionTime": old["lastTransitionTime"]}
            conditions[place] = new
            return
    conditions.append(new)


def get_condition(obj: Obj, kind: str) -> Obj | None:
    """An object's condition of a type, or None."""
    for one in obj.get("status", {}).get("conditions") or ():
        if one["type"] == kind:
            found: Obj = one
            return found
    return None


def node_labels(pool: Pool, kind: InstanceType, capacity: str, zone: str, name: str) -> dict[str, str]:
    """A node's labels: the well-known ones, and its provisioner's."""
    labels = {
        "beta.kubernetes.io/arch": kind.arch,
        "beta.kubernetes.io/instance-type": kind.name,
        "beta.kubernetes.io/os": "linux",
        "failure-domain.beta.kubernetes.io/region": zone[:-1],
        "failure-domain.beta.kubernetes.io/zone": zone,
        "k8s.io/cloud-provider-aws": "9c2b1d0e0f1f4dc7d3f5b1f6f2a9a7c1",
        "kubernetes.io/arch": kind.arch,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": kind.name,
        "topology.k8s.aws/zone-id": ZONE_IDS[zone],
        "topology.kubernetes.io/region": zone[:-1],
        "topology.kubernetes.io/zone": zone,
    }
    if pool.managed:
        return labels | {
            "alpha.eksctl.io/cluster-name": "demo",
            "alpha.eksctl.io/nodegroup-name": pool.name,
            "eks.amazonaws.com/capacityType": "SPOT" if capacity == "spot" else "ON_DEMAND",
            "eks.amazonaws.com/nodegroup": pool.name,
            "eks.amazonaws.com/nodegroup-image": "ami-0b7a6c1d2e3f40516",
        }
    family, size = kind.name.split(".")
    return labels | {
        "karpenter.k8s.aws/ec2nodeclass": "default",
        "karpenter.k8s.aws/instance-category": family[0],
        "karpenter.k8s.aws/instance-cpu": str(kind.cpus),
        "karpenter.k8s.aws/instance-cpu-manufacturer": "aws" if kind.arch == "arm64" else "intel",
        "karpenter.k8s.aws/instance-family": family,
        "karpenter.k8s.aws/instance-generation": family[1],
        "karpenter.k8s.aws/instance-hypervisor": "nitro",
        "karpenter.k8s.aws/instance-memory": str(kind.mebibytes),
        "karpenter.k8s.aws/instance-size": size,
        "karpenter.sh/capacity-type": capacity,
        "karpenter.sh/nodepool": pool.name,
    }


def pool_taints(pool: Pool) -> list[Obj]:
    """The taints that all nodes of a pool bear."""
    return [{"key": "dedicated", "value": pool.name, "effect": "NoSchedule"}] if pool.tainted else []


def amounts(kind: InstanceType) -> tuple[Obj, Obj]:
    """Capacity and allocatable of a node of a type."""
    shared = {"hugepages-1Gi": "0", "hugepages-2Mi": "0"}
    capacity = {
        "cpu": str(kind.cpus),
        "ephemeral-storage": "83873772Ki",
        **shared,
        "memory": f"{kind.capacity_memory}Ki",
        "pods": str(kind.pods),
    }
    allocatable = {
        "cpu": f"{kind.allocatable_cpu}m",
        "ephemeral-storage": "76224326324",
        **shared,
        "memory": f"{kind.allocatable_memory}Ki",
        "pods": str(kind.pods),
    }
    return capacity, allocatable


def node(
    pool: Pool, kind: InstanceType, capacity: str, zone: str, name: str, instance: str, created: float,
    kubelet: str = KUBELET,
) -> Obj:  # fmt: skip
    """A node that has just registered: no conditions yet."""
    has, gives = amounts(kind)
    address = name.split(".")[0].removeprefix("ip-").replace("-", ".")
    info = {
        "machineID": instance,
        "systemUUID": instance,
        "bootID": instance,
        "kernelVersion": f"6.12.53-69.119.amzn2023.{'aarch64' if kind.arch == 'arm64' else 'x86_64'}",
        "osImage": IMAGE,
        "containerRuntimeVersion": "containerd://2.1.4",
        "kubeletVersion": kubelet,
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": kind.arch,
    }
    status: Obj = {
        "capacity": has,
        "allocatable": gives,
        "conditions": [],
        "addresses": [
            {"type": "InternalIP", "address": address},
            {"type": "InternalDNS", "address": name},
            {"type": "Hostname", "address": name},
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": info,
    }
    metadata: Obj = {
        "name": name,
        "creationTimestamp": stamp(created),
        "labels": node_labels(pool, kind, capacity, zone, name),
        "annotations": {
            "alpha.kubernetes.io/provided-node-ip": address,
            "node.alpha.kubernetes.io/ttl": "0",
            "volumes.kubernetes.io/controller-managed-attach-detach": "true",
        },
    }
    spec: Obj = {"providerID": f"aws:///{zone}/{instance}"}
    taints = pool_taints(pool)
    if taints:
        spec["taints"] = taints
    if not pool.managed:
        metadata["finalizers"] = ["karpenter.sh/termination"]
        metadata["annotations"] |= {
            "karpenter.k8s.aws/ec2nodeclass-hash": "13418257019271571327",
            "karpenter.sh/nodepool-hash": "7514362197315342190",
        }
    written = {"metadata": {"labels": metadata["labels"]}, "spec": spec}
    metadata["managedFields"] = [
        managed("kubelet", "v1", written, metadata["creationTimestamp"]),
        managed("kubelet", "v1", {"status": status}, metadata["creationTimestamp"], "status"),
    ]
    return {"kind": "Node", "apiVersion": "v1", "metadata": metadata, "spec": spec, "status": status}


def ready_conditions(now: float, since: float) -> list[Obj]:
    """The conditions of a healthy node."""
    found = [node_condition(kind, "False", now, since, reason, text) for kind, reason, text in PRESSURES]
    found.append(node_condition("Ready", "True", now, since, "KubeletReady", "kubelet is posting ready status"))
    return found


def event(
    about: Obj, reason: str, message: str, now: float, *, name: str, component: str, warning: bool = False,
    action: str = "", micro: bool = False,
) -> Obj:  # fmt: skip
    """A core/v1 Event; ``micro`` as the scheduler's new recorder writes them, without the old fields."""
    metadata = about["metadata"]
    involved: Obj = {"kind": about["kind"]}
    if "namespace" in metadata:
        involved["namespace"] = metadata["namespace"]
    involved |= {"name": metadata["name"], "uid": metadata.get("uid", ""), "apiVersion": about["apiVersion"]}
    if "resourceVersion" in metadata:
        involved["resourceVersion"] = metadata["resourceVersion"]
    namespace = metadata.get("namespace", "default")
    found: Obj = {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": f"{metadata['name']}.{name}", "namespace": namespace},
        "involvedObject": involved,
        "reason": reason,
        "message": message,
        "source": {} if micro else {"component": component},
        "firstTimestamp": None if micro else stamp(now),
        "lastTimestamp": None if micro else stamp(now),
        "type": "Warning" if warning else "Normal",
        "eventTime": micro_stamp(now) if micro else None,
        "reportingComponent": component,
        "reportingInstance": f"{component}-ip-10-0-0-1" if micro else "",
    }
    if action:
        found["action"] = action
    if not micro:
        found["count"] = 1
    return found


def has_taint(node: Obj, key: str, effect: str = "") -> bool:
    """Whether a node bears a taint of a key, and of an effect where one is named."""
    taints: list[dict[str, Any]] = node["spec"].get("taints") or []
    return any(one["key"] == key and effect in ("", one["effect"]) for one in taints)
