"""An API server of one resource, `things`, that lists, pages and watches properly, but for what it is told to do wrong.

Raw asyncio on loopback, so that it can send half an answer, reset a connection, or say what no server
should. A fault is used up by one request, in order, and noted in `performed` when it was carried out.
It imports nothing of nodeview.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PATH = "/api/v1/things"


@dataclass
class Request:
    """One request; `kind` is list, page (of a continued list), watch, version or other."""

    kind: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    at: float


@dataclass
class Reply:
    """The answer to one request, piece by piece."""

    writer: asyncio.StreamWriter
    chunked: bool = True
    reader: asyncio.StreamReader | None = None

    async def start(
        self,
        code: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        chunked: bool = True,
        length: int | None = None,
    ) -> None:
        """Send the head; without a length the body is chunked, or else as long as the connection."""
        self.chunked = chunked and length is None
        said = {"Content-Type": "application/json", **(headers or {})}
        if self.chunked:
            said["Transfer-Encoding"] = "chunked"
        if length is not None:
            said["Content-Length"] = str(length)
        lines = [f"HTTP/1.1 {code} Whatever", *(f"{name}: {value}" for name, value in said.items())]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        await self.writer.drain()

    async def send(self, data: bytes) -> None:
        """Send a piece of the body, as a chunk of its own."""
        self.writer.write(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)
        await self.writer.drain()

    async def whole(self, data: bytes, code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """A short answer."""
        await self.start(code, headers, length=len(data))
        await self.send(data)

    async def end(self) -> None:
        """End the body properly."""
        if self.chunked:
            self.writer.write(b"0\r\n\r\n")
            await self.writer.drain()

    @property
    def left(self) -> bool:
        """Whether the client has hung up."""
        return self.writer.is_closing() or (self.reader is not None and self.reader.at_eof())

    async def until_left(self) -> None:
        """Say nothing more, until the client hangs up."""
        while not self.left:
            await asyncio.sleep(0.01)

    def hang_up(self) -> None:
        """Close as if the process had ended; what was sent arrives."""
        self.writer.close()

    def reset(self) -> None:
        """Send a RST."""
        made: socket.socket = self.writer.get_extra_info("socket")
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Fault = Callable[["Misbehaving", Request, Reply], Awaitable[None]]


@dataclass
class Misbehaving:
    """The server and the truth about its things."""

    url: str = ""
    version: int = 100
    oldest: int = 0
    """A watch or token from before this is answered with 410."""
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    performed: Counter[str] = field(default_factory=Counter)
    begun: Counter[str] = field(default_factory=Counter)
    """Faults under way count as well."""
    items_first: bool = False
    token: str = ""
    """When set, requests without this bearer token get a 401."""
    _log: list[tuple[int, bytes]] = field(default_factory=list)
    _faults: dict[str, deque[tuple[str, Fault]]] = field(default_factory=dict)
    _snapshots: dict[str, tuple[int, list[dict[str, Any]]]] = field(default_factory=dict)
    _writers: dict[asyncio.StreamWriter, asyncio.Task[Any]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set and replaced whenever a watch may have something to say."""

    def kind_of(self, path: str, params: Mapping[str, str]) -> str:
        """What sort of request this is."""
        if path != PATH:
            return "version" if path == "/version" else "other"
        return verb_of(params)

    def objects_of(self, request: Request) -> dict[str, dict[str, Any]]:
        """What a list of this request would show, by key."""
        return self.things

    def log_of(self, request: Request) -> list[tuple[int, bytes]]:
        """What a watch of this request would say, with versions."""
        return self._log

    def put(self, name: str, text: str = "", *, uid: str = "") -> None:
        """Create or change a thing."""
        self.version += 1
        known = self.things.get(name)
        kind = "MODIFIED" if known else "ADDED"
        uid = uid or (known["metadata"]["uid"] if known else f"uid-{name}-{self.version}")
        metadata = {"name": name, "namespace": "shop", "uid": uid, "resourceVersion": str(self.version)}
        self.things[name] = {"metadata": metadata, "text": text}
        self._tell(kind, self.things[name])

    def delete(self, name: str) -> None:
        """Delete a thing."""
        self.version += 1
        gone = self.things.pop(name)
        gone = {**gone, "metadata": {**gone["metadata"], "resourceVersion": str(self.version)}}
        self._tell("DELETED", gone)

    def bookmark(self) -> None:
        """Send every watch a bookmark, as odd as those of real servers."""
        metadata = {"resourceVersion": str(self.version), "creationTimestamp": None}
        self._tell("BOOKMARK", {"kind": "Thing", "metadata": metadata, "spec": {"containers": None}})

    def say(self, line: bytes) -> None:
        """Send every watch these bytes, whatever they mean."""
        self._log.append((self.version, line))
        self.stir()

    def stir(self) -> None:
        """Let watches look whether there is something to say."""
        self._news.set()
        self._news = asyncio.Event()

    def expire(self) -> None:
        """Forget all history: watches from before now are too old."""
        self.oldest = self.version
        self._snapshots.clear()

    def fault(self, kind: str, name: str, fault: Fault, times: int = 1) -> None:
        """Answer the next requests of a kind so."""
        self._faults.setdefault(kind, deque()).extend([(name, fault)] * times)

    def cut_all(self) -> None:
        """Reset every open connection."""
        for writer in list(self._writers):
            Reply(writer).reset()

    def count(self, kind: str) -> int:
        """How many requests of a kind have come."""
        return sum(request.kind == kind for request in self.requests)

    def texts(self) -> dict[str, str]:
        """What a client should know."""
        return {name: thing["text"] for name, thing in self.things.items()}

    def page(self, request: Request) -> bytes | None:
        """The body of a list answer; None when its token is too old."""
        token, limit = request.params.get("continue", ""), int(request.params.get("limit", "0"))
        if token:
            if token not in self._snapshots:
                return None
            version, items = self._snapshots[token]
        else:
            objects = self.objects_of(request)
            version, items = self.version, [objects[name] for name in sorted(objects)]
        metadata: dict[str, Any] = {"resourceVersion": str(version)}
        if limit and len(items) > limit:
            metadata["continue"] = f"token-{len(self._snapshots)}"
            self._snapshots[metadata["continue"]] = (version, items[limit:])
            items = items[:limit]
        parts: dict[str, Any] = {"kind": "ThingList", "apiVersion": "v1", "metadata": metadata, "items": items}
        if self.items_first:
            parts = {name: parts[name] for name in ("apiVersion", "items", "kind", "metadata")}
        return json.dumps(parts, separators=(",", ":")).encode() + b"\n"

    def _tell(self, kind: str, thing: dict[str, Any]) -> None:
        line = json.dumps({"type": kind, "object": thing}, separators=(",", ":")).encode() + b"\n"
        self.say(line)

    async def answer(self, request: Request, reply: Reply) -> None:
        """As a proper server would."""
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            self.performed["unauthorized"] += 1
            await status(401, "Unauthorized")(self, request, reply)
        elif request.kind == "version":
            await reply.whole(b'{"major":"1","minor":"34","gitVersion":"v1.34.2-eks-1a2b3c4"}')
        elif request.kind.endswith("watch"):
            await self._watch(request, reply)
        elif request.kind == "other":
            await status(404, "NotFound")(self, request, reply)
        elif (body := self.page(request)) is None:
            await status(410, "Expired")(self, request, reply)
        else:
            await reply.start()
            for start in range(0, len(body), 700):
                await reply.send(body[start : start + 700])
            await reply.end()

    async def _watch(self, request: Request, reply: Reply) -> None:
        since = int(request.params["resourceVersion"])
        if since < self.oldest:
            await status(410, "Expired", "too old resource version")(self, request, reply)
            return
        await reply.start()
        sent = 0
        log = self.log_of(request)
        deadline = asyncio.get_running_loop().time() + float(request.params["timeoutSeconds"])
        while (left := deadline - asyncio.get_running_loop().time()) > 0 and not reply.left:
            news = self._news
            fresh = [line for version, line in log[sent:] if version > since or sent]
            sent = len(log)
            if fresh:
                await reply.send(b"".join(fresh))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, 0.1)):
                    await news.wait()
        await reply.end()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._writers[writer] = task
        try:
            while True:
                request = await _request(reader, self.kind_of)
                self.requests.append(request)
                await self._serve(request, Reply(writer, reader=reader))
                if writer.is_closing():
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has left, or the test is over
        finally:
            del self._writers[writer]
            writer.close()

    async def _serve(self, request: Request, reply: Reply) -> None:
        waiting = self._faults.get(request.kind)
        if not waiting:
            await self.answer(request, reply)
            return
        name, fault = waiting.popleft()
        self.begun[name] += 1
        await fault(self, request, reply)
        self.performed[name] += 1


