"""The bodies of what we write, and as what each is sent: Kubernetes reads the same JSON in three ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

STRATEGIC = "application/strategic-merge-patch+json"
"""Of built-in kinds: lists are merged by key, null takes away."""
MERGE = "application/merge-patch+json"
"""RFC 7386: all that custom resources know."""

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
"""The annotation of a pod template by which kubectl restarts a workload."""

PLURALS: Mapping[str, tuple[str, str]] = {
    "Node": ("", "nodes"),
    "Pod": ("", "pods"),
    "Deployment": ("apps", "deployments"),
    "StatefulSet": ("apps", "statefulsets"),
    "DaemonSet": ("apps", "daemonsets"),
    "Rollout": ("argoproj.io", "rollouts"),
    "NodeClaim": ("karpenter.sh", "nodeclaims"),
    "Machine": ("karpenter.sh", "machines"),
}
"""Kind → API group and plural, of everything that is written."""
KNOWN_VERSIONS: Mapping[str, tuple[str, ...]] = {
    "": ("v1",),
    "apps": ("v1",),
    "argoproj.io": ("v1alpha1",),
    "karpenter.sh": ("v1", "v1beta1", "v1alpha5"),
}


class Thing(Protocol):
    """One object, as whoever writes names it. `uid` tells it from a namesake that comes after it."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def namespace(self) -> str: ...
    @property
    def uid(self) -> str: ...


def instant(at: float) -> str:
    """RFC 3339, in UTC, to the second."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_at(text: str) -> float | None:
    """Epoch seconds of an RFC 3339 text; None where it is none."""
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        return None
    return then.timestamp() if then.tzinfo is not None else None


def node_patch(
    *,
    uid: str,
    version: str = "",
    cordon: bool | None = None,
    annotations: Mapping[str, str | None] | None = None,
    taints: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """A strategic merge of a node. `uid` and `version` are conditions: the server refuses another object, or a later
    state of it. `taints` replaces the whole list, so it is given with the version that it was made from."""
    metadata: dict[str, Any] = {"uid": uid} if uid else {}
    if version:
        metadata["resourceVersion"] = version
    if annotations:
        metadata["annotations"] = dict(annotations)
    spec: dict[str, Any] = {}
    if cordon is not None:
        spec["unschedulable"] = True if cordon else None
    if taints is not None:
        spec["taints"] = [dict(one) for one in taints] or None
    return {"metadata": metadata, **({"spec": spec} if spec else {})}


def restart_patch(kind: str, uid: str, when: str) -> tuple[dict[str, Any], str]:
    """What restarts a workload, and its content type; `when` is RFC 3339. The same `when` twice changes nothing."""
    metadata = {"metadata": {"uid": uid}} if uid else {}
    if kind == "Rollout":
        return {**metadata, "spec": {"restartAt": when}}, MERGE
    return {**metadata, "spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: when}}}}}, STRATEGIC
