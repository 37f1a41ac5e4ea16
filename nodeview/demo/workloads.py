"""What runs in the demo cluster, and the raw JSON of Deployments, StatefulSets, DaemonSets, Jobs, budgets."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from nodeview.demo.catalogue import POOLS
from nodeview.demo.managed_fields import managed
from nodeview.demo.objects import owner
from nodeview.demo.resources import Obj
from nodeview.demo.store import dumps
from nodeview.demo.times import stamp
from nodeview.demo.volume_objects import claim_template

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
BALLOON = "balloon"
PRIORITIES = {
    BALLOON: -5,
    "checkout-critical": 100_000,
    "system-cluster-critical": 2_000_000_000,
    "system-node-critical": 2_000_001_000,
}
EVERYTHING: list[Obj] = [{"operator": "Exists"}]


@dataclass(frozen=True, slots=True)
class Workload:
    """One thing that runs: how many pods of what size, where, and what protects them."""

    namespace: str
    name: str
    replicas: int
    cpu: str
    memory: str
    pool: str = ""
    kind: str = "Deployment"
    priority: str = ""
    surge: int | str = "25%"
    unavailable: int | str = "25%"
    keep: int | str | None = None
    zone: str = ""
    grace: int = 30
    do_not_disrupt: bool = False
    seconds: int = 0
    sidecar: bool = False
    disk: str = ""
    """How large a volume each pod of a StatefulSet has."""

    @property
    def labels(self) -> dict[str, str]:
        """The labels by which its controller knows its pods."""
        return {"app.kubernetes.io/name": self.name}

    @property
    def requests(self) -> bool:
        """Whether its pods ask for anything."""
        return self.cpu != "0"

    @property
    def is_balloon(self) -> bool:
        """Whether its pods only hold room."""
        return self.priority == BALLOON


def _container(work: Workload) -> Obj:
    image = (
        "registry.k8s.io/pause:3.10"
        if work.is_balloon
        else f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{work.namespace}/{work.name}:2025.46.1"
    )
    container: Obj = {
        "name": "pause" if work.is_balloon else work.name,
        "image": image,
        "resources": {"requests": {"cpu": work.cpu, "memory": work.memory}} if work.requests else {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }
    if not work.is_balloon and work.requests:
        container["resources"]["limits"] = {"memory": work.memory}
    if not work.is_balloon:
        container["env"] = [{"name": "SERVICE", "value": work.name}, {"name": "STAGE", "value": "demo"}]
    if work.kind in ("Deployment", "StatefulSet") and not work.is_balloon:
        container["ports"] = [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
        container["readinessProbe"] = {
            "httpGet": {"path": "/ready", "port": "http", "scheme": "HTTP"},
            "timeoutSeconds": 1,
            "periodSeconds": 5,
            "successThreshold": 1,
            "failureThreshold": 3,
        }
    return container


def _sidecar() -> Obj:
    return {
        "name": "proxy",
        "image": "public.ecr.aws/appmesh/proxy:v1.34",
        "restartPolicy": "Always",
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }


def _where(work: Workload) -> Obj:
    """Node selector, affinity, tolerations and spread."""
    placed: Obj = {}
    pool = POOLS.get(work.pool)
    if pool:
        placed["nodeSelector"] = dict(pool.selector)
    tolerations: list[Obj] = list(EVERYTHING) if work.kind == "DaemonSet" else []
    if pool and pool.tainted:
        tolerations.append({"key": "dedicated", "operator": "Equal", "value": work.pool, "effect": "NoSchedule"})
    if tolerations:
        placed["tolerations"] = tolerations
    affinity: Obj = {}
    if work.zone:
        zone = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": [work.zone]}
        terms = {"nodeSelectorTerms": [{"matchExpressions": [zone]}]}
        affinity["nodeAffinity"] = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    if work.is_balloon:
        apart = {"labelSelector": {"matchLabels": work.labels}, "topologyKey": "kubernetes.io/hostname"}
        affinity["podAntiAffinity"] = {"requiredDuringSchedulingIgnoredDuringExecution": [apart]}
    if affinity:
        placed["affinity"] = affinity
    if work.replicas >= 4 and not work.is_balloon and work.kind == "Deployment":
        placed["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": work.labels},
            }
        ]
    return placed


def template(work: Workload) -> Obj:
    """The pod template of a workload."""
    metadata: Obj = {"labels": dict(work.labels)}
    annotations = {}
    if work.do_not_disrupt:
        annotations["karpenter.sh/do-not-disrupt"] = "true"
    if work.seconds:
        annotations["demo.nodeview/run-seconds"] = str(work.seconds)
    if annotations:
        metadata["annotations"] = annotations
    spec: Obj = {
        "containers": [_container(work)],
        "restartPolicy": "OnFailure" if work.kind in ("Job", "CronJob") else "Always",
        "terminationGracePeriodSeconds": work.grace,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": "default",
        "securityContext": {},
        "schedulerName": "default-scheduler",
        "enableServiceLinks": True,
    } | _where(work)
    if work.sidecar:
        spec["initContainers"] = [_sidecar()]
    if work.priority:
        spec["priorityClassName"] = work.priority
    return {"metadata": metadata, "spec": spec}


def template_hash(of: Obj) -> str:
    """The pod-template-hash of a template."""
    number, letters = zlib.crc32(dumps(of)) * 2654435761, ""
    for _ in range(10):
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return letters


_API = dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet"), "apps/v1") | {"CronJob": "batch/v1"}


def controller(work: Workload, created: float) -> Obj:
    """The Deployment, StatefulSet, DaemonSet or CronJob of a workload."""
    spec: Obj = {"selector": {"matchLabels": work.labels}, "template": template(work)}
    if work.kind == "Deployment":
        rolling = {"maxSurge": work.surge, "maxUnavailable": work.unavailable}
        spec |= {"replicas": work.replicas, "revisionHistoryLimit": 3, "progressDeadlineSeconds": 600}
        spec["strategy"] = {"type": "RollingUpdate", "rollingUpdate": rolling}
    elif work.kind == "StatefulSet":
        spec |= {"replicas": work.replicas, "serviceName": work.name, "podManagementPolicy": "OrderedReady"}
        spec["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
        if work.disk:
            spec["volumeClaimTemplates"] = [claim_template(work.disk)]
    elif work.kind == "DaemonSet":
        rolling = {"maxUnavailable": 1, "maxSurge": 0}
        spec["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": rolling}
    else:
        job = {"template": spec["template"], "parallelism": work.replicas, "completions": work.replicas}
        spec = {"schedule": "* * * * *", "concurrencyPolicy": "Forbid", "suspend": False}
        spec |= {"successfulJobsHistoryLimit": 1, "failedJobsHistoryLimit": 1, "jobTemplate": {"spec": job}}
    metadata: Obj = {
        "name": work.name,
        "namespace": work.namespace,
        "creationTimestamp": stamp(created),
        "labels": dict(work.labels),
        "annotations": {"deployment.kubernetes.io/revision": "1"} if work.kind == "Deployment" else {},
    }
    obj = {"kind": work.kind, "apiVersion": _API[work.kind], "metadata": metadata, "spec": spec, "status": {}}
    metadata["managedFields"] = [managed("argocd-controller", _API[work.kind], {"spec": spec}, stamp(created))]
    return obj


def replica_set(deployment: Obj, hashed: str, created: float) -> Obj:
    """A ReplicaSet of a Deployment's present template, of no pods yet."""
    of = deployment["spec"]["template"]
    labels = dict(of["metadata"].get("labels") or {}) | {"pod-template-hash": hashed}
    metadata = of["metadata"] | {"labels": labels}
    revision = deployment["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", "1")
    return {
        "kind": "ReplicaSet",
        "apiVersion": "apps/v1",
        "metadata": {
            "name": f"{deployment['metadata']['name']}-{hashed}",
            "namespace": deployment["metadata"]["namespace"],
            "creationTimestamp": stamp(created),
            "labels": labels,
            "annotations": {"deployment.kubernetes.io/revision": revision},
            "ownerReferences": [owner("Deployment", "apps/v1", deployment)],
        },
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {"metadata": metadata, "spec": of["spec"]},
        },
        "status": {"replicas": 0},
    }


