"""A CONNECT proxy of our own, which can refuse, fall silent, cut, and be away. It imports nothing of nodeview."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Tunnel:
    """The proxy. Whatever name it is asked for, it leads to `port` on loopback."""

    port: int = 0
    url: str = ""
    login: str = ""
    """`user:password`, when it wants one."""
    asked: list[str] = field(default_factory=list)
    """The targets of all CONNECTs."""
    others: int = 0
    """Requests that were no CONNECT."""
    refusals: int = 0
    mute: bool = False
    """Whether it takes a CONNECT and says nothing."""
    context: ssl.SSLContext | None = None
    _place: int = 0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def up(self) -> None:
        """Listen, always in the same place."""
        self._server = await asyncio.start_server(self._handle, "127.0.0.1", self._place, ssl=self.context)
        self._place = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self.context else 'http'}://127.0.0.1:{self._place}"

    async def down(self) -> None:
        """Listen no more, and cut all tunnels."""
        assert self._server is not None
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Cut all tunnels."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def close(self) -> None:
        """For good."""
        await self.down()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        if method != "CONNECT":
            self.others += 1
            return
        self.asked.append(target)
        wanted = base64.b64encode(self.login.encode()).decode()
        if self.login and f"Basic {wanted}" not in head:
            self.refusals += 1
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        if self.mute:
            await reader.read()
            return
        there, out = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers.add(out)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(_pour(reader, out), _pour(there, writer))
        finally:
            self._writers.discard(out)
            out.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(1 << 16):
            writer.write(part)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def tunnel(port: int, context: ssl.SSLContext | None = None) -> AsyncIterator[Tunnel]:
    """A proxy to this port, over TLS when there is a context."""
    made = Tunnel(port, context=context)
    await made.up()
    try:
        yield made
    finally:
        await made.close()
