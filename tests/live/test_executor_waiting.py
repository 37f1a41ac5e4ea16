"""Waiting: until it is done, skipped, stopped, or somebody has to say."""

from __future__ import annotations

import asyncio

import pytest

from nodeview.actions.plan import Step
from nodeview.live.executor_state import State, StepSkipped, Stopped
from nodeview.live.executor_waiting import Look, Waiting
from nodeview.live.executor_watch import Watch
from tests.live.executing import a_plan, node_subject, rows_with

STEP = Step(1, "await-empty", node_subject(), "", "", 600, writes=False)


class _Scene:
    """A step that waits, by a clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.look = Look(False, "3 pods left")
        plan = a_plan(STEP)
        self.state = State(plan, self.now)
        self.state.turn("running")
        self.state.begin(1, self.now)
        self.watch = Watch(plan, rows_with("n1"), lambda pod: False, lambda: self.now)
        self.waiting = Waiting(self.state, self.watch, lambda: self.now)

    def begin(self, **said: float) -> asyncio.Task[str]:
        return asyncio.create_task(self.waiting.until(STEP, lambda: self.look, **said))  # type: ignore[arg-type]

    async def turn(self, seconds: float = 0.0) -> None:
        """So much later something moves."""
        for _ in range(3):
            await asyncio.sleep(0)
        self.now += seconds
        self.watch.wake()
        for _ in range(6):
            await asyncio.sleep(0)


async def test_it_goes_on_as_soon_as_it_is_done() -> None:
    scene = _Scene()
    waiting = scene.begin()
    await scene.turn()
    assert scene.state.of(1).words == "3 pods left"
    scene.look = Look(True, "empty")
    await scene.turn()
    assert await asyncio.wait_for(waiting, 5) == "empty"


async def test_at_its_deadline_it_asks_and_wait_gives_it_as_long_again() -> None:
    scene = _Scene()
    waiting = scene.begin()
    await scene.turn(599)
    assert scene.state.told(0.0).questions == ()
    await scene.turn(2)
    await scene.turn()
    (question,) = scene.state.told(0.0).questions
    assert question.sentence == "await-empty node/n1 is not over after 10 min: 3 pods left."
    scene.state.answer(1, "wait")
    await scene.turn()
    await scene.turn(599)
    assert scene.state.told(0.0).questions == ()
    await scene.turn(2)
    await scene.turn()
    assert len(scene.state.told(0.0).questions) == 1
    scene.look = Look(True, "empty")
    await scene.turn()
    assert await asyncio.wait_for(waiting, 5) == "empty"
    assert scene.state.told(0.0).questions == ()


@pytest.mark.parametrize(("answer", "raised"), [("skip", StepSkipped), ("stop", Stopped)])
async def test_the_other_answers_end_it(answer: str, raised: type[Exception]) -> None:
    scene = _Scene()
    waiting = scene.begin(deadline_s=0.0)
    await scene.turn()
    scene.state.answer(1, answer)  # type: ignore[arg-type]
    await scene.turn()
    with pytest.raises(raised):
        await asyncio.wait_for(waiting, 5)
    assert scene.state.stopping.is_set() == (answer == "stop")


async def test_a_stop_and_a_skip_end_it_without_a_question() -> None:
    scene = _Scene()
    waiting = scene.begin()
    await scene.turn()
    scene.state.skip(1)
    await scene.turn()
    with pytest.raises(StepSkipped):
        await asyncio.wait_for(waiting, 5)
    scene = _Scene()
    waiting = scene.begin()
    await scene.turn()
    scene.state.stop()
    with pytest.raises(Stopped):
        await asyncio.wait_for(waiting, 5)


async def test_the_deadline_is_one_for_all_waits_of_a_step() -> None:
    scene = _Scene()
    first = scene.begin()
    await scene.turn(500)
    scene.look = Look(True, "")
    await scene.turn()
    await asyncio.wait_for(first, 5)
    scene.look = Look(False, "still")
    second = scene.begin()
    await scene.turn(101)
    await scene.turn()
    assert len(scene.state.told(0.0).questions) == 1
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
