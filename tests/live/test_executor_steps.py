"""Each verb of a plan, on rows and objects by value."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nodeview.actions.marks import Mark
from nodeview.actions.plan import PodPath, Step, Subject, Verb
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_removals import Removals
from nodeview.live.executor_restarts import Restarts
from nodeview.live.executor_state import State, StepFailed, StepSkipped
from nodeview.live.executor_steps import Steps
from nodeview.live.executor_waiting import Waiting
from nodeview.live.executor_watch import Watch
from nodeview.live.executor_writes import Sender
from nodeview.records import Condition, NodeName, Rolling, Workload
from nodeview.wire.writer_answers import Standing
from tests.builders import a_node, a_pod, a_shape, owner
from tests.live.executing import Book, Objects, a_plan, node_subject, rows_with

SHOP = Subject("Deployment", "shop", "default", "u-shop", "apps")


def _shop(generation: int = 1, observed: int = 1, available: int = 2, **said: Any) -> Workload:
    counts = {"replicas": 2, "current": 2, "updated": 2, "ready": 2, "available": available} | said
    rolling = Rolling(generation, observed, None, a_shape(), **counts)
    return Workload("default", "shop", "u-shop", "Deployment", None, rolling)


class _Scene:
    def __init__(
        self, verb: Verb, subject: Subject, *, cordoned: bool = True, kind: str = "rotation", **said: Any
    ) -> None:
        self.step = Step(1, verb, subject, "", "", 600, writes=not verb.startswith("await"))
        self.restart = Step(2, "restart", SHOP, "", "")
        paths = [PodPath("default", "p", "uid-p", NodeName("n1"), "restart", "", SHOP)]
        plan = a_plan(self.step, self.restart, paths=paths, **said)
        plan = type(plan)(**{field: getattr(plan, field) for field in plan.__struct_fields__} | {"kind": kind})
        self.rows = rows_with()
        self.rows.put(a_node("n1", unschedulable=cordoned))
        self.rows.put(_shop())
        self.server = Objects(n1=Standing("uid-n1", "1"), shop=Standing("u-shop", "1", generation=1))
        clock = asyncio.get_running_loop().time
        self.state = State(plan, 0.0)
        self.state.turn("running")
        self.state.begin(1, 0.0)
        self.watch = Watch(plan, self.rows, lambda pod: False, clock)
        self.watch.old = lambda: ""  # type: ignore[method-assign]
        sender, waiting = Sender(Book(), self.state.stopping, clock), Waiting(self.state, self.watch, clock)
        nodes = NodeWrites(sender, self.server.writer, Mark(plan.id), clock)
        self.restarts = Restarts(sender, self.server.writer, lambda: 1_000.0, 0.0, None, resumed=False)
        removals = Removals(self.watch, waiting, sender, self.server.writer, clock)
        why = lambda snapshot, node, now: "a budget of the pool allows none until 18:00"  # noqa: E731
        self.steps = Steps(plan, self.watch, waiting, nodes, self.restarts, removals, clock, why)

    def pod(self, name: str = "p", **said: Any) -> None:
        self.rows.put(a_pod(name, node=NodeName("n1"), owner=owner("Deployment", "shop", "apps"), **said))

    def go(self, *why_not: str) -> asyncio.Task[str]:
        self.watch.open()
        return asyncio.create_task(self.steps.carry_out(self.step, lambda: why_not))

    async def until(self, words: str) -> None:
        async with asyncio.timeout(10):
            while words not in self.state.of(1).words:
                await asyncio.sleep(0.001)

    async def end(self, going: asyncio.Task[str]) -> str:
        try:
            return await asyncio.wait_for(going, 10)
        finally:
            await self.watch.close()


async def test_a_cordon_waits_until_its_stream_shows_it() -> None:
    scene = _Scene("cordon", node_subject(), cordoned=False)
    going = scene.go()
    await scene.until("does not show it yet")
    scene.rows.put(a_node("n1", unschedulable=True))
    assert await scene.end(going) == "cordoned"


async def test_a_workload_without_pods_there_is_not_restarted() -> None:
    scene = _Scene("restart", SHOP)
    with pytest.raises(StepSkipped, match="none of its pods"):
        await scene.end(scene.go())
    assert scene.server.did == []


async def test_a_rollout_in_flight_is_joined_before_it_is_restarted() -> None:
    scene = _Scene("restart", SHOP)
    scene.pod()
    scene.rows.put(_shop(updated=1))
    going = scene.go()
    await scene.until("joins the rollout in flight: 1 of 2 updated")
    assert scene.server.did == []
    scene.rows.put(_shop())
    assert "restarted at" in await scene.end(going)
    assert scene.server.did == [("restart", "shop", False)]


async def test_a_single_restart_asks_for_no_pods() -> None:
    scene = _Scene("restart", SHOP, kind="restart")
    assert "restarted at" in await scene.end(scene.go())


async def test_a_rollout_is_over_when_its_own_generation_is_and_the_old_pods_are_gone() -> None:
    scene = _Scene("await-rollout", SHOP)
    scene.pod()
    await scene.restarts.restart(scene.restart, None)  # answered with generation 2
    going = scene.go()
    await scene.until("not seen by its controller yet")
    scene.rows.put(_shop(2, 2))
    await scene.until("1 old still there")
    scene.rows.gone(a_pod("p"))
    assert await scene.end(going) == "all 2 are new and available"


async def test_a_rollout_whose_new_pods_find_no_node_says_so() -> None:
    scene = _Scene("await-rollout", SHOP)
    scene.rows.put(_shop(updated=1))
    going = scene.go()
    await scene.until("1 of 2 updated")
    waiting = a_pod("new", node=None, phase="Pending", owner=owner("Deployment", "shop", "apps"))
    scene.rows.put(waiting)
    await scene.until("1 of 2 updated; 1 pod has no node yet")
    scene.rows.gone(waiting)
    scene.rows.put(_shop())
    assert await scene.end(going) == "all 2 are new and available"


async def test_one_that_exceeds_its_progress_deadline_fails() -> None:
    scene = _Scene("await-rollout", SHOP)
    stuck = Condition("Progressing", "False", "ProgressDeadlineExceeded")
    scene.rows.put(_shop(updated=1, conditions=(stuck,)))
    with pytest.raises(StepFailed, match="progress deadline"):
        await scene.end(scene.go())


async def test_a_node_is_empty_when_nothing_that_moves_is_left() -> None:
    scene = _Scene("await-empty", node_subject())
    for name in ("p", "q", "r", "s"):
        scene.pod(name)
    going = scene.go()
    await scene.until("4 pods left: default/p, default/q, default/r and 1 more")
    for name in ("p", "q", "r", "s"):
        scene.rows.gone(a_pod(name))
    assert await scene.end(going) == "empty"


async def test_pods_that_no_step_moves_are_asked_about_long_before_the_deadline(monkeypatch: Any) -> None:
    monkeypatch.setattr("nodeview.live.executor_steps.STUCK_S", 0.05)
    scene = _Scene("await-empty", node_subject())
    scene.pod("came")
    going = scene.go()
    async with asyncio.timeout(10):
        while not scene.state.told(0.0).questions:
            await asyncio.sleep(0.001)
    (question,) = scene.state.told(0.0).questions
    assert "1 pod left that no step moves: default/came" in question.sentence
    scene.rows.gone(a_pod("came"))
    assert await scene.end(going) == "empty"


@pytest.mark.parametrize("said", [{"deleted": 5}, {"owner": owner("Job", "import", "batch")}])
async def test_pods_that_leave_by_themselves_are_waited_for(monkeypatch: Any, said: dict[str, Any]) -> None:
    monkeypatch.setattr("nodeview.live.executor_steps.STUCK_S", 0.0)
    scene = _Scene("await-empty", node_subject())
    scene.rows.put(a_pod("p", node=NodeName("n1"), **said))
    going = scene.go()
    await scene.until("1 pod left: default/p")
    assert not scene.state.told(0.0).questions
    scene.rows.gone(a_pod("p"))
    assert await scene.end(going) == "empty"


async def test_what_keeps_a_node_is_said_until_it_is_gone() -> None:
    scene = _Scene("await-removed", node_subject())
    going = scene.go()
    await scene.until("a budget of the pool allows none until 18:00")
    scene.rows.gone(a_node("n1"))
    assert await scene.end(going) == "removed"


async def test_what_does_not_hold_any_more_is_asked_about_at_once() -> None:
    scene = _Scene("restart", SHOP)
    scene.pod()
    going = scene.go("Deployment default/shop was scaled from 2 to 9 since.")
    await scene.until("scaled from 2 to 9")
    async with asyncio.timeout(10):
        while not scene.state.told(0.0).questions:
            await asyncio.sleep(0.001)
    assert scene.server.did == []
    scene.state.answer(1, "skip")
    scene.watch.wake()
    with pytest.raises(StepSkipped):
        await scene.end(going)


async def test_nothing_is_written_while_a_stream_is_old() -> None:
    scene = _Scene("restart", SHOP)
    scene.pod()
    said = ["the stream of pods is lagging"]
    scene.watch.old = lambda: said[0]  # type: ignore[method-assign]
    going = scene.go()
    await scene.until("the stream of pods is lagging")
    assert scene.server.did == []
    said[0] = ""
    scene.watch.wake()
    assert "restarted at" in await scene.end(going)


async def test_a_node_is_protected_by_the_annotation_of_the_plan() -> None:
    scene = _Scene(
        "protect", node_subject(), kind="protect", options={"annotation": "karpenter.sh/do-not-disrupt=true"}
    )
    assert await scene.end(scene.go()) == "karpenter.sh/do-not-disrupt=true"
    assert scene.server.objects["n1"].annotations == {"karpenter.sh/do-not-disrupt": "true"}
    bare = _Scene("protect", node_subject(), kind="protect")
    with pytest.raises(StepFailed):
        await bare.end(bare.go())


async def test_pods_that_are_leaving_already_need_no_restart() -> None:
    scene = _Scene("restart", SHOP)
    scene.pod(deleted=5)
    with pytest.raises(StepSkipped, match="none of its pods"):
        await scene.end(scene.go())
    assert scene.server.did == []
