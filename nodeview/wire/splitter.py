"""Cutting the bytes of a stream into JSON that can be decoded at once, as they arrive.

Pure: no I/O, no clock. A list of 1 GB passes through in arrays of some 256 KB, so that the loop is never
held for long and nothing but the last array is kept in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

import msgspec

from nodeview.errors import Incomplete

T = TypeVar("T")

ARRAY_BYTES = 256 * 1024
LARGEST_ITEM = 32 * 1024 * 1024
"""No object of etcd is larger than a few MB: beyond this the body is broken, and is not kept."""
LARGEST_HEAD = 1024 * 1024
CANDIDATES = 8
"""How many boundaries are tried in a buffer before more bytes are awaited."""

MALFORMED = (msgspec.DecodeError, UnicodeDecodeError)
"""What decoding raises for bytes that are not JSON."""

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]"]', re.DOTALL)
_ITEMS = re.compile(rb"\s*:\s*(\[|null|\Z)|\s*\Z")
_KEY_NEARBY = 256


class Head(NamedTuple):
    """The `metadata` of a list: which version all its pages show, and the token of the next page."""

    version: str
    token: str


class _Metadata(msgspec.Struct):
    resource_version: str = msgspec.field(name="resourceVersion", default="")
    token: str | None = msgspec.field(name="continue", default=None)


class _List(msgspec.Struct):
    metadata: _Metadata | None = None
    items: msgspec.Raw = msgspec.Raw()


_decode_list = msgspec.json.Decoder(_List).decode


class ListSplitter(Generic[T]):
    """Cuts the body of one list response into arrays, and reads each with `read`.

    `read` takes a JSON array and raises one of `MALFORMED` when it is not well-formed: an array that was
    cut at a boundary inside an object is always unbalanced, so its reader is the judge of the cut. The
    separator is learned from the first object, so compact and indented bodies of any resource will do.
    Raises `Incomplete` for a body that is broken, or ends before its end.
    """

    def __init__(self, read: Callable[[bytes], T], array_bytes: int = ARRAY_BYTES) -> None:
        """`array_bytes` is how large an array is, about; a larger object is an array of its own."""
        self.head: Head | None = None
        """Known as soon as `metadata` was read, which may be before the first array or after the last."""
        self._read = read
        self._array_bytes = array_bytes
        self._wanted = array_bytes
        self._buffer = bytearray()
        self._inside = False
        self._separator = b""

    def feed(self, chunk: bytes) -> Iterator[T]:
        """Take the next bytes of the body, and yield what of them is complete. Run it to its end."""
        self._buffer += chunk
        if not self._inside:
            self._enter()
        while self._inside and len(self._buffer) >= self._wanted:
            yield from self._cut()

    def finish(self) -> T | None:
        """The body has ended: read what is left. None when nothing is, as for an empty list."""
        whole = b'{"items":[' + self._buffer if self._inside else bytes(self._buffer)
        self._buffer = bytearray()
        try:
            rest = _decode_list(whole)
            if rest.metadata is not None:
                self.head = _head(rest.metadata)
            items = bytes(rest.items)
            if not items or self.head is None:
                raise _broken("it is not a list")
            return None if items in (b"null", b"[]") else self._read(items)
        except MALFORMED as error:
            raise _broken(str(error)) from error

    def _enter(self) -> None:
        """Find where the items begin, and read the head that stands before them."""
        depth = 0
        if bytes(self._buffer[:64]).lstrip()[:1] not in (b"", b"{"):
            raise _broken("it is not JSON")
        seen = bytes(self._buffer)  # an array that a search still looks at cannot be cut
        for token in _TOKEN.finditer(seen):
            text = token[0]
            if text == b'"':
                break  # a string that has not ended yet
            if text in (b"{", b"["):
                depth += 1
            elif text in (b"}", b"]"):
                depth -= 1
            elif depth == 1 and text == b'"items"' and (opening := _ITEMS.match(seen, token.end())):
                if opening[1] == b"[":
                    self._begin(token.start(), opening.end())
                return
        if len(self._buffer) > LARGEST_HEAD:
            raise _broken("no items were found in it")

    def _begin(self, key_at: int, items_at: int) -> None:
        first = bytes(self._buffer[items_at : items_at + _KEY_NEARBY])
        if len(first) < _KEY_NEARBY and len(self._buffer) < self._wanted:
            return  # too early to learn from; a short body is read whole when it ends
        try:
            metadata = _decode_list(bytes(self._buffer[:key_at]) + b'"items":null}').metadata
        except MALFORMED as error:
            raise _broken(str(error)) from error
        if metadata is not None:
            self.head = _head(metadata)
        blank = len(first) - len(first.lstrip())
        named = first.find(b'"metadata"')
        # With the key itself, or else every other pair of braces would be a candidate.
        self._separator = b"}," + first[: named + 10 if named > 0 else blank + 12]
        self._inside = True
        del self._buffer[:items_at]

    def _cut(self) -> Iterator[T]:
        """Cut one array off the buffer; yields nothing and wants more bytes when there is no boundary."""
        end = self._wanted
        for _ in range(CANDIDATES):
            end = self._buffer.rfind(self._separator, 0, end)
            if end < 0:
                break
            with memoryview(self._buffer) as view:
                array = b"".join((b"[", view[: end + 1], b"]"))
            try:
                value = self._read(array)
            except MALFORMED:
                continue
            del self._buffer[: end + 2]
            self._wanted = self._array_bytes
            yield value
            return
        self._wanted *= 2
        if self._wanted > max(LARGEST_ITEM, self._array_bytes * 2):
            raise _broken("no object of it could be read")


class LineSplitter:
    """Cuts the body of a watch into lines of any length; an unfinished line is kept back, and never told."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.held = 0
        """How many bytes of an unfinished line are kept."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that are complete with these bytes, without their ends and without blank ones."""
        if b"\n" not in chunk:
            self._parts.append(chunk)
            self.held += len(chunk)
            return []
        first, *lines = chunk.split(b"\n")
        lines.insert(0, b"".join((*self._parts, first)))
        self._parts = [last] if (last := lines.pop()) else []
        self.held = len(last)
        return [line for line in lines if line and not line.isspace()]


def _head(metadata: _Metadata) -> Head:
    return Head(metadata.resource_version, metadata.token or "")


def _broken(why: str) -> Incomplete:
    return Incomplete(f"A list from the API server could not be read: {why}.")
