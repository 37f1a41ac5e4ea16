"""The etcd of the demo cluster: every object as it was last written, and what was written lately."""

from __future__ import annotations

import json
import random
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nodeview.demo import status
from nodeview.demo.resources import EVENTS, KINDS, PODS, Kind, Obj
from nodeview.demo.times import stamp

Key = tuple[str, str]
"""Namespace (empty for what has none) and name."""

_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def dumps(value: Any) -> bytes:
    """JSON as an API server writes it: no spaces."""
    return _encoder.encode(value).encode()


class Entry:
    """One object as of one write; nobody changes it afterwards."""

    __slots__ = ("_obj", "_raw", "key", "version")

    def __init__(self, key: Key, version: int, obj: Obj | None):
        self.key = key
        self.version = version
        self._obj = obj
        self._raw: bytes | None = None

    @property
    def obj(self) -> Obj:
        """The object, to read only."""
        assert self._obj is not None
        return self._obj

    @property
    def raw(self) -> bytes:
        """The object's bytes, written once."""
        if self._raw is None:
            self._raw = dumps(self._obj)
        return self._raw

    @property
    def head(self) -> Obj:
        """What selectors look at."""
        return self.obj

    def thaw(self) -> Obj:
        """A copy to change and put back."""
        copy: Obj = json.loads(self.raw)
        return copy

    def moved(self, version: int) -> Entry:
        """The same object under another version, as the last word on a deleted one."""
        obj = self.obj
        return Entry(self.key, version, obj | {"metadata": obj["metadata"] | {"resourceVersion": str(version)}})


def path_of(entry: Entry) -> str:
    """Where etcd keeps an object below its kind: what listings are ordered by."""
    namespace, name = entry.key
    return f"{namespace}/{name}" if namespace else name


@dataclass(frozen=True, slots=True)
class Write:
    """One line of the log: what the object became, and what it was."""

    version: int
    verb: str
    entry: Entry
    previous: Entry | None


class Table:
    """All objects of one kind."""

    def __init__(self, kind: Kind, window: int):
        self.kind = kind
        self.entries: dict[Key, Entry] = {}
        self.log: deque[Write] = deque(maxlen=window)
        self.oldest = 0
        self.version = 0
        self.terminating: dict[Key, None] = {}
        self.listeners: list[Callable[[Write], None]] = []
        self._order: list[Entry] | None = None

    def ordered(self) -> list[Entry]:
        """All entries in etcd's order, by namespace and name; the list is never changed afterwards."""
        if self._order is None:
            self._order = sorted(self.entries.values(), key=path_of)
        return self._order

    def record(self, write: Write) -> None:
        """Take a write into the log and tell who listens."""
        self._order = None
        self.version = write.version
        key = write.entry.key
        if write.verb == "DELETED":
            del self.entries[key]
            self.terminating.pop(key, None)
        else:
            self.entries[key] = write.entry
        if len(self.log) == self.log.maxlen:
            self.oldest = self.log[0].version
        self.log.append(write)
        for listener in self.listeners:
            listener(write)

    def since(self, version: int) -> list[Write]:
        """What was written after a version; refuses one from before the window."""
        if version < self.oldest:
            raise status.too_old(version, self.oldest)
        found: list[Write] = []
        for write in reversed(self.log):
            if write.version <= version:
                break
            found.append(write)
        return found[::-1]


