"""What was said of an object, of late: context, whether it was said before we watched or since."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from nodeview.records import ClusterEvent

OBJECTS = 4096
REASONS = 16
HOUR = 3600
"""A cluster keeps its Events for an hour by default; what is older is no more true than they are."""


class EventIndex:
    """The newest Event of each reason by the uid of the object it is about; bounded, the longest silent go first."""

    def __init__(self) -> None:
        self._about: OrderedDict[str, dict[str, ClusterEvent]] = OrderedDict()
        self._newest = 0
        self.heard = 0
        """Counts what was put."""
        self._heard_of: dict[str, int] = {}

    def put(self, event: ClusterEvent) -> None:
        """Keep what is said, unless something newer for this reason is known. About nothing in particular: nothing."""
        uid = event.about.uid
        if not uid:
            return
        said = self._about.setdefault(uid, {})
        before = said.get(event.reason)
        if before is None or (event.at or 0) >= (before.at or 0):
            said.pop(event.reason, None)
            said[event.reason] = event
        if len(said) > REASONS:
            del said[next(iter(said))]
        self._about.move_to_end(uid)
        self.heard += 1
        self._heard_of[uid] = self.heard
        self._newest = max(self._newest, event.at or 0)
        if len(self._about) > OBJECTS:
            del self._heard_of[self._about.popitem(last=False)[0]]

    def forget(self, uid: str) -> None:
        """This object is gone."""
        self._about.pop(uid, None)
        self._heard_of.pop(uid, None)

    def since(self, heard: int) -> Iterator[str]:
        """The uids of objects about which something was put after `heard`, the newest first."""
        for uid in reversed(self._about):
            if self._heard_of[uid] <= heard:
                return
            yield uid

    def about(self, uid: str) -> tuple[ClusterEvent, ...]:
        """What was said of it within an hour of the newest Event of all, by the writers' clocks; the oldest first."""
        said = self._about.get(uid)
        if not said:
            return ()
        recent = [one for one in said.values() if one.at is None or one.at >= self._newest - HOUR]
        return tuple(sorted(recent, key=lambda one: one.at or 0))
