"""All that a rotation is about: targets, the pods on them and how they leave, workloads, and the nodes that stay."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import msgspec
from msgspec.structs import replace

from nodeview.actions.facts import PlanFacts
from nodeview.actions.lineage import Lineage, Lineages
from nodeview.actions.marks import mark_of
from nodeview.actions.options import RotationOptions
from nodeview.actions.paths import way_of
from nodeview.actions.plan import Path, PodPath, Subject
from nodeview.actions.system import is_system
from nodeview.cluster import Snapshot
from nodeview.records import Node, NodeName, Pod, Rolling, Workload
from nodeview.scheduling import BudgetIndex, Fenceposts, Room, rolling_bounds, room_of
from nodeview.views import ClusterView, NodeView

SLICE = 16
"""Nodes looked at between two yields: under a millisecond of work."""
_GONE = ("deleting", "draining")


class About(msgspec.Struct, frozen=True):
    """What a plan is called, and where it is carried out."""

    context: str
    cluster: str
    """Short name, as a person types it."""
    id: str = ""
    """Of a plan that is made anew while it is carried out: nodes that it holds are its own. Empty for a new one."""
    mark: str = "0000"
    """Four random hex digits that end a new id."""


class Leaving(msgspec.Struct, frozen=True, eq=False):
    """One pod on a target, whose it is, and how it leaves."""

    pod: Pod
    lineage: Lineage
    path: Path
    reason: str

    @property
    def name(self) -> str:
        """`shop/checkout-7d-x2`."""
        return f"{self.pod.namespace}/{self.pod.name}"

    @property
    def told(self) -> PodPath:
        """As the plan has it."""
        pod = self.pod
        node = pod.node or NodeName("")
        return PodPath(pod.namespace, pod.name, pod.uid, node, self.path, self.reason, self.lineage.subject)


class Affected(msgspec.Struct, frozen=True, eq=False):
    """A workload that is restarted, once, whatever number of its pods are on targets."""

    subject: Subject
    workload: Workload
    rolling: Rolling
    here: tuple[Pod, ...]
    """Its pods that are to leave."""
    system: bool

    @property
    def name(self) -> str:
        """`shop/checkout`."""
        return f"{self.subject.namespace}/{self.subject.name}"

    @property
    def replicas(self) -> int:
        """How many it wants; the API's default where it does not say."""
        return self.rolling.replicas if self.rolling.replicas is not None else 1

    @property
    def surges(self) -> bool:
        """Whether new pods may come before old ones go, and the strategy can do that at all."""
        return self.rolling.strategy == "RollingUpdate" and self.workload.kind == "Deployment"

    @property
    def posts(self) -> Fenceposts:
        """Pods that come before, and pods that may be missing."""
        one = self.rolling
        return rolling_bounds(self.workload.kind, one.strategy, one.max_surge, one.max_unavailable, self.replicas)

    @property
    def peak(self) -> int:
        """Pods that need room on other nodes at once while it rolls; `here` of them for good."""
        return max(len(self.here), min(self.replicas, len(self.here) + self.posts.surge)) if self.here else 0


class Scope(msgspec.Struct, frozen=True, eq=False):
    """What verdicts, arithmetic and steps look at."""

    snapshot: Snapshot
    view: ClusterView
    options: RotationOptions
    facts: PlanFacts
    about: About
    now: float
    targets: tuple[NodeView, ...]
    """Without those that are left alone."""
    skipped: tuple[tuple[NodeView, str], ...]
    staying: tuple[NodeView, ...]
    """Ready, and not cordoned: where pods may go, if their rules let them."""
    rooms: tuple[Room, ...]
    """Of those that stay, in their order."""
    leaving: tuple[Leaving, ...]
    affected: tuple[Affected, ...]
    """By name, those of the system last."""
    budgets: BudgetIndex

    def cordoned_before(self, one: NodeView) -> bool:
        """Whether the node's cordon is another's, and not this very plan's from before."""
        return one.record.unschedulable and not _is_ours(one, self.about.id)

    def on(self, *paths: Path) -> list[Leaving]:
        """The pods that leave by one of these paths."""
        return [one for one in self.leaving if one.path in paths]


