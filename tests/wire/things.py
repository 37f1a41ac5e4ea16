"""The resource that `misbehaving` serves, and a naive store that merges what a reflector emits."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from nodeview.records.change import Change, Current, Deleted, Lagging, Synced, Upserted
from nodeview.records.resource import Batch, ObjectKey, Reader, Resource, ServerVersion
from nodeview.wire.connection import connection_of
from nodeview.wire.gate import Gate
from nodeview.wire.pace import Pace
from nodeview.wire.reflector import Reflector
from nodeview.wire.transport import Transport
from tests.wire.misbehaving import Misbehaving

QUICK = Pace(
    retry_first=0.02,
    retry_most=0.1,
    least_gap=0.05,
    watch_grace=0.5,
    list_silence=0.3,
    page_most=2.0,
    idle=5.0,
    check_every=0.05,
    rejected=0.2,
    forbidden_least=0.1,
    forbidden_most=0.2,
    absent=0.1,
    retry_after_most=0.3,
    read_pause=0.001,
    spread=0.05,
    probe_every=0.1,
    probe_spread=0.02,
)


IMPATIENT = dataclasses.replace(QUICK, idle=0.3)
"""With which a silence soon means something."""


class Metadata(msgspec.Struct):
    name: str
    uid: str = ""
    namespace: str = ""
    version: str = msgspec.field(name="resourceVersion", default="")


class ThingJson(msgspec.Struct):
    metadata: Metadata
    text: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """As small as a record can be."""

    key: ObjectKey
    uid: str
    text: str


_decode = msgspec.json.Decoder(list[msgspec.Raw]).decode


def read_things(array: bytes) -> Batch[Thing]:
    """A reader as the contract has it: malformed JSON raises, one odd object does not."""
    records, versions, unread = [], [], []
    for raw in _decode(array):
        try:
            one = msgspec.json.decode(raw, type=ThingJson)
        except msgspec.ValidationError as error:
            unread.append(str(error))
            continue
        records.append(Thing(ObjectKey(one.metadata.namespace, one.metadata.name), one.metadata.uid, one.text))
        versions.append(int(one.metadata.version) if one.metadata.version.isdecimal() else 0)
    return Batch(records, versions, unread)


def _reader(server: ServerVersion) -> Reader[Thing]:
    return read_things


THINGS: Resource[Thing] = Resource("", ("v1",), "things", _reader)
OPTIONAL_THINGS: Resource[Thing] = Resource("", ("v1",), "things", _reader, optional=True)


@dataclass
class Mirror:
    """What a listener knows: rows by name, merged by version as the contract has it; and all that it was told."""

    rows: dict[str, tuple[int, str]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _graves: dict[str, int] = field(default_factory=dict)
    _number: int = 0
    _highest: int = 0

    def apply(self, change: Change) -> None:
        """Take one change."""
        self.changes.append(change)
        match change:
            case Upserted(records=records, versions=versions, listing=listing):
                if listing is not None and listing.number != self._number:
                    assert not records, "a listing opens with an empty batch"
                    self._number, self._seen, self._graves = listing.number, set(), {}
                    if listing.new_epoch or listing.version < self._highest:
                        self.rows = {name: (-1, text) for name, (_, text) in self.rows.items()}
                for record, version in zip(records, versions, strict=True):
                    assert isinstance(record, Thing)
                    self._put(record, version, listing is not None)
            case Deleted(key=key, version=version):
                self.rows.pop(key.name, None)
                self._graves[key.name] = version
            case Synced(listing=listing):
                assert listing.number == self._number
                self.rows = {name: row for name, row in self.rows.items() if name in self._seen}
            case _:
                pass

    def _put(self, record: Thing, version: int, listed: bool) -> None:
        name = record.key.name
        if listed and self._graves.get(name, -1) >= version:
            return
        self._seen.add(name)
        self._highest = max(self._highest, version)
        if not version or version > self.rows.get(name, (-1, ""))[0]:
            self.rows[name] = (version, record.text)

    def texts(self) -> dict[str, str]:
        """What is known, to be held against the server's."""
        return {name: text for name, (_, text) in self.rows.items()}

    def lags(self) -> list[Lagging]:
        """All that was said of lagging."""
        return [change for change in self.changes if isinstance(change, Lagging)]

    @property
    def synced(self) -> int:
        """How many listings were completed."""
        return sum(isinstance(change, Synced) for change in self.changes)

    @property
    def lagging(self) -> bool:
        """Whether the last word is that it lags."""
        last = [change for change in self.changes if isinstance(change, Lagging | Synced | Current)]
        return bool(last) and isinstance(last[-1], Lagging)


@dataclass
class Following:
    """A reflector at work."""

    reflector: Reflector[Thing]
    mirror: Mirror
    gate: Gate
    transport: Transport
    task: asyncio.Task[None]


@asynccontextmanager
async def following(
    server: Misbehaving,
    *,
    resource: Resource[Thing] = THINGS,
    pace: Pace = QUICK,
    token: str = "",
    transport: Transport | None = None,
    wall: Callable[[], float] = time.time,
) -> AsyncIterator[Following]:
    """Follow the server's things; afterwards nothing is left running."""
    before = asyncio.all_tasks()
    mirror = Mirror()
    transport = transport or Transport(connection_of(server.url, token, "test"))
    gate = Gate(transport, pace=pace)
    version = ServerVersion(1, 34, "v1.34.2")
    reflector = Reflector(transport, resource, version, mirror.apply, gate, pace=pace, rng=random.Random(7), wall=wall)
    task = asyncio.create_task(reflector.run())
    try:
        yield Following(reflector, mirror, gate, transport, task)
        assert not task.done(), "a reflector never ends by itself"
    finally:
        task.cancel()
        await asyncio.wait([task])
        await transport.close()
        ours = [one for one in asyncio.all_tasks() - before if "Misbehaving" not in repr(one.get_coro())]
        assert not ours, f"left running: {ours}"


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
