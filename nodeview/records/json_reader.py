"""How arrays of objects are read: fast when all is well, one by one when something is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from nodeview.records.metadata_json import MetadataJson
from nodeview.records.resource import Batch, Record

R = TypeVar("R", bound=Record)


class ObjectJson(msgspec.Struct, gc=False):
    """Any object of Kubernetes: it has metadata, and other things that kinds add."""

    metadata: MetadataJson


J = TypeVar("J", bound=ObjectJson)


class _NameJson(msgspec.Struct, frozen=True, gc=False):
    name: str = "without a name"
    namespace: str = ""


class _NamedJson(msgspec.Struct, gc=False):
    metadata: _NameJson = _NameJson()


class JsonReader(Generic[J, R]):
    """Reads arrays of one kind of object into records.

    Raises msgspec.DecodeError where the array itself is no JSON array (torn, or cut at a wrong place):
    whoever cuts bytes into arrays may rely on it.
    """

    def __init__(self, resource: str, kind: type[J], record: Callable[[J], R]) -> None:
        self._resource = resource
        self._record = record
        self._array = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        self._strict = msgspec.json.Decoder(kind)
        self._lax = msgspec.json.Decoder(kind, strict=False)

    def __call__(self, array: bytes) -> Batch[R]:
        """Read a JSON array of objects. One bad object spoils none of its neighbours."""
        record = self._record
        try:
            objects: list[J] = self._array.decode(array)
            return Batch([record(one) for one in objects], [_version(one.metadata) for one in objects])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._singly(array)

    def _singly(self, array: bytes) -> Batch[R]:
        records: list[R] = []
        versions: list[int] = []
        unread: list[str] = []
        for raw in _items.decode(array):
            try:
                record, version = self._one(raw)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                unread.append(f"{self._resource} {_name(raw)} could not be read: {_reason(error)}.")
            else:
                records.append(record)
                versions.append(version)
        return Batch(records, versions, unread)

    def _one(self, raw: msgspec.Raw) -> tuple[R, int]:
        try:
            one = self._strict.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            one = self._lax.decode(raw)
        return self._record(one), _version(one.metadata)


_items = msgspec.json.Decoder(list[msgspec.Raw])
_named = msgspec.json.Decoder(_NamedJson, strict=False)


def _version(metadata: MetadataJson) -> int:
    text = metadata.resource_version
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 20 else 0


def _name(raw: msgspec.Raw) -> str:
    try:
        said = _named.decode(raw).metadata
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "without a name"
    return f"{said.namespace}/{said.name}" if said.namespace else said.name


def _reason(error: Exception) -> str:
    """Which field, and what is wrong with it."""
    wrong, at, path = str(error).partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    return f"{field}: {wrong.replace('`', '')}" if at and field else wrong.replace("`", "")
