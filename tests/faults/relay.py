"""A line to a server that can be cut, frozen or taken away, as a network can. Bytes go through untouched."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Relay:
    """Listens on loopback at `url`, and hands on what comes to a server and back."""

    def __init__(self, target: str) -> None:
        """`target` is the URL of the server."""
        self.url = ""
        self.frozen = 0
        """How many connections were there when it froze, or came since: nothing comes or goes on them any more."""
        self._target = urlsplit(target)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._freezing = False
        self._pumps: set[asyncio.Task[None]] = set()
        self._iced: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Take connections, on the same port as before."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def refuse(self) -> None:
        """Reset what is open, and refuse what comes, until it listens again."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        await self.cut()

    async def cut(self) -> None:
        """Reset what is open."""
        for writer in list(self._writers):
            made: socket.socket = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def freeze(self) -> None:
        """Hold every line and say nothing on it any more; new ones are taken, and stay silent, too."""
        self._freezing = True
        self.frozen += len(self._open)
        self._iced |= self._pumps

    def thaw(self) -> None:
        """New connections are carried again; the frozen ones stay frozen."""
        self._freezing = False

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self._writers.add(writer)
        back: asyncio.StreamWriter | None = None
        ways: list[asyncio.Task[None]] = []
        try:
            if self._freezing:
                self.frozen += 1
                await reader.read(1 << 16)
                await asyncio.sleep(3600)
            other, back = await asyncio.open_connection(self._target.hostname, self._target.port)
            ways = [asyncio.create_task(self._pump(reader, back)), asyncio.create_task(self._pump(other, writer))]
            self._pumps.update(ways)
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except (asyncio.CancelledError, ConnectionError):
            pass  # cut, or the test is over
        finally:
            for way in ways:
                way.cancel()
            self._open.discard(task)
            self._writers.discard(writer)
            for one in (writer, back):
                if one is not None:
                    one.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                if asyncio.current_task() in self._iced:
                    await asyncio.sleep(3600)
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def relayed(target: str) -> AsyncIterator[Relay]:
    """A line to this server, taken away at the end."""
    made = Relay(target)
    await made.listen()
    try:
        yield made
    finally:
        await made.refuse()
