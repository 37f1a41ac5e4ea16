"""How each stream is doing, as it is told by its reports and by what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.event_rate import EventRate
from nodeview.cluster.happening import Stream, StreamState
from nodeview.records import Resource

_WORST: tuple[StreamState, ...] = ("synced", "absent", "forbidden", "listing", "lagging")
"""Of several streams of one resource the last of these speaks for all."""


class Streams:
    """The streams of one cluster. Those of one resource (Events, which are watched in parts) are told as one."""

    def __init__(self, chronicle: Chronicle) -> None:
        self.touched = False
        """One is in another state than when this was set to False last."""
        self._chronicle = chronicle
        self._streams: dict[Resource[Any], Stream] = {}
        self._rates: dict[Resource[Any], EventRate] = {}

    def follow(self, resource: Resource[Any]) -> None:
        """Until this is heard it is said to be listing."""
        self._streams[resource] = Stream(resource.id, "listing", None)
        self._rates[resource] = EventRate()

    def of(self, resource: Resource[Any]) -> Stream:
        """How this stream is doing."""
        return self._streams[resource]

    def told(self) -> tuple[Stream, ...]:
        """A value for each resource, in the order in which they were followed."""
        parts: dict[str, list[Stream]] = {}
        for stream in self._streams.values():
            parts.setdefault(stream.resource, []).append(stream)
        return tuple(some[0] if len(some) == 1 else together(some) for some in parts.values())

    @property
    def settled(self) -> bool:
        """No stream lists or lags: what can be known is."""
        return all(one.state in ("synced", "forbidden", "absent") for one in self._streams.values())

    def heard(
        self,
        resource: Resource[Any],
        at: float | None,
        *,
        bookmarked: bool,
        unread: int,
        events: int,
        relists: int,
        now: float | None,
    ) -> None:
        """A stream's own report; without `now` there is no rate.

        A server that has sent bookmarks once goes on sending them: a silence keeps its meaning over watches.
        """
        old = self._streams[resource]
        self._streams[resource] = replace(
            old,
            heard_at=at,
            bookmarked=bookmarked or old.bookmarked,
            unread=unread,
            rate=self._rates[resource].after(events, now) if now is not None else None,
            relists=relists,
        )

    def lists(self, resource: Resource[Any], at: float) -> None:
        """A page of a listing came; one that lags goes on lagging until the listing is complete."""
        if self._streams[resource].state != "lagging":
            self._set(resource, "listing", at)

    def synced(self, resource: Resource[Any], at: float) -> None:
        """A listing is complete."""
        self._recovered(resource, at)
        self._set(resource, "synced", at, synced_once=True)

    def current(self, resource: Resource[Any], at: float) -> None:
        """A stream that lagged is heard again, with nothing missed."""
        self._recovered(resource, at)
        self._set(resource, "synced" if self._streams[resource].synced_once else "listing", at)

    def lags(self, resource: Resource[Any], state: StreamState, since: float, reason: str, at: float) -> None:
        """What is known may be old: since when, and why. Said once for all parts of a resource."""
        stream = self._streams[resource]
        expected = state == "absent" or (state == "forbidden" and stream.aside)
        worth_a_line = not expected or stream.synced_once
        if worth_a_line and state not in self._states(resource.id):
            self._chronicle.tell(at, "stream", resource.id, f"{state}: {reason}" if reason else state)
        self._set(resource, state, at, since=since, reason=reason)
        self._streams[resource] = replace(self._streams[resource], last_at=at, last_reason=reason)

    def _recovered(self, resource: Resource[Any], at: float) -> None:
        if self._streams[resource].state == "lagging" and self._states(resource.id).count("lagging") == 1:
            self._chronicle.tell(at, "stream", resource.id, "heard again")

    def _states(self, name: str) -> list[StreamState]:
        return [one.state for one in self._streams.values() if one.resource == name]

    def _set(
        self,
        resource: Resource[Any],
        state: StreamState,
        at: float,
        *,
        since: float | None = None,
        reason: str = "",
        synced_once: bool = False,
    ) -> None:
        old = self._streams[resource]
        new = replace(
            old,
            state=state,
            since=since,
            reason=reason,
            synced_once=old.synced_once or synced_once,
            state_since=old.state_since if state == old.state else at,
        )
        if new != old:
            self._streams[resource] = new
            self.touched = True


def together(parts: Iterable[Stream]) -> Stream:
    """The streams of one resource as one: as bad as the worst of them, and as old as the oldest."""
    streams = list(parts)
    worst = max(streams, key=lambda one: _WORST.index(one.state))
    heard = [one.heard_at for one in streams]
    rates = [one.rate for one in streams if one.rate is not None]
    since = [one.since for one in streams if one.since is not None and one.state == worst.state]
    said = max(streams, key=lambda one: one.last_at or 0.0)
    return replace(
        worst,
        heard_at=None if None in heard else min(one for one in heard if one is not None),
        bookmarked=all(one.bookmarked for one in streams),
        since=min(since, default=None),
        synced_once=all(one.synced_once for one in streams),
        unread=sum(one.unread for one in streams),
        rate=sum(rates) if rates else None,
        relists=sum(one.relists for one in streams),
        last_at=said.last_at,
        last_reason=said.last_reason,
    )
