"""Pods as large and as varied as in life, as bytes: 10 KB on average, a third of it managedFields.

Four of five belong to ReplicaSets of some nine pods, the others to DaemonSets, StatefulSets and Jobs. Each workload is
a template with holes, so that a hundred thousand pods are rendered within seconds. Sorted as an API server lists them.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nodeview.demo.managed_fields import managed
from nodeview.demo.templates import Template

PODS_PER_NODE = 20
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
STAMP = "2026-11-20T10:00:00Z"
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
NAMESPACES = 60
DAEMON_SETS = 3
SIDECARS = ("envoy", "log-shipper", "metrics-agent")


@dataclass(frozen=True, slots=True)
class Workload:
    """Pods of one template: running, and as they are before they are bound."""

    kind: str
    namespace: str
    name: str
    pods: int
    containers: int
    running: Template
    pending: Template


class Pod:
    """One pod: its workload, and what is its own."""

    __slots__ = ("values", "workload")

    def __init__(self, workload: Workload, values: dict[str, str]) -> None:
        self.workload = workload
        self.values = values

    @property
    def restarts(self) -> int:
        """Of all its containers."""
        return int(self.values["restarts"]) * self.workload.containers

    def json(self, version: str, *, bound: bool = True) -> bytes:
        """As an API server writes it."""
        template = self.workload.running if bound else self.workload.pending
        return template.render(self.values | {"version": version})

    def successor(self, rng: random.Random, nodes: int) -> Pod:
        """Another one in its place, on any node."""
        name = self.values["name"][:-5] + _letters(rng)
        return Pod(self.workload, _own(rng, name, self.values["version"], rng.randrange(nodes)))


def pods(count: int, seed: int = 7) -> Iterator[Pod]:
    """So many pods, by namespace and name; `version` of their values is what an initial list shows."""
    rng = random.Random(seed)
    nodes = max(1, count // PODS_PER_NODE)
    for workload in sorted(_workloads(count, rng), key=lambda one: (one.namespace, one.name)):
        for place, name in enumerate(_names(workload, rng)):
            node = place % nodes if workload.kind == "DaemonSet" else rng.randrange(nodes)
            yield Pod(workload, _own(rng, name, str(1_000_000_000 + rng.randrange(1_000_000_000)), node))


def _workloads(count: int, rng: random.Random) -> Iterator[Workload]:
    left = count
    for number in range(DAEMON_SETS):
        each = min(left, count // PODS_PER_NODE)
        left -= each
        yield _workload("DaemonSet", number, each, rng)
    for kind, share, least, most in (("StatefulSet", 0.03, 3, 17), ("Job", 0.02, 1, 1), ("ReplicaSet", 1, 2, 16)):
        wanted, number = min(left, int(count * share)), 0
        left -= wanted
        while wanted:
            each = min(wanted, rng.randint(least, most))
            wanted -= each
            number += 1
            yield _workload(kind, number, each, rng)


def _workload(kind: str, number: int, count: int, rng: random.Random) -> Workload:
    namespace = "kube-system" if kind == "DaemonSet" else f"team-{rng.randrange(NAMESPACES):02}"
    name = f"{('service', 'worker', 'api', 'consumer')[number % 4]}-{kind[:-3].lower()}-{number}"
    if kind == "ReplicaSet":
        name += f"-{rng.getrandbits(36):09x}"
    running = _pod(kind, namespace, name, rng)
    pending = {**running, "spec": {**running["spec"]}, "status": {"phase": "Pending", "qosClass": "Burstable"}}
    del pending["spec"]["nodeName"]
    return Workload(
        kind,
        namespace,
        name,
        count,
        len(running["spec"]["containers"]),
        Template(running, dict),
        Template(pending, dict),
    )


def _names(workload: Workload, rng: random.Random) -> list[str]:
    """Of its pods, each another, sorted."""
    names: set[str] = set()
    while len(names) < workload.pods:
        names.add(f"{workload.name}-{len(names) if workload.kind == 'StatefulSet' else _letters(rng)}")
    return sorted(names)


def _letters(rng: random.Random) -> str:
    return "".join(rng.choices(ALPHABET, k=5))


def _own(rng: random.Random, name: str, version: str, node: int) -> dict[str, str]:
    second, third, fourth = rng.randrange(1, 200), rng.randrange(250), rng.randrange(250)
    minute, hour = rng.randrange(60), rng.randrange(24)
    return {
        "name": name,
        "uid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "version": version,
        "index": name.rpartition("-")[2],
        "token": f"kube-api-access-{_letters(rng)}",
        "node": f"ip-10-{node // 62_500}-{node // 250 % 250}-{node % 250}.eu-west-1.compute.internal",
        "ip": f"10.{second}.{third}.{fourth}",
        "created": f"2026-11-{rng.randrange(1, 20):02}T{hour:02}:{minute:02}:{rng.randrange(60):02}Z",
        "id": f"{rng.getrandbits(256):064x}",
        "restarts": "0" if rng.random() < 0.9 else str(rng.randrange(1, 9)),
    }


def _pod(kind: str, namespace: str, name: str, rng: random.Random) -> dict[str, Any]:
    app = name.rpartition("-")[0] if kind == "ReplicaSet" else name
    fat = rng.choices((1, 2, 3), (87, 8, 5))[0]
    containers = [_container(one, app, rng) for one in (app, *SIDECARS[: fat - 1])]
    names = ("config", "cache", "certificates", "secrets", "tmp", "data")[: rng.randint(0, 2 + fat)]
    spec: dict[str, Any] = {
        "volumes": [_token_volume()]
        + [{"name": one, "configMap": {"name": f"{app}-{one}", "defaultMode": 420}} for one in names],
        "containers": containers,
        "restartPolicy": "OnFailure" if kind == "Job" else "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": app,
        "serviceAccount": app,
        "nodeName": "@node@",
        "securityContext": {"runAsNonRoot": True, "fsGroup": 2000, "seccompProfile": {"type": "RuntimeDefault"}},
        "schedulerName": "default-scheduler",
        "tolerations": _tolerations(),
        "priority": 0,
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
    }
    if kind == "DaemonSet":
        field = {"key": "metadata.name", "operator": "In", "values": ["@node@"]}
        terms = [{"matchFields": [field]}]
        spec["affinity"] = {
            "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
        }
    elif rng.random() < 0.3:
        spec["nodeSelector"] = {
            "karpenter.sh/nodepool": rng.choice(("api", "web", "batch")),
            "kubernetes.io/arch": "arm64",
        }
    for one in containers:
        one["volumeMounts"] += [{"name": each, "mountPath": f"/var/run/{each}", "readOnly": True} for each in names]
    status = _status(containers)
    metadata = _metadata(kind, namespace, name, app, rng)
    said = {key: metadata[key] for key in ("labels", "annotations", "ownerReferences")}
    admitted = ("volumes", "nodeName", "tolerations", "priority", "preemptionPolicy", "affinity")
    written = {"metadata": said, "spec": {key: below for key, below in spec.items() if key not in admitted}}
    metadata["managedFields"] = [
        managed("kube-controller-manager", "v1", written, "@created@"),
        managed("kubelet", "v1", {"status": {**status, "conditions": status["conditions"][:1]}}, "@created@", "status"),
    ]
    return {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": spec, "status": status}


def _metadata(kind: str, namespace: str, name: str, app: str, rng: random.Random) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": app, "app.kubernetes.io/part-of": namespace, "team": namespace}
    labels["app.kubernetes.io/version"] = f"1.{rng.randrange(40)}.{rng.randrange(9)}"
    owner_uid = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    if kind == "ReplicaSet":
        labels["pod-template-hash"] = name.rpartition("-")[2]
    elif kind == "StatefulSet":
        labels |= {"statefulset.kubernetes.io/pod-name": "@name@", "apps.kubernetes.io/pod-index": "@index@"}
        labels["controller-revision-hash"] = f"{name}-{rng.getrandbits(36):09x}"
    elif kind == "Job":
        labels |= {"batch.kubernetes.io/controller-uid": owner_uid, "batch.kubernetes.io/job-name": name}
    owner = {"apiVersion": "batch/v1" if kind == "Job" else "apps/v1", "kind": kind, "name": name, "uid": owner_uid}
    return {
        "name": "@name@",
        "generateName": f"{name}-",
        "namespace": namespace,
        "uid": "@uid@",
        "resourceVersion": "@version@",
        "generation": 1,
        "creationTimestamp": "@created@",
        "labels": labels,
        "annotations": {
            "checksum/config": f"{rng.getrandbits(256):064x}",
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "9102",
            "kubectl.kubernetes.io/restartedAt": STAMP,
            "cni.example.com/address": '{"address":"@ip@/32","interface":"eth0","sandbox":"@id@"}',
        },
        "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
    }


def _container(name: str, app: str, rng: random.Random) -> dict[str, Any]:
    probe = {"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, "timeoutSeconds": 2}
    probe |= {"periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
    secret = [
        {"name": f"SECRET_{place}", "valueFrom": {"secretKeyRef": {"name": app, "key": f"secret-{place}"}}}
        for place in range(rng.randint(1, 4))
    ]
    plain = [
        {"name": f"SETTING_{place}", "value": f"{rng.getrandbits(160):040x}"} for place in range(rng.randint(1, 7))
    ]
    field = {"apiVersion": "v1", "fieldPath": "metadata.name"}
    return {
        "name": name,
        "image": f"{REGISTRY}/{app}/{name}:1.{rng.randrange(40)}.{rng.randrange(9)}",
        "args": ["--listen=:8080", "--log-format=json", f"--service={app}", "--shutdown-delay=10s"],
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "env": [*plain, *secret, {"name": "POD_NAME", "valueFrom": {"fieldRef": field}}],
        "resources": {
            "limits": {"memory": f"{64 * rng.randint(2, 32)}Mi"},
            "requests": {"cpu": f"{10 * rng.randint(1, 100)}m", "memory": f"{64 * rng.randint(1, 32)}Mi"},
        },
        "volumeMounts": [
            {"name": "@token@", "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
        ],
        "livenessProbe": probe,
        "readinessProbe": probe,
        "lifecycle": {"preStop": {"exec": {"command": ["/bin/sh", "-c", "sleep 10"]}}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False},
    }


def _token_volume() -> dict[str, Any]:
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    sources: list[dict[str, Any]] = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [namespace]}},
    ]
    return {"name": "@token@", "projected": {"sources": sources, "defaultMode": 420}}


def _tolerations() -> list[dict[str, Any]]:
    return [
        {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for name in ("not-ready", "unreachable")
    ]


def _status(containers: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    conditions = [
        {
            "type": one,
            "observedGeneration": 1,
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": "@created@",
        }
        for one in kinds
    ]
    return {
        "observedGeneration": 1,
        "phase": "Running",
        "conditions": conditions,
        "hostIP": "@ip@",
        "hostIPs": [{"ip": "@ip@"}],
        "podIP": "@ip@",
        "podIPs": [{"ip": "@ip@"}],
        "startTime": "@created@",
        "containerStatuses": [_container_status(one) for one in containers],
        "qosClass": "Burstable",
    }


def _container_status(container: dict[str, Any]) -> dict[str, Any]:
    """With what servers since 1.33 say of resources: the same as the spec, for all but resized pods."""
    return {
        "name": container["name"],
        "state": {"running": {"startedAt": "@created@"}},
        "lastState": {},
        "ready": True,
        "restartCount": "@#restarts@",
        "image": container["image"],
        "imageID": f"{container['image'].partition(':')[0]}@sha256:{sha256(container['image'].encode()).hexdigest()}",
        "containerID": "containerd://@id@",
        "started": True,
        "allocatedResources": container["resources"]["requests"],
        "resources": container["resources"],
        "volumeMounts": [{**one, "recursiveReadOnly": "Disabled"} for one in container["volumeMounts"]],
        "user": {"linux": {"uid": 1000, "gid": 1000, "supplementalGroups": [2000]}},
    }
