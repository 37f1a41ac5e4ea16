"""Lines of a watch as events. Pure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

import msgspec

from nodeview.errors import ApiError
from nodeview.records import Batch, Record
from nodeview.wire.answers import Status, failure_said
from nodeview.wire.splitter import ARRAY_BYTES, MALFORMED

R = TypeVar("R", bound=Record)

_PREFIXES = {kind: b'{"type":"%s","object":' % kind.encode() for kind in ("MODIFIED", "ADDED", "DELETED", "BOOKMARK")}

_OF_OBJECTS = ("ADDED", "MODIFIED", "DELETED")
_KIND = b'{"kind":"'
_KIND_NEARBY = 80

log = logging.getLogger(__name__)


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


def read_events(lines: Sequence[bytes], read: Callable[[bytes], Batch[R]], plural: str = "") -> Iterator[Event[R]]:
    """The events of complete lines, in order; neighbours that put objects come as one.

    Unknown types are skipped, and objects of another kind than those that `plural` names. Raises one of
    `MALFORMED` at a line that is not JSON, after the events before it.
    """
    objects: list[bytes] = []
    size = 0
    for line in lines:
        kind, content = _parts(line)
        if plural and kind in _OF_OBJECTS and not _is_one_of(plural, content):
            log.warning("a watch of %s sent another kind: %s", plural, content[:_KIND_NEARBY])
            continue
        if objects and (kind not in ("ADDED", "MODIFIED") or size > ARRAY_BYTES):
            yield from _put(objects, read)
            objects, size = [], 0
        if kind in ("ADDED", "MODIFIED"):
            objects.append(content)
            size += len(content)
        elif kind == "DELETED":
            gone = read(b"[%b]" % content)
            yield Event("gone", gone, _reached(gone, [content]))
        elif kind == "BOOKMARK":
            yield Event("bookmark", version=_version(content))
        elif kind == "ERROR":
            yield Event("error", error=failure_said(_status(content)))
    if objects:
        yield from _put(objects, read)


def _is_one_of(plural: str, content: bytes) -> bool:
    """Whether an object says to be of this resource; API servers name its kind first, and others need not."""
    if not content.startswith(_KIND):
        return True
    kind = content[len(_KIND) : content.find(b'"', len(_KIND), _KIND_NEARBY)].decode(errors="replace").lower()
    return plural.startswith(kind[:-1])  # policy, policies


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
    yield Event("put", batch, _reached(batch, objects))


def _reached(batch: Batch[R], objects: list[bytes]) -> str:
    """The version that these objects lead to."""
    versions = batch.versions
    whole = len(versions) == len(objects) and all(versions)
    return str(max(versions)) if whole else _version(objects[-1])


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
