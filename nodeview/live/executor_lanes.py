"""The order of a plan: stage after stage, lanes beside each other, each lane in its order; and who is parked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from nodeview.actions import Plan, Stand, Step, Subject
from nodeview.errors import JournalError, NodeviewError
from nodeview.live.executor_checks import words_of
from nodeview.live.executor_state import State, StepFailed, StepSkipped, Stopped
from nodeview.live.journal import Entry, Journal
from nodeview.records import NodeName

log = logging.getLogger(__name__)

RESTARTS = 4
"""Workloads that are restarted beside each other, where the plan does not say."""


class Lanes:
    """Runs the steps of a plan. A step that fails parks what depends on it; the rest goes on."""

    def __init__(
        self,
        plan: Plan,
        state: State,
        journal: Journal,
        carry_out: Callable[[Step], Awaitable[str]],
        now: Callable[[], float],
    ) -> None:
        """`now` is epoch seconds."""
        self._plan = plan
        self._state = state
        self._journal = journal
        self._carry_out = carry_out
        self._now = now
        self._fault: BaseException | None = None
        self.parked: dict[NodeName, str] = {}
        """Nodes that are left alone from here on, and why."""
        self._failed: dict[Subject, str] = {}

    async def run(self) -> None:
        """All stages in turn. Raises `Stopped`, and `JournalError`, once what was begun has ended."""
        for stage in sorted({step.stage for step in self._plan.steps}):
            lanes = list(_lanes(step for step in self._plan.steps if step.stage == stage))
            restarting = any(step.verb == "restart" for lane in lanes for step in lane)
            said = self._plan.options.get("max_restarts")
            most = (said if isinstance(said, int) and said > 0 else RESTARTS) if restarting else len(lanes)
            gate = asyncio.Semaphore(max(1, most))
            await asyncio.gather(*(self._lane(lane, gate) for lane in lanes))
            if self._fault is not None:
                raise self._fault
            if self._state.stopping.is_set():
                raise Stopped

    async def _lane(self, steps: list[Step], gate: asyncio.Semaphore) -> None:
        async with gate:
            ended = ""
            for step in steps:
                if self._state.of(step.number).over:
                    continue
                why = ended or self._parked(step)
                if self._state.stopping.is_set():
                    return
                if why:
                    self._end(step, "parked", why)
                    continue
                try:
                    ended = await self._step(step)
                except Stopped:
                    return
                except BaseException as error:
                    self._fault = self._fault or error
                    self._state.stop()
                    return

    async def _step(self, step: Step) -> str:
        """Why the rest of the lane is parked; empty where it goes on."""
        await self._state.going.wait()
        if self._state.stopping.is_set():
            raise Stopped
        self._state.begin(step.number, self._now())
        self._journal.write(Entry("begin", self._now(), step.number, step.subject.text, step.verb))
        try:
            if self._state.skipped(step.number):
                raise StepSkipped("skipped")
            self._end(step, "done", await self._carry_out(step))
        except StepSkipped as skipped:
            self._end(step, "skipped", str(skipped))
        except Stopped:
            self._state.end(step.number, "stopped", "stopped before its end", self._now())
            raise
        except JournalError:
            self._state.end(step.number, "stopped", "the journal cannot be kept", self._now())
            raise
        except (StepFailed, NodeviewError) as error:
            words = words_of(error) if isinstance(error, NodeviewError) else str(error)
            log.warning("%s %s failed: %s", step.verb, step.subject.text, words)
            self._end(step, "failed", words)
            self._park(step, words)
            return f"{step.verb} failed: {words}"
        return ""

    def _end(self, step: Step, stand: Stand, words: str) -> None:
        self._journal.write(
            Entry("end", self._now(), step.number, step.subject.text, step.verb, stand=stand, words=words)
        )
        self._state.end(step.number, stand, words, self._now())

    def _park(self, step: Step, words: str) -> None:
        """What a failure takes with it: the node it is about, or all nodes that its workload still has pods on."""
        subject = step.subject
        why = f"{step.verb} {subject.text} failed: {words}"
        self._failed[subject] = why
        if subject.kind == "Node":
            self.parked.setdefault(NodeName(subject.name), why)
        elif step.node is not None:
            self.parked.setdefault(step.node, why)
        else:
            for path in self._plan.pods:
                if path.workload is not None and (path.workload.kind, path.workload.key) == (subject.kind, subject.key):
                    self.parked.setdefault(path.node, why)

    def _parked(self, step: Step) -> str:
        """Why this step is not tried; empty where it is."""
        if step.subject in self._failed:
            return self._failed[step.subject]
        if step.subject.kind == "Node":
            return self.parked.get(NodeName(step.subject.name), "")
        if step.node is not None:
            return self.parked.get(step.node, "")
        return ""


def _lanes(steps: Iterator[Step]) -> Iterator[list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.lane, []).append(step)
    yield from found.values()
