"""An API server that discovers, reviews, lists and watches, and of which each answer can be spoilt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from nodeview.wire.connection import connection_of
from nodeview.wire.transport import Transport

SERVED = {
    "/api/v1": (
        *("nodes", "pods", "pods/eviction", "events", "persistentvolumes", "persistentvolumeclaims", "services"),
        "configmaps",
    ),
    "/apis/apps/v1": ("replicasets", "deployments", "statefulsets", "daemonsets"),
    "/apis/batch/v1": ("jobs",),
    "/apis/policy/v1": ("poddisruptionbudgets",),
    "/apis/scheduling.k8s.io/v1": ("priorityclasses",),
    "/apis/storage.k8s.io/v1": ("volumeattachments",),
    "/apis/discovery.k8s.io/v1": ("endpointslices",),
}
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(slots=True)
class Api:
    """Serves what `served` says; `denied` are (verb, resource) that reviews deny, `codes` spoil whole paths."""

    served: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(SERVED))
    denied: set[tuple[str, str]] = field(default_factory=set)
    codes: dict[str, int] = field(default_factory=dict)
    watch_code: int = 200
    held: str = ""
    remaining: int | None = 41
    asked: list[str] = field(default_factory=list)
    reviewed: list[dict[str, str]] = field(default_factory=list)
    now: int = 0
    most: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.asked.append(f"{request.method} {request.path_qs}")
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0.001)
            if request.path == self.held:
                await asyncio.sleep(60)
            if (code := self.codes.get(request.path)) is not None:
                return status(code)
            return await self._answer(request)
        finally:
            self.now -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if path == REVIEWS:
            asked = (await request.json())["spec"]["resourceAttributes"]
            self.reviewed.append(asked)
            resource = "/".join(filter(None, (asked["resource"], asked["subresource"])))
            allowed = (asked["verb"], resource) not in self.denied
            return web.json_response({"status": {"allowed": allowed}}, status=201)
        if path in self.served:
            return web.json_response({"resources": [{"name": name} for name in self.served[path]]})
        group = path.removeprefix("/apis/")
        if versions := [one for one in self.served if one.startswith(f"/apis/{group}/")]:
            return web.json_response({"versions": [{"version": one.rpartition("/")[2]} for one in versions]})
        folder, _, plural = path.rpartition("/")
        if plural not in self.served.get(folder, ()):
            return status(404)
        if request.query.get("watch"):
            return web.json_response({}) if self.watch_code == 200 else status(self.watch_code)
        assert request.query["limit"] == "1", "no more than one object is asked for"
        more = {} if self.remaining is None else {"remainingItemCount": self.remaining}
        metadata = {"resourceVersion": "7", "continue": "x", **more}
        return web.json_response({"kind": "List", "metadata": metadata, "items": [{"metadata": {"name": "a"}}]})


def status(code: int) -> web.Response:
    reason = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound"}.get(code, "InternalError")
    return web.json_response({"kind": "Status", "message": f"said {code}", "reason": reason, "code": code}, status=code)


@asynccontextmanager
async def serving(api: Api) -> AsyncIterator[Transport]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", api.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    transport = Transport(connection_of(api.url, "t", "tiny"))
    try:
        yield transport
    finally:
        await transport.close()
        await runner.cleanup()
