"""The order of steps, and what a failure takes with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from nodeview.actions.plan import Plan, PodPath, Step, Subject, Verb
from nodeview.errors import JournalError, api_error
from nodeview.live.executor_lanes import Lanes
from nodeview.live.executor_state import State, StepFailed, StepSkipped, Stopped
from nodeview.live.journal import Entry
from nodeview.records import NodeName

SHOP = Subject("Deployment", "shop", "web", "u", "apps")


def _node(name: str) -> Subject:
    return Subject("Node", name)


def _steps(*steps: tuple[Verb, Subject, int, str]) -> tuple[Step, ...]:
    return tuple(
        Step(place + 1, verb, subject, "", "", None, stage, lane)
        for place, (verb, subject, stage, lane) in enumerate(steps)
    )


STEPS = _steps(
    ("cordon", _node("a"), 0, "a"),
    ("cordon", _node("b"), 0, "b"),
    ("restart", SHOP, 1, "shop"),
    ("await-rollout", SHOP, 1, "shop"),
    ("await-empty", _node("a"), 2, "a"),
    ("await-removed", _node("a"), 2, "a"),
    ("await-empty", _node("b"), 2, "b"),
)
PATHS = (PodPath("web", "p", "u-p", NodeName("a"), "restart", "", SHOP),)
PLAN = Plan("id", "rotation", "", "", "", 0.0, (), STEPS, PATHS)


class _Journal:
    def __init__(self, full_at: int = 0) -> None:
        self.lines: list[Entry] = []
        self.full_at = full_at

    def write(self, entry: Entry) -> None:
        if self.full_at and len(self.lines) + 1 >= self.full_at:
            raise JournalError("full.")
        self.lines.append(entry)


class _Run:
    """Steps that do nothing but what is said of them by number."""

    def __init__(self, plan: Plan = PLAN, said: Mapping[int, BaseException] | None = None, full_at: int = 0) -> None:
        self.state = State(plan, 0.0)
        self.state.turn("running")
        self.done: list[int] = []
        self.most = self.now = 0
        self.said = said or {}
        self.journal = _Journal(full_at)
        self.lanes = Lanes(plan, self.state, self.journal, self.carry_out, lambda: 1.0)  # type: ignore[arg-type]

    async def carry_out(self, step: Step) -> str:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        self.done.append(step.number)
        if step.number in self.said:
            raise self.said[step.number]
        return "done"

    def stands(self) -> list[str]:
        return [one.stand for one in self.state.told(2.0).steps]


async def test_stage_after_stage_and_each_lane_in_its_order() -> None:
    run = _Run()
    await run.lanes.run()
    assert set(run.stands()) == {"done"}
    assert set(run.done[:2]) == {1, 2}
    assert run.done[2:4] == [3, 4]
    assert run.done.index(5) < run.done.index(6)
    assert run.lanes.parked == {}


async def test_a_failed_workload_parks_the_nodes_that_it_is_on() -> None:
    run = _Run(said={3: api_error(403, "Forbidden", "not you")})
    await run.lanes.run()
    assert run.stands() == ["done", "done", "failed", "parked", "parked", "parked", "done"]
    assert run.lanes.parked == {"a": "restart deployment/web/shop failed: not you"}


async def test_a_failed_node_parks_itself_alone() -> None:
    run = _Run(said={2: StepFailed("another's")})
    await run.lanes.run()
    assert run.stands() == ["done", "failed", "done", "done", "done", "done", "parked"]


async def test_what_is_skipped_parks_nothing() -> None:
    run = _Run(said={3: StepSkipped("no pods"), 5: StepSkipped("asked")})
    await run.lanes.run()
    assert run.stands() == ["done", "done", "skipped", "done", "skipped", "done", "done"]


async def test_a_stop_begins_nothing_more() -> None:
    run = _Run()
    run.said = {3: Stopped()}
    run.state.stopping.clear()

    async def stop_at_three(step: Step) -> str:
        if step.number == 3:
            run.state.stop()
        return "done"

    lanes = Lanes(PLAN, run.state, run.journal, stop_at_three, lambda: 1.0)  # type: ignore[arg-type]
    with pytest.raises(Stopped):
        await lanes.run()
    assert run.stands()[3:] == ["waiting"] * 4


async def test_a_journal_that_cannot_be_kept_ends_all_of_it() -> None:
    run = _Run(full_at=3)
    with pytest.raises(JournalError):
        await run.lanes.run()
    assert 3 not in run.done


async def test_what_was_done_before_is_not_done_again() -> None:
    run = _Run()
    run.state.end(3, "done", "", 0.0)
    await run.lanes.run()
    assert 3 not in run.done


async def test_only_so_many_workloads_roll_beside_each_other() -> None:
    many = _steps(*(("restart", Subject("Deployment", f"d{n}", "web"), 0, f"d{n}") for n in range(9)))
    run = _Run(Plan("id", "rotation", "", "", "", 0.0, (), many, options={"max_restarts": 2}))
    await run.lanes.run()
    assert run.most == 2
    run = _Run(
        Plan("id", "rotation", "", "", "", 0.0, (), _steps(*(("cordon", _node(f"n{n}"), 0, f"n{n}") for n in range(9))))
    )
    await run.lanes.run()
    assert run.most == 9
