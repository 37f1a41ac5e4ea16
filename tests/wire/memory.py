"""An API server in memory, on a clock that runs as fast as nothing happens: what takes minutes takes milliseconds.

It stands where the transport does, so that every byte of it can be cut and delayed, and the same run is the same
again. It imports of nodeview only the errors that a transport raises.
"""

from __future__ import annotations

import asyncio
import json
import random
import selectors
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from nodeview.errors import Incomplete, Unreachable
from nodeview.wire.answers import failure_of

Json = dict[str, Any]
Key = tuple[str, str]
BOOKMARK_S = 60.0
TOO_LARGE_S = 3.0
"""How long an API server waits for a version that it has not reached, before it says so."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that never waits: where it would, its clock is put forward."""

    def __init__(self) -> None:
        self.clock = 0.0
        super().__init__(_Hurried(self))

    def time(self) -> float:
        """Seconds, of this loop's own."""
        return self.clock


class _Hurried(selectors.SelectSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Nothing comes from outside; time passes."""
        if timeout is None:
            raise RuntimeError("everybody waits for ever")
        self._loop.clock += max(0.0, timeout)
        return []


class Logged(NamedTuple):
    """One line of history."""

    version: int
    plural: str
    line: bytes


@dataclass
class Manners:
    """How the server answers while nothing is wrong with it."""

    page: int = 3
    """Items of a page, whatever is asked for."""
    piece: int = 400
    """Bytes that come at once."""
    drip_s: float = 0.0
    """Between two pieces of a page."""
    think_s: float = 0.0
    """Before a page."""
    lag_s: float = 0.0
    """Before an event is sent."""
    bookmarks: bool = True
    replay: int = 0
    """How many lines of history a new watch repeats."""
    expired_as_event: bool = False
    future_refused: bool = False
    """Whether a watch from a version that was not reached is refused; a kube-apiserver takes it, and is silent."""


@dataclass
class Memory:
    """The server, and the truth."""

    version: int = 100
    oldest: int = 100
    objects: dict[str, dict[Key, Json]] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    manners: Manners = field(default_factory=Manners)
    down: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    """Requests: list, page, watch and version."""
    performed: Counter[str] = field(default_factory=Counter)
    failing: dict[str, list[str]] = field(default_factory=dict)
    """What the next requests of a kind fail with."""
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """As of a `Transport`."""
    _pages: dict[str, tuple[int, list[Json]]] = field(default_factory=dict)
    _watches: set[_Watching] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # Writing

    def put(self, plural: str, made: Json) -> None:
        """Create or change an object; its resource version is given to it."""
        self.version += 1
        metadata = made["metadata"]
        metadata["resourceVersion"] = str(self.version)
        key = (metadata.get("namespace", ""), metadata["name"])
        known = self.objects.setdefault(plural, {})
        self._tell("MODIFIED" if key in known else "ADDED", plural, made)
        known[key] = made

    def delete(self, plural: str, key: Key) -> None:
        """Delete an object, if it is there."""
        gone = self.objects.get(plural, {}).pop(key, None)
        if gone is not None:
            self.version += 1
            gone["metadata"]["resourceVersion"] = str(self.version)
            self._tell("DELETED", plural, gone)

    def _tell(self, kind: str, plural: str, made: Json) -> None:
        line = json.dumps({"type": kind, "object": made}, separators=(",", ":")).encode() + b"\n"
        self.log.append(Logged(self.version, plural, line))
        self._news.set()

    # What goes wrong

    def cut(self, how: str) -> None:
        """End all watches: by `reset`, in the middle of a `line`, properly (`end`), or without a word (`stall`)."""
        for watch in self._watches:
            watch.ending = how
            self.performed[how] += 1
        self._news.set()

    def expire(self) -> None:
        """Forget all history."""
        self.oldest = self.version
        self._pages.clear()
        self.performed["expire"] += 1

    def state(self) -> tuple[int, dict[str, dict[Key, Json]]]:
        """All that etcd holds, to be restored later."""
        return self.version, deepcopy(self.objects)

    def restore(self, state: tuple[int, dict[str, dict[Key, Json]]]) -> None:
        """Be as it was; what was written since has never been."""
        self.version, objects = state
        self.objects = deepcopy(objects)
        self.log = [one for one in self.log if one.version <= self.version]
        self.expire()
        self.performed["restore"] += 1

    # The transport's part

    compress = False

    def note_speed(self, wire_bytes: int, seconds: float) -> None:
        """As of a `Transport`."""

    async def renewed(self, within: float) -> bool:
        """As of a `Transport` whose credentials stay what they are."""
        await asyncio.sleep(within)
        return False

    async def answers(self) -> bool:
        """As of a `Transport`."""
        self.asked["version"] += 1
        await asyncio.sleep(0.01)
        return not self.down

    @asynccontextmanager
    async def stream(self, path: str, params: Mapping[str, str], **_: Any) -> AsyncIterator[_Paging | _Watching]:
        """As of a `Transport`."""
        kind = "watch" if "watch" in params else "page" if "continue" in params else "list"
        self.asked[kind] += 1
        await asyncio.sleep(0.001)
        if self.down:
            raise Unreachable("memory cannot be reached: connection refused.")
        fault = self.failing.get(kind, []).pop(0) if self.failing.get(kind) else ""
        if fault.isdecimal():
            self.performed[fault] += 1
            raise _status(int(fault), {410: "Expired"}.get(int(fault), ""))
        if kind != "watch":
            yield await self._listed(path.rpartition("/")[2], params, fault)
            return
        watching = self._watched(path.rpartition("/")[2], params)
        self._watches.add(watching)
        try:
            yield watching
        finally:
            self._watches.discard(watching)

    async def _listed(self, plural: str, params: Mapping[str, str], fault: str) -> _Paging:
        await asyncio.sleep(self.manners.think_s)
        token, least = params.get("continue", ""), int(params.get("resourceVersion", "0"))
        if token:
            if token not in self._pages:
                raise _status(410, "Expired")
            version, items = self._pages[token]
        else:
            if least > self.version:
                await asyncio.sleep(TOO_LARGE_S)
            if least > self.version:
                raise _status(504, "Timeout", "Too large resource version")
            version, items = self.version, deepcopy(list(self.objects.get(plural, {}).values()))
        metadata = {"resourceVersion": str(version)}
        size = self.manners.page if "limit" in params else len(items)
        if len(items) > size:
            metadata["continue"] = f"{plural}-{len(self._pages)}-{version}"
            self._pages[metadata["continue"]] = (version, items[size:])
        body = json.dumps({"kind": "List", "metadata": metadata, "items": items[:size]}, separators=(",", ":"))
        self.performed[fault or "listed"] += 1
        return _Paging(self, body.encode(), fault)

    def _watched(self, plural: str, params: Mapping[str, str]) -> _Watching:
        since = int(params["resourceVersion"])
        if since > self.version and self.manners.future_refused:
            raise _status(504, "Timeout", "Too large resource version")
        if since < self.oldest and not self.manners.expired_as_event:
            raise _status(410, "Expired")
        watching = _Watching(self, plural, since, float(params["timeoutSeconds"]))
        if since < self.oldest:
            watching.say(b'{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n', "end")
        else:
            old = [one.line for one in self.log if one.plural == plural and one.version <= since]
            watching.say(b"".join(old[len(old) - self.manners.replay :]) if self.manners.replay else b"")
        return watching


def _status(code: int, reason: str, message: str = "") -> Exception:
    return failure_of(code, None, json.dumps({"kind": "Status", "reason": reason, "message": message}).encode())


class _Body:
    wire_bytes = 0

    def pause(self) -> None:
        """Nothing comes of itself here."""

    def resume(self) -> None:
        """Nothing comes of itself here."""


class _Paging(_Body):
    """The body of one page."""

    def __init__(self, server: Memory, body: bytes, fault: str) -> None:
        self._server = server
        self._rest = body
        self._fault = fault
        self._keep = server.rng.randrange(len(body)) if fault else -1

    async def read(self) -> bytes:
        """The next piece."""
        if len(self._rest) <= self._keep or self._server.down:
            if self._fault == "ended" and not self._server.down:
                return b""
            raise Incomplete("memory broke off in the middle of its answer.")
        await asyncio.sleep(self._server.manners.drip_s)
        size = self._server.rng.randint(1, self._server.manners.piece)
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


class _Watching(_Body):
    """The body of one watch."""

    def __init__(self, server: Memory, plural: str, since: int, seconds: float) -> None:
        self.ending = ""
        self._server = server
        self._plural = plural
        self._since = since
        self._at = 0
        self._said = bytearray()
        now = asyncio.get_running_loop().time()
        self._until = now + seconds
        self._bookmark = now + BOOKMARK_S

    def say(self, line: bytes, ending: str = "") -> None:
        """Say this first."""
        self._said += line
        self.ending = ending

    async def read(self) -> bytes:
        """What has happened, in pieces."""
        loop, server = asyncio.get_running_loop(), self._server
        await self._stalled()
        if self.ending == "reset":
            self._said.clear()
        while not self._said:
            if self.ending or loop.time() >= self._until:
                return self._ended()
            if self._collected():
                await asyncio.sleep(server.manners.lag_s)
                continue
            server._news.clear()
            try:
                async with asyncio.timeout_at(min(self._until, self._bookmark)):
                    await server._news.wait()
            except TimeoutError:
                self._bookmarked(loop.time())
            await self._stalled()
        size = server.rng.randint(1, server.manners.piece)
        if self.ending == "line" and size >= len(self._said):
            size = max(1, len(self._said) - 2)
        piece = bytes(self._said[:size])
        del self._said[:size]
        if self.ending == "line":
            self._said.clear()
        return piece

    async def _stalled(self) -> None:
        """A peer that is gone without a word comes to nothing, until somebody says that it is gone."""
        while self.ending == "stall":
            self._server._news.clear()
            await self._server._news.wait()

    def _ended(self) -> bytes:
        if self.ending in ("reset", "line"):
            raise Incomplete("memory broke off in the middle of its answer.")
        return b""

    def _collected(self) -> bool:
        fresh = [one for one in self._server.log if one.plural == self._plural and one.version > self._since]
        if fresh:
            self._since = fresh[-1].version
            self._said += b"".join(one.line for one in fresh)
        return bool(fresh)

    def _bookmarked(self, now: float) -> None:
        if now < self._bookmark:
            return
        self._bookmark = now + BOOKMARK_S
        if self._server.manners.bookmarks and self._server.version > self._since:
            self._since = self._server.version
            said = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(self._since)}}}
            self._said += json.dumps(said, separators=(",", ":")).encode() + b"\n"
