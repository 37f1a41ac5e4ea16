"""Bodies as real API servers send them: full-size pods and nodes, fields in Go's order."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def suffix(number: int, length: int = 5) -> str:
    """The random-looking end of a generated name."""
    number = (number + 1) * 2654435761 % len(_ALPHABET) ** length
    return "".join(_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(length))


def uid(number: int) -> str:
    """A uid that no other number has."""
    return f"{number:08x}-1b2c-4d3e-8f90-{number * 2654435761 % 2**48:012x}"


def time(number: int) -> str:
    """A time within a day."""
    return f"2025-11-21T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"


def container(name: str, volume: str, env: int, template: int) -> Json:
    """A container of a template, with probes, mounts and this many environment variables."""
    probe = {"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, "initialDelaySeconds": 10}
    tuned = {**probe, "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
    return {
        "name": name,
        "image": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/{name}:2025.11.{template}-8f2e1c",
        "args": ["--config=/etc/config/app.yaml", "--log-format=json", "--leader-elect"],
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "env": [{"name": f"APP_SETTING_{n}", "value": f"https://config.internal/{n}"} for n in range(env)],
        "resources": {"limits": {"memory": "512Mi"}, "requests": {"cpu": "250m", "memory": "512Mi"}},
        "volumeMounts": [
            {"name": "config", "readOnly": True, "mountPath": "/etc/config"},
            {"name": volume, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
        ],
        "livenessProbe": tuned,
        "readinessProbe": tuned,
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {"capabilities": {"drop": ["ALL"]}, "allowPrivilegeEscalation": False},
    }


def container_status(one: Json, number: int) -> Json:
    """What the kubelet says of a running container."""
    return {
        "name": one["name"],
        "state": {"running": {"startedAt": time(number + 5)}},
        "lastState": {},
        "ready": True,
        "restartCount": 0,
        "image": one["image"],
        "imageID": f"{one['image']}@sha256:{'ab' * 32}",
        "containerID": f"containerd://{uid(number) * 2}",
        "started": True,
        "allocatedResources": one["resources"]["requests"],
        "resources": one["resources"],
        "user": {"linux": {"uid": 1000, "gid": 1000, "supplementalGroups": [1000]}},
    }


def conditions(number: int) -> list[Json]:
    """The five conditions of a running pod."""
    types = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    return [
        {"type": kind, "observedGeneration": 1, "status": "True", "lastProbeTime": None, "lastTransitionTime": at}
        for kind, at in zip(types, (time(number + n) for n in range(5)), strict=True)
    ]


def pod(number: int, template: int = 0, *, containers: int = 2, env: int = 8) -> Json:
    """A running pod of a Deployment: some 10 KB with 2 containers, 6 KB with 1 and little environment."""
    app, hash_ = f"checkout-{template}", suffix(template, 9)
    name, volume = f"{app}-{hash_}-{suffix(number)}", f"kube-api-access-{suffix(number)}"
    spec_containers = [container(c, volume, env, template) for c in ("server", "proxy")[:containers]]
    labels = {
        "app.kubernetes.io/component": "server",
        "app.kubernetes.io/instance": app,
        "app.kubernetes.io/name": app,
        "helm.sh/chart": "service-4.2.1",
        "pod-template-hash": hash_,
        "team": "payments",
    }
    owner: Json = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{app}-{hash_}", "uid": uid(template)}
    metadata: Json = {
        "name": name,
        "generateName": f"{app}-{hash_}-",
        "namespace": f"team-{template % 20}",
        "uid": uid(number),
        "resourceVersion": str(1_000_000 + number),
        "generation": 1,
        "creationTimestamp": time(number),
        "labels": labels,
        "annotations": {"prometheus.io/scrape": "true", "checksum/config": "cd" * 32},
        "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
    }
    spec: Json = {
        "volumes": [{"name": "config", "configMap": {"name": app, "defaultMode": 420}}, token_volume(volume)],
        "containers": spec_containers,
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "nodeSelector": {"kubernetes.io/arch": "arm64"},
        "serviceAccountName": app,
        "serviceAccount": app,
        "nodeName": f"ip-10-0-{number % 50}-{number % 100}.eu-west-1.compute.internal",
        "securityContext": {"runAsNonRoot": True},
        "schedulerName": "default-scheduler",
        "tolerations": [
            {"key": f"node.kubernetes.io/{bad}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            for bad in ("not-ready", "unreachable")
        ],
        "priority": 0,
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
    }
    status: Json = {
        "observedGeneration": 1,
        "phase": "Running",
        "conditions": conditions(number),
        "hostIP": "10.0.1.2",
        "hostIPs": [{"ip": "10.0.1.2"}],
        "podIP": "10.0.3.4",
        "podIPs": [{"ip": "10.0.3.4"}],
        "startTime": time(number + 1),
        "containerStatuses": [container_status(one, number) for one in spec_containers],
        "qosClass": "Burstable",
    }
    metadata["managedFields"] = managed_fields(spec, status, number)
    return {"metadata": metadata, "spec": spec, "status": status}


def token_volume(name: str) -> Json:
    """The projected volume that admission adds to every pod under a name of its own."""
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 420}}


def managed_fields(spec: Json, status: Json, number: int) -> list[Json]:
    """About a third of a pod: who set which field."""

    def fields(value: Any) -> Any:
        if isinstance(value, dict):
            return {f"f:{key}": fields(one) for key, one in value.items()}
        if isinstance(value, list) and value and isinstance(value[0], dict) and "name" in value[0]:
            return {f'k:{{"name":"{one["name"]}"}}': {".": {}, **fields(one)} for one in value}
        return {}

    writers = (("kube-controller-manager", {"f:spec": fields(spec)}), ("kubelet", {"f:status": fields(status)}))
    return [
        {"manager": who, "operation": "Update", "apiVersion": "v1", "time": time(number), "fieldsV1": what}
        for who, what in writers
    ]


def node(number: int) -> Json:
    """A node of Karpenter on EKS, with labels, images and heartbeats: some 14 KB."""
    name = f"ip-10-0-{number // 250}-{number % 250}.eu-west-1.compute.internal"
    labels = {f"karpenter.k8s.aws/instance-{n}": f"value-{n}" for n in range(14)}
    amounts = {"cpu": "16", "ephemeral-storage": "104779756Ki", "memory": "32386988Ki", "pods": "234"}
    reasons = ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")
    return {
        "metadata": {
            "name": name,
            "uid": uid(number),
            "resourceVersion": str(2_000_000 + number),
            "creationTimestamp": time(number),
            "labels": {
                **labels,
                "karpenter.sh/capacity-type": "spot",
                "karpenter.sh/nodepool": "general",
                "kubernetes.io/arch": "arm64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "node.kubernetes.io/instance-type": "m7g.4xlarge",
                "topology.kubernetes.io/region": "eu-west-1",
                "topology.kubernetes.io/zone": f"eu-west-1{'abc'[number % 3]}",
            },
            "annotations": {
                "csi.volume.kubernetes.io/nodeid": f'{{"ebs.csi.aws.com":"i-{number:017x}"}}',
                "karpenter.sh/nodepool-hash": "1234567890123456789",
                "node.alpha.kubernetes.io/ttl": "0",
            },
            "ownerReferences": [
                {"apiVersion": "karpenter.sh/v1", "kind": "NodeClaim", "name": f"general-{number}", "uid": uid(number)}
            ],
            "finalizers": ["karpenter.sh/termination"],
            "managedFields": managed_fields({"labels": labels}, {"capacity": amounts, "allocatable": amounts}, 0),
        },
        "spec": {
            "providerID": f"aws:///eu-west-1a/i-{number:017x}",
            "taints": [{"key": "team", "value": "payments", "effect": "NoSchedule"}],
        },
        "status": {
            "capacity": {**amounts, "cpu": "16"},
            "allocatable": {**amounts, "cpu": "15890m"},
            "conditions": [
                {
                    "type": kind,
                    "status": "True" if kind == "Ready" else "False",
                    "lastHeartbeatTime": time(number + 100),
                    "lastTransitionTime": time(number),
                    "reason": f"Kubelet{kind}",
                    "message": f"kubelet says this of {kind}",
                }
                for kind in reasons
            ],
            "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "Hostname", "address": name}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "machineID": uid(number),
                "systemUUID": uid(number),
                "bootID": uid(number),
                "kernelVersion": "6.12.46",
                "osImage": "Bottlerocket OS 1.47.0 (aws-k8s-1.33)",
                "containerRuntimeVersion": "containerd://1.7.28+bottlerocket",
                "kubeletVersion": "v1.33.5-eks-113cf36",
                "kubeProxyVersion": "",
                "operatingSystem": "linux",
                "architecture": "arm64",
            },
            "images": [
                {"names": [f"registry.internal/image-{n}@sha256:{'ef' * 32}", f"registry.internal/image-{n}:v1"]}
                for n in range(50)
            ],
        },
    }


def array(objects: list[Json]) -> bytes:
    """A list's items as Go writes them: no blanks."""
    return json.dumps(objects, separators=(",", ":"), ensure_ascii=False).encode()
