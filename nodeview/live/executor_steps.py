"""Each step of a plan: what is looked at first, what is written, and what is waited for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from nodeview.actions import Plan, Step, rollout_state
from nodeview.cluster import Snapshot
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_removals import Removals
from nodeview.live.executor_restarts import Restarts
from nodeview.live.executor_state import StepFailed, StepSkipped
from nodeview.live.executor_waiting import DEADLINE_S, Look, Waiting
from nodeview.live.executor_watch import Watch
from nodeview.records import NodeName, Pod

WhyStays = Callable[[Snapshot, NodeName, float], str]
"""What keeps an empty node, as a sentence; empty where that cannot be said."""
NAMED = 3
"""Pods that are named of those that are waited for."""
STUCK_S = 60.0
"""How long nothing on a node may be about to leave before somebody is asked: all that was to move it is over."""


class Steps:
    """Carries out steps. Each ends with its words, or with `StepFailed`, `StepSkipped` or `Stopped`."""

    def __init__(
        self,
        plan: Plan,
        watch: Watch,
        waiting: Waiting,
        nodes: NodeWrites,
        restarts: Restarts,
        removals: Removals,
        now: Callable[[], float],
        why_stays: WhyStays,
    ) -> None:
        """`now` is epoch seconds."""
        self._plan = plan
        self._watch = watch
        self._waiting = waiting
        self._nodes = nodes
        self._restarts = restarts
        self._now = now
        self._why_stays = why_stays
        self._ways: Mapping[str, Callable[[Step], Awaitable[str]]] = {
            "cordon": self._cordon,
            "uncordon": lambda step: nodes.uncordon(step.number, step.subject),
            "prefer-elsewhere": lambda step: nodes.taint(step.number, step.subject, add=True),
            "end-prefer-elsewhere": lambda step: nodes.taint(step.number, step.subject, add=False),
            "restart": self._restart,
            "await-rollout": self._await_rollout,
            "evict": removals.evict,
            "await-empty": self._await_empty,
            "delete-claim": removals.delete_claim,
            "await-removed": self._await_removed,
            "settle": self._settle,
            "protect": lambda step: self._annotate(step, add=True),
            "unprotect": lambda step: self._annotate(step, add=False),
        }

    async def carry_out(self, step: Step, recheck: Callable[[], tuple[str, ...]]) -> str:
        """Do it, once what it is done on can be believed and is as it was planned."""
        if step.writes:
            await self._waiting.until(step, self._fresh, deadline_s=step.deadline_s or DEADLINE_S)
            if recheck():
                await self._waiting.until(step, lambda: _holding(recheck()), deadline_s=0.0)
        return await self._ways[step.verb](step)

    def _fresh(self) -> Look:
        old = self._watch.old()
        return Look(not old, f"waits, since {old}" if old else "")

    # -- nodes ------------------------------------------------------------------------------

    async def _cordon(self, step: Step) -> str:
        words = await self._nodes.cordon(step.number, step.subject, ended=self._plan.kind != "rotation")
        name = NodeName(step.subject.name)

        def look() -> Look:
            node = self._watch.node(name, step.subject.uid)
            return Look(node is None or node.unschedulable, "cordoned; its stream does not show it yet")

        await self._waiting.until(step, look)  # what comes after counts the pods of cordoned nodes
        return words

    async def _annotate(self, step: Step, *, add: bool) -> str:
        key, _, value = str(self._plan.options.get("annotation") or "").partition("=")
        if not key:
            raise StepFailed("the plan does not say which annotation protects it")
        return await self._nodes.annotate(step.number, step.subject, key, value if add else None)

    async def _await_empty(self, step: Step) -> str:
        """Until what leaves by itself, or was moved, is gone. What nothing moves is asked about: it came meanwhile."""
        name = NodeName(step.subject.name)
        stuck_since: float | None = None

        def look() -> Look:
            nonlocal stuck_since
            if self._watch.node(name, step.subject.uid) is None:
                return Look(True, "removed")
            left = self._watch.leaving(name)
            stuck_since = (stuck_since or self._now()) if left and not any(map(_leaves, left)) else None
            return Look(not left, _left(left, stuck=False) if left else self._watch.emptied(name))

        def moves_or_stuck() -> Look:
            seen = look()
            return Look(seen.done or (stuck_since is not None and self._now() >= stuck_since + STUCK_S), seen.words)

        def moves() -> Look:
            seen = look()
            words = seen.words if stuck_since is None else _left(self._watch.leaving(name), stuck=True)
            return Look(seen.done or stuck_since is None, words)

        while True:
            words = await self._waiting.until(step, moves_or_stuck)
            if stuck_since is None:
                return words
            await self._waiting.until(step, moves, deadline_s=0.0)

    async def _await_removed(self, step: Step) -> str:
        name = NodeName(step.subject.name)

        def look() -> Look:
            if self._watch.node(name, step.subject.uid) is None:
                return Look(True, "removed")
            why = self._why_stays(self._watch.snapshot, name, self._now())
            return Look(False, why or "empty, and not taken away yet")

        return await self._waiting.until(step, look)

    # -- workloads --------------------------------------------------------------------------

    async def _restart(self, step: Step) -> str:
        if self._plan.kind != "rotation":
            return await self._restarts.restart(step, None)
        await self._waiting.until(step, lambda: self._joined(step))
        left = [pod for pod in self._watch.left_of(step.subject) if pod.deleted is None]
        if not left and not self._restarts.begun(step):
            raise StepSkipped("none of its pods is on these nodes any more")
        return await self._restarts.restart(step, max((pod.created for pod in left), default=None))

    def _joined(self, step: Step) -> Look:
        """A rollout that is in flight is waited for: it may do all that was to be done."""
        workload = self._watch.workload(step.subject)
        if workload is None or self._restarts.begun(step) or not self._watch.left_of(step.subject):
            return Look(True, "")
        state = rollout_state(workload)
        return Look(state.done or bool(state.failed), f"joins the rollout in flight: {state.words}")

    async def _await_rollout(self, step: Step) -> str:
        def look() -> Look:
            workload = self._watch.workload(step.subject)
            if workload is None:
                return Look(True, "it is gone")
            state = rollout_state(workload, self._restarts.generation_of(step.subject))
            if state.failed:
                raise StepFailed(state.failed.rstrip("."))
            if not state.done:
                waiting = self._watch.measuring.unbound((step.subject.kind, step.subject.key))
                none = f"; {waiting} pod{'s have' if waiting > 1 else ' has'} no node yet" if waiting else ""
                return Look(False, state.words + none)
            if step.subject.kind == "DaemonSet" or self._plan.kind != "rotation" or state.unwatched:
                return Look(True, state.unwatched or state.words)
            left = self._watch.left_of(step.subject)
            return Look(not left, f"{state.words}; {len(left)} old still there" if left else state.words)

        return await self._waiting.until(step, look)

    async def _settle(self, step: Step) -> str:
        span = float(step.deadline_s or 0)
        until = self._now() + span

        def settled() -> Look:
            return Look(self._now() >= until, "settles")

        return await self._waiting.until(step, settled, deadline_s=span + DEADLINE_S)


def _leaves(pod: Pod) -> bool:
    """Whether it goes without our doing."""
    return pod.deleted is not None or (pod.owner is not None and pod.owner.kind == "Job")


def _left(pods: Sequence[Pod], *, stuck: bool) -> str:
    names = ", ".join(f"{pod.namespace}/{pod.name}" for pod in pods[:NAMED])
    more = f" and {len(pods) - NAMED} more" if len(pods) > NAMED else ""
    return f"{len(pods)} pod{'s' if len(pods) > 1 else ''} left{' that no step moves' if stuck else ''}: {names}{more}"


def _holding(why_not: tuple[str, ...]) -> Look:
    return Look(not why_not, "; ".join(why_not))
