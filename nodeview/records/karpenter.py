"""What Karpenter said: NodePools, NodeClaims and NodeOverlays, and the ancestors of v1alpha5."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.records.node import Amounts, Condition, Taint
from nodeview.records.resource import NodeName, ObjectKey


class Requirement(msgspec.Struct, frozen=True, gc=False):
    """What a label must say for a thing to apply: a node selector requirement, as Karpenter reads it."""

    key: str
    operator: str
    """`In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt`, `Lt`, `Gte`, `Lte`; any other is met by no node."""
    values: tuple[str, ...] = ()


class NodeClaim(msgspec.Struct, frozen=True, gc=False):
    """A node Karpenter has asked for.

    NodeClaim of v1 and v1beta1, Machine of v1alpha5 (whose condition types stand without their prefix).
    """

    name: str
    uid: str
    created: int
    deleted: int | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    provider_id: str
    node: NodeName | None
    conditions: tuple[Condition, ...]
    taints: tuple[Taint, ...]
    startup_taints: tuple[Taint, ...]
    requests: Amounts
    allocatable: Amounts
    expire_after: int | None
    """Seconds; None where it never expires, or the version does not say."""
    unreadable: tuple[str, ...] = ()
    """Resources whose quantity could not be read; absent above."""
    grace_s: int | None = None
    """`terminationGracePeriod`: after so many seconds its drain is forced; None for never."""
    finalizers: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    """What its node may be: until it is launched, all that is known of type, zone and capacity type."""
    image: str = ""
    """`status.imageID`."""
    last_pod_at: int | None = None
    """`status.lastPodEventTime`: consolidation counts its patience from here."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("", self.name)

    def condition(self, type_: str) -> Condition | None:
        """The condition of this type, if the claim bears it."""
        return next((one for one in self.conditions if one.type == type_), None)


class NodeBudget(msgspec.Struct, frozen=True, gc=False):
    """A disruption budget of a NodePool, as written."""

    nodes: str
    """`10%`, `5`."""
    reasons: tuple[str, ...] = ()
    """`Underutilized`, `Empty`, `Drifted`; empty for all."""
    schedule: str = ""
    """Cron, in UTC; empty for always."""
    duration: str = ""
    """Go duration as written; empty for always."""


class Disruption(msgspec.Struct, frozen=True, gc=False):
    """When Karpenter may take nodes of a pool away."""

    policy: str = ""
    """`WhenEmpty`, `WhenEmptyOrUnderutilized`, `Balanced`; v1beta1 `WhenUnderutilized`; empty where not said.

    v1alpha5 is told in the same words: `consolidation.enabled` is `WhenEmptyOrUnderutilized`, `ttlSecondsAfterEmpty`
    is `WhenEmpty`; neither of them is `Never`.
    """
    after: int | None = None
    """`consolidateAfter`, seconds; None for `Never`, and where `said_after` is False, not said."""
    said_after: bool = False
    budgets: tuple[NodeBudget, ...] | None = None
    """None where none are written: Karpenter's own default is 10 % of the nodes. Empty is no limit, as in v1alpha5."""


class NodePool(msgspec.Struct, frozen=True, gc=False):
    """A template of nodes with its limits (NodePool; Provisioner of v1alpha5)."""

    name: str
    uid: str
    created: int
    limits: Amounts
    resources: Amounts
    """`status.resources`: what counts against the limits."""
    weight: int
    node_class_group: str
    """`karpenter.k8s.aws`, `eks.amazonaws.com` (Auto Mode), `karpenter.kwok.sh`; empty where not said."""
    expire_after: int | None
    """Seconds. v1beta1 and v1alpha5 read it live from here; v1 from the NodeClaim, and here it is None."""
    template_expire_after: int | None = None
    """Seconds. What v1 gives to new NodeClaims: only near the truth for those that stand."""
    unreadable: tuple[str, ...] = ()
    """Resources whose quantity could not be read; absent above."""
    labels: Mapping[str, str] = {}
    """Of the nodes it makes, besides those that follow from the requirements."""
    taints: tuple[Taint, ...] = ()
    """Of the nodes it makes, for good: startup taints are not among them."""
    requirements: tuple[Requirement, ...] = ()
    deleted: int | None = None
    """`deletionTimestamp`, epoch seconds: it makes no nodes any more."""
    ready: bool | None = None
    """Its condition Ready; None where nothing is said, or not yet."""
    disruption: Disruption = Disruption()
    conditions: tuple[Condition, ...] = ()
    grace_s: int | None = None
    """`terminationGracePeriod` of its template, seconds."""
    node_limit: int | None = None
    """`limits.nodes`, whole nodes."""
    static_replicas: int | None = None
    """`spec.replicas` of a static pool, which is never consolidated."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("", self.name)


class NodeOverlay(msgspec.Struct, frozen=True, gc=False):
    """What the cluster's owner told Karpenter of the price of some nodes. Capacity that it adds is left out."""

    name: str
    uid: str
    weight: int
    """The greater goes first; 0 where not said."""
    requirements: tuple[Requirement, ...]
    price: str | None
    """Per hour, as written; it takes the place of every other."""
    adjustment: str | None
    """`+10%`, `-0.50`: what is done to the price that would be without it."""
    conditions: tuple[Condition, ...] = ()

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("", self.name)

    @property
    def holds(self) -> bool:
        """False where Karpenter says that it does not use it."""
        return not any(
            one.type in ("Ready", "ValidationSucceeded") and one.status == "False" for one in self.conditions
        )
