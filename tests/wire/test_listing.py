"""How a list is asked for: as large as the server can take, and compressed where that is not spoiled."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
from collections import Counter
from typing import Any, cast

import pytest

from nodeview.records import Batch
from nodeview.wire.body import Body
from nodeview.wire.connection import connection_of
from nodeview.wire.listing import read_page
from nodeview.wire.splitter import ARRAY_BYTES
from nodeview.wire.transport import Transport
from tests.wire.misbehaving import Misbehaving, Reply, Request, misbehaving, status, truncated
from tests.wire.things import QUICK, following, until


def limits(server: Misbehaving) -> list[int]:
    """How many things were asked for, list by list and page by page."""
    return [int(one.params["limit"]) for one in server.requests if one.kind in ("list", "page")]


@pytest.mark.parametrize(("slow", "asked"), [(60.0, [500, 500, 500]), (0.0, [500, 250, 125, 62, 50, 50, 50])])
async def test_pages_of_a_slow_server_do_not_grow_and_those_of_a_very_slow_one_shrink(
    slow: float, asked: list[int]
) -> None:
    pace = dataclasses.replace(QUICK, page_quick=0.0, page_slow=slow)
    async with misbehaving(1100) as server, following(server, pace=pace) as follower:
        await until(lambda: follower.mirror.synced == 1)
        assert limits(server)[: len(asked)] == asked


async def test_only_what_was_too_much_makes_pages_smaller() -> None:
    busy, gateway = status(429, "TooManyRequests"), status(504, "Timeout", "the balancer gave up")
    async with misbehaving(1100) as server:
        server.fault("page", "busy", busy)
        server.fault("page", "gateway", gateway)
        server.fault("page", "cut", truncated(0.5))
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            assert follower.mirror.texts() == server.texts()
            assert limits(server) == [500, 1000, 1000, 500, 250, 250, 250]


async def test_what_was_too_much_for_one_listing_is_for_the_next() -> None:
    async with misbehaving(600) as server:
        server.fault("list", "cut", truncated(0.5))
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            server.version += 1
            server.expire()
            server.cut_all()
            await until(lambda: follower.mirror.synced == 2)
            assert limits(server) == [500, 250, 250, 250, 250, 250, 250]


async def test_a_fresh_token_that_is_too_old_as_well_is_not_believed_for_ever() -> None:
    async def gone(server: Misbehaving, request: Request, reply: Reply) -> None:
        server._snapshots.clear()
        await reply.whole(b'{"code":410,"reason":"Expired","metadata":{"continue":"nonsense"}}', 410)

    async with misbehaving(600) as server:
        server.fault("page", "gone", gone, times=2)
        async with following(server) as follower:
            await until(lambda: follower.mirror.synced == 1)
            assert server.performed["gone"] == 2
            assert "limit" not in [one.params for one in server.requests if one.kind == "list"][1]
            assert follower.mirror.texts() == server.texts()


async def test_where_versions_are_no_numbers_a_fresh_token_is_no_good() -> None:
    """The watch begins after the list, and would miss what happened between the pages."""

    async def gone(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(b'{"code":410,"reason":"Expired","metadata":{"continue":"token-0"}}', 410)

    async def opaque(server: Misbehaving, request: Request, reply: Reply) -> None:
        body = server.page(request) or b""
        at = body.index(b'"metadata":{"resourceVersion":"')
        end = body.index(b'"', at + 31)
        await reply.whole(body[: at + 31] + b"x" + body[end:])

    async with misbehaving(600) as server:
        server.fault("list", "opaque", opaque)
        server.fault("page", "gone", gone)
        async with following(server) as follower:
            await until(lambda: server.count("list") == 2)
            await until(lambda: follower.mirror.synced == 1)
            assert server.count("page") == 1


async def test_compression_that_was_spoiled_is_asked_for_no_more() -> None:
    async def spoiled(server: Misbehaving, request: Request, reply: Reply) -> None:
        zipped = gzip.compress(server.page(request) or b"")
        await reply.whole(b"\x1f\x8b" + zipped, headers={"Content-Encoding": "gzip"})

    async with misbehaving(20) as server:
        transport = Transport(connection_of(server.url, "", "test"))
        transport.compress = True
        server.fault("list", "spoiled", spoiled)
        async with following(server, transport=transport) as follower:
            await until(lambda: follower.mirror.synced == 1)
            asked = [one.headers["accept-encoding"] for one in server.requests if one.kind == "list"]
            assert asked == ["gzip", "identity"]
            assert "cannot be decompressed" in follower.mirror.lags()[0].reason


async def test_an_age_is_counted_from_before_all_attempts_in_vain() -> None:
    """Half of a list is heard, again and again, for other reasons; the data is as old as it was."""
    async with misbehaving(600) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1 and server.count("watch") == 1)
        heard = follower.reflector.heard_at
        server.version += 1
        server.expire()
        server.fault("page", "cut", truncated(0.5))
        server.fault("page", "html", status(500, "InternalError"))
        server.cut_all()
        await until(lambda: follower.mirror.synced == 2)
        since = {lag.since for lag in follower.mirror.lags()}
        assert len({lag.reason for lag in follower.mirror.lags()}) >= 3
        assert since == {heard}


class Page:
    """A body that is all there: nothing waits but for its turn."""

    def __init__(self) -> None:
        items = b",".join(b'{"metadata":{"name":"n%d"},"x":"%s"}' % (one, b"x" * 2000) for one in range(400))
        whole = b'{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[' + items + b"]}"
        self._chunks = [whole[start : start + ARRAY_BYTES] for start in range(0, len(whole), ARRAY_BYTES)]

    async def read(self) -> bytes:
        """The next piece."""
        return self._chunks.pop(0) if self._chunks else b""


async def test_of_many_lists_one_decodes_at_a_time_and_others_run_in_between() -> None:
    rounds = 0
    decoded: list[int] = []

    async def count() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    def read(array: bytes) -> Batch[Any]:
        decoded.append(rounds)
        return Batch((), ())

    def nothing(*_: object) -> None:
        pass

    turn = asyncio.Lock()
    counting = asyncio.create_task(count())
    pages = (
        read_page(cast(Body, Page()), read, turn, on_bytes=nothing, on_head=nothing, on_batch=nothing) for _ in range(8)
    )
    heads = await asyncio.gather(*pages)
    counting.cancel()
    assert [head.version for head in heads] == ["7"] * 8
    assert len(decoded) >= 16
    assert max(Counter(decoded).values()) <= 2, "at the end of a page what is left is decoded at once"
