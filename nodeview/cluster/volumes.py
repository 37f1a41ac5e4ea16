"""Storage, as far as it binds pods to places and nodes to life: claims, volumes, and what is attached where."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.records import NodeName, ObjectKey, Record, Volume, VolumeAttachment, VolumeClaim


class VolumeIndex(msgspec.Struct, frozen=True, eq=False):
    """What is known of storage. Its mappings move on with the store; the value is another when they have."""

    claims: Mapping[ObjectKey, VolumeClaim] = {}
    volumes: Mapping[str, Volume] = {}
    """By name, as claims and attachments call them."""
    attached: Mapping[NodeName, tuple[VolumeAttachment, ...]] = {}
    """By node, also those that are still to be attached, or are leaving."""

    def of(self, claim: ObjectKey) -> Volume | None:
        """The volume that this claim is bound to; None where it is not, or either is unknown."""
        bound = self.claims.get(claim)
        return self.volumes.get(bound.volume) if bound is not None and bound.volume else None


class VolumeRows:
    """Keeps what storage is told of."""

    def __init__(self) -> None:
        self._claims: dict[ObjectKey, VolumeClaim] = {}
        self._volumes: dict[str, Volume] = {}
        self._attached: dict[NodeName, tuple[VolumeAttachment, ...]] = {}
        self._told = self._index()

    def moved(self, before: Record | None, after: Record | None) -> bool:
        """Follow a row that moved; False where it is none of storage."""
        row = after if after is not None else before
        if isinstance(row, VolumeClaim):
            _put(self._claims, row.key, after)
        elif isinstance(row, Volume):
            _put(self._volumes, row.name, after)
        elif isinstance(row, VolumeAttachment):
            self._attach(before, after)  # type: ignore[arg-type]
        else:
            return False
        self._told = self._index()
        return True

    def told(self) -> VolumeIndex:
        """All that is known; the same value until something differs."""
        return self._told

    def _index(self) -> VolumeIndex:
        return VolumeIndex(self._claims, self._volumes, self._attached)

    def _attach(self, before: VolumeAttachment | None, after: VolumeAttachment | None) -> None:
        for one in (before, after):
            if one is None:
                continue
            rest = [other for other in self._attached.get(one.node, ()) if other.name != one.name]
            if one is after:
                rest.append(after)
            _put(self._attached, one.node, tuple(rest) or None)


def _put(rows: dict, key: object, row: object) -> None:  # type: ignore[type-arg]
    """The row under its key, or nothing."""
    if row is None:
        rows.pop(key, None)
    else:
        rows[key] = row
