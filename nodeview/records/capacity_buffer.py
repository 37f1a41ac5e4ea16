"""What was said of room that is kept free without pods: the CapacityBuffer of Karpenter and the Cluster Autoscaler."""

from __future__ import annotations

import msgspec

from nodeview.records.node import Condition
from nodeview.records.resource import ObjectKey


class CapacityBuffer(msgspec.Struct, frozen=True, gc=False):
    """Room for some pods that are only imagined."""

    namespace: str
    name: str
    uid: str
    of: str
    """Whose pods are imagined: `Deployment/checkout`, `PodTemplate/small`; empty where not said."""
    replicas: int | None
    """For how many pods room is kept (`status.replicas`); None where nobody has said yet."""
    conditions: tuple[Condition, ...] = ()
    """`ReadyForProvisioning`, `Provisioning`, `LimitedByQuotas`."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)

    @property
    def remark(self) -> str:
        """What is the matter with it, in the words of its controller; empty where nothing is."""
        for one in self.conditions:
            unready = one.type == "ReadyForProvisioning" and one.status == "False"
            if unready or (one.type == "LimitedByQuotas" and one.status == "True"):
                return one.message or one.reason or one.type
        return ""
