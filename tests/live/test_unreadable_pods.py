"""A server that shows its nodes and refuses its pods, or is slow with them: nothing is shown as 0 that is not known."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.live.pace import SYNCING_S
from nodeview.records import NODES, Upserted
from nodeview.report.json_report import report_of
from nodeview.views import Assumptions
from tests.demo_child import DemoChild, demo_child
from tests.refusing import WORDS, refusing

PODS = "/api/v1/pods"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


async def until(informer: Informer, **states: str) -> Frame:
    """The first frame in which these streams are in these states."""
    async with asyncio.timeout(10):
        while True:
            frame = await informer.next()
            said = {one.resource: one.state for one in frame.view.streams}
            if all(said[name] == state for name, state in states.items()):
                return frame


async def test_refused_pods_are_unknown_in_the_servers_words_and_nodes_are_shown(demo: DemoChild) -> None:
    async with refusing(demo.url, demo.token, PODS) as server:
        informer = await open_informer(server.connection(), Assumptions(), Watched())
        frame = await until(informer, nodes="synced", pods="forbidden")
        await informer.close()
        assert server.refusals
    view = frame.view
    (stream,) = [one for one in view.streams if one.resource == "pods"]
    assert stream.reason == WORDS
    assert len(view.nodes) == len(demo.items("nodes"))
    for node in view.nodes.values():
        assert node.counts is None
        assert not node.requested
        assert WORDS in node.unknown["cpu"]
    assert not frame.complete
    report = report_of(frame)
    assert {one["pods"] for one in report["nodes"]} == {None}
    assert all(set(one["requested"].values()) == {None} for one in report["nodes"])
    assert set(report["totals"]["pods"].values()) == {None}
    assert set(report["totals"]["requested"].values()) == {None}
    assert report["totals"]["allocatable"]["cpu"] > 0
    assert report["streams"]["pods"] | {"age_s": None} == {"state": "forbidden", "age_s": None, "reason": WORDS}


async def test_refused_nodes_are_told_and_pods_count_where_they_are(demo: DemoChild) -> None:
    async with refusing(demo.url, demo.token, "/api/v1/nodes") as server:
        informer = await open_informer(server.connection(), Assumptions(), Watched())
        frame = await until(informer, nodes="forbidden", pods="synced")
        await informer.close()
    assert not frame.view.nodes
    assert frame.view.pods_elsewhere == len(demo.items("pods"))
    totals = report_of(frame)["totals"]
    assert totals["nodes"] is None
    assert set(totals["pods"].values()) == {None}


async def test_while_pods_are_on_their_way_nodes_are_there_and_the_frame_is_not_complete(demo: DemoChild) -> None:
    async with refusing(demo.url, demo.token, held=PODS) as server:
        informer = await open_informer(server.connection(), Assumptions(), Watched())
        early = await until(informer, nodes="synced")
        server.free.set()
        late = await until(informer, nodes="synced", pods="synced")
        await informer.close()
    assert len(early.view.nodes) == len(late.view.nodes) > 10
    assert not early.complete
    assert report_of(early)["totals"]["requested"]["cpu"] is None
    assert report_of(late)["totals"]["requested"]["cpu"] > 0
    assert late.view.totals.pods is not None
    assert late.view.totals.pods.running > 100


async def test_frames_that_stay_incomplete_keep_the_pace_however_much_happens(demo: DemoChild) -> None:
    """The first whole picture waits for no pace; what comes after it does, complete or not."""
    async with refusing(demo.url, demo.token, PODS) as server:
        informer = await open_informer(server.connection(), Assumptions(), Watched())
        frame = await until(informer, nodes="synced", pods="forbidden")
        while not all(one.state in ("synced", "forbidden", "absent") for one in frame.view.streams):
            frame = await informer.next()
        record = next(iter(frame.view.nodes.values())).record

        async def stir() -> None:
            for number in range(10_000):
                changed = replace(record, annotations={"n": str(number)})
                informer._hear(Upserted(NODES, (changed,), (0,)))
                await asyncio.sleep(0.005)

        stirring = asyncio.create_task(stir())
        begun = time.monotonic()
        for _ in range(4):
            await informer.next()
        took = time.monotonic() - begun
        stirring.cancel()
        await informer.close()
    assert took >= 2 * SYNCING_S
