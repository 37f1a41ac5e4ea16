"""Reading one watch: its lines as events, and how long to listen to it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

import msgspec

from nodeview.errors import ApiError, Incomplete
from nodeview.records import Batch, Record
from nodeview.wire.answers import Status, failure_said
from nodeview.wire.pace import Pace
from nodeview.wire.splitter import ARRAY_BYTES, MALFORMED, LineSplitter
from nodeview.wire.transport import Body

R = TypeVar("R", bound=Record)

BACKLOG_BYTES = 128 * 1024

_PREFIXES = {kind: b'{"type":"%s","object":' % kind.encode() for kind in ("MODIFIED", "ADDED", "DELETED", "BOOKMARK")}


class Event(NamedTuple, Generic[R]):
    """What one or several lines of a watch say."""

    kind: Literal["put", "gone", "bookmark", "error"]
    batch: Batch[R] | None = None
    """Of `put` and `gone`."""
    version: str = ""
    """Where to go on from after this; empty when the lines do not say."""
    error: ApiError | None = None


class _Line(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Metadata(msgspec.Struct):
    version: str = msgspec.field(name="resourceVersion", default="")


class _Object(msgspec.Struct):
    metadata: _Metadata | None = None


_decode_line = msgspec.json.Decoder(_Line).decode
_decode_object = msgspec.json.Decoder(_Object).decode


def read_events(lines: Sequence[bytes], read: Callable[[bytes], Batch[R]]) -> Iterator[Event[R]]:
    """The events of complete lines, in order; neighbours that put objects come as one. Pure.

    Unknown types are skipped. Raises one of `MALFORMED` at a line that is not JSON, after the events
    before it.
    """
    objects: list[bytes] = []
    size = 0
    for line in lines:
        kind, content = _parts(line)
        if objects and (kind not in ("ADDED", "MODIFIED") or size > ARRAY_BYTES):
            yield from _put(objects, read)
            objects, size = [], 0
        if kind in ("ADDED", "MODIFIED"):
            objects.append(content)
            size += len(content)
        elif kind == "DELETED":
            yield Event("gone", read(b"[%b]" % content), _version(content))
        elif kind == "BOOKMARK":
            yield Event("bookmark", version=_version(content))
        elif kind == "ERROR":
            yield Event("error", error=failure_said(_status(content)))
    if objects:
        yield from _put(objects, read)


def _parts(line: bytes) -> tuple[str, bytes]:
    """The type and the object of a line; those of an API server are recognised by their first bytes.

    A line that is not JSON goes through as it is, of a type that its reader will refuse.
    """
    for kind, prefix in _PREFIXES.items():
        if line.startswith(prefix) and line.endswith(b"}"):
            return kind, line[len(prefix) : -1]
    try:
        decoded = _decode_line(line)
    except MALFORMED:
        return "MODIFIED", b"!"
    return decoded.type, bytes(decoded.object)


def _put(objects: list[bytes], read: Callable[[bytes], Batch[R]]) -> Iterator[Event[R]]:
    """One event of all objects; where that cannot be read, of each alone, up to the one that is broken."""
    try:
        batch = read(b"[%b]" % b",".join(objects))
    except MALFORMED:
        if len(objects) == 1:
            raise
        for one in objects:
            yield from _put([one], read)
        return
    versions = batch.versions
    whole = len(versions) == len(objects) and versions[-1]
    yield Event("put", batch, str(versions[-1]) if whole else _version(objects[-1]))


def _version(content: bytes) -> str:
    try:
        metadata = _decode_object(content).metadata
    except msgspec.ValidationError:
        return ""
    return metadata.version if metadata else ""


def _status(content: bytes) -> Status:
    try:
        return msgspec.json.decode(content, type=Status, strict=False)
    except msgspec.ValidationError:
        return Status()


class Watch(Generic[R]):
    """One watch from its answer to its end."""

    def __init__(
        self,
        read: Callable[[bytes], Batch[R]],
        on_event: Callable[[Event[R]], None],
        on_bytes: Callable[[], None],
        pace: Pace,
        rng: random.Random,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`on_event` may raise, which ends the watch; `on_bytes` is called before the events of a chunk."""
        self._read = read
        self._on_event = on_event
        self._on_bytes = on_bytes
        self._pace = pace
        self._idle = pace.idle * rng.uniform(0.9, 1.1)
        self._wall = wall

    async def listen(self, body: Body) -> None:
        """Hand on all events until the server ends the stream.

        Raises `Incomplete` when it was cut off, is silent for too long, or the machine has slept;
        one of `MALFORMED` for a line that cannot be read. An unfinished last line is never told.
        """
        lines = LineSplitter()
        async with _Patience(self._pace, self._wall) as patience:
            while chunk := await body.read():
                self._on_bytes()
                backlog = len(chunk) >= BACKLOG_BYTES
                for event in read_events(lines.feed(chunk), self._read):
                    self._on_event(event)
                    if event.kind == "bookmark":
                        patience.idle = self._idle
                    if backlog:
                        await asyncio.sleep(0)
                if not backlog and self._pace.read_pause:
                    body.pause()
                    await asyncio.sleep(self._pace.read_pause)
                    body.resume()
                patience.heard()
        if lines.unfinished:
            raise Incomplete("The watch was cut off in the middle of an event.")


class _Patience:
    """Ends the block with `Incomplete` when nothing was heard for too long, or the clocks say we slept."""

    def __init__(self, pace: Pace, wall: Callable[[], float]) -> None:
        self.idle: float | None = None
        """The longest silence, in seconds; None for any."""
        self._pace = pace
        self._wall = wall
        self._loop = asyncio.get_running_loop()
        self._limit = asyncio.timeout(None)
        self._why = ""
        self._offset = wall() - self._loop.time()
        self._heard_at = self._loop.time()
        self._timer = self._loop.call_later(pace.check_every, self._check)

    def heard(self) -> None:
        """Something came."""
        self._heard_at = self._loop.time()

    async def __aenter__(self) -> _Patience:
        await self._limit.__aenter__()
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._timer.cancel()
        try:
            await self._limit.__aexit__(type(error) if error else None, error, None)
        except TimeoutError:
            raise Incomplete(self._why) from None

    def _check(self) -> None:
        now = self._loop.time()
        offset = self._wall() - now
        if offset - self._offset > self._pace.clock_jump:
            self._why = "This machine was asleep, and the watch did not outlive that."
        elif self.idle is not None and now - self._heard_at > self.idle:
            self._why = f"Nothing was heard on the watch for {self.idle:.0f} s, not even a bookmark."
        if self._why:
            self._limit.reschedule(now)
            return
        self._offset = offset
        self._timer = self._loop.call_later(self._pace.check_every, self._check)
