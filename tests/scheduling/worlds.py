"""Random nodes, pods on them and pods that look for one: as a person would write them for the API server."""

from __future__ import annotations

from random import Random
from typing import Any

Json = dict[str, Any]

ZONE, RACK, HOST = "topology.kubernetes.io/zone", "example.com/rack", "kubernetes.io/hostname"
NAMESPACES = ("default", "trial-other")
_APPS = ("web", "db", "cache")
_DEVICE = "example.com/gpu"
_TAINTS = (
    {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
    {"key": "spot", "effect": "NoExecute"},
    {"key": "soft", "effect": "PreferNoSchedule"},
)


def node(number: int, rng: Random) -> Json:
    """A node with some of the labels, taints and resources that pods ask for."""
    name = f"trial-{number}"
    labels = {HOST: name, "example.com/cores": str(rng.choice((2, 4, 8)))}
    for key, values, chance in ((ZONE, "abc", 0.85), (RACK, "12", 0.5), ("example.com/ssd", "y", 0.5)):
        if rng.random() < chance:
            labels[key] = rng.choice(values)
    room = {
        "cpu": rng.choice(("2", "3900m", "8")),
        "memory": rng.choice(("4Gi", "15000Mi")),
        "ephemeral-storage": rng.choice(("20Gi", "80Gi")),
        "pods": str(rng.choice((4, 6, 30))),
    }
    if rng.random() < 0.3:
        room[_DEVICE] = "2"
    spec: Json = {"taints": [one for one in _TAINTS if rng.random() < 0.2]}
    if rng.random() < 0.12:
        spec["unschedulable"] = True
    status = {"capacity": room, "allocatable": room}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": status,
    }


def bound(number: int, on: str, rng: Random) -> Json:
    """A pod that is on a node already, and may mind who comes."""
    body = _pod(f"there-{number}", rng, rng.choice(("100m", "500m", "1")), rng.choice(("128Mi", "1Gi", "2Gi")))
    body["spec"]["nodeName"] = on
    if rng.random() < 0.15:
        body["spec"]["affinity"] = {"podAntiAffinity": _required([_pod_term(rng)])}
    return body


def looking(number: int, nodes: int, rng: Random) -> Json:
    """A pod that looks for a node, with rules of its own."""
    body = _pod(f"looking-{number}", rng, rng.choice(("50m", "1", "2500m", "7")), rng.choice(("64Mi", "3Gi", "12Gi")))
    spec, affinity = body["spec"], {}
    if rng.random() < 0.6:
        spec["tolerations"] = rng.sample(_tolerations(), rng.randint(1, 3))
    if rng.random() < 0.2:
        spec["nodeSelector"] = {rng.choice((ZONE, RACK)): rng.choice("ab12")}
    if rng.random() < 0.35:
        affinity["nodeAffinity"] = _required({"nodeSelectorTerms": _node_terms(nodes, rng)})
    if rng.random() < 0.25:
        affinity["podAffinity"] = _required([_pod_term(rng) for _ in range(rng.randint(1, 2))])
    if rng.random() < 0.3:
        affinity["podAntiAffinity"] = _required([_pod_term(rng) for _ in range(rng.randint(1, 2))])
    if rng.random() < 0.4:
        spec["topologySpreadConstraints"] = _spreads(rng)
    spec["affinity"] = affinity
    return body


def volume(number: int, rng: Random) -> tuple[Json, Json]:
    """A PersistentVolume that is to be had on some nodes or on all, and the claim that is bound to it."""
    namespace, name = rng.choice(NAMESPACES), f"data-{number}"
    room = {"storage": "1Gi"}
    rules: list[Json] = [
        {"key": ZONE, "operator": "In", "values": [rng.choice("abc")]},
        {"key": ZONE, "operator": "In", "values": ["a", "b"]},
        {"key": RACK, "operator": "NotIn", "values": ["1"]},
        {"key": "example.com/cores", "operator": "Gt", "values": ["3"]},
        {"key": HOST, "operator": "In", "values": [f"trial-{rng.randrange(6)}"]},
    ]
    terms = [{"matchExpressions": rng.sample(rules, rng.randint(1, 2))} for _ in range(rng.randint(1, 2))]
    spec: Json = {
        "capacity": room,
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
        "csi": {"driver": "example.com", "volumeHandle": name},
        "claimRef": {"kind": "PersistentVolumeClaim", "namespace": namespace, "name": name},
    }
    if rng.random() < 0.85:
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": terms}}
    # Bound, as the controller of volumes leaves them: none runs here.
    done = {"pv.kubernetes.io/bind-completed": "yes"}
    claim = {
        "metadata": {"name": name, "namespace": namespace, "annotations": done},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "",
            "volumeName": f"pv-{number}",
            "resources": {"requests": room},
        },
    }
    return {"metadata": {"name": f"pv-{number}"}, "spec": spec}, claim


