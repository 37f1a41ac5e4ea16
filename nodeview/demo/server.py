"""The API server: HTTP on loopback in front of the store."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from aiohttp import web

from nodeview.demo import metrics, resources, status
from nodeview.demo.listing import Lister
from nodeview.demo.requests import Target, options, resource_version, target
from nodeview.demo.resources import Obj
from nodeview.demo.store import Store, dumps
from nodeview.demo.watching import Pace, Watch
from nodeview.demo.writing import Writer

GZIP_FROM = 128 * 1024
CHUNK = 1 << 18
"""Bytes handed to a socket at once: asyncio moves what it could not send yet each time it sends more."""
STREAM_FROM = 50
"""Objects from which on a listing is sent in chunks instead of being joined first."""


@dataclass(slots=True)
class Settings:
    """How the server behaves: the token it asks for, compression, and the pace of bookmarks."""

    token: str = ""
    gzip: bool = True
    pace: Pace = field(default_factory=Pace)


class Server:
    """Answers requests about one store."""

    def __init__(self, store: Store, clock: Callable[[], float], settings: Settings):
        self.store = store
        self.settings = settings
        self.lister = Lister(store)
        self.writer = Writer(store, clock)
        self._clock = clock
        self.closing = asyncio.Event()

    def application(self) -> web.Application:
        """The aiohttp application; every path goes through one handler."""
        app = web.Application(client_max_size=16 << 20)
        app.router.add_route("*", "/{path:.*}", self.handle)
        return app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer any request; what is refused is answered with its Status."""
        try:
            return await self._route(request, self._authenticate(request))
        except status.Refusal as refusal:
            headers = {"Retry-After": "10"} if refusal.code == 429 and "still" in str(refusal.body) else None
            return self._json(request, refusal.body, refusal.code, headers)

    def _authenticate(self, request: web.Request) -> str:
        """The path that a request with our token asks for.

        kubectl sends no token over plain HTTP; for it the token may also be the first part of the path.
        """
        path, token = request.path.rstrip("/"), self.settings.token
        if not token or request.headers.get("Authorization") == f"Bearer {token}":
            return path
        if not path.startswith(f"/{token}/"):
            raise status.unauthorized()
        return path.removeprefix(f"/{token}")

    async def _route(self, request: web.Request, path: str) -> web.StreamResponse:
        if path in ("/livez", "/readyz", "/healthz"):
            return web.Response(text="ok")
        if path.startswith(metrics.ROOT) and (pieces := metrics.listing(path, self.store, self._clock())):
            return await self._measured(request, pieces)
        if found := target(path):
            return await self._resource(request, found)
        if path == f"/apis/{resources.REVIEWS}/v1/selfsubjectaccessreviews":
            return await self._review(request)
        document = self._document(path)
        if document is not None:
            return self._json(request, document)
        if path.startswith("/api") and any(path.startswith(kind.root + "/") for kind in resources.KINDS):
            raise status.no_resource()
        return web.Response(status=404, text="404 page not found\n")

    def _document(self, path: str) -> Obj | None:
        if path == "/version":
            return resources.version_document()
        if path == "/api":
            return resources.core_document()
        if path == metrics.ROOT:
            return metrics.discovery()
        if path == f"/apis/{metrics.GROUP}":
            return {"kind": "APIGroup", "apiVersion": "v1"} | metrics.group_document()
        if path == "/apis":
            found = resources.groups_document()
            return found | {"groups": [*found["groups"], metrics.group_document()]}
        group = path.removeprefix("/apis/")
        if group in (*resources.GROUPS, resources.REVIEWS):
            return {"kind": "APIGroup", "apiVersion": "v1"} | resources.group_document(group)
        return resources.discovery(path)

    async def _review(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            raise status.method_not_allowed()
        asked = json.loads(await request.read())
        return self._json(request, {"metadata": {}} | asked | {"status": {"allowed": True}}, 201)

    async def _resource(self, request: web.Request, found: Target) -> web.StreamResponse:
        query = dict(request.query)
        dry = query.get("dryRun") == "All"
        if request.method == "GET":
            return await self._get(request, found)
        body = await request.read()
        if request.method == "POST" and (not found.name or found.subresource):
            code, answer = self.writer.create(found, body, dry)
        elif request.method == "PUT" and found.name:
            code, answer = self.writer.replace(found, body, dry)
        elif request.method == "PATCH" and found.name:
            code, answer = self.writer.patch(found, request.content_type, body, dry)
        elif request.method == "DELETE" and found.name and not found.subresource:
            code, answer = self.writer.delete(found, body, query, dry)
        elif request.method == "DELETE" and not found.name:
            code, answer = self.writer.delete_all(found)
        else:
            raise status.method_not_allowed()
        return self._json(request, answer, code)

    async def _get(self, request: web.Request, found: Target) -> web.StreamResponse:
        if found.subresource == "scale":
            return self._json(request, self.writer.scale(found)[1])
        if found.subresource == "eviction":
            raise status.method_not_allowed()
        if found.name:
            entry = self.store[found.kind].entries.get((found.namespace, found.name))
            if entry is None:
                raise status.not_found(found.kind, found.name)
            return self._bytes(request, entry.raw + b"\n")
        if options(request.query).watch:
            return await self._watch(request, found)
        return await self._list(request, found)

    async def _list(self, request: web.Request, found: Target) -> web.StreamResponse:
        page = self.lister.page(found, options(request.query))
        if len(page.entries) < STREAM_FROM:
            return self._bytes(request, b"".join(page.pieces()))
        zips = self._zips(request) and len(page.entries[0].raw) * len(page.entries) > GZIP_FROM
        answer = web.StreamResponse(headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"})
        if zips:
            answer.headers.update({"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
        await answer.prepare(request)
        for chunk in _zipped(page.pieces()) if zips else _joined(page.pieces()):
            await answer.write(chunk)
        await answer.write_eof()
        return answer

    async def _measured(self, request: web.Request, pieces: Iterator[bytes]) -> web.StreamResponse:
        if request.method != "GET":
            raise status.method_not_allowed()
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        for chunk in _joined(pieces):
            await answer.write(chunk)
            await asyncio.sleep(0)
        await answer.write_eof()
        return answer

    async def _watch(self, request: web.Request, found: Target) -> web.StreamResponse:
        asked = options(request.query)
        resource_version(asked.version)
        test = self.lister.test(found, asked)
        watch = Watch(self.store, found, asked, test, self.settings.pace)
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        try:
            await answer.prepare(request)
            async for chunk in watch.chunks(asked.timeout or random.uniform(1800, 3600)):
                await answer.write(chunk)
            await answer.write_eof()
        except ConnectionError:
            pass
        finally:
            watch.close()
        return answer

    def _json(
        self, request: web.Request, body: Obj, code: int = 200, headers: dict[str, str] | None = None
    ) -> web.Response:
        return self._bytes(request, dumps(body) + b"\n", code, headers)

    def _zips(self, request: web.Request) -> bool:
        return self.settings.gzip and "gzip" in request.headers.get("Accept-Encoding", "")

    def _bytes(
        self, request: web.Request, body: bytes, code: int = 200, headers: dict[str, str] | None = None
    ) -> web.Response:
        said = {"Content-Type": "application/json", "Cache-Control": "no-cache, private"} | (headers or {})
        if len(body) > GZIP_FROM and self._zips(request):
            body = gzip.compress(body, 1)
            said |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return web.Response(status=code, body=body, headers=said)


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces put together to chunks worth a system call."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _zipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same as one gzip member, at the level that the API server uses."""
    zipper = zlib.compressobj(1, zlib.DEFLATED, 31)
    for chunk in _joined(pieces):
        if found := zipper.compress(chunk):
            yield found
    yield zipper.flush()
