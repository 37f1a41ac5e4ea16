"""Nodes and workloads of every kind that a rotation treats in a way of its own, as JSON."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
SPACE = "shop"
ONE_MORE: Json = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
QUARTERS: Json = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
RECREATE: Json = {"type": "Recreate"}


def namespace() -> Json:
    """Where all of it is."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}}


def node(name: str, group: str, cpu: str = "4") -> Json:
    """A node of a managed group, as kwok plays one."""
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "m5.xlarge",
        "topology.kubernetes.io/zone": "us-east-1a",
        "eks.amazonaws.com/nodegroup": group,
    }
    room = {"cpu": cpu, "memory": "16Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, "annotations": {"kwok.x-k8s.io/node": "fake"}},
        "spec": {"providerID": f"aws:///us-east-1a/i-{name}"},
        "status": {"allocatable": room, "capacity": room},
    }


def pod_spec(cpu: str = "200m", **more: Any) -> Json:
    """One container that asks for this much."""
    asks = {"requests": {"cpu": cpu, "memory": "64Mi"}}
    return {"containers": [{"name": "app", "image": "app:1", "resources": asks}], **more}


def _meta(name: str, **more: Any) -> Json:
    return {"name": name, "namespace": SPACE, **more}


def _selecting(name: str) -> Json:
    return {"matchLabels": {"app": name}}


def _template(name: str, **spec: Any) -> Json:
    return {"metadata": {"labels": {"app": name}}, "spec": pod_spec(**spec)}


def deployment(name: str, replicas: int, strategy: Json, **spec: Any) -> Json:
    """A Deployment; `spec` goes into its pods."""
    body = {"replicas": replicas, "strategy": strategy, "selector": _selecting(name)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _meta(name),
        "spec": {**body, "template": _template(name, **spec)},
    }


def stateful_set(name: str, replicas: int, update: Json | None = None, pods: Json | None = None, **meta: Any) -> Json:
    """A StatefulSet that is updated so; `pods` goes into its pods, `meta` into its metadata."""
    template = _template(name, **(pods or {}))
    body = {"replicas": replicas, "serviceName": name, "selector": _selecting(name), "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": _meta(name, **meta),
        "spec": {**body, "updateStrategy": update or {"type": "RollingUpdate"}},
    }


def daemon_set(name: str) -> Json:
    """One pod on every node."""
    body = {"selector": _selecting(name), "template": _template(name, cpu="50m")}
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": _meta(name), "spec": body}


def job(name: str) -> Json:
    """Work that does not end by itself here: kwok's pods run on."""
    body = {"template": _template(name, restartPolicy="Never")}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": _meta(name), "spec": body}


def bare_pod(name: str, **spec: Any) -> Json:
    """A pod that nobody would bring back."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _meta(name, labels={"app": name}), "spec": pod_spec(**spec)}


def budget(name: str, **how: Any) -> Json:
    """The PodDisruptionBudget of the workload with this name."""
    spec = {**how, "selector": _selecting(name)}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": _meta(name), "spec": spec}


def database_kind() -> Json:
    """A kind whose objects own StatefulSets."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    names = {"kind": "Database", "plural": "databases", "singular": "database", "listKind": "DatabaseList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "databases.example.com"},
        "spec": {"group": "example.com", "names": names, "scope": "Namespaced", "versions": [version]},
    }


def database(name: str) -> Json:
    """Such an object."""
    return {"apiVersion": "example.com/v1", "kind": "Database", "metadata": _meta(name), "spec": {}}


def owned_by(name: str, uid: str) -> list[Json]:
    """What an operator writes on what it makes."""
    return [{"apiVersion": "example.com/v1", "kind": "Database", "name": name, "uid": uid, "controller": True}]
