"""A demo server with nothing in it and nobody acting on it, on a free port."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from nodeview.demo.server import Server, Settings
from nodeview.demo.store import Store

TOKEN = "test-token"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens, and the store behind it."""

    url: str
    token: str
    store: Store
    server: Server


async def listen(server: Server) -> tuple[web.AppRunner, str]:
    """Have a server listen on a free port of the loopback."""
    runner = web.AppRunner(server.application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def api() -> AsyncIterator[Running]:
    """An API server with an empty store."""
    store = Store()
    server = Server(store, time.time, Settings(TOKEN))
    runner, url = await listen(server)
    yield Running(url, TOKEN, store, server)
    await runner.cleanup()
