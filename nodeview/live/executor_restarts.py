"""Restarts, each done once: by what the journal says was meant, and by what the workload itself says was done."""

from __future__ import annotations

from collections.abc import Callable

from nodeview.actions import Step, Subject
from nodeview.errors import ApiError
from nodeview.live.executor_state import StepFailed
from nodeview.live.executor_writes import Sender
from nodeview.live.journal import Record
from nodeview.wire.writer import Writer
from nodeview.wire.writer_answers import Standing
from nodeview.wire.writer_bodies import instant, seconds_at

TRIES = 12
"""How often a workload that others write at the same time is tried."""


class Restarts:
    """Restarts workloads, and knows which generation each rollout has to come to."""

    def __init__(
        self,
        sender: Sender,
        writer: Writer,
        now: Callable[[], float],
        began: float,
        record: Record | None,
        *,
        resumed: bool,
    ) -> None:
        """`began` is when the rotation did; `record` its journal so far, None where it begins now or has none here."""
        self._sender = sender
        self._writer = writer
        self._now = now
        self._began = began
        self._record = record
        self._resumed = resumed
        self._generations: dict[str, int] = {}
        for entry in record.entries if record is not None else ():
            if entry.type == "answer" and entry.what == "restart" and entry.generation:
                self._generations[entry.subject] = entry.generation

    def begun(self, step: Step) -> bool:
        """Whether the journal says that this was meant already."""
        return self._record is not None and self._record.intent(step.number, "restart", step.subject.text) is not None

    def generation_of(self, subject: Subject) -> int | None:
        """Of the answer to its restart; None where there was none."""
        return self._generations.get(subject.text)

    async def restart(self, step: Step, newest_pod: int | None) -> str:
        """Restart it, unless that was done. `newest_pod` is when the youngest of its pods that have to go was made,
        epoch seconds."""
        subject = step.subject
        standing = await self._look(subject)
        when = self._meant(step)
        if self._done(standing, when, newest_pod):
            self._generations[subject.text] = standing.generation
            return f"was restarted at {standing.restarted_at}"
        if standing.paused:
            raise StepFailed("it is paused")
        when = when or self._another(standing.restarted_at)
        answer = await self._send(step, when)
        self._generations[subject.text] = answer.generation
        return f"restarted at {when}"

    def _another(self, before: str) -> str:
        """A moment to restart it at: another than that of the last time, or nothing would differ."""
        now = instant(self._now())
        return now if now != before else instant(self._now() + 1)

    def _meant(self, step: Step) -> str:
        """The `restartedAt` of an intent in the journal whose answer is not there; empty where there is none."""
        record, subject = self._record, step.subject.text
        intent = record.intent(step.number, "restart", subject) if record is not None else None
        return intent.when if intent is not None else ""

    def _done(self, standing: Standing, meant: str, newest_pod: int | None) -> bool:
        """Whether a restart of ours, or one after it, was taken already."""
        if not self._resumed or not standing.restarted_at:
            return False
        at = seconds_at(standing.restarted_at)
        if meant:
            intended = seconds_at(meant)
            return standing.restarted_at == meant or (at is not None and intended is not None and at >= intended)
        # No journal says so, but it happened since the rotation began, and all pods that must go are older than it.
        return at is not None and at >= int(self._began) and (newest_pod is None or newest_pod < at)

    async def _send(self, step: Step, when: str) -> Standing:
        """Send it; a conflict is looked into, and where the object is still ours it is sent again."""
        subject = step.subject

        async def taken() -> Standing | None:
            standing = await self._look(subject)
            return standing if standing.restarted_at == when else None

        for _ in range(TRIES):
            try:
                return await self._sender.send(
                    step.number,
                    "restart",
                    subject,
                    lambda: self._writer.restart(subject, when),
                    taken,
                    when=when,
                    generation=lambda answer: answer.generation,
                )
            except ApiError as error:
                if error.code != 409:
                    raise
                if (found := await taken()) is not None:
                    return found
        raise StepFailed("it is changed by others all the time")

    async def _look(self, subject: Subject) -> Standing:
        standing = await self._sender.steady(lambda: self._writer.look(subject))
        if standing is None:
            raise StepFailed("it is gone")
        if subject.uid and standing.uid != subject.uid:
            raise StepFailed("another has its name by now")
        return standing
