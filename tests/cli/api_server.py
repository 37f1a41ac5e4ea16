"""An API server for tests of the command line: it lists what it is given, refuses what it is told to, and is slow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

PATHS = {
    "/api/v1/nodes": "nodes",
    "/api/v1/pods": "pods",
    "/apis/apps/v1/replicasets": "replicasets",
    "/apis/apps/v1/deployments": "deployments",
    "/apis/apps/v1/statefulsets": "statefulsets",
    "/apis/apps/v1/daemonsets": "daemonsets",
    "/apis/policy/v1/poddisruptionbudgets": "poddisruptionbudgets",
    "/api/v1/persistentvolumeclaims": "persistentvolumeclaims",
    "/api/v1/persistentvolumes": "persistentvolumes",
    "/apis/storage.k8s.io/v1/volumeattachments": "volumeattachments",
    "/apis/karpenter.sh/v1alpha1/nodeoverlays": "nodeoverlays",
}


class ApiServer:
    """Lists objects by plural; `refused` names plurals answered with 403, `silent` those that never end."""

    def __init__(self, **objects: Sequence[dict[str, Any]]) -> None:
        self.objects = objects
        self.refused: set[str] = set()
        self.silent: set[str] = set()
        self.code = 200
        self.asked: list[str] = []
        self.closing = asyncio.Event()
        self.news: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if self.code != 200:
            return _status(self.code, "refused altogether")
        if request.path == "/version":
            if "version" in self.silent:
                await self.closing.wait()
            return web.json_response({"major": "1", "minor": "34", "gitVersion": "v1.34.2"})
        plural = request.path.rpartition("/")[2]
        if plural in self.refused:
            return _status(403, f'{plural} is forbidden: User "v" cannot list resource "{plural}"')
        if plural in self.silent:
            await self.closing.wait()
        if request.path not in PATHS and not request.path.endswith("/jobs"):
            return _status(404, "the server could not find the requested resource")
        if request.query.get("watch") in ("1", "true"):
            return await self._watch(request, plural)
        items = list(self.objects.get(plural, ()))
        return web.json_response({"kind": "List", "metadata": {"resourceVersion": "100"}, "items": items})

    async def _watch(self, request: web.Request, plural: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        closed = asyncio.create_task(self.closing.wait())
        while not closed.done():
            news = asyncio.create_task(self.news.get()) if plural == "nodes" else closed
            await asyncio.wait({news, closed}, return_when=asyncio.FIRST_COMPLETED)
            if news is not closed and news.done():
                await response.write(json.dumps(news.result()).encode() + b"\n")
        return response

    def kubeconfig(self, folder: Path) -> Path:
        """A kubeconfig whose only context, `tiny`, is this server."""
        file = folder / "kubeconfig"
        cluster = {"name": "tiny", "cluster": {"server": self.url}}
        context = {"name": "tiny", "context": {"cluster": "tiny"}}
        file.write_text(json.dumps({"clusters": [cluster], "contexts": [context], "current-context": "tiny"}))
        return file


@asynccontextmanager
async def serving(server: ApiServer) -> AsyncIterator[ApiServer]:
    """The server on a free port of the loopback."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.closing.set()
        await runner.cleanup()


def _status(code: int, message: str) -> web.Response:
    reasons = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound"}
    body = {"kind": "Status", "status": "Failure", "message": message, "reason": reasons[code], "code": code}
    return web.json_response(body, status=code)