def job(cron: Obj, number: int, created: float) -> Obj:
    """One run of a CronJob."""
    name = f"{cron['metadata']['name']}-{number}"
    spec = dict(cron["spec"]["jobTemplate"]["spec"])
    return {
        "kind": "Job",
        "apiVersion": "batch/v1",
        "metadata": {
            "name": name,
            "namespace": cron["metadata"]["namespace"],
            "creationTimestamp": stamp(created),
            "labels": dict(cron["metadata"]["labels"]),
            "ownerReferences": [owner("CronJob", "batch/v1", cron)],
        },
        "spec": spec,
        "status": {},
    }


def budget(work: Workload, created: float) -> Obj:
    """The PodDisruptionBudget of a workload that keeps a number of pods."""
    return {
        "kind": "PodDisruptionBudget",
        "apiVersion": "policy/v1",
        "metadata": {"name": work.name, "namespace": work.namespace, "creationTimestamp": stamp(created)},
        "spec": {"minAvailable": work.keep, "selector": {"matchLabels": work.labels}},
        "status": {},
    }


def pod(parent: Obj, name: str, of: Obj, created: float, extra: dict[str, str] | None = None) -> Obj:
    """A pending pod of a template, owned by a controller."""
    labels = dict(of["metadata"].get("labels") or {}) | (extra or {})
    spec = dict(of["spec"])
    spec["priority"] = PRIORITIES.get(spec.get("priorityClassName", ""), 0)
    spec["preemptionPolicy"] = "PreemptLowerPriority"
    claims = [one["metadata"]["name"] for one in parent["spec"].get("volumeClaimTemplates") or ()]
    if claims:
        spec["volumes"] = [{"name": one, "persistentVolumeClaim": {"claimName": f"{one}-{name}"}} for one in claims]
    metadata: Obj = {
        "name": name,
        "namespace": parent["metadata"]["namespace"],
        "creationTimestamp": stamp(created),
        "labels": labels,
    }
    if annotations := of["metadata"].get("annotations"):
        metadata["annotations"] = dict(annotations)
    metadata["ownerReferences"] = [owner(parent["kind"], parent["apiVersion"], parent)]
    written = {"metadata": {"labels": labels}, "spec": of["spec"]}
    like = ("pod", parent["metadata"]["uid"], *of["spec"], *of["spec"]["containers"][0])
    metadata["managedFields"] = [managed("kube-controller-manager", "v1", written, stamp(created), "", like)]
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": metadata,
        "spec": spec,
        "status": {"phase": "Pending", "qosClass": "Burstable"},
    }
