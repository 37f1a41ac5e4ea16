"""How far the carrying out of a Plan is, as values: what a screen, a line on a terminal and a report show of it."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Literal, Protocol

import msgspec

from nodeview.actions.measures import NOTHING_MEASURED, Measures
from nodeview.actions.plan import Plan, Step
from nodeview.records import NodeName

Stand = Literal["waiting", "running", "asking", "done", "skipped", "failed", "parked", "stopped"]
"""Of one step. `parked`: not tried, since one before it in its lane failed; `stopped`: not tried, since all was."""
OVER: frozenset[Stand] = frozenset({"done", "skipped", "failed", "parked", "stopped"})
Phase = Literal["checking", "running", "paused", "stopping", "done", "stopped", "failed", "refused"]
"""Of the whole. `refused`: nothing was written at all; `failed`: it ran to its end, and something of it failed."""
ENDED: frozenset[Phase] = frozenset({"done", "stopped", "failed", "refused"})
Answer = Literal["wait", "skip", "stop"]


class StepState(msgspec.Struct, frozen=True):
    """One step of the plan, and how it stands."""

    step: Step
    stand: Stand = "waiting"
    since: float | None = None
    """When it began, epoch seconds; None before."""
    ended: float | None = None
    words: str = ""
    """What it waits for, or what came of it: `5 of 6 updated`, `already cordoned`."""

    @property
    def over(self) -> bool:
        """Nothing will happen to it any more."""
        return self.stand in OVER


class Question(msgspec.Struct, frozen=True):
    """What somebody has to answer before a step goes on."""

    step: int
    """Its number."""
    sentence: str
    """`deployment/shop/checkout is not done after 10 minutes: 5 of 6 updated.`"""
    answers: tuple[Answer, ...] = ("wait", "skip", "stop")


class NodeProgress(msgspec.Struct, frozen=True):
    """One node of the plan: how many of the pods that are to leave it are still there."""

    name: NodeName
    words: str
    """`12 of 18 moved`, `empty`, `removed`, `parked: …`."""
    left: int
    """Pods that must leave and are there."""
    pods: int
    """Pods that were to leave."""
    gone: bool = False


class Progress(msgspec.Struct, frozen=True):
    """One moment of a plan that is being carried out, or was."""

    plan: Plan
    phase: Phase
    at: float
    began: float
    steps: tuple[StepState, ...]
    nodes: tuple[NodeProgress, ...] = ()
    measures: Measures = NOTHING_MEASURED
    questions: tuple[Question, ...] = ()
    sentence: str = ""
    """What matters most now, or why it ended as it did."""
    resume: str = ""
    """The command that goes on with it, where there is something to go on with."""

    @property
    def ended(self) -> bool:
        """Nothing more comes."""
        return self.phase in ENDED

    @property
    def over(self) -> int:
        """How many steps are over."""
        return sum(one.over for one in self.steps)

    def of(self, number: int) -> StepState:
        """The step with this number."""
        return self.steps[number - 1]

    @property
    def counts(self) -> Mapping[Stand, int]:
        """How many steps stand how; those with none are absent."""
        found: dict[Stand, int] = {}
        for one in self.steps:
            found[one.stand] = found.get(one.stand, 0) + 1
        return found


class Outcome(msgspec.Struct, frozen=True):
    """What came of it in the end."""

    progress: Progress
    exit_code: int
    """0 done, 1 failed, stopped or incomplete, 4 refused."""


class Execution(Protocol):
    """A plan that is being carried out, as whoever shows it sees it. All of it belongs to one loop."""

    def progress(self) -> Progress:
        """How it stands now; cheap, and the very same value while nothing differs."""
        ...

    def next(self) -> Awaitable[Progress]:
        """The next that differs from the one this or `progress` gave last; the last one again once it has ended."""
        ...

    def answer(self, step: int, answer: Answer) -> None:
        """Answer the question of this step."""
        ...

    def pause(self) -> None:
        """Begin no further step; what was begun is finished. Waiting goes on."""
        ...

    def resume(self) -> None:
        """Go on after `pause`."""
        ...

    def skip(self, step: int) -> None:
        """Leave this step out, or leave off waiting in it; a write that is under way is finished first."""
        ...

    def stop(self) -> None:
        """Begin nothing more, finish the write in flight, and end with the words how to resume. Undoes nothing."""
        ...

    def finished(self) -> Awaitable[Outcome]:
        """Wait for the end."""
        ...


class Execute(Protocol):
    """Begins to carry out a plan. Handed to a screen by whoever opened it; absent where nothing may be written."""

    def __call__(self, plan: Plan) -> Execution:
        """Begin; whatever stands in its way is told by the Execution, which then ends as `refused`."""
        ...


__all__ = [
    "ENDED",
    "OVER",
    "Answer",
    "Execute",
    "Execution",
    "NodeProgress",
    "Outcome",
    "Phase",
    "Progress",
    "Question",
    "Stand",
    "StepState",
]
