"""The rows of one resource: where a listing and a watch that run at once become one truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from nodeview.records import Listing, ObjectKey, Record

R = TypeVar("R", bound=Record)


class Table(Generic[R]):
    """Rows by key, with the resource version each was heard at.

    Versions are compared within one epoch only: a listing whose version is below the highest heard (an etcd restored
    from backup), or that says so itself, begins a new one, in which all that is listed is put and all else removed.
    Version 0 is not comparable, and always newer.
    """

    __slots__ = ("_highest", "_listing", "_seen", "_tombstones", "_versions", "key", "rows")

    def __init__(self) -> None:
        self.rows: dict[ObjectKey, R] = {}
        self._versions: dict[ObjectKey, int] = {}
        self._highest = 0
        self._listing: Listing | None = None
        self._seen: set[ObjectKey] | None = None
        """Keys named since the listing began; None while there is nothing that a listing could remove."""
        self._tombstones: dict[ObjectKey, int] = {}
        self.key: ObjectKey | None = None
        """Of the row that was put last: whoever keeps it under its key, too, needs no second one."""

    def begin(self, listing: Listing) -> None:
        """A listing starts, or starts anew: what was seen of an unfinished one counts no more."""
        if self._listing is not None and self._listing.number == listing.number:
            return
        self._listing = listing
        self._seen = set() if self.rows else None
        self._tombstones.clear()
        if listing.new_epoch or listing.version < self._highest:
            self._versions.clear()
            self._highest = listing.version

    def put(
        self, records: Sequence[R], versions: Sequence[int], listing: Listing | None
    ) -> Iterator[tuple[R | None, R]]:
        """Take what is newer than what is known; yields (before, after) of each row that now says something else.

        Of a listing, also what is older: a row from before it that is listed older was of a history that an etcd
        restored from backup has taken back. What this listing or its watch told is not made older by it again.
        """
        if listing is not None:
            self.begin(listing)
        rows, known, seen, tombstones = self.rows, self._versions, self._seen, self._tombstones
        for record, version in zip(records, versions, strict=True):
            key = record.key
            if tombstones and key in tombstones:
                if listing is not None and tombstones[key] >= version:
                    continue
                del tombstones[key]
            from_before = seen is not None and key not in seen
            if seen is not None:
                seen.add(key)
            if version and version <= known.get(key, -1) and not (listing is not None and from_before):
                continue
            known[key] = version
            before = rows.get(key)
            if before is not None and before == record:
                continue
            rows[key] = record
            self.key = key
            yield before, record
        if versions:
            self._highest = max(self._highest, *versions, 0)

    def remove(self, key: ObjectKey, uid: str, version: int) -> R | None:
        """Take a deletion; gives the row that is gone, or None where it was not there or is a younger namesake.

        A row older than the deletion is gone even where its uid is another: its successor came and went unheard.
        """
        self._highest = max(self._highest, version)
        row = self.rows.get(key)
        if row is not None and (version < self._versions.get(key, -1) if version else row.uid != uid):
            return None
        if self._listing is not None:
            self._tombstones[key] = version
        if row is None:
            return None
        del self.rows[key]
        self._versions.pop(key, None)
        return row

    def finish(self, listing: Listing) -> list[R]:
        """The listing is complete: gives the rows that are gone, since neither it nor its watch named them."""
        self.begin(listing)
        seen = self._seen
        gone = [key for key in self.rows if key not in seen] if seen is not None else []
        self._listing = self._seen = None
        self._tombstones.clear()
        self._highest = max(self._highest, listing.version)
        for key in gone:
            self._versions.pop(key, None)
        return [self.rows.pop(key) for key in gone]
