"""What is followed: the picture first, and what it does without takes nothing from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from nodeview.cluster.happening import ASIDE
from nodeview.live.informer import Watched, open_informer
from nodeview.live.resources import FOLLOWED
from nodeview.records import NODES, PODS, ObjectKey, Record
from nodeview.ui.widgets.header import notes_of
from nodeview.views import Assumptions
from tests.demo_child import DemoChild, demo_child
from tests.refusing import refusing


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


class Seen:
    """A fold that keeps the keys of what it sees."""

    def __init__(self) -> None:
        self.keys: list[ObjectKey] = []

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        row = after if after is not None else before
        assert row is not None
        self.keys.append(row.key)


def keys_of(items: list[dict[str, Any]]) -> set[ObjectKey]:
    """As records have them."""
    return {ObjectKey(one["metadata"].get("namespace", ""), one["metadata"]["name"]) for one in items}


def test_the_picture_comes_first_and_nothing_is_followed_twice() -> None:
    assert FOLLOWED[:2] == (NODES, PODS)
    assert len({id(one) for one in FOLLOWED}) == len(FOLLOWED)
    assert not {one.id for one in FOLLOWED[:10]} & ASIDE


async def test_all_that_is_followed_is_known_and_can_be_read_at_any_moment(demo: DemoChild) -> None:
    async with refusing(demo.url, demo.token) as server, asyncio.timeout(20):
        informer = await open_informer(server.connection(), Assumptions(), Watched())
        seen = Seen()
        leave = informer.listen(seen)
        while not (await informer.next()).complete:
            pass
        state = informer.read()
        assert informer.identity.version is not None
        assert informer.transport.server == server.url
        leave()
        await informer.close()
    assert {kind for kind, _ in state.workloads} == {"Deployment", "StatefulSet", "DaemonSet"}
    budgets = demo.get("/apis/policy/v1/poddisruptionbudgets")["items"]
    assert state.budgets.keys() == keys_of(budgets)
    bound = {claim.key: state.volumes.of(claim.key) for claim in state.volumes.claims.values()}
    assert bound
    assert all(volume is not None and volume.node_terms for volume in bound.values())
    attached = {one.volume for some in state.volumes.attached.values() for one in some}
    assert attached == {volume.name for volume in bound.values() if volume is not None}
    assert state.autoscaler is None, "the demo has none, and its ConfigMap may be read"
    assert {one.state for one in state.streams} <= {"synced", "absent"}
    assert all(one.heard_at is not None for one in state.streams if one.state == "synced")
    assert keys_of(demo.items("nodes")) <= set(seen.keys)


async def test_who_may_read_nodes_and_pods_alone_has_a_whole_picture_and_no_alarm(demo: DemoChild) -> None:
    aside = [one for one in FOLLOWED if one.id in ASIDE]
    paths = [one.path(one.versions[0]) for one in aside]
    async with refusing(demo.url, demo.token, *paths) as server, asyncio.timeout(20):
        informer = await open_informer(server.connection(), Assumptions(), Watched())
        while not (frame := await informer.next()).complete:
            pass
        await informer.close()
    states = {one.resource: one.state for one in frame.view.streams}
    assert {states[one.id] for one in aside} == {"forbidden"}
    assert [line for line in frame.feed if line.kind == "stream"] == []
    notes = [text for text, _ in notes_of(frame, frame.at)]
    assert f"{len(aside)} resources may not be read" in notes
    assert not any("forbidden" in text for text in notes)
