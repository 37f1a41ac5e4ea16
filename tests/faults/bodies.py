"""Answers to a list, sent in every way that is not the usual one."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request

Edit = Callable[[Any], Any]
GZIP = {"Content-Encoding": "gzip"}


def body_of(server: Misbehaving, request: Request) -> bytes:
    """What a proper server would answer. The test has to see to it that there is something."""
    body = server.page(request)
    assert body is not None
    return body


def edited(edit: Edit) -> Fault:
    """A proper answer, but for what this makes of the list."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(json.dumps(edit(json.loads(body_of(server, request)))).encode())

    return fault


def pieces(cut: Callable[[bytes], list[bytes]], headers: Mapping[str, str] | None = None) -> Fault:
    """A proper answer in these chunks."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.start(200, headers)
        for piece in cut(body_of(server, request)):
            await reply.send(piece)
        await reply.end()

    return fault


def held(half: asyncio.Event, *, giant: bool = False, whole: bool = True) -> Fault:
    """The answer without regard to `limit`; its second half comes when it is told to. `giant` is one chunk."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        if whole:
            request.params.pop("limit", None)
        body = body_of(server, request)
        middle = len(body) // 2
        await reply.start()
        if not giant:
            await reply.send(body[:middle])
            await half.wait()
            await reply.send(body[middle:])
            await reply.end()
            return
        reply.writer.write(b"%x\r\n" % len(body) + body[:middle])
        await half.wait()
        reply.writer.write(body[middle:] + b"\r\n0\r\n\r\n")
        await reply.writer.drain()

    return fault


def slow(most: int) -> Fault:
    """A server so slow that it aborts in the middle of whatever holds more than so many items."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        body = body_of(server, request)
        limit = int(request.params.get("limit", "0"))
        items = len(json.loads(body)["items"])
        await reply.start()
        if items > most or not limit:
            await reply.send(body[: len(body) * most // items])
            reply.hang_up()
            return
        await reply.send(body)
        await reply.end()

    return fault


def dripping_for_ever(every: float = 0.02) -> Fault:
    """A byte now and then, until the client has enough."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        body = body_of(server, request)
        await reply.start()
        for place in range(len(body)):
            if reply.left:
                return
            await reply.send(body[place : place + 1])
            await asyncio.sleep(every)

    return fault


def members(body: bytes, count: int = 3) -> bytes:
    """Gzip in several members, as a server compresses that flushes."""
    size = len(body) // count + 1
    return b"".join(gzip.compress(body[start : start + size]) for start in range(0, len(body), size))


def compressed(pack: Callable[[bytes], bytes], *, said: bool = True, length: bool = True) -> Fault:
    """The answer as `pack` leaves it; said to be gzip or not; without a length the end of it is the connection's."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        body = pack(body_of(server, request))
        await reply.start(200, GZIP if said else None, chunked=False, length=len(body) if length else None)
        await reply.send(body)
        if not length:
            reply.hang_up()

    return fault


def lying(server_lies: Callable[[Request], bool]) -> Fault:
    """Plain bytes that are said to be gzip, to whom this holds for; a proper answer to all others."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(body_of(server, request), headers=GZIP if server_lies(request) else None)

    return fault


def redirected(to: str, code: int = 307) -> Fault:
    """The answer is at another address."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        query = "&".join(f"{name}={value}" for name, value in request.params.items())
        await reply.whole(b"", code, {"Location": f"{to or server.url}/moved{request.path}?{query}"})

    return fault
