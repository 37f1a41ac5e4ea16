"""A wire between nodeview and an API server that can be held, cut and refused, bytes untouched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

READ_BYTES = 256 * 1024


class Relay:
    """TCP on the loopback, from a port of its own to a server; TLS goes through it unseen."""

    def __init__(self, server: str) -> None:
        """`server` is its URL; `relaying` opens it."""
        self.url = ""
        self.connections = 0
        """Accepted ever, refused ones too."""
        self.refusing = False
        """New connections are reset at once."""
        self._host, self._port = urlsplit(server).hostname or "", urlsplit(server).port or 443
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._open: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}

    def hold(self) -> None:
        """Let no byte through in either direction; connections stay open, and new ones say nothing."""
        self._flowing.clear()

    def release(self) -> None:
        """Let bytes through again, those that waited first."""
        self._flowing.set()

    def cut(self) -> int:
        """Reset every open connection, with what was held of it; gives how many."""
        for writers in self._open.values():
            for writer in writers:
                _reset(writer)
        return len(self._open)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end."""
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = [writer]
        try:
            if self.refusing:
                _reset(writer)
                return
            there, onward = await asyncio.open_connection(self._host, self._port)
            self._open[task].append(onward)
            pumps = [asyncio.create_task(self._pump(*way)) for way in ((reader, onward), (there, writer))]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            _reset(writer)  # as a refused connection beyond would look, or the test is over
        finally:
            for one in self._open.pop(task):
                one.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(READ_BYTES):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()

    async def end(self) -> None:
        """Close whatever is open."""
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    made: socket.socket | None = writer.get_extra_info("socket")
    if made is not None and made.fileno() >= 0:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def relaying(server: str) -> AsyncIterator[Relay]:
    """A relay to this URL."""
    relay = Relay(server)
    listening = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    relay.url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        listening.close()
        await relay.end()


def through(relay: Relay, kubeconfig: Path, written: Path, user: dict[str, Any] | None = None) -> Path:
    """A copy of a kubeconfig that goes by way of the relay, with the credentials of `user` if given."""
    config = json.loads(kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = relay.url
    if user is not None:
        config["users"][0]["user"] = user
    written.touch(0o600)
    written.write_text(json.dumps(config))
    return written
