"""Waiting in a step: looking whenever something moved, asking somebody when it takes too long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from nodeview.actions import Answer, Step
from nodeview.live.executor_state import State, StepSkipped, Stopped
from nodeview.live.executor_watch import Watch

DEADLINE_S = 600.0
"""Of steps that name none and can wait for others."""
LEAST_MORE_S = 60.0
"""`wait` gives a step this much more time at least."""


class Look(NamedTuple):
    """What was seen while waiting."""

    done: bool
    words: str


class Waiting:
    """Waits for what a step needs, until somebody skips it or stops all."""

    def __init__(self, state: State, watch: Watch, now: Callable[[], float]) -> None:
        """`now` is epoch seconds."""
        self._state = state
        self._watch = watch
        self._now = now
        self._due: dict[int, float] = {}

    async def until(
        self, step: Step, look: Callable[[], Look], *, deadline_s: float | None = None, keep_question: bool = False
    ) -> str:
        """Look whenever something moved, until it is done: the words of the last look. At its deadline it asks.

        The deadline is the step's own, counted from when it was first waited in, unless another is given. With
        `keep_question` a question outlives this wait, for the one that comes next in the same step.
        """
        allowed = deadline_s if deadline_s is not None else (step.deadline_s or DEADLINE_S)
        due = (
            self._now() + allowed
            if deadline_s is not None
            else self._due.setdefault(step.number, self._now() + allowed)
        )
        while True:
            seen = look()
            if seen.done:
                if not keep_question:
                    self._state.withdraw(step.number)
                return seen.words
            self._check(step)
            self._state.say(step.number, seen.words)
            question = self._state.question(step.number)
            if question is None and self._now() >= due:
                question = self._state.ask(step.number, _overdue(step, seen.words, allowed))
            await self._pause(question, due - self._now())
            if question is not None and question.done() and not question.cancelled():
                due = self._heed(question.result(), allowed)
                if deadline_s is None:
                    self._due[step.number] = due

    def _heed(self, answer: Answer, allowed: float) -> float:
        """What somebody answered: until when to wait now."""
        if answer == "skip":
            raise StepSkipped("skipped when it was asked for")
        if answer == "stop":
            self._state.stop()
            raise Stopped
        return self._now() + max(allowed, LEAST_MORE_S)

    def _check(self, step: Step) -> None:
        if self._state.skipped(step.number):
            raise StepSkipped("skipped")
        if self._state.stopping.is_set():
            raise Stopped

    async def _pause(self, question: asyncio.Future[Answer] | None, seconds: float) -> None:
        """Until something moves, somebody answers, or all is to stop."""
        within = seconds if question is None else 1.0
        waits: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(self._watch.changed(within)),
            asyncio.ensure_future(self._state.stopping.wait()),
        ]
        if question is not None:
            waits.append(asyncio.ensure_future(_settled(question)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


def _overdue(step: Step, words: str, allowed: float) -> str:
    what = f"{step.verb} {step.subject.text}"
    if not allowed:
        return f"{what} is not as it was planned: {words}."
    return f"{what} is not over after {_span(allowed)}: {words}."


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


async def _settled(question: asyncio.Future[Answer]) -> bool:
    await asyncio.wait([question])
    return True
