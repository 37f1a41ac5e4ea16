"""What a person may ask for, as a value: read before it happens, and carried out as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from nodeview.records import NodeName, ObjectKey

Verb = Literal[
    "cordon",
    "uncordon",
    "prefer-elsewhere",
    "end-prefer-elsewhere",
    "restart",
    "await-rollout",
    "evict",
    "await-empty",
    "delete-claim",
    "await-removed",
    "settle",
    "protect",
    "unprotect",
]
"""`prefer-elsewhere` gives a node that is still open a PreferNoSchedule taint of ours, so that fewer pods move twice;
`settle` waits between batches; `protect` sets the annotation by which whoever owns the node leaves it alone."""

Path = Literal["restart", "evict", "daemon", "static", "balloon", "job", "blocked", "leaving"]
"""How a pod leaves its node: restarted with its workload, evicted, not at all (`daemon`, `static`), evicted last
(`balloon`), by ending (`job`), in no way that the plan may take (`blocked`), or it is going already (`leaving`)."""

Kind = Literal["cordon", "uncordon", "restart", "protect", "unprotect", "rotation"]


class Subject(msgspec.Struct, frozen=True):
    """The object that a step is about. `uid` tells it from a namesake that comes after it."""

    kind: str
    """`Node`, `Deployment`, `StatefulSet`, `DaemonSet`, `Rollout`, `Pod`, `NodeClaim`."""
    name: str
    namespace: str = ""
    uid: str = ""
    group: str = ""
    """Of its API; empty for core."""

    @property
    def text(self) -> str:
        """`deployment/shop/checkout`, `node/ip-10-0-0-7`: as it is said everywhere."""
        return "/".join(filter(None, (self.kind.lower(), self.namespace, self.name)))

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)


class Step(msgspec.Struct, frozen=True):
    """One thing that is done or awaited."""

    number: int
    """From 1, in the order of the plan."""
    verb: Verb
    subject: Subject
    why: str
    kubectl: str
    """The command that would do the same; empty where there is none."""
    deadline_s: int | None = None
    """Seconds after which somebody is asked: wait, skip or stop. None for no deadline."""
    stage: int = 0
    """All of a stage is over before the next begins; lanes of one stage run beside each other, each in its order."""
    lane: str = ""
    node: NodeName | None = None
    """For a pod: where it must still be."""
    writes: bool = True
    """False where it only waits."""
    if_needed: bool = False
    """Left out where no pod of it is on a cordoned node of the plan when its turn comes: its rollout in flight, or its
    restart in an earlier batch, may have moved them all."""
    replicas: int | None = None
    """Of a restart: how many the workload wanted when the plan was made."""


class PodPath(msgspec.Struct, frozen=True):
    """What becomes of one pod on a node of the plan."""

    namespace: str
    name: str
    uid: str
    node: NodeName
    path: Path
    reason: str
    workload: Subject | None = None
    """Whom it belongs to, where that can be said."""


class Verdict(msgspec.Struct, frozen=True):
    """One of the checks before a rotation (R1 to R26) that did not simply pass."""

    id: str
    subject: str
    """As `Subject.text` without its kind, mostly: `shop/ledger`. With the id it names the verdict: `R4:shop/ledger`."""
    message: str
    accepted: bool = False
    """A person overrode it by name."""

    @property
    def name(self) -> str:
        """As `--accept` takes it."""
        return f"{self.id}:{self.subject}"


class Surge(msgspec.Struct, frozen=True):
    """What the restarts need at their peak, against what there is for them. Amounts in nano-units."""

    needs: Mapping[str, int]
    free: Mapping[str, int]
    """On nodes that stay and take pods."""
    balloon: Mapping[str, int]
    """Held there by balloons, which make way."""
    addable: Mapping[str, int] | None
    """What pools may still add under their limits; None where no limit is known to bind."""
    new_nodes: int | None
    """None where that cannot be said."""
    new_hourly: int | None
    """Nano-units of `currency`; None where unknown."""
    currency: str = "USD"
    words: str = ""
    """`surge needs 24 vCPU; 16 free on nodes that stay, 8 held by balloons`."""


NO_SURGE = Surge({}, {}, {}, None, 0, 0)


class Target(msgspec.Struct, frozen=True):
    """A node that the plan is about."""

    name: NodeName
    uid: str
    pool: str | None
    zone: str | None
    provisioner: str
    cordoned_before: bool
    """It was cordoned before we came: its cordon is another's, and is not undone."""
    skipped: str = ""
    """Why nothing is done to it (R1); empty where something is."""
    hourly: int | None = None
    claim: str = ""
    """Its NodeClaim; empty where it has none."""
    removed_by: str = ""
    """Who takes it away once it is empty (`karpenter`, `cluster-autoscaler`); empty where nobody does."""


class Plan(msgspec.Struct, frozen=True):
    """Steps in order, what stands in their way, and what would undo them. It changes nothing by itself."""

    id: str
    """Unique, sorts by time: `20261121-153012-api-7f3c`."""
    kind: Kind
    title: str
    """`rotate 4 nodes of pool api`."""
    context: str
    cluster: str
    """The cluster's short name, which a person types to confirm."""
    at: float
    """When it was made, epoch seconds."""
    targets: tuple[Target, ...]
    steps: tuple[Step, ...]
    pods: tuple[PodPath, ...] = ()
    blockers: tuple[Verdict, ...] = ()
    warnings: tuple[Verdict, ...] = ()
    notes: tuple[Verdict, ...] = ()
    """Verdicts that only inform."""
    surge: Surge = NO_SURGE
    undo: tuple[Step, ...] = ()
    options: Mapping[str, str | int | bool | None] = {}
    """What was asked for, as the command line says it, so that the same plan can be made anew."""

    @property
    def runnable(self) -> bool:
        """Nothing stands in its way that nobody accepted, and there is something to do."""
        return bool(self.steps) and all(one.accepted for one in self.blockers)
