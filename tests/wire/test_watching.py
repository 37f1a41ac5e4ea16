"""Watch after watch: what a silence, a burst, a cut or a step back in time amounts to."""

from __future__ import annotations

import asyncio
import dataclasses
import socket

import pytest

from nodeview.records.change import Current, Synced
from nodeview.records.resource import ServerVersion
from nodeview.wire.connection import connection_of
from nodeview.wire.gate import Gate
from nodeview.wire.reflector import Reflector
from nodeview.wire.transport import Transport
from nodeview.wire.watching import LARGEST_LINE
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request, misbehaving, saying, status
from tests.wire.things import IMPATIENT, QUICK, THINGS, Following, Mirror, following, until

WATCH = {"watch": "1", "resourceVersion": "103", "timeoutSeconds": "5"}
BOOKMARK = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"%d"}}}\n'


async def agreed(server: Misbehaving, follower: Following) -> None:
    """Change something, and wait until the follower knows all that the server does, and says so."""
    server.put("last", f"word {server.version}")
    await until(lambda: follower.mirror.texts() == server.texts() and not follower.mirror.lagging)


async def hung(server: Misbehaving, request: Request, reply: Reply) -> None:
    """No answer, for as long as the client cares to wait."""
    await asyncio.sleep(30)


def held_back(*, whole: bool = False) -> Fault:
    """A proxy that sends the headers with the first event, or all of the answer when it has ended."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        since, began = int(request.params["resourceVersion"]), asyncio.get_running_loop().time()
        ends = began + float(request.params["timeoutSeconds"])
        sent = 0
        while asyncio.get_running_loop().time() < ends:
            lines = [line for version, line in server._log[sent:] if version > since]
            if lines and not whole:
                if not sent:
                    await reply.start()
                sent = len(server._log)
                await reply.send(b"".join(lines))
            await asyncio.sleep(0.005)
        if not sent:
            await reply.start()
            lines = [line for version, line in server._log if version > since]
            await reply.send(b"".join(lines) or b"\n")
        await reply.end()

    return fault


async def test_a_silence_without_bookmarks_means_nothing() -> None:
    async with misbehaving(3) as server, following(server, pace=IMPATIENT) as follower:
        await until(lambda: server.count("watch") == 3)
        assert not follower.mirror.lags()
        assert not follower.reflector.bookmarks_seen
        lengths = [int(request.params["timeoutSeconds"]) for request in server.requests if request.kind == "watch"]
        assert lengths[0] >= 300
        assert lengths[1:] == [1, 1], "short ones, whose end in time is a sign of life"
        first, second, third = [request.at for request in server.requests if request.kind == "watch"]
        assert second - first > 0.25
        assert third - second > 0.9
        await agreed(server, follower)
        assert server.count("list") == 1


@pytest.mark.slow
async def test_a_watch_that_is_never_answered_is_noticed() -> None:
    async with misbehaving(3) as server:
        server.fault("watch", "hung", hung, times=3)
        async with following(server, pace=IMPATIENT) as follower:
            await until(lambda: bool(follower.mirror.lags()))
            assert "did not end in time" in follower.mirror.lags()[0].reason
            assert server.count("watch") == 2, "the first silence may be a proxy's; the second watch must end"
            await agreed(server, follower)
            assert server.count("list") == 1


async def test_where_bookmarks_came_the_first_silence_is_a_failure() -> None:
    async with misbehaving(3) as server, following(server, pace=IMPATIENT) as follower:
        await until(lambda: follower.mirror.synced == 1 and server.count("watch") == 1)
        server.version += 1
        server.bookmark()
        await until(lambda: follower.reflector.bookmarks_seen)
        server.fault("watch", "hung", hung)
        began = asyncio.get_running_loop().time()
        server.cut_all()
        await until(lambda: "not even a bookmark" in follower.reflector.last_reason)
        assert 0.25 < asyncio.get_running_loop().time() - began < 0.8
        await agreed(server, follower)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("bookmarks", [False, True])
async def test_a_proxy_that_holds_headers_back_is_no_failure(whole: bool, bookmarks: bool) -> None:
    async def minutely() -> None:
        while bookmarks:
            server.version += 1
            server.bookmark()
            await asyncio.sleep(0.2)

    async with misbehaving(3) as server:
        server.fault("watch", "held back", held_back(whole=whole), times=100)
        async with following(server, pace=IMPATIENT) as follower:
            await until(lambda: follower.mirror.synced == 1)
            sending = asyncio.create_task(minutely())
            await asyncio.sleep(0.7)
            server.put("thing-0000", "heard through the proxy")
            await until(lambda: follower.mirror.texts() == server.texts())
            await asyncio.sleep(0.7)
            assert not follower.mirror.lags()
            assert server.count("list") == 1
            assert server.count("watch") <= 5
            sending.cancel()
            await asyncio.wait([sending])


async def test_a_server_that_is_silently_of_an_older_time_is_listed_anew() -> None:
    """Restored from a backup, it watches from a version of its future: nothing comes until it gets there."""
    too_large = status(504, "Timeout", "Too large resource version: 900, current: 50")
    async with misbehaving(3) as server, following(server, pace=IMPATIENT) as follower:
        await until(lambda: server.count("watch") == 1 and follower.mirror.synced == 1)
        server.version = 900
        server.bookmark()
        await until(lambda: follower.reflector.bookmarks_seen)
        server.things.clear()
        server.version, server.oldest = 40, 0
        server.put("restored", "from backup")
        server._log.clear()
        server.fault("list", "too large", too_large)
        server.cut_all()
        await until(lambda: follower.mirror.synced == 2)
        assert server.performed["too large"] == 1
        assert "Too large" in follower.reflector.last_reason
        listing = [change for change in follower.mirror.changes if isinstance(change, Synced)][-1].listing
        assert listing.new_epoch
        await agreed(server, follower)


async def test_a_bookmark_from_the_past_brings_a_list() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: server.count("watch") == 1 and follower.mirror.synced == 1)
        server.say(BOOKMARK % 50)
        await until(lambda: follower.mirror.synced == 2)
        assert "back in time, from version 103 to 50" in follower.mirror.lags()[0].reason
        await agreed(server, follower)


async def test_a_replay_does_not_move_the_version_back() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: server.count("watch") == 1 and follower.mirror.synced == 1)
        server.version = 500
        server.put("thing-0000", "new")
        server.say(b'{"type":"MODIFIED","object":{"metadata":{"name":"thing-0000","resourceVersion":"102"}}}\n')
        await until(lambda: follower.reflector.events == 2)
        server.cut_all()
        await until(lambda: server.count("watch") == 2)
        assert server.requests[-1].params["resourceVersion"] == "501"
        await agreed(server, follower)


async def test_a_line_without_an_end_is_not_kept() -> None:
    sent = 0

    async def endless(server: Misbehaving, request: Request, reply: Reply) -> None:
        nonlocal sent
        await reply.start()
        await reply.send(b'{"type":"ADDED","object":{"metadata":{"name":"')
        while sent < 2 * LARGEST_LINE:
            await reply.send(b"x" * 1_000_000)
            sent += 1_000_000

    async with misbehaving(3) as server:
        server.fault("watch", "endless", endless)
        async with following(server) as follower:
            await until(lambda: bool(follower.mirror.lags()))
            assert "a line of more than 64 MB" in follower.mirror.lags()[0].reason
            assert LARGEST_LINE < sent < LARGEST_LINE + 12_000_000
            await until(lambda: follower.mirror.synced == 2)
            await agreed(server, follower)


@pytest.mark.parametrize(("code", "state"), [(401, "lagging"), (403, "forbidden")])
async def test_an_error_event_of_401_or_403_is_waited_out_without_a_list(code: int, state: str) -> None:
    line = b'{"type":"ERROR","object":{"kind":"Status","code":%d,"message":"not now"}}\n' % code
    async with misbehaving(3) as server:
        server.fault("watch", "refused", saying(line), times=2)
        async with following(server) as follower:
            await until(lambda: server.performed["refused"] == 2)
            await agreed(server, follower)
            assert server.count("list") == 1
            assert follower.mirror.lags()[0].state == state


async def test_watches_that_all_end_at_once_begin_again_spread_out() -> None:
    pace = dataclasses.replace(QUICK, spread=0.5)
    async with misbehaving(3) as server:
        server.fault("watch", "ended early", saying(BOOKMARK % 200), times=8)
        transport, mirrors = Transport(connection_of(server.url, "", "test")), [Mirror() for _ in range(8)]
        version, gate = ServerVersion(1, 34, ""), Gate(transport, pace=pace)
        reflectors = [Reflector(transport, THINGS, version, mirror.apply, gate, pace=pace) for mirror in mirrors]
        tasks = [asyncio.create_task(one.run()) for one in reflectors]
        await until(lambda: server.count("watch") == 16)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await transport.close()
        again = sorted(request.at for request in server.requests if request.kind == "watch")[8:]
        assert again[-1] - again[0] > 0.15, "not one stampede"
        assert not any(mirror.lags() for mirror in mirrors), "a proper end is no failure"


async def test_connections_notice_that_their_peer_is_gone() -> None:
    async with misbehaving(3) as server:
        transport = Transport(connection_of(server.url, "", "test"))
        async with transport.stream("/api/v1/things", WATCH) as body:
            connection = body._response.connection
            assert connection is not None
            assert connection.transport is not None
            made: socket.socket = connection.transport.get_extra_info("socket")
            assert made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            tcp = socket.IPPROTO_TCP
            idle, every, times = (
                made.getsockopt(tcp, getattr(socket, name)) for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
            )
            assert idle + every * times <= 45
            assert made.getsockopt(tcp, socket.TCP_USER_TIMEOUT) <= 45_000
        await transport.close()


async def test_a_stream_is_current_again_when_it_is_heard() -> None:
    async with misbehaving(3) as server, following(server) as follower:
        await until(lambda: follower.mirror.synced == 1 and server.count("watch") == 1)
        server.cut_all()
        await until(lambda: any(isinstance(change, Current) for change in follower.mirror.changes))
        assert server.count("list") == 1
