"""The templates of the scenario ``large``: objects as large as in life, holes where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nodeview.demo.catalogue import REGION, ZONE_IDS, ZONES, InstanceType, Pool
from nodeview.demo.karpenter import node_pool, registered_claim
from nodeview.demo.kubelet import advance
from nodeview.demo.managed_fields import managed
from nodeview.demo.objects import node, owner, pod_condition, ready_conditions, set_condition
from nodeview.demo.resources import Obj
from nodeview.demo.templates import Template, Values
from nodeview.demo.workloads import Workload, controller, pod, replica_set

TIME = "1970-01-01T00:00:00Z"
ZONE = "@zone@"
SECRETS = ("DATABASE_URL", "REDIS_URL", "API_KEY", "SENTRY_DSN", "QUEUE_URL", "SIGNING_KEY", "OAUTH_SECRET")
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Shape:
    """What the pods of a workload ask for."""

    cpu: str
    memory: str
    probe: bool


def _swap(value: Any, old: str, new: str) -> Any:
    """A value with one text in the place of another, wherever it stands."""
    if isinstance(value, dict):
        return {key.replace(old, new): _swap(below, old, new) for key, below in value.items()}
    if isinstance(value, list):
        return [_swap(below, old, new) for below in value]
    return value.replace(old, new) if isinstance(value, str) else value


def _filled(labels: dict[str, str], values: Values) -> dict[str, str]:
    """Labels with their holes filled."""
    return {key: values[value[1:-1]] if value[:1] == "@" else value for key, value in labels.items()}


def _named(obj: Obj, uid: str = "@uid@") -> Obj:
    obj["metadata"] |= {"uid": uid, "resourceVersion": "@version@"}
    obj["metadata"]["creationTimestamp"] = "@created@"
    return obj


def node_template(pool: Pool, kind: InstanceType, capacity: str) -> Template:
    """Nodes of a pool, of one type and capacity type: 15 kB, a third of it the images they hold."""
    made = node(pool, kind, capacity, ZONES[0], "@name@", "@instance@", 0.0, "@kubelet@")
    made = _swap(_swap(made, ZONES[0], ZONE), ZONE_IDS[ZONES[0]], "@zoneid@")
    made["metadata"]["labels"] |= {"karpenter.sh/registered": "true", "karpenter.sh/initialized": "true"}
    for key in ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"):
        made["metadata"]["labels"][key] = REGION
    status = made["status"]
    status["addresses"][0]["address"] = "@address@"
    made["metadata"]["annotations"]["alpha.kubernetes.io/provided-node-ip"] = "@address@"
    status["conditions"] = ready_conditions(0.0, 0.0)
    for one in status["conditions"]:
        one |= {"lastHeartbeatTime": "@heard@", "lastTransitionTime": "@created@"}
    status["conditions"][-1]["status"] = "@ready@"
    status["images"] = [
        {
            "names": [f"{REGISTRY}/team-{place}/service-{place}@sha256:{'5f7c9a' * 10}"],
            "sizeBytes": 84_000_000 + place * 1_234_567,
        }
        for place in range(50)
    ]
    claim = {"kind": "NodeClaim", "metadata": {"name": "@claim@", "uid": "@claimuid@"}}
    made["metadata"]["ownerReferences"] = [owner("NodeClaim", "karpenter.sh/v1", claim, controller=False)]
    made["metadata"]["managedFields"] = [
        managed("karpenter", "v1", {"metadata": {"labels": made["metadata"]["labels"]}, "spec": made["spec"]}, TIME),
        managed("kubelet", "v1", {"status": status}, TIME, "status"),
    ]
    labels = made["metadata"]["labels"]

    def head(values: Values) -> Obj:
        return {"metadata": {"name": values["name"], "labels": _filled(labels, values)}, "spec": {}, "status": {}}

    return Template(_named(made), head)


def claim_template(pool: Pool, kind: InstanceType, capacity: str) -> Template:
    """The NodeClaims of such nodes."""
    made = node(pool, kind, capacity, ZONES[0], "@name@", "@instance@", 0.0)
    made = _swap(_swap(made, ZONES[0], ZONE), ZONE_IDS[ZONES[0]], "@zoneid@")
    for key in ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"):
        made["metadata"]["labels"][key] = REGION
    parent = node_pool(pool, 0.0)
    parent["metadata"]["uid"] = "00000000-0000-4000-8000-" + pool.name.encode().hex().ljust(12, "0")[:12]
    claim = registered_claim(parent, made, "@claim@", 0.0, 0.0)
    labels = claim["metadata"]["labels"]

    def head(values: Values) -> Obj:
        return {"metadata": {"name": values["claim"], "labels": _filled(labels, values)}}

    return Template(_named(claim, "@claimuid@"), head)


def _work(shape: Shape) -> Workload:
    return Workload("@namespace@", "@app@", 25, shape.cpu, shape.memory)


def workload_templates(shape: Shape) -> tuple[Template, Template]:
    """The Deployments and ReplicaSets of a shape."""
    made = controller(_work(shape), 0.0)
    made["metadata"]["uid"] = "@uid@"
    its_set = replica_set(made, "@hash@", 0.0)
    counts = ("replicas", "readyReplicas", "availableReplicas")
    for obj in (made, its_set):
        obj["spec"]["replicas"] = "@#replicas@"
        obj["status"] = dict.fromkeys(counts, "@#replicas@") | {"observedGeneration": 1}
        obj["metadata"]["generation"] = 1
    made["status"]["updatedReplicas"] = "@#replicas@"

    def head(values: Values) -> Obj:
        labels = {"app.kubernetes.io/name": values["app"]}
        return {"metadata": {"name": values["app"], "namespace": values["namespace"], "labels": labels}}

    def set_head(values: Values) -> Obj:
        found = head(values)
        found["metadata"]["name"] = values["set"]
        return found

    return Template(_named(made), head), Template(_named(its_set, "@setuid@"), set_head)


def _fatten(spec: Obj) -> None:
    """Environment, volumes and mounts as an ordinary service has them."""
    container = spec["containers"][0]
    container["env"] = [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": "@app@", "key": name.lower()}}} for name in SECRETS
    ] + [{"name": f"FEATURE_{place}", "value": "enabled"} for place in range(6)]
    mounts = ("config", "cache", "certificates", "kube-api-access-x7k2p")
    container["volumeMounts"] = [{"name": name, "mountPath": f"/var/run/{name}", "readOnly": True} for name in mounts]
    spec["volumes"] = [{"name": name, "configMap": {"name": f"@app@-{name}", "defaultMode": 420}} for name in mounts]
    container["livenessProbe"] = {
        "httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"},
        "initialDelaySeconds": 10, "timeoutSeconds": 2, "periodSeconds": 10, "successThreshold": 1,
    }  # fmt: skip
    container["lifecycle"] = {"preStop": {"exec": {"command": ["/bin/sh", "-c", "sleep 10"]}}}
    container["securityContext"] = {"runAsNonRoot": True, "readOnlyRootFilesystem": True}
    spec["tolerations"] = [
        {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for name in ("not-ready", "unreachable")
    ] + [{"key": "dedicated", "operator": "Exists"}]


def pod_templates(shape: Shape) -> tuple[Template, Template]:
    """The running pods of a shape, 10 kB, and those that wait."""
    deployment = controller(_work(shape), 0.0)
    deployment["metadata"]["uid"] = "@uid@"
    _fatten(deployment["spec"]["template"]["spec"])
    if not shape.probe:
        del deployment["spec"]["template"]["spec"]["containers"][0]["readinessProbe"]
    deployment["spec"]["template"]["metadata"]["annotations"] = {
        "checksum/config": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "9102",
        "kubectl.kubernetes.io/restartedAt": "2026-03-02T09:12:44Z",
    }
    parent = replica_set(deployment, "@hash@", 0.0)
    parent["metadata"]["uid"] = "@setuid@"
    made = pod(parent, "@name@", parent["spec"]["template"], 0.0)
    made["metadata"]["generation"] = 1
    waiting = _named(made | {"metadata": dict(made["metadata"]), "status": dict(made["status"])})
    running = _named(_running(made))
    return _templates(running, waiting)


def unschedulable_template(shape: Shape, pool: str) -> Template:
    """The pods of a shape that may run on one pool only, and find no room there."""
    waiting = pod_templates(shape)[1]
    deployment = controller(_work(shape), 0.0)
    deployment["metadata"]["uid"] = "@uid@"
    _fatten(deployment["spec"]["template"]["spec"])
    deployment["spec"]["template"]["spec"]["nodeSelector"] = {"karpenter.sh/nodepool": pool}
    parent = replica_set(deployment, "@hash@", 0.0)
    parent["metadata"]["uid"] = "@setuid@"
    made = pod(parent, "@name@", parent["spec"]["template"], 0.0)
    set_condition(made, pod_condition("PodScheduled", "False", 0.0) | {"reason": "Unschedulable", "message": "@said@"})
    for one in made["status"]["conditions"]:
        one["lastTransitionTime"] = "@turned@"
    return Template(_named(made), waiting.head)


def _running(made: Obj) -> Obj:
    made["spec"] = made["spec"] | {"nodeName": "@node@"}
    set_condition(made, pod_condition("PodScheduled", "True", 0.0))
    advance(made, 0.0, "@address@", running=True, ready=True)
    status = made["status"]
    status |= {"startTime": "@created@", "podIP": "@address@", "podIPs": [{"ip": "@address@"}]}
    for one in status["conditions"]:
        one["lastTransitionTime"] = "@created@"
        if one["type"] in ("Ready", "ContainersReady"):
            one |= {"status": "@ready@", "lastTransitionTime": "@turned@"}
    for one in status["containerStatuses"]:
        one |= {"ready": "@#isready@", "restartCount": "@#restarts@", "state": {"running": {"startedAt": "@started@"}}}
    return made


def _templates(running: Obj, waiting: Obj) -> tuple[Template, Template]:
    def head(values: Values) -> Obj:
        labels = {"app.kubernetes.io/name": values["app"], "pod-template-hash": values["hash"]}
        metadata = {"name": values["name"], "namespace": values["namespace"], "labels": labels}
        return {"metadata": metadata, "spec": {"nodeName": values["node"]}, "status": {"phase": "Running"}}

    def waiting_head(values: Values) -> Obj:
        return head(values) | {"spec": {}, "status": {"phase": "Pending"}}

    return Template(running, head), Template(waiting, waiting_head)
