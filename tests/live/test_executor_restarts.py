"""Restarts are done once, whatever happened before."""

from __future__ import annotations

import asyncio

import pytest

from nodeview.actions.plan import Step, Subject
from nodeview.live.executor_restarts import Restarts
from nodeview.live.executor_state import StepFailed
from nodeview.live.executor_writes import Sender
from nodeview.live.journal import Entry, Record
from nodeview.wire.writer_answers import Standing
from nodeview.wire.writer_bodies import instant
from tests.live.executing import Book, Objects, a_plan, conflict

BEGAN, NOW = 1_000.0, 1_100.0
SHOP = Subject("Deployment", "shop", "web", "u", "apps")
STEP = Step(3, "restart", SHOP, "", "")


def _record(*entries: Entry) -> Record:
    return Record("id", a_plan(STEP), BEGAN, "", "", entries)


def _restarts(server: Objects, record: Record | None = None, *, resumed: bool = False) -> Restarts:
    sender = Sender(Book(), asyncio.Event(), lambda: NOW)
    return Restarts(sender, server.writer, lambda: NOW, BEGAN, record, resumed=resumed)


async def test_the_generation_is_that_of_the_answer() -> None:
    server = Objects(shop=Standing("u", "1", generation=7))
    restarts = _restarts(server)
    assert restarts.generation_of(SHOP) is None
    assert await restarts.restart(STEP, None) == f"restarted at {instant(NOW)}"
    assert restarts.generation_of(SHOP) == 8
    assert server.objects["shop"].restarted_at == instant(NOW)


async def test_one_that_was_restarted_a_moment_ago_is_restarted_all_the_same() -> None:
    """By somebody else, within the same second: the same moment again would change nothing."""
    server = Objects(shop=Standing("u", "1", generation=7, restarted_at=instant(NOW)))
    restarts = _restarts(server)
    await restarts.restart(STEP, None)
    assert restarts.generation_of(SHOP) == 8


@pytest.mark.parametrize("there", [instant(1_050), instant(1_060)], ids=["taken", "taken and again by another"])
async def test_a_resume_finds_what_it_meant(there: str) -> None:
    server = Objects(shop=Standing("u", "1", generation=8, restarted_at=there))
    intent = Entry("intent", 1_050.0, 3, SHOP.text, "restart", instant(1_050))
    restarts = _restarts(server, _record(intent), resumed=True)
    assert restarts.begun(STEP)
    assert "was restarted" in await restarts.restart(STEP, 2_000)
    assert (server.did, restarts.generation_of(SHOP)) == ([], 8)


async def test_a_resume_sends_what_was_meant_and_not_taken_with_the_same_moment() -> None:
    server = Objects(shop=Standing("u", "1", generation=7, restarted_at=instant(500)))
    intent = Entry("intent", 1_050.0, 3, SHOP.text, "restart", instant(1_050))
    await _restarts(server, _record(intent), resumed=True).restart(STEP, None)
    assert server.objects["shop"].restarted_at == instant(1_050)


async def test_without_its_journal_what_was_restarted_since_the_rotation_began_is_enough() -> None:
    server = Objects(shop=Standing("u", "1", generation=8, restarted_at=instant(1_050)))
    assert "was restarted" in await _restarts(server, resumed=True).restart(STEP, 1_000)
    assert server.did == []


@pytest.mark.parametrize(("there", "newest"), [(500, 400), (1_050, 1_070)], ids=["long before", "pods came after"])
async def test_without_its_journal_it_is_restarted_where_that_was_not_enough(there: float, newest: int) -> None:
    server = Objects(shop=Standing("u", "1", generation=8, restarted_at=instant(there)))
    await _restarts(server, resumed=True).restart(STEP, newest)
    assert len(server.did) == 1


async def test_a_conflict_is_looked_into_and_sent_again() -> None:
    server = Objects(shop=Standing("u", "1", generation=7))
    server.failures = [conflict(), conflict()]
    assert await _restarts(server).restart(STEP, None) == f"restarted at {instant(NOW)}"
    assert len(server.did) == 3
    server = Objects(shop=Standing("u", "1", generation=7))
    server.failures = [conflict() for _ in range(100)]
    with pytest.raises(StepFailed, match="all the time"):
        await _restarts(server).restart(STEP, None)


async def test_generations_of_a_run_before_are_known() -> None:
    answer = Entry("answer", 1_050.0, 3, SHOP.text, "restart", generation=9)
    assert _restarts(Objects(), _record(answer), resumed=True).generation_of(SHOP) == 9


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ({}, "gone"),
        ({"shop": Standing("other", "1")}, "another"),
        ({"shop": Standing("u", "1", paused=True)}, "paused"),
    ],
)
async def test_what_cannot_be_restarted_is_said(there: dict[str, Standing], words: str) -> None:
    server = Objects(**there)
    with pytest.raises(StepFailed, match=words):
        await _restarts(server).restart(STEP, None)
    assert server.did == []
