"""A server that hands all on to another one, and refuses or holds back what a test wants refused or held back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from nodeview.wire.connection import Connection, connection_of

WORDS = 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope'


@dataclass(slots=True)
class Refusing:
    """`refused` and `held` are paths; a held one is answered when the event is set."""

    behind: str
    token: str
    refused: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    refusals: int = 0

    def connection(self) -> Connection:
        """A way to it."""
        return connection_of(self.url, self.token, "demo")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        if request.path in self.refused:
            self.refusals += 1
            status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": WORDS}
            return web.json_response({**status, "reason": "Forbidden", "code": 403}, status=403)
        if request.path in self.held:
            await self.free.wait()
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession(headers=headers, auto_decompress=False) as session,
            session.get(self.behind + request.raw_path, timeout=aiohttp.ClientTimeout(total=None)) as theirs,
        ):
            kept = {
                name: theirs.headers[name] for name in ("Content-Type", "Content-Encoding") if name in theirs.headers
            }
            ours = web.StreamResponse(status=theirs.status, headers=kept)
            await ours.prepare(request)
            async for chunk in theirs.content.iter_any():
                await ours.write(chunk)
            return ours


@asynccontextmanager
async def refusing(behind: str, token: str, *refused: str, held: str = "") -> AsyncIterator[Refusing]:
    """Such a server on a free port of the loopback."""
    server = Refusing(behind, token, set(refused), {held} if held else set())
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
