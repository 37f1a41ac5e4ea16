"""The kubectl command that does what a step does, to be copied."""

from __future__ import annotations

import json

from nodeview.actions.marks import TAINT
from nodeview.actions.plan import Subject
from nodeview.records import Pod

_EVICTION = "/api/v1/namespaces/{}/pods/{}/eviction"


def cordon(name: str) -> str:
    """Keep new pods from the node."""
    return f"kubectl cordon {name}"


def uncordon(name: str) -> str:
    """Let them come again."""
    return f"kubectl uncordon {name}"


def prefer_elsewhere(name: str, plan: str) -> str:
    """Let the scheduler take the node last."""
    return f"kubectl taint node {name} {TAINT}={plan}:PreferNoSchedule"


def end_prefer_elsewhere(name: str) -> str:
    """No longer."""
    return f"kubectl taint node {name} {TAINT}:PreferNoSchedule-"


def restart(subject: Subject) -> str:
    """Replace the pods of a workload, in its own way."""
    if subject.kind == "Rollout":
        patch = """"{\\"spec\\":{\\"restartAt\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\"}}\""""
        return f"kubectl -n {subject.namespace} patch rollouts.argoproj.io {subject.name} --type merge -p {patch}"
    return f"kubectl -n {subject.namespace} rollout restart {subject.kind.lower()}/{subject.name}"


def await_rollout(subject: Subject, seconds: int) -> str:
    """Wait for the end of it; empty for what kubectl does not know."""
    if subject.kind == "Rollout":
        return ""
    what = f"{subject.kind.lower()}/{subject.name}"
    return f"kubectl -n {subject.namespace} rollout status {what} --timeout={seconds}s"


def evict(pod: Pod) -> str:
    """Ask the API to let the pod go, as `kubectl drain` does."""
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod.name, "namespace": pod.namespace}}
    path = _EVICTION.format(pod.namespace, pod.name)
    return f"echo '{json.dumps(body, separators=(',', ':'))}' | kubectl create --raw {path} -f -"


def await_empty(name: str) -> str:
    """Who is still on the node."""
    return f"kubectl get pods -A --field-selector spec.nodeName={name}"


def delete_claim(name: str) -> str:
    """Have Karpenter take the node away now."""
    return f"kubectl delete nodeclaim {name}"


def await_removed(name: str, seconds: int) -> str:
    """Wait until the node is gone."""
    return f"kubectl wait --for=delete node/{name} --timeout={seconds}s"


def annotate(name: str, key: str, value: str | None) -> str:
    """Set an annotation of a node, or take it away."""
    return f"kubectl annotate node {name} " + (f"{key}-" if value is None else f"{key}={value}")
