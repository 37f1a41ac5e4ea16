"""WATCH: one line for each write, bookmarks between, an ERROR line when the past is forgotten."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass

from nodeview.demo.requests import Options, Target
from nodeview.demo.resources import Kind, Obj
from nodeview.demo.selectors import Test
from nodeview.demo.status import Refusal
from nodeview.demo.store import Entry, Store, Write, dumps

QUEUE = 50_000
"""Writes a slow watcher may lag behind before its stream is ended."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often bookmarks come and how long before the end the last one, in seconds."""

    bookmark: float = 60.0
    before_end: float = 2.0


def line(verb: str, raw: bytes) -> bytes:
    """One event of a stream."""
    return b'{"type":"%s","object":%s}\n' % (verb.encode(), raw)


def bookmark(kind: Kind, version: int, initial: bool = False) -> bytes:
    """A BOOKMARK: an empty object that carries a version."""
    metadata: Obj = {"resourceVersion": str(version)}
    if initial:
        metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
    empty = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata} | kind.zero
    return line("BOOKMARK", dumps(empty))


class Watch:
    """One stream of events, from the moment it is made until `close`."""

    def __init__(self, store: Store, target: Target, options: Options, test: Test | None, pace: Pace):
        self.store, self.target, self.options, self.test, self.pace = store, target, options, test, pace
        self.table = store[target.kind]
        self.queue: deque[Write] = deque()
        self.wake = asyncio.Event()
        self.overrun = False
        self.said = int(options.version or 0)
        self.first = self._backlog()
        self.table.listeners.append(self._hear)

    def close(self) -> None:
        """Stop listening."""
        self.table.listeners.remove(self._hear)

    def _hear(self, write: Write) -> None:
        self.overrun = self.overrun or len(self.queue) >= QUEUE
        self.queue.append(write)
        self.wake.set()

    def _backlog(self) -> list[bytes]:
        version = int(self.options.version or 0)
        initial = self.options.initial
        if not version or initial:
            entries = (entry for entry in self.table.ordered() if self._selects(entry))
            lines = [line("ADDED", entry.raw) for entry in entries]
            if initial and self.options.bookmarks:
                lines.append(bookmark(self.target.kind, self.store.version, initial=True))
            return lines
        try:
            return list(self._lines(self.table.since(version)))
        except Refusal as refusal:
            self.overrun = True
            return [line("ERROR", dumps(refusal.body))]

    def _selects(self, entry: Entry | None) -> bool:
        if entry is None or (self.target.namespace and entry.key[0] != self.target.namespace):
            return False
        if self.target.name and entry.key[1] != self.target.name:
            return False
        return self.test is None or self.test(entry.head)

    def _lines(self, writes: Iterable[Write]) -> Iterable[bytes]:
        """Events as this watch's selector sees them: what enters it is ADDED, what leaves it DELETED."""
        for write in writes:
            is_in = write.verb != "DELETED" and self._selects(write.entry)
            was_in = write.verb != "ADDED" and self._selects(write.previous)
            if is_in:
                yield line("MODIFIED" if was_in else "ADDED", write.entry.raw)
            elif was_in and write.previous:
                gone = write.entry if write.verb == "DELETED" else write.previous.moved(write.version)
                yield line("DELETED", gone.raw)

    async def chunks(self, timeout: float) -> AsyncIterator[bytes]:
        """The stream's bytes until its time is over or its past was forgotten."""
        for start in range(0, len(self.first), 64):
            yield b"".join(self.first[start : start + 64])
        self.first = []
        begun = time.monotonic()
        end = begun + timeout
        marks = self._marks(begun, timeout)
        mark = next(marks)
        while not self.overrun and (now := time.monotonic()) < end:
            self.wake.clear()
            if self.queue:
                batch = [self.queue.popleft() for _ in range(min(256, len(self.queue)))]
                if found := b"".join(self._lines(batch)):
                    yield found
                continue
            if now >= mark:
                # A bookmark that says nothing the watch did not begin with is not sent.
                if self.store.version > self.said:
                    yield bookmark(self.target.kind, self.store.version)
                mark = next(marks)
                continue
            try:
                await asyncio.wait_for(self.wake.wait(), min(mark, end) - now)
            except TimeoutError:
                continue

    def _marks(self, begun: float, timeout: float) -> Iterator[float]:
        """When bookmarks are due: regularly, once shortly before the end, then never."""
        last = begun + timeout - self.pace.before_end
        due = begun + self.pace.bookmark
        while self.options.bookmarks and due < last:
            yield due
            due += self.pace.bookmark
        if self.options.bookmarks and last > begun:
            yield last
        while True:
            yield float("inf")
