"""What is known of a plan while it is carried out: how each step stands, what was asked, and what is wanted of us."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from msgspec.structs import replace

from nodeview.actions import (
    NOTHING_MEASURED,
    Answer,
    Measures,
    NodeProgress,
    Phase,
    Plan,
    Progress,
    Question,
    Stand,
    Step,
    StepState,
)


class Stopped(Exception):
    """Somebody asked to stop: nothing more is begun."""


class StepSkipped(Exception):
    """This step is left out; its words say why."""


class StepFailed(Exception):
    """This step came to nothing; its words say why."""


class NodeGone(StepFailed):
    """The node is gone, or another has its name by now."""


class State:
    """The one mutable picture of an execution; whoever waits for it is woken when it differs."""

    def __init__(self, plan: Plan, began: float, stands: Mapping[int, tuple[Stand, str]] | None = None) -> None:
        """`stands` are steps that are over already, with the words of their end."""
        self.plan = plan
        self.began = began
        self.phase: Phase = "checking"
        self.sentence = ""
        self.resume = ""
        self.measures: Measures = NOTHING_MEASURED
        self.nodes: tuple[NodeProgress, ...] = ()
        self.stopping = asyncio.Event()
        self.going = asyncio.Event()
        self.going.set()
        over = stands or {}
        self._steps = {one.number: _as_it_stood(one, over.get(one.number)) for one in plan.steps}
        self._questions: dict[int, Question] = {}
        self._answers: dict[int, asyncio.Future[Answer]] = {}
        self._skips: set[int] = set()
        self._touched = asyncio.Event()
        self._told: Progress | None = None

    # -- what happens -----------------------------------------------------------------------

    def begin(self, number: int, now: float) -> None:
        """A step begins."""
        self._set(number, stand="running", since=now, ended=None, words="")

    def say(self, number: int, words: str) -> None:
        """What a step waits for."""
        if self._steps[number].words != words:
            self._set(number, words=words)

    def end(self, number: int, stand: Stand, words: str, now: float) -> None:
        """A step is over."""
        self.withdraw(number)
        self._set(number, stand=stand, ended=now, words=words)

    def turn(self, phase: Phase, sentence: str = "") -> None:
        """All of it enters another phase."""
        self.phase, self.sentence = phase, sentence
        self.touch()

    def of(self, number: int) -> StepState:
        """How a step stands."""
        return self._steps[number]

    # -- questions --------------------------------------------------------------------------

    def ask(self, number: int, sentence: str) -> asyncio.Future[Answer]:
        """Put a question; the answer comes by what is given back."""
        if number not in self._answers:
            self._answers[number] = asyncio.get_running_loop().create_future()
        self._questions[number] = Question(number, sentence)
        self._set(number, stand="asking")
        return self._answers[number]

    def question(self, number: int) -> asyncio.Future[Answer] | None:
        """The answer that is waited for in this step, if there is one."""
        return self._answers.get(number)

    def withdraw(self, number: int) -> None:
        """A question answered itself."""
        if self._questions.pop(number, None) is not None:
            self._answers.pop(number).cancel()
            self._set(number, stand="running")

    def answer(self, number: int, answer: Answer) -> None:
        """Somebody answers; nobody asked: nothing happens."""
        waiting = self._answers.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
            self._questions.pop(number, None)
            self._answers.pop(number)
            self._set(number, stand="running")

    # -- what is wanted ---------------------------------------------------------------------

    def skip(self, number: int) -> None:
        """This step is to be left out, or left."""
        if number in self._steps and not self._steps[number].over:
            self._skips.add(number)
            self.touch()

    def skipped(self, number: int) -> bool:
        """Whether it is to be left out."""
        return number in self._skips

    def pause(self) -> None:
        """Begin nothing further."""
        if self.phase == "running":
            self.going.clear()
            self.turn("paused")

    def go_on(self) -> None:
        """Begin again what comes next."""
        if self.phase == "paused":
            self.going.set()
            self.turn("running")

    def stop(self) -> None:
        """Begin nothing more, and end."""
        if not self.stopping.is_set() and self.phase in ("checking", "running", "paused"):
            self.stopping.set()
            self.going.set()
            self.turn("stopping", "Finishing what was begun.")

    # -- what is told -----------------------------------------------------------------------

    def touch(self) -> None:
        """Something differs."""
        self._told = None
        self._touched.set()

    def told(self, now: float) -> Progress:
        """All of it as a value; the very same until something differs."""
        if self._told is None:
            steps = tuple(self._steps[one.number] for one in self.plan.steps)
            self._told = Progress(
                plan=self.plan,
                phase=self.phase,
                at=now,
                began=self.began,
                steps=steps,
                nodes=self.nodes,
                measures=self.measures,
                questions=tuple(self._questions.values()),
                sentence=self.sentence,
                resume=self.resume,
            )
        return self._told

    async def touched(self) -> None:
        """Wait until something differs from what was waited for the last time."""
        await self._touched.wait()
        self._touched.clear()

    def _set(self, number: int, **changes: object) -> None:
        self._steps[number] = replace(self._steps[number], **changes)
        self.touch()


def _as_it_stood(step: Step, over: tuple[Stand, str] | None) -> StepState:
    return StepState(step) if over is None else StepState(step, over[0], words=over[1])
