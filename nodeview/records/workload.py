"""Controllers between a pod and what a person calls its workload: ReplicaSets and Jobs."""

from __future__ import annotations

import msgspec

from nodeview.records.node import OwnerRef
from nodeview.records.resource import ObjectKey


class Workload(msgspec.Struct, frozen=True, gc=False):
    """One controller, and its own controller if it has one (Deployment or Rollout, CronJob)."""

    namespace: str
    name: str
    uid: str
    kind: str
    owner: OwnerRef | None

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)
