"""What changes the cluster, as the screen sees it: what is wished, who plans it, and what is being carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Protocol

import msgspec

from nodeview.actions import Execution, Kind, Plan, PlanFacts, Progress, RotationOptions, Subject
from nodeview.frame import Frame
from nodeview.records import NodeName

VERBS: dict[Kind, tuple[str, str]] = {
    "rotation": ("rotate", "rotating"),
    "cordon": ("cordon", "cordoning"),
    "uncordon": ("uncordon", "uncordoning"),
    "restart": ("restart", "restarting"),
    "protect": ("protect from removal", "protecting"),
    "unprotect": ("end protection", "ending protection"),
}
"""As it is asked for, and as it is said while it runs."""


class Wish(msgspec.Struct, frozen=True):
    """What somebody asked for; a plan is made of it, as often as the cluster moves on."""

    kind: Kind
    nodes: tuple[NodeName, ...] = ()
    pools: tuple[str, ...] = ()
    """Of a rotation: all nodes of these, instead of names."""
    workload: Subject | None = None
    """Of a restart."""
    options: RotationOptions = RotationOptions()


class Acts(Protocol):
    """Whoever plans and writes for the screen. Absent where nothing may be written."""

    def plan(self, wish: Wish, frame: Frame, facts: PlanFacts, id: str) -> Generator[None, None, Plan]:
        """The plan of this moment, in slices; `id` is that of the plan before, empty for a new one.

        Raises `NodeviewError` where there is nothing to plan.
        """
        ...

    def facts(self, plan: Plan) -> Awaitable[PlanFacts]:
        """What the server says of the plan. Never raises."""
        ...

    def execute(self, plan: Plan) -> Execution:
        """Begin to carry it out."""
        ...

    def report_of(self, id: str) -> str:
        """Where the report of an execution that has ended lies, or why there is none; empty until then."""
        ...


class Runs:
    """What was begun from this screen, in that order."""

    def __init__(self) -> None:
        self._begun: list[Execution] = []
        self._read: set[str] = set()

    def begin(self, execution: Execution) -> None:
        """One more."""
        self._begun.append(execution)

    def read(self, id: str) -> None:
        """Somebody saw how this one ended."""
        self._read.add(id)

    @property
    def all(self) -> tuple[Execution, ...]:
        """Each of them, the newest first."""
        return tuple(reversed(self._begun))

    @property
    def running(self) -> tuple[Execution, ...]:
        """Those that have not ended."""
        return tuple(one for one in self.all if not one.progress().ended)

    @property
    def foremost(self) -> Execution | None:
        """The one to look at first: that asks, else that runs, else the newest."""
        running = self.running
        asking = [one for one in running if one.progress().questions]
        return next(iter((*asking, *running, *self.all)), None)

    @property
    def badge(self) -> tuple[str, bool]:
        """`rotating 3/12 · 1 asks`, and whether somebody should look; empty while nothing runs.

        What ended is said until somebody has seen how: `rotate: done`.
        """
        running = [one.progress() for one in self.running]
        if not running:
            ended = [one for each in self.all if (one := each.progress()).plan.id not in self._read]
            return (
                (f"{VERBS[ended[0].plan.kind][0]}: {ended[0].phase}", ended[0].phase != "done")
                if ended
                else ("", False)
            )
        words = badge_of(running[0]) if len(running) == 1 else f"{len(running)} actions run"
        asks = sum(len(one.questions) for one in running)
        return f"{words} · {asks} {'asks' if asks == 1 else 'ask'}" if asks else words, bool(asks)


def badge_of(progress: Progress) -> str:
    """`rotating 3/12`, `rotating paused 3/12`."""
    phase = f" {progress.phase}" if progress.phase in ("paused", "stopping", "checking") else ""
    return f"{VERBS[progress.plan.kind][1]}{phase} {done_of(progress)}/{len(progress.steps)}"


def done_of(progress: Progress) -> int:
    """How many steps need nothing any more: done, or left out."""
    return progress.counts.get("done", 0) + progress.counts.get("skipped", 0)
