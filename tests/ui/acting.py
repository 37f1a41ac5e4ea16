"""Plans, and what carries them out, made by hand: the screen's tests write nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot

from nodeview.actions.facts import PlanFacts, Review, accesses_of
from nodeview.actions.measures import Measures, PodMove, WorkloadMeasure
from nodeview.actions.plan import Plan, PodPath, Step, Subject, Target, Verdict
from nodeview.actions.progress import Answer, NodeProgress, Outcome, Phase, Progress, Question, Stand, StepState
from nodeview.errors import NodeviewError
from nodeview.frame import Frame
from nodeview.records import NodeName
from nodeview.ui.app import NodeviewApp
from nodeview.ui.options import UiOptions
from nodeview.ui.runs import Wish
from tests.builders import NOW
from tests.ui.frames import Clock, Script
from tests.ui.reading import shown

CHECKOUT = Subject("Deployment", "checkout", "shop", "uid-checkout", "apps")
R2 = Verdict("R2", "shop/debug", "has no controller: nothing would bring it back")
R4 = Verdict("R4", "shop/ledger", "replaces pods only once they are deleted (OnDelete)")


def a_plan(nodes: int = 2, *blockers: Verdict, **overrides: Any) -> Plan:
    """Cordon so many nodes, restart one workload, wait until they are empty."""
    names = [NodeName(f"old-{place}") for place in range(1, nodes + 1)]
    subjects = [Subject("Node", name, uid=f"uid-{name}") for name in names]
    steps: list[Step] = []

    def add(verb: Any, subject: Subject, why: str, kubectl: str, **more: Any) -> None:
        steps.append(Step(len(steps) + 1, verb, subject, why, kubectl, lane=subject.text, **more))

    for one in subjects:
        add("cordon", one, "no new pods come to it", f"kubectl cordon {one.name}")
    add("restart", CHECKOUT, "6 pods restart to move 3", "kubectl -n shop rollout restart deployment/checkout", stage=1)
    add("await-rollout", CHECKOUT, "surge first", "kubectl rollout status", stage=1, writes=False, deadline_s=600)
    for one in subjects:
        add("await-empty", one, "3 pods leave", "kubectl get pods", stage=2, writes=False)
    pods = tuple(
        PodPath("shop", f"checkout-{place}", f"uid-{place}", names[0], "restart", "its workload restarts", CHECKOUT)
        for place in range(3)
    )
    said: dict[str, Any] = {
        "id": "20261121-140000-api-7f3c",
        "kind": "rotation",
        "title": f"rotate {nodes} nodes",
        "context": "prod-blue",
        "cluster": "prod-blue",
        "at": NOW,
        "targets": tuple(Target(name, f"uid-{name}", "api", "1a", "karpenter", False) for name in names),
        "steps": tuple(steps),
        "pods": pods,
        "blockers": blockers,
        "undo": (Step(1, "uncordon", subjects[0], "pods come again", "kubectl uncordon old-1"),),
        "options": {"until": "empty", "cordon": "all"},
        **overrides,
    }
    return Plan(**said)


def a_progress(plan: Plan | None = None, phase: Phase = "running", *stands: Stand, **overrides: Any) -> Progress:
    """A plan whose first steps stand so; the others wait."""
    plan = plan or a_plan()
    states = tuple(
        StepState(step, stands[place] if place < len(stands) else "waiting", NOW - 30, None, "")
        for place, step in enumerate(plan.steps)
    )
    said: dict[str, Any] = {
        "nodes": (NodeProgress(NodeName("old-1"), "2 of 3 moved", 1, 3),),
        "measures": Measures(
            (WorkloadMeasure(CHECKOUT, 6, 6, 6),),
            (PodMove(CHECKOUT, "checkout-0", "old-1", "checkout-9", "new-1", 1.0, 4.0),),
        ),
        **overrides,
    }
    return Progress(plan, phase, NOW, NOW - 60, states, **said)


class FakeExecution:
    """Stands as it is told to, and remembers what was asked of it."""

    def __init__(self, progress: Progress) -> None:
        """It stands like this."""
        self.now = progress
        self.asked: list[tuple[Any, ...]] = []

    def progress(self) -> Progress:
        """How it stands."""
        return self.now

    async def next(self) -> Progress:
        """The same again."""
        return self.now

    def answer(self, step: int, answer: Answer) -> None:
        """Remember it."""
        self.asked.append(("answer", step, answer))

    def pause(self) -> None:
        """Remember it."""
        self.asked.append(("pause",))
        self.now = replace(self.now, phase="paused")

    def resume(self) -> None:
        """Remember it."""
        self.asked.append(("resume",))
        self.now = replace(self.now, phase="running")

    def skip(self, step: int) -> None:
        """Remember it."""
        self.asked.append(("skip", step))

    def stop(self) -> None:
        """Remember it."""
        self.asked.append(("stop",))

    async def finished(self) -> Outcome:
        """As if it had ended."""
        return Outcome(self.now, 0)


class FakeActs:
    """Plans what it was given, and carries out by `FakeExecution`."""

    def __init__(self, plan: Plan | None = None) -> None:
        """Blockers of this plan are accepted as wished."""
        self.made = plan or a_plan()
        self.mistake = ""
        self.denied = False
        self.wishes: list[Wish] = []
        self.facts_asked = 0
        self.executed: list[FakeExecution] = []
        self.report = ""

    def plan(self, wish: Wish, frame: Frame, facts: PlanFacts, id: str) -> Generator[None, None, Plan]:
        """The plan it was given, with blockers accepted as wished."""
        self.wishes.append(wish)
        yield
        if self.mistake:
            raise NodeviewError(self.mistake)
        accepted = tuple(replace(one, accepted=one.name in wish.options.accept) for one in self.made.blockers)
        options = {**self.made.options, "accept": ",".join(wish.options.accept)}
        return replace(self.made, blockers=accepted, at=frame.at, options=options, kind=wish.kind)

    async def facts(self, plan: Plan) -> PlanFacts:
        """All is allowed, or nothing."""
        self.facts_asked += 1
        return PlanFacts(reviews=tuple(Review(one, not self.denied) for one in accesses_of(plan)), refusals=())

    def execute(self, plan: Plan) -> FakeExecution:
        """One that has begun."""
        self.executed.append(FakeExecution(a_progress(plan, "running", "done")))
        return self.executed[-1]

    def report_of(self, id: str) -> str:
        """Where it was said to lie."""
        return self.report


def asking(progress: Progress, step: int, sentence: str) -> Progress:
    """The same while this step asks."""
    states = tuple(replace(one, stand="asking") if one.step.number == step else one for one in progress.steps)
    return replace(progress, steps=states, questions=(*progress.questions, Question(step, sentence)))


@asynccontextmanager
async def acting(
    acts: FakeActs, script: Script, size: tuple[int, int] = (120, 40), clock: Clock | None = None, **options: Any
) -> AsyncIterator[tuple[NodeviewApp, Pilot[None]]]:
    """An app that may write, by these."""
    said = UiOptions(fps=1000, **{"acting": True, **options})
    app = NodeviewApp(script.open, said, clock or Clock(), acts=lambda: acts)
    async with app.run_test(size=size) as pilot:
        await shown(app, script, pilot)
        yield app, pilot
