"""How steps stand while a plan is carried out, and what is asked."""

from __future__ import annotations

import asyncio

from nodeview.actions.plan import Plan, Step, Subject
from nodeview.live.executor_state import State

STEPS = tuple(Step(number, "cordon", Subject("Node", f"n{number}"), "", "") for number in (1, 2, 3))
PLAN = Plan("id", "rotation", "", "", "", 0.0, (), STEPS)


async def test_the_very_same_value_until_something_differs() -> None:
    state = State(PLAN, 1.0)
    told = state.told(2.0)
    assert state.told(3.0) is told
    state.begin(1, 4.0)
    assert state.told(5.0).of(1).stand == "running"
    state.say(1, "waits")
    again = state.told(6.0)
    state.say(1, "waits")
    assert state.told(7.0) is again


async def test_what_was_over_before_stays_over() -> None:
    state = State(PLAN, 1.0, {2: ("done", "cordoned")})
    assert [one.stand for one in state.told(2.0).steps] == ["waiting", "done", "waiting"]


async def test_a_question_and_its_answer() -> None:
    state = State(PLAN, 1.0)
    state.begin(1, 2.0)
    waiting = state.ask(1, "Too long.")
    assert state.ask(1, "Too long.") is waiting
    assert state.told(3.0).questions[0].sentence == "Too long."
    assert state.told(3.0).of(1).stand == "asking"
    state.answer(2, "stop")
    assert not waiting.done()
    state.answer(1, "skip")
    assert waiting.result() == "skip"
    assert state.told(4.0).questions == ()
    state.answer(1, "stop")


async def test_a_question_that_answers_itself_is_withdrawn() -> None:
    state = State(PLAN, 1.0)
    state.begin(1, 2.0)
    waiting = state.ask(1, "Too long.")
    state.end(1, "done", "it went on", 3.0)
    assert waiting.cancelled()
    assert state.told(4.0).questions == ()


async def test_pausing_holds_back_and_stopping_ends_the_pause() -> None:
    state = State(PLAN, 1.0)
    state.pause()
    assert state.going.is_set()  # nothing runs yet
    state.turn("running")
    state.pause()
    assert (state.phase, state.going.is_set()) == ("paused", False)
    state.go_on()
    assert (state.phase, state.going.is_set()) == ("running", True)
    state.pause()
    state.stop()
    assert (state.phase, state.going.is_set(), state.stopping.is_set()) == ("stopping", True, True)


async def test_whoever_waits_is_woken() -> None:
    state = State(PLAN, 1.0)
    waiting = asyncio.create_task(state.touched())
    await asyncio.sleep(0)
    state.begin(1, 2.0)
    await asyncio.wait_for(waiting, 5)


async def test_what_is_over_cannot_be_skipped() -> None:
    state = State(PLAN, 1.0, {1: ("done", "")})
    state.skip(1)
    state.skip(2)
    assert (state.skipped(1), state.skipped(2)) == (False, True)