async def _request(reader: asyncio.StreamReader, kind_of: Callable[[str, Mapping[str, str]], str]) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode().strip().split("\r\n")
    target = urlsplit(first.split(" ")[1])
    params = dict(parse_qsl(target.query))
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    await reader.readexactly(int(headers.get("content-length", "0")))
    kind = kind_of(target.path, params)
    return Request(kind, target.path, params, headers, asyncio.get_running_loop().time())


def verb_of(params: Mapping[str, str]) -> str:
    """Which request for a resource this is."""
    return "watch" if "watch" in params else "page" if "continue" in params else "list"


@asynccontextmanager
async def misbehaving(things: int = 3) -> AsyncIterator[Misbehaving]:
    """A server with so many things, named by number."""
    made = Misbehaving()
    for number in range(things):
        made.put(f"thing-{number:04}", "first")
    made.expire()
    async with serving(made):
        yield made


@asynccontextmanager
async def serving(
    made: Misbehaving, host: str = "127.0.0.1", context: ssl.SSLContext | None = None
) -> AsyncIterator[None]:
    """Let this server answer at its `url`, over TLS when there is a context."""
    server = await asyncio.start_server(made.handle, host, 0, limit=1 << 20, ssl=context)
    name = f"[{host}]" if ":" in host else host
    made.url = f"{'https' if context else 'http'}://{name}:{server.sockets[0].getsockname()[1]}"
    try:
        yield
    finally:
        server.close()
        handlers = list(made._writers.values())
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers)


