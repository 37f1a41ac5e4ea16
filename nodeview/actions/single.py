"""Plans of a step or two: cordon, uncordon, restart one workload, protect a node from removal and end that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from nodeview.actions import commands
from nodeview.actions.facts import NOTHING_ASKED, PlanFacts
from nodeview.actions.lineage import Lineages
from nodeview.actions.marks import holder
from nodeview.actions.options import RotationOptions
from nodeview.actions.places import Ground, Packing
from nodeview.actions.plan import Kind, Plan, Step, Subject, Target, Verdict
from nodeview.actions.rotate import is_karpenters, new_id
from nodeview.actions.scope import About, Affected, Scope
from nodeview.actions.steps import Steps, node_subject, strategy_words
from nodeview.actions.system import is_system
from nodeview.actions.verdict import Check, Sight, counted, listed
from nodeview.actions.verdicts_asked import refused
from nodeview.actions.verdicts_pods import budgets
from nodeview.actions.verdicts_workloads import downtime, governed, stuck, unhealthy, unprobed
from nodeview.cluster import Snapshot
from nodeview.records import NodeName, ObjectKey, Pod, Workload
from nodeview.scheduling import BudgetIndex
from nodeview.views import ClusterView, NodeView

GROUPS = {"Deployment": "apps", "StatefulSet": "apps", "DaemonSet": "apps", "Rollout": "argoproj.io"}
DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
SCALE_DOWN_DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
_OF_A_RESTART: dict[str, tuple[Check, ...]] = {
    "R6": (stuck,),
    "R7": (downtime,),
    "R8": (unhealthy,),
    "R9": (budgets,),
    "R22": (refused,),
    "R23": (unprobed,),
    "R25": (governed,),
}
"""Checks before one workload is restarted; those of nodes have nothing to look at."""


def plan_cordon(view: ClusterView, names: Sequence[NodeName], about: About, now: float) -> Plan:
    """Keep new pods from these nodes; those that are cordoned already are left out."""
    some = _known(view, names)
    steps = Steps()
    for one in some:
        if not one.record.unschedulable:
            steps.add("cordon", node_subject(one), "no new pods come to it", commands.cordon(one.name), one.name)
    undo = Steps()
    for step in steps.made:
        undo.add("uncordon", step.subject, "pods come to it again", commands.uncordon(step.subject.name), step.lane)
    before = [one.name for one in some if one.record.unschedulable]
    return _plan("cordon", some, steps.made, undo.made, about, now, _already(before, "cordoned"))


def plan_uncordon(view: ClusterView, names: Sequence[NodeName], about: About, now: float) -> Plan:
    """Let pods come to these nodes again. A node that a rotation holds is a blocker."""
    some = _known(view, names)
    steps, undo = Steps(), Steps()
    for one in some:
        if one.record.unschedulable:
            steps.add("uncordon", node_subject(one), "pods come to it again", commands.uncordon(one.name), one.name)
            undo.add("cordon", node_subject(one), "no new pods come to it", commands.cordon(one.name), one.name)
    open_ = [one.name for one in some if not one.record.unschedulable]
    held = [(one.name, mark) for one in some if (mark := holder(one.record.annotations)) is not None]
    words = "holds it: abort that one instead"
    blockers = tuple(Verdict("busy", name, f"rotation {mark.id} {words}") for name, mark in held)
    return _plan("uncordon", some, steps.made, undo.made, about, now, _already(open_, "open"), blockers)


def plan_protect(view: ClusterView, name: NodeName, about: About, now: float) -> Plan:
    """Ask whoever removes nodes to leave this one alone, in the annotation that this one obeys."""
    some = _known(view, [name])
    steps, undo = Steps(), Steps()
    key = annotation_of(some[0]) if some else DO_NOT_DISRUPT
    for one in some:
        if one.record.annotations.get(key) == "true":
            continue
        why = f"{key}: it is not taken away by choice; expiry and interruption ask nobody"
        steps.add("protect", node_subject(one), why, commands.annotate(one.name, key, "true"), one.name)
        undo.add("unprotect", node_subject(one), "as before", commands.annotate(one.name, key, None), one.name)
    already = [] if steps.made else [one.name for one in some]
    plan = _plan("protect", some, steps.made, undo.made, about, now, _already(already, "protected"))
    return _with_annotation(plan, f"{key}=true")


def plan_unprotect(view: ClusterView, name: NodeName, about: About, now: float) -> Plan:
    """Let whoever removes nodes take this one again."""
    some = _known(view, [name])
    keys = [key for one in some for key in (DO_NOT_DISRUPT, SCALE_DOWN_DISABLED) if key in one.record.annotations]
    steps, undo = Steps(), Steps()
    key = keys[0] if keys else DO_NOT_DISRUPT
    for one in some if keys else ():
        why = f"without {key} it may be taken away again"
        steps.add("unprotect", node_subject(one), why, commands.annotate(one.name, key, None), one.name)
        value = one.record.annotations[key]
        undo.add("protect", node_subject(one), "as before", commands.annotate(one.name, key, value), one.name)
    already = [] if keys else [one.name for one in some]
    plan = _plan("unprotect", some, steps.made, undo.made, about, now, _already(already, "not protected"))
    return _with_annotation(plan, f"{key}={some[0].record.annotations.get(key, 'true') if some else 'true'}")


def annotation_of(one: NodeView) -> str:
    """What this node's owner obeys: Karpenter's annotation, or the Cluster Autoscaler's."""
    return DO_NOT_DISRUPT if is_karpenters(one) else SCALE_DOWN_DISABLED


