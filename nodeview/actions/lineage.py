"""Whose a pod is: the chain of its controllers to the one that a person would restart, by group and kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from nodeview.actions.plan import Subject
from nodeview.cluster import Snapshot
from nodeview.records import ObjectKey, OwnerRef, Pod, Workload

Manner = Literal["restart", "daemon", "static", "job", "bare", "custom"]
"""`restart`: its workload can be restarted, or could if it were known; `custom`: a controller that takes no restart."""
RESTARTED: Mapping[tuple[str, str], str] = {
    ("apps", "Deployment"): "deployments.apps",
    ("apps", "StatefulSet"): "statefulsets.apps",
    ("argoproj.io", "Rollout"): "rollouts.argoproj.io",
}
"""(group, kind) of what a rotation restarts → the stream that tells of it."""
_ENDING = {("batch", "Job"), ("batch", "CronJob"), ("argoproj.io", "Workflow"), ("argoproj.io", "CronWorkflow")}
"""What ends by itself, and would lose its work."""


class Lineage(msgspec.Struct, frozen=True):
    """Whom a pod belongs to in the end."""

    manner: Manner
    subject: Subject | None = None
    """None for bare and static pods."""
    workload: Workload | None = None
    """What is known of it, where it can be restarted."""
    unknown: str = ""
    """Why it cannot be restarted though its kind could; empty where it can."""

    @property
    def words(self) -> str:
        """`Deployment shop/checkout`, `Kafka shop/events (kafka.strimzi.io)`."""
        one = self.subject
        if one is None:
            return "nobody"
        known = one.group in ("", "apps", "batch")
        return f"{one.kind} {one.namespace}/{one.name}" + ("" if known else f" ({one.group})")


BARE = Lineage("bare")
STATIC = Lineage("static")


class Lineages:
    """Lineages of many pods: those of one controller are looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._states = {one.resource: one for one in snapshot.streams}
        self._known: dict[tuple[str, str, str, str], Lineage] = {}

    def of(self, pod: Pod) -> Lineage:
        """Whose this pod is."""
        if pod.mirror:
            return STATIC
        owner = pod.owner
        if owner is None:
            return BARE
        if owner.kind == "Node" and not owner.group:
            return STATIC
        key = (pod.namespace, owner.group, owner.kind, owner.name)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._lineage(pod.namespace, owner)
        return found

    def _lineage(self, namespace: str, owner: OwnerRef) -> Lineage:
        sort = (owner.group, owner.kind)
        if sort == ("apps", "DaemonSet"):
            return Lineage("daemon", _subject(namespace, owner))
        if sort == ("apps", "ReplicaSet"):
            above = self._above(namespace, owner)
            return self._of_replicas(namespace, owner) if above is None else self._lineage(namespace, above)
        if sort == ("batch", "Job"):
            return Lineage("job", _subject(namespace, self._above(namespace, owner) or owner))
        if sort in _ENDING:
            return Lineage("job", _subject(namespace, owner))
        if sort in RESTARTED:
            return self._restarted(namespace, owner)
        return Lineage("custom", _subject(namespace, owner))

    def _above(self, namespace: str, owner: OwnerRef) -> OwnerRef | None:
        return self._snapshot.owners.get((owner.kind, ObjectKey(namespace, owner.name)))

    def _of_replicas(self, namespace: str, owner: OwnerRef) -> Lineage:
        """A ReplicaSet of nobody; where ReplicaSets cannot be read, nobody guesses a Deployment from the name."""
        unheard = self._unheard("replicasets.apps")
        words = f"its ReplicaSet is not known ({unheard}), so neither is its Deployment" if unheard else ""
        return Lineage("custom", _subject(namespace, owner), unknown=words)

    def _restarted(self, namespace: str, owner: OwnerRef) -> Lineage:
        subject = _subject(namespace, owner)
        workload = self._snapshot.workloads.get((owner.kind, subject.key))
        if workload is not None and workload.rolling is not None:
            uid = workload.uid or subject.uid
            known = Subject(owner.kind, owner.name, namespace, uid, owner.group)
            return Lineage("restart", known, workload)
        why = self._unheard(RESTARTED[owner.group, owner.kind]) or "it is not there"
        return Lineage("restart", subject, unknown=f"{owner.kind} {namespace}/{owner.name} is not known: {why}")

    def _unheard(self, resource: str) -> str:
        stream = self._states.get(resource)
        if stream is None or stream.state == "synced":
            return ""
        return stream.reason or stream.state


def _subject(namespace: str, owner: OwnerRef) -> Subject:
    return Subject(owner.kind, owner.name, namespace, owner.uid, owner.group)