# Faults


def status(code: int, reason: str = "", message: str = "", headers: Mapping[str, str] | None = None) -> Fault:
    """A proper Status of a failure."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        said = {"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message}
        await reply.whole(json.dumps(said).encode(), code, headers)

    return fault


def html(code: int, page: bytes = b"<html><body>Please sign in</body></html>") -> Fault:
    """A page of a proxy or a portal."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(page, code, {"Content-Type": "text/html"})

    return fault


def truncated(share: float, *, chunked: bool = True, tail: bytes = b"") -> Fault:
    """Part of a list, then the end of the connection; not chunked, it looks like a whole answer."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        body = server.page(request) or b""
        await reply.start(chunked=chunked)
        await reply.send(body[: int(len(body) * share)] + tail)
        reply.hang_up()

    return fault


async def dropped(server: Misbehaving, request: Request, reply: Reply) -> None:
    """No answer: the connection ends."""
    reply.hang_up()


async def reset(server: Misbehaving, request: Request, reply: Reply) -> None:
    """An answer that begins, then a RST."""
    await reply.start()
    await asyncio.sleep(0.02)
    reply.reset()


async def stalled(server: Misbehaving, request: Request, reply: Reply) -> None:
    """Headers, and then nothing until the client leaves."""
    await reply.start()
    await reply.until_left()


def dripping(piece: int = 1) -> Fault:
    """A proper list, in tiny chunks."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        body = server.page(request) or b""
        await reply.start()
        for start in range(0, len(body), piece):
            await reply.send(body[start : start + piece])
        await reply.end()

    return fault


def saying(*lines: bytes, ends: str = "end") -> Fault:
    """A watch that says these bytes and ends: properly (`end`), cut off (`cut`), or by RST (`reset`)."""

    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.start()
        for line in lines:
            await reply.send(line)
        await asyncio.sleep(0.02)
        if ends == "end":
            await reply.end()
        elif ends == "cut":
            reply.hang_up()
        else:
            reply.reset()

    return fault
