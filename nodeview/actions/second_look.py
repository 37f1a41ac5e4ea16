"""Whether a step still holds as it was planned, asked just before it is done."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.actions.marks import holder
from nodeview.actions.plan import Plan, Step
from nodeview.actions.rollout import is_rolling, rollout_state
from nodeview.cluster import Snapshot
from nodeview.records import Node, ObjectKey, Workload


def recheck(plan: Plan, step: Step, snapshot: Snapshot, now: float) -> tuple[str, ...]:
    """Why this step does not hold any more, a sentence each; empty where it does. What is accepted stays accepted."""
    if step.verb == "restart":
        return tuple(_workload(plan, step, snapshot))
    if step.subject.kind == "Node" and step.verb in ("cordon", "prefer-elsewhere", "protect", "unprotect", "uncordon"):
        return tuple(_node(plan, step, snapshot.nodes.get(ObjectKey("", step.subject.name))))
    return ()


def _node(plan: Plan, step: Step, node: Node | None) -> Iterator[str]:
    name = step.subject.name
    if node is None:
        yield f"Node {name} is gone."
        return
    if step.subject.uid and node.uid != step.subject.uid:
        yield f"Node {name} is another one now: it was made anew under the same name."
        return
    mark = holder(node.annotations)
    if mark is not None and mark.id != plan.id:
        yield f"Node {name} is held by rotation {mark.id}."
    before = next((one.cordoned_before for one in plan.targets if one.name == name), False)
    ours = mark is not None and mark.id == plan.id and mark.cordoned
    if step.verb == "cordon" and node.unschedulable and not before and not ours:
        by = f" by {node.cordoned_by}" if node.cordoned_by else ""
        yield f"Node {name} was cordoned{by} since the plan was made."


def _workload(plan: Plan, step: Step, snapshot: Snapshot) -> Iterator[str]:
    subject = step.subject
    workload = snapshot.workloads.get((subject.kind, subject.key))
    name = f"{subject.namespace}/{subject.name}"
    if workload is None or workload.rolling is None:
        yield f"{subject.kind} {name} is gone."
        return
    if subject.uid and workload.uid != subject.uid:
        yield f"{subject.kind} {name} is another one now: it was made anew under the same name."
        return
    accepted = {one.name for one in (*plan.blockers, *plan.warnings) if one.accepted}
    for id_, sentence in _turned(step, workload, name):
        if f"{id_}:{name}" not in accepted:
            yield sentence


def _turned(step: Step, workload: Workload, name: str) -> Iterator[tuple[str, str]]:
    """What differs from the plan, and the id of the verdict it would be."""
    rolling = workload.rolling
    if rolling is None:
        return
    if rolling.paused:
        yield "R5", f"{workload.kind} {name} is paused now."
    if rolling.strategy == "OnDelete":
        yield "R4", f"{workload.kind} {name} replaces pods only once they are deleted now (OnDelete)."
    if rollout_state(workload).failed:
        yield "R6", f"{workload.kind} {name} exceeded its progress deadline."
    if step.replicas is not None and rolling.replicas != step.replicas:
        yield "R21", f"{workload.kind} {name} was scaled from {step.replicas} to {rolling.replicas} since."
    wanted = rolling.replicas if rolling.replicas is not None else 1
    has = rolling.available if workload.kind != "StatefulSet" else rolling.ready
    if has < wanted and not is_rolling(workload):
        yield "R8", f"{workload.kind} {name} has {has} of {wanted} pods available."
