"""Which Events are news: those written since we watch, each told once, however often they are listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nodeview.cluster.table import Table
from nodeview.records import ClusterEvent, Listing, ObjectKey


class EventRows(Table[ClusterEvent]):
    """The place of a table for a stream of Events. It keeps no rows: a cluster writes more of them than fit.

    A listing names what was written in the last hour. What is not above the version of the first one is from before we
    watched: no news, but worth knowing. What a later listing names above the version up to which all was heard happened
    while nobody listened, and is news.
    """

    __slots__ = ("_late", "_since", "_told", "_top", "_under_way")

    def __init__(self) -> None:
        super().__init__()
        self._since: int | None = None
        """Up to this version all was heard, or is from before we watched."""
        self._top = 0
        self._under_way: Listing | None = None
        self._told: set[int] = set()
        """Versions above that were told since the listing began."""
        self._late: list[tuple[int, ClusterEvent]] = []

    def begin(self, listing: Listing) -> None:
        """A listing starts, or starts anew; after a restore from a backup we watch from now on only."""
        if self._under_way is not None and self._under_way.number == listing.number:
            return
        self._under_way = listing
        if self._since is None or listing.new_epoch or listing.version < self._top:
            self._since = self._top = listing.version
            self._told.clear()
            self._late.clear()

    def put(
        self, records: Sequence[ClusterEvent], versions: Sequence[int], listing: Listing | None
    ) -> Iterator[tuple[ClusterEvent | None, ClusterEvent]]:
        """Yields (None, event) for news and (event, event) for what was there before; news of a listing are `late`."""
        if listing is not None:
            self.begin(listing)
        for event, version in zip(records, versions, strict=True):
            if not version:
                yield (event if listing is not None else None), event
            elif version <= (self._since or 0):
                if listing is not None:
                    yield event, event
            elif version not in self._told:
                if listing is not None:
                    self._late.append((version, event))
                self._heard(version)
                if listing is None:
                    yield None, event
        self._top = max(self._top, *versions, 0) if versions else self._top

    def _heard(self, version: int) -> None:
        if self._under_way is None:
            self._since = version
        else:
            self._told.add(version)

    def remove(self, key: ObjectKey, uid: str, version: int) -> ClusterEvent | None:
        """Their hour is over; what happened stays told."""
        return None

    def finish(self, listing: Listing) -> list[ClusterEvent]:
        """The listing is complete, or there is no such resource any more."""
        self.begin(listing)
        self._under_way = None
        self._since = max(self._since or 0, listing.version, self._top) if listing.number else None
        self._told.clear()
        return []

    def late(self) -> Iterator[ClusterEvent]:
        """What the listing named of the time in which nobody listened, in the order in which it was written."""
        late, self._late = sorted(self._late, key=lambda one: one[0]), []
        return (event for _, event in late)