class Store:
    """All objects of the cluster under one ever growing resource version."""

    def __init__(self, seed: int = 0, window: int = 20_000):
        self.version = 1000
        self.tables = {kind.plural: Table(kind, window) for kind in KINDS}
        self._random = random.Random(f"uid {seed}")

    def __getitem__(self, kind: Kind) -> Table:
        return self.tables[kind.plural]

    def get(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        """An object to read only, or None."""
        entry = self[kind].entries.get((namespace, name))
        return entry.obj if entry else None

    def objects(self, kind: Kind) -> list[Obj]:
        """All objects of a kind, to read only, in the order they came."""
        return [entry.obj for entry in self[kind].entries.values()]

    def uid(self) -> str:
        """A new UID, the same ones in the same order for the same seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def compact(self, kind: Kind) -> None:
        """Forget a kind's log, so that watches from before now are too old."""
        table = self[kind]
        table.log.clear()
        table.oldest = self.version

    def create(self, kind: Kind, obj: Obj, now: float) -> Obj:
        """Put a new object, with UID and creation time unless it has them; the caller lets go of it."""
        metadata = obj["metadata"]
        metadata.setdefault("uid", self.uid())
        metadata.setdefault("creationTimestamp", stamp(now))
        if kind.generation:
            metadata.setdefault("generation", 1)
        return self._put(kind, "ADDED", obj)

    def update(self, kind: Kind, obj: Obj) -> Obj:
        """Put an object in the place of the one it was thawed from, and remove it if that was waited for."""
        metadata = obj["metadata"]
        if "deletionTimestamp" in metadata and not metadata.get("finalizers") and not _graceful(kind, obj):
            self._put(kind, "MODIFIED", obj)
            self.remove(kind, _key(obj))
            return obj
        return self._put(kind, "MODIFIED", obj)

    def delete(self, kind: Kind, key: Key, now: float, grace: int | None = None) -> Obj:
        """Ask for an object's end: marked while a kubelet or a finalizer has it, else gone at once."""
        entry = self[kind].entries[key]
        obj = entry.obj
        finalizers = obj["metadata"].get("finalizers")
        if kind is PODS and grace is None:
            grace = obj["spec"].get("terminationGracePeriodSeconds", 30)
        bound = kind is PODS and obj["spec"].get("nodeName") and not _finished(obj)
        seconds = grace if bound and grace is not None else 0
        if not finalizers and not seconds:
            self.remove(kind, key)
            known = {"deletionGracePeriodSeconds": 0} if "deletionTimestamp" in obj["metadata"] else {}
            return obj | {"metadata": obj["metadata"] | known}
        known = obj["metadata"].get("deletionGracePeriodSeconds")
        if known is not None and known <= seconds:
            return obj
        marked = entry.thaw()
        marked["metadata"].setdefault("deletionTimestamp", stamp(now + seconds))
        marked["metadata"]["deletionGracePeriodSeconds"] = seconds
        if kind.generation:
            marked["metadata"]["generation"] = marked["metadata"].get("generation", 1) + 1
        return self._put(kind, "MODIFIED", marked)

    def remove(self, kind: Kind, key: Key) -> None:
        """Take an object away at once, whatever holds it."""
        table = self[kind]
        previous = table.entries[key]
        self.version += 1
        table.record(Write(self.version, "DELETED", previous.moved(self.version), previous))

    def place(self, kind: Kind, entry: Entry, verb: str) -> None:
        """Record an entry made elsewhere, for sets too large to be held as objects; it bears ``next_version``."""
        self.version = entry.version
        table = self[kind]
        table.record(Write(entry.version, verb, entry, table.entries.get(entry.key)))

    def _put(self, kind: Kind, verb: str, obj: Obj) -> Obj:
        self.version += 1
        obj["metadata"]["resourceVersion"] = str(self.version)
        obj = {"kind": kind.kind, "apiVersion": kind.api_version} | obj
        entry = Entry(_key(obj), self.version, obj)
        table = self[kind]
        if "deletionTimestamp" in obj["metadata"]:
            table.terminating[entry.key] = None
        table.record(Write(self.version, verb, entry, table.entries.get(entry.key)))
        return obj


def _key(obj: Obj) -> Key:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _graceful(kind: Kind, obj: Obj) -> bool:
    return kind is PODS and bool(obj["metadata"].get("deletionGracePeriodSeconds"))


def _finished(obj: Obj) -> bool:
    return obj.get("status", {}).get("phase") in ("Succeeded", "Failed")


def prune_events(store: Store, most: int) -> None:
    """Drop the oldest Events beyond a number, as their hour's lease would."""
    table = store[EVENTS]
    for key in list(table.entries)[: max(0, len(table.entries) - most)]:
        store.remove(EVENTS, key)
