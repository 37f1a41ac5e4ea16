"""A proxy before the API server that spoils every other write: refuses it, or takes it and does not say so."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Literal

import aiohttp
from aiohttp import web

from tests.control_plane import ControlPlane

Fault = Literal["409", "429", "500", "taken, then cut", "taken, then 500"]
REASONS = {"409": "Conflict", "429": "TooManyRequests", "500": "InternalError"}
_HOPS = ("host", "content-length", "transfer-encoding", "connection")


class Spoiler:
    """Listens in a thread of its own for as long as it is open."""

    def __init__(self, plane: ControlPlane, fault: Fault) -> None:
        self._plane = plane
        self._fault = fault
        self._tries: Counter[tuple[str, str]] = Counter()
        self.spoiled = 0
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()), name="spoiler")

    def __enter__(self) -> Spoiler:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)
        self._loop.close()

    async def _serve(self) -> None:
        connector = aiohttp.TCPConnector(ssl=self._plane.tls(), limit=0)
        limits = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False, timeout=limits) as session:
            app = web.Application(client_max_size=1 << 24)
            app.router.add_route("*", "/{path:.*}", self._handler(session))
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            assert site._server is not None
            self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
            self._up.set()
            await self._over.wait()
            await runner.cleanup()

    def _handler(
        self, session: aiohttp.ClientSession
    ) -> Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            body = await request.read()
            spoils = self._spoils(request, body)
            if spoils and not self._fault.startswith("taken"):
                return _refusal(self._fault)
            headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOPS}
            headers["Authorization"] = f"Bearer {self._plane.token}"  # no client sends one without TLS
            url = self._plane.url + request.raw_path
            async with session.request(request.method, url, data=body or None, headers=headers) as answer:
                if spoils and self._fault == "taken, then 500":
                    await answer.read()
                    return _refusal("500")
                if spoils:
                    await answer.read()
                    assert request.transport is not None
                    request.transport.abort()
                    return web.Response()
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOPS}
                reply = web.StreamResponse(status=answer.status, headers=kept)
                await reply.prepare(request)
                async for some in answer.content.iter_any():
                    await reply.write(some)
                return reply

        return handle

    def _spoils(self, request: web.Request, body: bytes) -> bool:
        """Whether it is a write whose turn it is; one that is only tried, or a review, never is."""
        if request.method == "GET" or "dryRun" in request.query or b"dryRun" in body or "selfsubject" in request.path:
            return False
        self._tries[request.method, request.path] += 1
        spoils = self._tries[request.method, request.path] % 2 == 1
        self.spoiled += spoils
        return spoils


def _refusal(code: str) -> web.Response:
    reason = REASONS[code]
    said = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": int(code), "reason": reason}
    headers = {"Retry-After": "1"} if code == "429" else {}
    text = json.dumps({**said, "message": f"spoiled: {reason}"})
    return web.Response(status=int(code), text=text, content_type="application/json", headers=headers)
