"""`metadata` as the wire has it: what all objects share."""

from __future__ import annotations

from functools import lru_cache
from sys import intern
from typing import NamedTuple, TypeVar

import msgspec

from nodeview.records.node import OwnerRef

NULL = msgspec.Raw(b"null")


class MetadataJson(msgspec.Struct, rename="camel", gc=False):
    """Without a name there is no object; everything else may be absent or null."""

    name: str
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    owner_references: msgspec.Raw = NULL


class LabelledJson(MetadataJson, rename="camel", gc=False):
    """With labels and annotations as mappings, for objects that are few."""

    labels: dict[str, str | None] | None = None
    annotations: dict[str, str | None] | None = None
    finalizers: list[str] | None = None


class _OwnerJson(msgspec.Struct, rename="camel", gc=False):
    api_version: str | None = None
    kind: str | None = None
    name: str | None = None
    uid: str | None = None
    controller: bool | None = None


_owners_decoder = msgspec.json.Decoder(list[_OwnerJson] | None, strict=False)


class Owners(NamedTuple):
    """Who made an object."""

    all: tuple[OwnerRef, ...]
    """In the order given."""
    controller: OwnerRef | None
    """The one with `controller: true`."""


@lru_cache(maxsize=4096)
def owners(references: bytes) -> Owners:
    """Owner references by their bytes, so that the pods of one ReplicaSet share one value."""
    said = decode_part(_owners_decoder, references, "metadata.ownerReferences") or []
    every = tuple([OwnerRef(word(one.kind), one.name or "", group_of(one.api_version), one.uid or "") for one in said])
    controllers = (owner for owner, one in zip(every, said, strict=True) if one.controller)
    return Owners(every, next(controllers, None))


def group_of(api_version: str | None) -> str:
    """The group of an apiVersion: `apps/v1` has `apps`, `v1` has none."""
    group, slash, _ = (api_version or "").partition("/")
    return intern(group) if slash else ""


def strings(said: dict[str, str | None] | None) -> dict[str, str]:
    """Labels or annotations, each word kept once in the process."""
    return {intern(key): intern(value or "") for key, value in said.items()} if said else {}


def word(said: str | None) -> str:
    """A word that many objects share, kept once in the process; empty where there is none."""
    return intern(said) if said else ""


def given(part: msgspec.Raw) -> bool:
    """A part that was left as bytes is there, and not null."""
    return part is not NULL and bytes(part) != b"null"


J = TypeVar("J")


def decode_part(decoder: msgspec.json.Decoder[J], part: bytes | msgspec.Raw, where: str) -> J:
    """Decode a part that was left as bytes; an error names the field by its place in the object."""
    try:
        return decoder.decode(part)
    except msgspec.ValidationError as error:
        wrong, _, path = str(error).partition(" - at `$")
        raise msgspec.ValidationError(f"{wrong} - at `$.{where}{path or '`'}") from error