def plan_restart(
    view: ClusterView,
    snapshot: Snapshot,
    kind: str,
    key: ObjectKey,
    about: About,
    now: float,
    facts: PlanFacts = NOTHING_ASKED,
    options: RotationOptions | None = None,
) -> Plan:
    """Replace all pods of one workload, in its own way."""
    options = options or RotationOptions()
    workload = snapshot.workloads.get((kind, key))
    subject = Subject(kind, key.name, key.namespace, workload.uid if workload else "", GROUPS.get(kind, ""))
    title = f"{key.namespace}/{key.name}"
    if workload is None or workload.rolling is None:
        words = f"there is no {kind} {title} that is known" if kind in GROUPS else f"{kind} takes no restart"
        return _plan("restart", (), (), (), about, now, (), (Verdict("R2", title, words),), title=title)
    affected = Affected(subject, workload, workload.rolling, _pods_of(view, snapshot, subject), False)
    affected = Affected(subject, workload, workload.rolling, affected.here, _is_system(affected))
    found = _judged(_sight(view, snapshot, affected, options, facts, about, now), options.accept)
    blockers = [*_unmoved(workload, title, options.accept), *found["block"]]
    steps = Steps()
    lane, deadline = subject.text, options.deadline_s
    why = f"{counted(affected.replicas, 'pod')} restart{'s' if affected.replicas == 1 else ''}"
    steps.add("restart", subject, why, commands.restart(subject), lane, replicas=workload.rolling.replicas)
    status = commands.await_rollout(subject, deadline)
    steps.add("await-rollout", subject, strategy_words(affected), status, lane, deadline_s=deadline)
    plan = _plan("restart", (), steps.made, (), about, now, tuple(found["info"]), tuple(blockers), title=title)
    return _replaced(plan, tuple(found["warn"]), options)


def _unmoved(workload: Workload, name: str, accept: tuple[str, ...]) -> Iterable[Verdict]:
    """R4 and R5 of the whole workload: what a restart would not replace."""
    rolling = workload.rolling
    if rolling is None:
        return
    if rolling.strategy == "OnDelete":
        words = f"its {workload.kind} replaces pods only once they are deleted (OnDelete)"
        yield Verdict("R4", name, words, f"R4:{name}" in accept)
    if rolling.partition:
        words = f"its partition keeps ordinals below {rolling.partition} as they are"
        yield Verdict("R4", name, words, f"R4:{name}" in accept)
    if rolling.paused:
        yield Verdict("R5", name, "it is paused: a restart would move nothing", f"R5:{name}" in accept)


def _pods_of(view: ClusterView, snapshot: Snapshot, subject: Subject) -> tuple[Pod, ...]:
    lineages = Lineages(snapshot)
    pods = (pod for one in view.nodes.values() for pod in one.pods if pod.namespace == subject.namespace)
    owned = ((pod, lineages.of(pod).subject) for pod in pods if pod.deleted is None)
    return tuple(pod for pod, of in owned if of is not None and (of.kind, of.key) == (subject.kind, subject.key))


def _is_system(affected: Affected) -> bool:
    return bool(affected.here) and is_system(affected.subject, affected.here[0])


def _sight(
    view: ClusterView,
    snapshot: Snapshot,
    affected: Affected,
    options: RotationOptions,
    facts: PlanFacts,
    about: About,
    now: float,
) -> Sight:
    index = BudgetIndex(snapshot.budgets)
    scope = Scope(snapshot, view, options, facts, about, now, (), (), (), (), (), (affected,), index)
    return Sight(scope, (), Ground((), ()), Packing({}, {}, frozenset()), frozenset(), {})


def _judged(sight: Sight, accept: tuple[str, ...]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {"block": [], "warn": [], "info": []}
    for id_, checks in _OF_A_RESTART.items():
        for severity, subject, message in (one for check in checks for one in check(sight) if one is not None):
            found[severity].append(Verdict(id_, subject, message, f"{id_}:{subject}" in accept))
    return found


def _known(view: ClusterView, names: Sequence[NodeName]) -> tuple[NodeView, ...]:
    return tuple(view.nodes[name] for name in names if name in view.nodes)


def _already(names: Sequence[str], how: str) -> tuple[Verdict, ...]:
    return tuple(Verdict("R1", name, f"it is {how} already") for name in names)


def _plan(
    kind: Kind,
    some: Sequence[NodeView],
    steps: Sequence[Step],
    undo: Sequence[Step],
    about: About,
    now: float,
    notes: tuple[Verdict, ...] = (),
    blockers: tuple[Verdict, ...] = (),
    title: str = "",
) -> Plan:
    what = title or listed([one.name for one in some])
    targets = tuple(_target(one) for one in some)
    return Plan(
        id=about.id or new_id(now, kind, about.mark),
        kind=kind,
        title=f"{kind} {what}" if what else kind,
        context=about.context,
        cluster=about.cluster,
        at=now,
        targets=targets,
        steps=tuple(steps),
        blockers=blockers,
        notes=notes,
        undo=tuple(undo),
    )


def _target(one: NodeView) -> Target:
    where = one.traits.zone
    return Target(one.name, one.record.uid, one.pool, where, one.ownership.provisioner, one.record.unschedulable)


def _with_annotation(plan: Plan, annotation: str) -> Plan:
    return replace(plan, options={"annotation": annotation})


def _replaced(plan: Plan, warnings: tuple[Verdict, ...], options: RotationOptions) -> Plan:
    said: dict[str, str | int | bool | None] = {"deadline_s": options.deadline_s, "accept": ",".join(options.accept)}
    return replace(plan, warnings=warnings, options=said)