def scope_of(
    view: ClusterView,
    snapshot: Snapshot,
    names: tuple[NodeName, ...],
    options: RotationOptions,
    facts: PlanFacts,
    about: About,
    now: float,
) -> Generator[None, None, Scope]:
    """Gather it. Nodes that are not there are left out; yields often."""
    chosen = [view.nodes[name] for name in names if name in view.nodes]
    skipped = tuple((one, why) for one in chosen if (why := why_left_alone(one, about.id)))
    gone = {one.name for one, _ in skipped}
    targets = tuple(one for one in chosen if one.name not in gone)
    given = set(names)
    staying = tuple(one for one in view.nodes.values() if one.name not in given and _takes_pods(one))
    lineages, accepted = Lineages(snapshot), frozenset(options.accept)
    leaving: list[Leaving] = []
    for count, one in enumerate(targets):
        for pod in one.pods:
            leaving.append(_leaving(pod, lineages.of(pod), view, options, accepted))
        if count % SLICE == SLICE - 1:
            yield
    rooms: list[Room] = []
    for count, one in enumerate(staying):
        rooms.append(room_of(one.record, one.pods))
        if count % SLICE == SLICE - 1:
            yield
    affected = _affected(leaving)
    yield
    return Scope(
        snapshot=snapshot,
        view=view,
        options=options,
        facts=facts,
        about=about,
        now=now,
        targets=targets,
        skipped=skipped,
        staying=staying,
        rooms=tuple(rooms),
        leaving=tuple(leaving),
        affected=affected,
        budgets=BudgetIndex(snapshot.budgets),
    )


def why_left_alone(one: NodeView, plan: str = "") -> str:
    """Why nothing is done to this node (R1); empty where something is. That a plan drains its own node is no reason."""
    claim = one.claim
    ours = _is_ours(one, plan) and not any(words.startswith("taint ") for words, _ in one.standing.proofs)
    if one.standing.phase in _GONE and not (ours and one.standing.phase == "draining"):
        return f"it is {one.standing.phase} already"
    if one.record.deleted is not None or (claim is not None and claim.deleted is not None):
        return "it is being deleted already"
    return ""


def _is_ours(one: NodeView, plan: str) -> bool:
    mark = mark_of(one.record.annotations)
    return mark is not None and mark.id == plan and mark.cordoned


def _takes_pods(one: NodeView) -> bool:
    return one.standing.phase == "ready" and not one.record.unschedulable and not why_left_alone(one)


def _leaving(
    pod: Pod, lineage: Lineage, view: ClusterView, options: RotationOptions, accepted: frozenset[str]
) -> Leaving:
    balloon = view.given.is_balloon(pod)
    ends = bool(accepted) and options.evict_rest and not accepted.isdisjoint(_enders(pod, lineage))
    path, reason = way_of(pod, lineage, balloon=balloon, evict_rest=options.evict_rest, ends=ends)
    return Leaving(pod, lineage, path, reason)


def _enders(pod: Pod, lineage: Lineage) -> tuple[str, ...]:
    """What a person accepts who lets this pod be ended."""
    if lineage.manner == "bare":
        return (f"R2:{pod.namespace}/{pod.name}",)
    one = lineage.subject
    return (f"R3:{one.namespace}/{one.name}",) if one is not None and lineage.manner == "job" else ()


def _affected(leaving: list[Leaving]) -> tuple[Affected, ...]:
    by_subject: dict[Subject, list[Leaving]] = {}
    for one in leaving:
        if one.path == "restart" and one.lineage.subject is not None:
            by_subject.setdefault(one.lineage.subject, []).append(one)
    found = [made for subject, some in by_subject.items() if (made := _one_affected(subject, some)) is not None]
    return tuple(sorted(found, key=lambda one: (one.system, one.name, one.subject.kind)))


def _one_affected(subject: Subject, some: list[Leaving]) -> Affected | None:
    workload = some[0].lineage.workload
    if workload is None or workload.rolling is None:
        return None
    here = tuple(one.pod for one in some)
    return Affected(subject, workload, workload.rolling, here, is_system(subject, here[0]))


def next_pod(affected: Affected) -> Pod:
    """The pod that its controller will make next, as the scheduler will see it."""
    template = affected.rolling.template
    return replace(
        affected.here[0],
        name=f"{affected.subject.name}-next",
        shape=template,
        requests=template.requests,
        labels=affected.rolling.template_labels or affected.here[0].labels,
        node=None,
        phase="Pending",
    )


def open_node(node: Node, taints: tuple[object, ...] | None = None) -> Node:
    """A node as a new one like it will be: not cordoned, and bearing no name that somebody could ask for."""
    labels: Mapping[str, str] = {key: value for key, value in node.labels.items() if key != "kubernetes.io/hostname"}
    return replace(node, labels=labels, unschedulable=False, taints=node.taints if taints is None else taints)
