"""The one value that goes up: all that a front end may see, of one cluster at one moment."""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Protocol

import msgspec

from nodeview.cluster import Happening, Snapshot, Stream
from nodeview.insights import NOTHING_SEEN, Insights, Moment, derive_insights
from nodeview.records import NodeName, ServerVersion
from nodeview.views import NO_TREND, Assumptions, ClusterView, Trend, trend_of, view_cluster


class Credential(msgspec.Struct, frozen=True):
    """How we say who we are, without any secret; moments are epoch seconds."""

    kind: str = ""
    """As a person reads it: `token`, `certificate`, `exec plugin aws`; empty before it is known."""
    expires_at: float | None = None
    """When what is in use expires; None when never or unknown."""
    failed_at: float | None = None
    failure: str = ""
    """Why the last attempt to renew it failed and what to do, in the plugin's own words; empty once one succeeded."""


class PriceStatus(msgspec.Struct, frozen=True):
    """How it stands with what is known of prices, beside the prices themselves."""

    sentence: str = ""
    """What is wrong with asking AWS, for the one status line; empty where there is nothing to say."""
    as_of: str | None = None
    """When AWS last answered us, RFC 3339; None when it has not."""
    asking: bool = False
    """An answer of AWS is being waited for."""
    mistake: str = ""
    """Why the price file is not used, with file and line; empty where it is, or there is none."""
    warnings: tuple[str, ...] = ()
    """What of the price file is passed over, a sentence each."""

    @property
    def line(self) -> str:
        """The one of them that matters most; empty where there is nothing to say."""
        return self.mistake or self.sentence or next(iter(self.warnings), "")


NOTHING_TO_SAY = PriceStatus()


class Identity(msgspec.Struct, frozen=True):
    """Which cluster this is and how we reach it, as far as is known yet."""

    context: str
    cluster: str
    """Short name, as a person types it."""
    server: str
    version: ServerVersion | None = None
    insecure: bool = False
    """Its certificate is not verified."""
    proxy: str = ""
    """Host and port of the proxy on the way; empty for a direct connection."""
    acting_as: str = ""
    """Whom we impersonate, and their groups; empty for nobody."""
    credential: Credential = Credential()


class Frame(msgspec.Struct, frozen=True, eq=False):
    """One moment. `at` is epoch seconds; views hold instants, and ages are counted from `at` or later."""

    number: int
    at: float
    identity: Identity
    view: ClusterView
    touched: frozenset[NodeName]
    """Nodes derived again since the frame before, those that joined or left among them."""
    feed: tuple[Happening, ...]
    """The newest last; bounded."""
    next_moment: float | None
    """When time alone changes the picture, ages aside."""
    prices: PriceStatus = NOTHING_TO_SAY
    insights: Insights = NOTHING_SEEN
    trend: Trend = NO_TREND
    """Numbers over time; the same value until another sample was taken, which alone makes no frame differ."""

    @property
    def complete(self) -> bool:
        """Nodes and pods are synced, and all else is synced, absent or forbidden."""
        states = {stream.resource: stream.state for stream in self.view.streams}
        essential = all(states.get(one) == "synced" for one in ("nodes", "pods"))
        return essential and all(state in ("synced", "forbidden", "absent") for state in states.values())

    def quiet_since(self, earlier: Frame | None) -> bool:
        """Nothing differs from the frame before but the age of the streams."""
        if earlier is None or self.touched or self.number != earlier.number + 1:
            return False
        now, then = self.view, earlier.view
        same = now.totals is then.totals and now.pending is then.pending and now.pools is then.pools
        same = same and now.claims is then.claims
        marks = now.joined == then.joined and now.departed == then.departed
        told = self.feed is earlier.feed and self.prices == earlier.prices
        seen = self.insights.pending.groups is earlier.insights.pending.groups
        return same and marks and told and seen and _said(now.streams) == _said(then.streams)


def _said(streams: tuple[Stream, ...]) -> list[tuple[str, str]]:
    return [(one.state, one.reason) for one in streams]


class AsksPrices(Protocol):
    """Frames whose prices can be asked for anew."""

    def refresh_prices(self) -> bool:
        """Ask for all prices anew, however fresh they are; False where there is nobody to ask."""
        ...


class Frames(Protocol):
    """Where a front end pulls its frames from."""

    def next(self) -> Awaitable[Frame]:
        """The next frame that differs from the one before, or whose moment has come."""
        ...


def derive(
    snapshot: Snapshot,
    given: Assumptions,
    identity: Identity,
    previous: Frame | None,
    now: float,
    prices: PriceStatus = NOTHING_TO_SAY,
) -> Generator[None, None, Frame]:
    """Derive the next frame from the state and the frame before; yields often, so that others can run meanwhile."""
    old = previous.view if previous is not None else None
    view, touched = yield from view_cluster(snapshot, given, old, now, identity.version)
    seen = previous.insights if previous is not None else NOTHING_SEEN
    # No insight hangs on what is used, and a poll of the metrics API touches nearly all nodes.
    insights = yield from derive_insights(Moment(snapshot, view, touched - view.remeasured, now), seen)
    number = previous.number + 1 if previous is not None else 1
    moments = [one for one in (view.next_moment, insights.next_moment) if one is not None]
    next_moment, feed = min(moments, default=None), insights.episodes.feed
    trend = trend_of(view, previous.trend if previous is not None else NO_TREND, now)
    return Frame(number, now, identity, view, touched, feed, next_moment, prices, insights, trend)
