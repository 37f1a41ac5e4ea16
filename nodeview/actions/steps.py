"""The steps of a rotation, in order: what each does, why, and the kubectl command that would do the same."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

from nodeview.actions import commands
from nodeview.actions.batches import Batch
from nodeview.actions.plan import Step, Subject, Verb
from nodeview.actions.rollout import is_rolling
from nodeview.actions.scope import Affected, Leaving, Scope
from nodeview.actions.verdict import counted
from nodeview.records import NodeName
from nodeview.views import NodeView

SYSTEM_LANE = "system"
SLICE = 100
"""Steps written between two yields: under a millisecond of work."""


class Steps:
    """Steps as they are written down, one after the other."""

    def __init__(self) -> None:
        self.made: list[Step] = []
        self._stage = 0
        self._used = False
        self._told = 0

    @property
    def enough(self) -> bool:
        """So many were written since it was asked last that others should run."""
        if len(self.made) - self._told < SLICE:
            return False
        self._told = len(self.made)
        return True

    def next_stage(self) -> None:
        """What follows begins when all that was written is over."""
        if self._used:
            self._stage += 1
        self._used = False

    def add(
        self,
        verb: Verb,
        subject: Subject,
        why: str,
        kubectl: str,
        lane: str,
        *,
        deadline_s: int | None = None,
        node: NodeName | None = None,
        if_needed: bool = False,
        replicas: int | None = None,
    ) -> None:
        """Write one down."""
        self._used = True
        writes = not verb.startswith("await-") and verb != "settle"
        number = len(self.made) + 1
        self.made.append(
            Step(number, verb, subject, why, kubectl, deadline_s, self._stage, lane, node, writes, if_needed, replicas)
        )


def node_subject(one: NodeView) -> Subject:
    """The node, as steps name it."""
    return Subject("Node", one.name, uid=one.record.uid)


def rotation_steps(
    scope: Scope, batches: Sequence[Batch], removal: frozenset[NodeName], plan: str
) -> Generator[None, None, tuple[Step, ...]]:
    """All steps; the targets of `removal` are waited for until they are gone. Yields often."""
    steps = Steps()
    targets = [one for batch in batches for one in batch.targets]
    if scope.options.cordon == "all":
        _cordon(steps, scope, targets)
    elif len(batches) > 1:
        for one in (one for batch in batches[1:] for one in batch.targets if not one.record.unschedulable):
            why = "its turn comes later: pods go elsewhere if they can"
            steps.add("prefer-elsewhere", node_subject(one), why, commands.prefer_elsewhere(one.name, plan), one.name)
    there = _by_node(scope.leaving)
    for number, batch in enumerate(batches):
        steps.next_stage()
        if scope.options.cordon == "batch":
            _cordon(steps, scope, batch.targets)
        yield from _restarts(steps, scope, batch)
        _evictions(steps, [gone for one in batch.targets for gone in there.get(one.name, ())], scope.options.deadline_s)
        steps.next_stage()
        for one in batch.targets:
            _emptying(steps, scope, one, there.get(one.name, []), removed=one.name in removal)
            if steps.enough:
                yield
        if scope.options.settle_s and number < len(batches) - 1:
            steps.next_stage()
            seconds = scope.options.settle_s
            why = f"before batch {number + 2} of {len(batches)}"
            subject = Subject("Batch", str(number + 2))
            steps.add("settle", subject, why, f"sleep {seconds}", "settle", deadline_s=seconds)
    return tuple(steps.made)


def _cordon(steps: Steps, scope: Scope, targets: Iterable[NodeView]) -> None:
    steps.next_stage()
    for one in targets:
        foreign = scope.cordoned_before(one)
        why = "cordoned already, and stays so afterwards" if foreign else "no new pods come to it"
        steps.add("cordon", node_subject(one), why, commands.cordon(one.name), one.name)


def _restarts(steps: Steps, scope: Scope, batch: Batch) -> Generator[None, None, None]:
    """Those of the system by themselves, once all others are over."""
    chosen = [(one, False) for one in batch.affected] + [(one, True) for one in batch.again]
    for system in (False, True):
        steps.next_stage()
        for one, again in chosen:
            if one.system is system:
                _restart(steps, scope, one, again=again)
                if steps.enough:
                    yield


def _restart(steps: Steps, scope: Scope, one: Affected, *, again: bool) -> None:
    lane = SYSTEM_LANE if one.system else one.subject.text
    deadline = scope.options.deadline_s
    joined = not again and is_rolling(one.workload)
    status = commands.await_rollout(one.subject, deadline)
    if joined:
        why = "it is rolling already: joined, not restarted again"
        steps.add("await-rollout", one.subject, why, status, lane, deadline_s=deadline)
    needed = joined or again
    why = "only if pods of it came here meanwhile" if again else restart_words(one)
    why = f"only if pods of it are still here: {why}" if joined else why
    command = commands.restart(one.subject)
    steps.add("restart", one.subject, why, command, lane, if_needed=needed, replicas=one.rolling.replicas)
    words = strategy_words(one)
    steps.add("await-rollout", one.subject, words, status, lane, deadline_s=deadline, if_needed=needed)


def restart_words(one: Affected) -> str:
    """`6 pods restart to move 3`."""
    verb = "restarts" if one.replicas == 1 else "restart"
    return f"{counted(one.replicas, 'pod')} {verb} to move {len(one.here)}"


def strategy_words(one: Affected) -> str:
    """`surge first: 1 more at a time, never below 6`."""
    surge, unavailable = one.posts
    if one.rolling.strategy == "Recreate":
        return f"Recreate: {'its pod stops' if one.replicas == 1 else f'all {one.replicas} stop'} before new ones start"
    least = max(one.replicas - unavailable, 0)
    if one.workload.kind == "StatefulSet":
        many = "one" if unavailable == 1 else str(unavailable)
        return f"{many} at a time from the highest ordinal: never below {least} of {one.replicas}"
    if one.workload.kind == "Rollout":
        return f"by eviction, {unavailable} at a time: never below {least} of {one.replicas}"
    if not unavailable:
        return f"surge first: {surge} more at a time, never below {one.replicas}"
    more = f"{surge} more and " if surge else ""
    return f"{more}{unavailable} fewer at a time: never below {least} of {one.replicas}"


def _evictions(steps: Steps, here: Iterable[Leaving], deadline_s: int) -> None:
    steps.next_stage()
    for one in here:
        if one.path != "evict":
            continue
        _evict(steps, one, one.name, one.reason, deadline_s)


def _evict(steps: Steps, one: Leaving, lane: str, why: str, deadline_s: int) -> None:
    pod = one.pod
    subject = Subject("Pod", pod.name, pod.namespace, pod.uid)
    steps.add("evict", subject, why, commands.evict(pod), lane, deadline_s=deadline_s, node=pod.node)


def _emptying(steps: Steps, scope: Scope, one: NodeView, here: Sequence[Leaving], *, removed: bool) -> None:
    """Wait for the last of its pods, then evict its balloons, then have it taken away."""
    lane, options = one.name, scope.options
    subject = node_subject(one)
    command = commands.await_empty(one.name)
    steps.add("await-empty", subject, emptying_words(here), command, lane, deadline_s=options.deadline_s)
    for gone in here:
        if gone.path == "balloon":
            _evict(steps, gone, lane, "a balloon: its node is empty but for it", options.deadline_s)
    if options.delete_empty_claims and one.claim is not None:
        claim = Subject("NodeClaim", one.claim.name, uid=one.claim.uid, group="karpenter.sh")
        why = "empty: Karpenter takes its machine away"
        steps.add("delete-claim", claim, why, commands.delete_claim(one.claim.name), lane, node=one.name)
    if removed:
        why = "empty: whoever made it takes it away"
        command = commands.await_removed(one.name, options.removal_s)
        steps.add("await-removed", subject, why, command, lane, deadline_s=options.removal_s)


def emptying_words(here: Sequence[Leaving]) -> str:
    """`12 pods leave · 3 daemon pods stay · 2 balloons go last`."""
    counts = {path: sum(one.path == path for one in here) for path in ("daemon", "static", "balloon", "job", "blocked")}
    leave = len(here) - sum(counts.values())
    words = [f"{counted(leave, 'pod')} leave{'s' if leave == 1 else ''}"] if leave else []
    words += [f"{counted(counts['job'], 'job pod')} ends by itself"] if counts["job"] == 1 else []
    words += [f"{counts['job']} job pods end by themselves"] if counts["job"] > 1 else []
    stay = counts["daemon"] + counts["static"]
    words += [f"{counted(stay, 'daemon pod')} stay{'s' if stay == 1 else ''}"] if stay else []
    words += [f"{counted(counts['balloon'], 'balloon')} last"] if counts["balloon"] else []
    words += [f"{counted(counts['blocked'], 'pod')} in no way of leaving"] if counts["blocked"] else []
    return " · ".join(words if leave or counts["job"] else ["nothing has to leave", *words])


def _by_node(leaving: Iterable[Leaving]) -> dict[NodeName | None, list[Leaving]]:
    found: dict[NodeName | None, list[Leaving]] = {}
    for one in leaving:
        found.setdefault(one.pod.node, []).append(one)
    return found


def undo_of(steps: Iterable[Step], before: frozenset[NodeName]) -> tuple[Step, ...]:
    """What takes cordons and taints back; cordons of others, on the nodes in `before`, stay."""
    back = Steps()
    for step in steps:
        name = step.subject.name
        if step.verb == "prefer-elsewhere":
            command = commands.end_prefer_elsewhere(name)
            back.add("end-prefer-elsewhere", step.subject, "pods come to it as before", command, name)
        elif step.verb == "cordon" and name not in before:
            back.add("uncordon", step.subject, "pods come to it again", commands.uncordon(name), name)
    return tuple(back.made)
