"""What a frame says of its streams and of the credentials, against a server in another process."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Iterator

import pytest

from nodeview.cluster import Stream
from nodeview.frame import Frame
from nodeview.live.informer import Watched, open_informer
from nodeview.views import Assumptions
from nodeview.wire.connection import connection_of
from tests.demo_child import DemoChild, demo_child
from tests.refusing import refusing

MERGE = "application/merge-patch+json"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


def nodes_of(frame: Frame) -> Stream:
    return next(one for one in frame.view.streams if one.resource == "nodes")


async def test_the_rate_of_events_is_that_of_what_was_written(demo: DemoChild) -> None:
    name = demo.items("nodes")[0]["metadata"]["name"]
    informer = await open_informer(demo.connection(), Assumptions(), Watched())
    written = 0

    async def write() -> None:
        nonlocal written
        while True:
            body = {"metadata": {"labels": {"n": str(written)}}}
            await asyncio.to_thread(demo.send, "PATCH", f"/api/v1/nodes/{name}", body, MERGE)
            written += 1
            await asyncio.sleep(0.04)

    try:
        while not (frame := await informer.next()).complete:
            assert nodes_of(frame).rate is None, "nothing can be told yet"
        begun = time.monotonic()
        writing = asyncio.create_task(write())
        while time.monotonic() - begun < 2.5:
            frame = await informer.next()
        true_rate = written / (time.monotonic() - begun)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    finally:
        await informer.close()
    told = nodes_of(frame)
    assert true_rate > 4
    assert told.rate == pytest.approx(true_rate, rel=0.35), "the window began a little before the writing"
    assert (told.relists, told.last_reason) == (0, "")
    assert told.state_since is not None
    pods = next(one for one in frame.view.streams if one.resource == "pods")
    assert pods.rate is not None
    assert pods.rate < true_rate / 2


def jwt(expires_at: float) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in ({}, {"exp": expires_at})]
    return f"{b'.'.join(parts).decode()}.c2ln"


async def test_the_expiry_of_a_token_is_in_every_frame_and_the_token_in_none(demo: DemoChild) -> None:
    token = jwt(time.time() + 723)
    async with refusing(demo.url, demo.token) as server:
        informer = await open_informer(connection_of(server.url, token, "tiny"), Assumptions(), Watched())
        try:
            frame = await informer.next()
        finally:
            await informer.close()
    credential = frame.identity.credential
    assert credential.kind == "token"
    assert credential.expires_at == pytest.approx(time.time() + 723, abs=20)
    assert token not in repr(frame.identity)