def mounting(number: int, nodes: int, claims: list[Json], rng: Random) -> Json:
    """A pod that looks for a node and mounts some of its namespace's claims."""
    body = looking(number, nodes, rng)
    spec, namespace = body["spec"], body["metadata"]["namespace"]
    if rng.random() < 0.7:
        # Most have few other rules: what their volumes forbid is to be seen.
        spec.update(tolerations=[{"operator": "Exists"}], affinity={}, topologySpreadConstraints=[], nodeSelector={})
    mine = [one["metadata"]["name"] for one in claims if one["metadata"]["namespace"] == namespace]
    some = rng.sample(mine, min(rng.randint(1, 2), len(mine)))
    spec["volumes"] = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in some]
    return body


def _required(rules: Any) -> Json:
    return {"requiredDuringSchedulingIgnoredDuringExecution": rules}


def _pod(name: str, rng: Random, cpu: str, memory: str) -> Json:
    requests = {"cpu": cpu, "memory": memory}
    if rng.random() < 0.15:
        requests["ephemeral-storage"] = rng.choice(("1Gi", "15Gi"))
    if rng.random() < 0.1:
        requests[_DEVICE] = "1"
    resources = {"requests": requests, "limits": {key: "1" for key in requests if key == _DEVICE}}
    container: Json = {"name": "a", "image": "app:1", "resources": resources}
    if rng.random() < 0.2:
        port: Json = {"containerPort": 80, "hostPort": rng.choice((80, 81)), "protocol": rng.choice(("TCP", "UDP"))}
        if rng.random() < 0.4:
            port["hostIP"] = rng.choice(("10.0.0.1", "10.0.0.2", "0.0.0.0"))
        container["ports"] = [port]
    labels = {"app": rng.choice(_APPS), "revision": rng.choice("12"), "build": rng.choice("12")}
    metadata = {"name": name, "namespace": rng.choice(NAMESPACES), "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}


def _tolerations() -> list[Json]:
    return [
        {"key": "dedicated", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"},
        {"key": "dedicated", "operator": "Exists"},
        {"key": "dedicated", "value": "other"},
        {"key": "spot", "operator": "Exists", "effect": "NoExecute"},
        {"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"},
        {"operator": "Exists"},
    ]


def _node_terms(nodes: int, rng: Random) -> list[Json]:
    rules: list[Json] = [
        {"key": ZONE, "operator": "In", "values": ["a", "b"]},
        {"key": ZONE, "operator": "NotIn", "values": ["a"]},
        {"key": "example.com/ssd", "operator": "Exists"},
        {"key": RACK, "operator": "DoesNotExist"},
        {"key": "example.com/cores", "operator": "Gt", "values": ["3"]},
        {"key": "example.com/cores", "operator": "Lt", "values": ["5"]},
        {"key": ZONE, "operator": "Gt", "values": ["1"]},
    ]
    terms: list[Json] = [{"matchExpressions": rng.sample(rules, rng.randint(1, 2))} for _ in range(rng.randint(1, 2))]
    if rng.random() < 0.25:
        operator = rng.choice(("In", "NotIn"))
        named = {"key": "metadata.name", "operator": operator, "values": [f"trial-{rng.randrange(nodes)}"]}
        terms[0]["matchFields"] = [named]
    return terms


def _selector(rng: Random) -> Json:
    return rng.choice(
        (
            {"matchLabels": {"app": rng.choice(_APPS)}},
            {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
            {"matchLabels": {"revision": "1"}, "matchExpressions": [{"key": "app", "operator": "Exists"}]},
            {},
        )
    )


def _pod_term(rng: Random) -> Json:
    term: Json = {"topologyKey": rng.choice((ZONE, RACK, HOST)), "labelSelector": _selector(rng)}
    if rng.random() < 0.2:
        term["namespaces"] = [rng.choice(NAMESPACES)]
    elif rng.random() < 0.2:
        term["namespaceSelector"] = {}
    return term


def _spreads(rng: Random) -> list[Json]:
    return [_spread(key, rng) for key in rng.sample((ZONE, RACK, HOST), rng.randint(1, 2))]


def _spread(key: str, rng: Random) -> Json:
    said: Json = {
        "topologyKey": key,
        "maxSkew": rng.randint(1, 2),
        "whenUnsatisfiable": "DoNotSchedule" if rng.random() < 0.85 else "ScheduleAnyway",
        "labelSelector": _selector(rng),
    }
    if said["whenUnsatisfiable"] == "DoNotSchedule" and rng.random() < 0.3:
        said["minDomains"] = rng.randint(1, 4)
    if rng.random() < 0.3:
        said["matchLabelKeys"] = ["build", "absent"]
    if rng.random() < 0.3:
        said["nodeAffinityPolicy"] = rng.choice(("Honor", "Ignore"))
    if rng.random() < 0.4:
        said["nodeTaintsPolicy"] = rng.choice(("Honor", "Ignore"))
    return said
