"""Servers that are out of reach, silent, or all too many at once: what the network does to watches."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from aiohttp.connector import _DNSCacheTable

from nodeview.wire.connection import connection_of
from tests.faults.catalogue import NOT_PROVOKED, provokes
from tests.faults.cluster import Cluster
from tests.faults.stage import STREAMS, Stage
from tests.faults.watching_stage import PLURALS, bookmarked, now, on_a_line, said_of_one, watched, watches
from tests.wire.misbehaving import Misbehaving, Reply, Request, html, saying

NOT_PROVOKED["W12: a blackhole that the kernel must notice"] = (
    "the constants of the kernel cannot be scaled, so it takes 30 s and a network namespace: "
    "`python -m tests.benchmarks blackhole`; the options of the socket are asserted in tests/wire/test_watching.py"
)


# Out of reach


@contextlib.contextmanager
def connects() -> Iterator[list[float]]:
    """When connections were tried, by whomever."""
    loop, tried = asyncio.get_running_loop(), []
    proper = loop.sock_connect

    async def counted(sock: socket.socket, address: Any) -> None:
        tried.append(loop.time())
        await proper(sock, address)

    with patch.object(loop, "sock_connect", counted):
        yield tried


@provokes("W5")
async def connections_are_refused_for_a_while(stage: Stage) -> None:
    async with on_a_line(stage) as line:
        await line.refuse()
        with connects() as tried:
            begun = now()
            await asyncio.sleep(1.5)
            stage.server.word()  # what happens meanwhile
            stage.server.performed["refused"] += len(tried) > 0
            lasted = now() - begun
        await stage.performed("refused")
        # At the pace of the house 25 probes a minute for all streams, and three tries of each stream.
        probes = lasted / (stage.pace.probe_every * 0.9) + 1
        assert len(tried) <= probes + 3 * STREAMS, f"{len(tried)} tries"
        await line.listen()
        back = now()
        await stage.agreed()
        assert now() - back < 5.0
        said_of_one(stage, "connection refused")
        stage.requests_under(2, "pods list")
        stage.requests_under(5, "pods watch")


@provokes("W6")
async def the_name_cannot_be_resolved(stage: Stage) -> None:
    loop = asyncio.get_running_loop()
    name, proper = "api.cluster.test", loop.getaddrinfo
    known = True

    async def asked(host: str, *given: Any, **more: Any) -> Any:
        if host != name:
            return await proper(host, *given, **more)
        if known:
            return await proper("127.0.0.1", *given, **more)
        stage.server.performed["unresolved"] += 1
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with patch.object(loop, "getaddrinfo", asked), patch.object(_DNSCacheTable, "expired", lambda *_: True):
        await stage.open(connection_of(stage.server.url.replace("127.0.0.1", name), "", "stage"))
        await watched(stage)
        known = False
        stage.server.cut_all()
        await stage.performed("unresolved", STREAMS)
        await asyncio.sleep(0.4)
        assert stage.server.performed["unresolved"] < STREAMS * 3 + 10, stage.server.performed
        known = True
        await stage.agreed()
        said_of_one(stage, "its name is not known here")
        stage.requests_under(4, "pods watch")
        await stage.close()


# Silence


@provokes("W12", idle=0.3)
async def a_peer_is_gone_that_used_to_send_bookmarks(stage: Stage) -> None:
    async with on_a_line(stage) as line:
        stage.server.bookmark_of()
        await stage.until(lambda: stage.naive or all(bookmarked(stage, plural) for plural in ("nodes", "pods")))
        line.freeze()
        frozen = now()
        stage.server.performed["frozen"] = line.frozen
        await stage.performed("frozen", len(PLURALS))
        await stage.until(lambda: "not even a bookmark" in stage.seen[-1].header)
        assert now() - frozen < 1.0, "a third of a second is what this pace allows"
        line.thaw()
        await stage.agreed()
        said_of_one(stage, "not even a bookmark")
        stage.requests_under(5, "pods watch")
        stage.requests_under(2, "pods list")


@provokes("W12", idle=0.3)
async def a_peer_is_gone_that_never_sent_a_bookmark(stage: Stage) -> None:
    async with on_a_line(stage) as line:
        line.freeze()
        frozen = now()
        stage.server.performed["frozen"] = line.frozen
        await stage.performed("frozen", len(PLURALS))
        await stage.until(lambda: "did not end in time" in stage.seen[-1].header)
        assert now() - frozen < 3.0, "one silence, and a watch of a second that does not end"
        line.thaw()
        await stage.agreed()
        said_of_one(stage, "did not end in time")
        stage.requests_under(5, "pods watch")
        stage.requests_under(2, "pods list")


@provokes("W13", idle=0.3)
async def a_stream_without_bookmarks_is_silent_and_healthy(stage: Stage) -> None:
    await stage.open()
    await watched(stage)
    begun = now()
    await asyncio.sleep(0.5 if stage.naive else 1.5)
    stage.server.performed["silence"] += now() - begun > stage.pace.idle
    await stage.performed("silence")
    assert stage.server.count("pods watch") >= 2, "its end in time is asked for as a sign of life"
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(4, "pods watch")


def held_back(server: Misbehaving, request: Request) -> list[bytes]:
    assert isinstance(server, Cluster)
    since = int(request.params["resourceVersion"])
    return [line for version, line in server.log_of(request) if version > since]


async def buffered(server: Misbehaving, request: Request, reply: Reply) -> None:
    """A proxy that holds the headers back until something is said, or the watch ends in its time."""
    ends = now() + float(request.params["timeoutSeconds"])
    server.performed["held back"] += 1
    sent = 0
    while now() < ends and not reply.left:
        lines = held_back(server, request)
        if len(lines) > sent:
            if not sent:
                await reply.start()
            await reply.send(b"".join(lines[sent:]))
            sent = len(lines)
        await asyncio.sleep(0.01)
    if not sent:
        await reply.start()
    await reply.end()


@provokes("W23", idle=0.3)
async def a_proxy_holds_the_headers_back(stage: Stage) -> None:
    stage.server.fault("pods watch", "whole", buffered, times=100)
    await stage.open()
    await stage.performed("held back")
    await asyncio.sleep(0.5 if stage.naive else 1.5)
    assert stage.server.count("pods watch") >= 2, "a watch without an answer is asked to end soon"
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")
    stage.requests_under(5, "pods watch")


async def hung(server: Misbehaving, request: Request, reply: Reply) -> None:
    """No answer at all, as of a server that hangs."""
    server.performed["hung"] += 1
    await reply.until_left()


@provokes("W23", idle=0.3)
async def a_server_hangs_and_sends_no_headers(stage: Stage) -> None:
    stage.server.fault("pods watch", "left", hung, times=2)
    await stage.open()
    await stage.performed("hung")
    await stage.until(lambda: stage.server.performed["left"] == 2)
    await stage.agreed()
    stage.said_old("pods", "did not end in time")
    stage.requests_under(1, "pods list")
    stage.requests_under(4, "pods watch")


# Storms


@provokes("W14")
async def watches_end_as_soon_as_they_begin(stage: Stage) -> None:
    stage.server.fault("pods watch", "ended at once", saying(), times=10_000)
    await stage.open()
    await stage.performed("ended at once", 3)
    begun, before = now(), len(stage.server.requests)
    await asyncio.sleep(0.5)
    came = len(stage.server.requests) - before
    assert came <= (now() - begun) * 30 + 3 + STREAMS, f"{came} requests: a hot loop"
    stage.server._faults.clear()
    await stage.agreed()
    stage.said_old("pods", "ended as soon as it began")
    stage.requests_under(2 * STREAMS + 40)


@provokes("W22", each={"reset": False, "ended properly": True}, retry_first=0.6, retry_most=0.6, spread=0.6)
async def all_watches_end_at_once(stage: Stage, properly: bool) -> None:
    stopping = asyncio.Event()

    async def until_the_server_stops(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.start()
        await stopping.wait()
        server.performed["stopped"] += 1
        if properly:
            await reply.end()
        else:
            reply.reset()

    for plural in PLURALS:
        stage.server.fault(f"{plural} watch", "over", until_the_server_stops)
    await stage.open()
    await watched(stage)
    await asyncio.sleep(0.1)
    stopped = now()
    stopping.set()
    await stage.performed("stopped", len(PLURALS))
    await stage.until(lambda: len({one.kind for one in watches(stage, stopped)}) == len(PLURALS))
    again = sorted(min(one.at for one in watches(stage, stopped) if one.kind == f"{name} watch") for name in PLURALS)
    assert again[-1] - again[0] > 0.15, f"a stampede: {again}"
    assert again[-1] - stopped < 2.0
    await stage.agreed()
    if properly:
        stage.never_said_old()
    else:
        said_of_one(stage, "broke off")
    stage.requests_under(1, "pods list")
    stage.requests_under(STREAMS * 3 + 9)


@provokes("W24")
async def a_captive_portal_answers(stage: Stage) -> None:
    await stage.open()
    await watched(stage)
    for kind in (*(f"{plural} watch" for plural in PLURALS), "version", *(f"{plural} list" for plural in PLURALS)):
        stage.server.fault(kind, "portal", html(200), times=1_000)
    stage.server.cut_all()
    await stage.performed("portal", 12)
    begun, before = now(), len(stage.server.requests)
    await asyncio.sleep(0.4)
    assert len(stage.server.requests) - before <= (now() - begun) / 0.09 + len(PLURALS) * 3, (
        "the gate asks, and nobody else"
    )
    stage.server._faults.clear()
    await stage.agreed()
    said_of_one(stage, "answered with text/html instead of JSON")
    stage.requests_under(2, "pods list")
    stage.requests_under(5, "pods watch")
