"""All that the wire may say to the state of a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from nodeview.records.resource import ObjectKey, Record, Resource

LagState = Literal["lagging", "forbidden", "absent"]


class Listing(NamedTuple):
    """One listing of one resource: all its pages together."""

    number: int
    """Counts up within a stream; a higher number abandons an unfinished listing."""
    version: int
    """The resource version that all its pages show; 0 where it is not a number."""
    new_epoch: bool = False
    """Its versions are not comparable with those before it (taken after "too large resource version")."""


class Upserted(msgspec.Struct, frozen=True, eq=False):
    """These objects exist and look so, by a page of a listing or, with `listing` None, by a watch.

    A listing opens with an empty batch as soon as its version is known, before its watch starts.
    """

    resource: Resource[Any]
    records: Sequence[Record]
    versions: Sequence[int]
    listing: Listing | None = None


class Deleted(msgspec.Struct, frozen=True, eq=False):
    """This object is gone. `version` is that of the deletion; `uid` tells it from a namesake."""

    resource: Resource[Any]
    key: ObjectKey
    uid: str
    version: int


class Synced(msgspec.Struct, frozen=True, eq=False):
    """This listing is complete: what neither it nor its watch named is gone."""

    resource: Resource[Any]
    listing: Listing


class Lagging(msgspec.Struct, frozen=True, eq=False):
    """What is known of this resource may be old: since when (epoch seconds), and why, for a person."""

    resource: Resource[Any]
    since: float
    reason: str
    state: LagState = "lagging"


class Current(msgspec.Struct, frozen=True, eq=False):
    """A stream that lagged is heard again, with nothing missed in between."""

    resource: Resource[Any]


Change = Upserted | Deleted | Synced | Lagging | Current
