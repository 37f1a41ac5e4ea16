"""Controllers between a pod and what a person calls its workload, and how they replace their pods."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.records.node import Condition, OwnerRef
from nodeview.records.placement import Selector
from nodeview.records.pod_shape import PodShape
from nodeview.records.resource import ObjectKey


class Rolling(msgspec.Struct, frozen=True):
    """How a workload replaces its pods, and how far it is with that. What is not said is None, or as the API has it."""

    generation: int
    observed_generation: int
    """0 where no controller has looked at it yet."""
    selector: Selector
    template: PodShape
    """What its next pod will be; where the template is elsewhere (a Rollout's `workloadRef`), cpu and memory are among
    its `unreadable`."""
    replicas: int | None = None
    """`spec.replicas` as sent; for a DaemonSet `status.desiredNumberScheduled`."""
    strategy: str = "RollingUpdate"
    """`RollingUpdate`, `Recreate`, `OnDelete`; of an Argo Rollout `Canary` or `BlueGreen`."""
    max_surge: int | str | None = None
    """Pods, or a share as `25%`."""
    max_unavailable: int | str | None = None
    tuned: bool = False
    """`rollingUpdate` is there, whatever it says: a StatefulSet's status is read another way then."""
    partition: int | None = None
    paused: bool = False
    restarted_at: str = ""
    """The template's annotation `kubectl.kubernetes.io/restartedAt`; of an Argo Rollout `spec.restartAt`."""
    settled_at: str = ""
    """Of an Argo Rollout `status.restartedAt`."""
    current: int = 0
    """`status.replicas`: pods of any revision; of a DaemonSet `currentNumberScheduled`."""
    updated: int = 0
    ready: int = 0
    available: int = 0
    terminating: int | None = None
    """Old pods that are still leaving; None on servers that do not tell."""
    current_revision: str = ""
    """Of an Argo Rollout `status.stableRS`; empty for Deployments and DaemonSets."""
    update_revision: str = ""
    """Of an Argo Rollout `status.currentPodHash`."""
    conditions: tuple[Condition, ...] = ()
    template_labels: tuple[tuple[str, str], ...] = ()
    managers: tuple[str, ...] = ()
    """Who of the field managers own fields of the pod template, as `metadata.managedFields` tells."""

    def condition(self, type_: str) -> Condition | None:
        """The condition of this type, if it bears it."""
        return next((one for one in self.conditions if one.type == type_), None)


class Workload(msgspec.Struct, frozen=True):
    """One controller, and its own controller if it has one (Deployment or Rollout, CronJob)."""

    namespace: str
    name: str
    uid: str
    kind: str
    owner: OwnerRef | None
    rolling: Rolling | None = None
    """None for those that are not restarted themselves: ReplicaSets, Jobs."""
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    """Without `last-applied-configuration`."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)
