"""How kwok plays the kubelets here: nodes are Ready at once, pods run at once, and what is deleted goes."""

from __future__ import annotations

import json
from typing import Any

_API = "kwok.x-k8s.io/v1alpha1"
_NODE = """
{{ $now := Now }}
conditions:
- {type: Ready, status: "True", reason: KubeletReady, lastHeartbeatTime: {{ $now | Quote }},
   lastTransitionTime: {{ $now | Quote }}}
capacity: {{ YAML .status.allocatable 1 }}
nodeInfo: {kubeletVersion: v1.36.0, architecture: amd64, bootID: "", containerRuntimeVersion: "", kernelVersion: "",
  kubeProxyVersion: "", machineID: "", operatingSystem: linux, osImage: "", systemUUID: ""}
phase: Running
"""
_POD = """
{{ $now := Now }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: Ready, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: ContainersReady, status: "True", lastTransitionTime: {{ $now | Quote }}}
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, restartCount: 0,
   state: {running: {startedAt: {{ $now | Quote }}}}}
{{ end }}
hostIP: 127.0.0.1
podIP: {{ PodIPWith .spec.nodeName false .metadata.uid .metadata.name .metadata.namespace | Quote }}
phase: Running
startTime: {{ $now | Quote }}
"""


def _stage(name: str, kind: str, where: list[dict[str, Any]], next_: dict[str, Any]) -> dict[str, Any]:
    spec = {"resourceRef": {"apiGroup": "v1", "kind": kind}, "selector": {"matchExpressions": where}, "next": next_}
    return {"apiVersion": _API, "kind": "Stage", "metadata": {"name": name}, "spec": spec}


def configuration() -> str:
    """What kwok takes as its configuration: documents of JSON, which is YAML too."""
    deleted, phase = ".metadata.deletionTimestamp", ".status.phase"
    ready = {"key": phase, "operator": "NotIn", "values": ["Running"]}
    pending: list[dict[str, Any]] = [
        {"key": deleted, "operator": "DoesNotExist"},
        {"key": phase, "operator": "In", "values": ["Pending"]},
    ]
    gone: dict[str, Any] = {"finalizers": {"empty": True}, "delete": True}
    stages = [
        _stage("node-ready", "Node", [ready], {"statusTemplate": _NODE}),
        _stage("pod-runs", "Pod", pending, {"statusTemplate": _POD}),
        _stage("pod-goes", "Pod", [{"key": deleted, "operator": "Exists"}], gone),
    ]
    return "\n---\n".join(json.dumps(one) for one in stages)
