"""Evictions and deletions: by uid, through refusals of a budget, and over once the object is gone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nodeview.actions.plan import Step, Subject
from nodeview.errors import ApiError, api_error
from nodeview.live import executor_removals
from nodeview.live.executor_removals import Removals
from nodeview.live.executor_state import State, StepFailed
from nodeview.live.executor_waiting import Waiting
from nodeview.live.executor_watch import Watch
from nodeview.live.executor_writes import Sender
from nodeview.records import NodeName
from nodeview.wire.writer_answers import Standing
from tests.builders import a_pod, owner
from tests.live.executing import Book, Objects, a_plan, conflict, rows_with

POD = Subject("Pod", "p", "default", "uid-p")
CLAIM = Subject("NodeClaim", "c", "", "uid-c", "karpenter.sh")
EVICT = Step(1, "evict", POD, "", "", 600, node=NodeName("n1"))
DELETE = Step(1, "delete-claim", CLAIM, "", "", 600, node=NodeName("n1"))


class _Scene:
    def __init__(self, step: Step, *, there: bool = True, **said: Any) -> None:
        self.rows = rows_with("n1")
        self.pod = a_pod("p", node=NodeName("n1"), owner=owner("ReplicaSet", "r", "apps"), **said)
        if there:
            self.rows.put(self.pod)
        self.server = Objects(p=Standing(self.pod.uid, "1"), c=Standing("uid-c", "1"))
        plan = a_plan(step)
        self.state = State(plan, 0.0)
        self.state.turn("running")
        self.state.begin(1, 0.0)
        self.watch = Watch(plan, self.rows, lambda pod: False, asyncio.get_running_loop().time)
        clock = asyncio.get_running_loop().time
        sender = Sender(Book(), self.state.stopping, clock)
        waiting = Waiting(self.state, self.watch, clock)
        self.removals = Removals(self.watch, waiting, sender, self.server.writer, clock)

    async def until(self, words: str) -> None:
        async with asyncio.timeout(10):
            while words not in self.state.of(1).words:
                await asyncio.sleep(0.001)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_removals, "TOO_MANY_S", 0.01)


async def test_an_eviction_is_over_once_the_pod_is_gone() -> None:
    scene = _Scene(EVICT)
    scene.watch.open()
    evicting = asyncio.create_task(scene.removals.evict(EVICT))
    await scene.until("still there")
    scene.rows.put(a_pod("p", node=NodeName("n1"), deleted=5))
    await scene.until("terminating")
    scene.rows.gone(scene.pod)
    assert await asyncio.wait_for(evicting, 10) == "gone"
    assert scene.server.did == [("evict", "p", False)]
    await scene.watch.close()


@pytest.mark.parametrize("said", [{"there": False}, {"uid": "namesake"}])
async def test_one_that_is_gone_already_is_not_asked_for(said: dict[str, Any]) -> None:
    scene = _Scene(EVICT, **said)
    assert await scene.removals.evict(EVICT) == "gone"
    assert scene.server.did == []


async def test_a_budget_is_asked_again_until_it_allows() -> None:
    scene = _Scene(EVICT)
    scene.watch.open()
    refused = api_error(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
    scene.server.failures = [refused, refused, refused]
    evicting = asyncio.create_task(scene.removals.evict(EVICT))
    await scene.until("disruption budget")
    await scene.until("still there")
    scene.rows.gone(scene.pod)
    assert await asyncio.wait_for(evicting, 10) == "gone"
    assert len(scene.server.did) == 4
    await scene.watch.close()


async def test_a_conflict_over_its_budget_is_tried_again() -> None:
    scene = _Scene(EVICT)
    scene.watch.open()
    scene.server.failures = [conflict()]
    evicting = asyncio.create_task(scene.removals.evict(EVICT))
    await scene.until("still there")
    scene.rows.gone(scene.pod)
    assert await asyncio.wait_for(evicting, 10) == "gone"
    assert len(scene.server.did) == 2
    await scene.watch.close()


async def test_two_budgets_fail_it_for_good() -> None:
    scene = _Scene(EVICT)
    scene.server.failures = [
        api_error(500, "", "This pod has more than one PodDisruptionBudget, which is not supported.")
    ]
    with pytest.raises(ApiError):
        await scene.removals.evict(EVICT)
    assert len(scene.server.did) == 1


@pytest.mark.parametrize("code", [403, 422])
async def test_other_refusals_fail_it(code: int) -> None:
    scene = _Scene(EVICT)
    scene.server.failures = [api_error(code, "", "no")]
    with pytest.raises(ApiError):
        await scene.removals.evict(EVICT)


async def test_a_conflict_is_looked_into() -> None:
    """409 for a namesake: ours is gone."""
    scene = _Scene(EVICT)
    scene.watch.open()
    scene.server.objects["p"] = Standing("namesake", "2")
    evicting = asyncio.create_task(scene.removals.evict(EVICT))
    await scene.until("still there")
    scene.rows.gone(scene.pod)
    assert await asyncio.wait_for(evicting, 10) == "gone"
    assert "p" in scene.server.objects
    await scene.watch.close()


async def test_a_claim_is_deleted_only_while_its_node_is_empty() -> None:
    scene = _Scene(DELETE)
    with pytest.raises(StepFailed, match="not empty"):
        await scene.removals.delete_claim(DELETE)
    scene = _Scene(DELETE, there=False)
    assert await scene.removals.delete_claim(DELETE) == "deleted"
    assert await scene.removals.delete_claim(DELETE) == "deleted"
    assert "c" not in scene.server.objects
