"""The informer against a server in another process: what it hands out, when, and what it leaves behind."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from nodeview.errors import Unauthorized, Unreachable
from nodeview.frame import Frame
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.records import NodeName
from nodeview.views import Assumptions
from nodeview.wire.connection import Connection, connection_of
from tests import oracle
from tests.demo_child import DemoChild, demo_child

MERGE = "application/merge-patch+json"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    """A cluster in which nothing happens by itself: a second of ours is ten milliseconds there."""
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


@asynccontextmanager
async def following(where: Connection, watched: Watched | None = None) -> AsyncIterator[Informer]:
    """An open informer, closed afterwards."""
    informer = await open_informer(where, Assumptions(), watched or Watched())
    try:
        yield informer
    finally:
        await informer.close()


async def complete(informer: Informer) -> Frame:
    """The first complete frame."""
    async with asyncio.timeout(10):
        while not (frame := await informer.next()).complete:
            pass
    return frame


async def test_the_first_complete_frame_agrees_with_the_oracle(demo: DemoChild) -> None:
    async with following(demo.connection()) as informer:
        frame = await complete(informer)
    nodes, pods = demo.items("nodes"), demo.items("pods")
    assert len(nodes) > 10
    assert len(pods) > 100
    expected = oracle.by_node(nodes, pods)
    assert {str(name) for name in frame.view.nodes} == set(expected)
    for name, (count, sums) in expected.items():
        view = frame.view.nodes[NodeName(name)]
        assert len(view.pods) == count, name
        for resource in ("cpu", "memory"):
            assert view.requested[resource] == sums.get(resource, 0) * 10**9, (name, resource)
    totals, states = frame.view.totals, oracle.states(nodes, pods)
    assert totals.pods is not None
    assert {name: getattr(totals.pods, name) for name in states} == states
    for resource in ("cpu", "memory"):
        assert totals.allocatable[resource] == oracle.allocatable(nodes, resource) * 10**9
    assert frame.identity.version is not None
    assert frame.identity.version.text == demo.get("/version")["gitVersion"]


async def test_frames_are_pulled_and_none_is_missed(demo: DemoChild) -> None:
    """Whatever happens between two pulls is in one frame, and no frame is made that nobody asks for."""
    names = [node["metadata"]["name"] for node in demo.items("nodes")[:3]]
    async with following(demo.connection()) as informer:
        before = await complete(informer)
        for name in names:
            await asyncio.to_thread(
                demo.send, "PATCH", f"/api/v1/nodes/{name}", {"metadata": {"labels": {"told": "1"}}}, MERGE
            )
            await asyncio.sleep(0.15)
        after = await informer.next()
    assert after.number == before.number + 1
    assert after.touched == set(names)
    assert all(after.view.nodes[NodeName(name)].record.labels["told"] == "1" for name in names)


async def test_at_rest_a_frame_comes_each_second_and_touches_nothing(demo: DemoChild) -> None:
    async with following(demo.connection()) as informer:
        frames, moments = [await complete(informer)], [time.monotonic()]
        for _ in range(2):
            frames.append(await informer.next())
            moments.append(time.monotonic())
    first, second, third = frames
    assert not second.touched
    assert not third.touched
    assert all(third.view.nodes[name] is view for name, view in first.view.nodes.items())
    for sooner, later in pairwise(moments):
        assert 0.5 < later - sooner < 2.5


async def test_what_is_written_is_in_a_frame_at_once(demo: DemoChild) -> None:
    name = demo.items("nodes")[0]["metadata"]["name"]
    async with following(demo.connection()) as informer:
        frame = await complete(informer)
        await informer.next()
        begun = time.monotonic()
        demo.send("PATCH", f"/api/v1/nodes/{name}", {"spec": {"unschedulable": True}}, MERGE)
        while frame.view.nodes[NodeName(name)].standing.phase != "cordoned":
            frame = await informer.next()
        took = time.monotonic() - begun
        demo.send("PATCH", f"/api/v1/nodes/{name}", {"spec": {"unschedulable": None}}, MERGE)
    assert took < 0.9, "a change does not wait for the tick"
    assert frame.touched == {name}
    assert frame.feed[-1].kind == "cordoned"
    assert frame.feed[-1].subject == name


async def test_a_node_selector_leaves_nodes_out_and_counts_what_runs_there(demo: DemoChild) -> None:
    nodes, pods = demo.items("nodes"), demo.items("pods")
    pool = nodes[0]["metadata"]["labels"]["karpenter.sh/nodepool"]
    mine = [one for one in nodes if one["metadata"]["labels"].get("karpenter.sh/nodepool") == pool]
    async with following(demo.connection(), Watched(f"karpenter.sh/nodepool={pool}")) as informer:
        view = (await complete(informer)).view
    states = oracle.states(mine, pods)
    assert 0 < len(mine) < len(nodes)
    assert {str(name) for name in view.nodes} == {one["metadata"]["name"] for one in mine}
    assert view.totals.pods is not None
    assert {name: getattr(view.totals.pods, name) for name in states} == states
    assert view.pods_elsewhere == sum(map(oracle.holds_room, pods)) - sum(states.values())


def sockets() -> set[str]:
    """The sockets of this process."""
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open sockets are read from /proc")
@pytest.mark.parametrize("after", ["frames", "nothing"])
async def test_close_leaves_no_task_and_no_socket(demo: DemoChild, after: str) -> None:
    tasks, before = asyncio.all_tasks(), sockets()
    async with following(demo.connection()) as informer:
        if after == "frames":
            await complete(informer)
            assert len(sockets() - before) > 3, "streams are open, so there is something to close"
        else:
            await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    assert sockets() == before


async def test_a_wrong_token_is_told_when_opening_and_nothing_stays(demo: DemoChild) -> None:
    tasks = asyncio.all_tasks()
    with pytest.raises(Unauthorized):
        await open_informer(demo.connection(token="wrong"), Assumptions(), Watched())
    assert asyncio.all_tasks() == tasks


async def test_a_refused_connection_is_told_when_opening() -> None:
    with pytest.raises(Unreachable):
        await open_informer(connection_of("http://127.0.0.1:1", "t", "nowhere"), Assumptions(), Watched())


async def test_frames_that_are_cancelled_lose_nothing(demo: DemoChild) -> None:
    """A front end that stops waiting, and asks again later, misses no touched node."""
    name = demo.items("nodes")[1]["metadata"]["name"]
    async with following(demo.connection()) as informer:
        await complete(informer)
        waiting = asyncio.create_task(informer.next())
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        demo.send("PATCH", f"/api/v1/nodes/{name}", {"metadata": {"labels": {"again": "1"}}}, MERGE)
        frame = await informer.next()
        while name not in frame.touched:
            frame = await informer.next()
    assert frame.view.nodes[NodeName(name)].record.labels["again"] == "1"
