"""The story of nodes that are taken away together, and of what is made in their place."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.cluster.preemption import between
from nodeview.records import NodeName

Cause = Literal["empty", "underutilised", "drifted", "expired", "interrupted", "scaled_down", "drained", "unknown"]
Author = Literal["karpenter", "cluster-autoscaler", "other"]
"""Who takes the nodes away."""


class Source(msgspec.Struct, frozen=True):
    """A node that goes. Moments are epoch seconds; those that are `heard` are by our clock, all others are not."""

    node: NodeName
    uid: str
    """Of the node; empty where only its claim is known."""
    claim: str
    """Its NodeClaim's name; empty where it has none."""
    pool: str | None
    instance_type: str | None
    capacity_type: str | None
    zone: str | None
    cause: Cause
    began: int | None
    """When it was chosen, or its end began."""
    heard: float
    going_at: int | None = None
    """Its `deletionTimestamp`, or its claim's."""
    gone_at: int | None = None
    gone_heard: float | None = None
    """When it was seen to be gone, or, where it was drained by hand, to be empty; None while it is there."""


class Target(msgspec.Struct, frozen=True):
    """A NodeClaim that was made in their place."""

    claim: str
    node: NodeName | None
    created: int
    pool: str | None
    instance_type: str | None
    capacity_type: str | None
    zone: str | None
    said: bool
    """An Event said so; else nothing but this could have been the reason for it."""


class Episode(msgspec.Struct, frozen=True):
    """Nodes that one decision takes away, as far as that is known; completed as it unfolds."""

    number: int
    line: int
    """Its line in the feed, by the number that it was told with first."""
    at: float
    """When it was heard of first, epoch seconds by our clock."""
    author: Author
    sources: tuple[Source, ...]
    targets: tuple[Target, ...] = ()
    target_unseen: bool = False
    """Something was made in their place that was not seen, or could not be told from what was made for others."""
    predicted: int | None = None
    """What Karpenter said it would save an hour, in nano-units of its currency."""
    earlier: bool = False
    """It began before we watched."""
    called_off: int = 0
    """Nodes that were to go, and stay."""

    @property
    def cause(self) -> Cause:
        """Why, in a word; `unknown` while nobody said."""
        return next((one.cause for one in self.sources if one.cause != "unknown"), "unknown")

    @property
    def over(self) -> bool:
        """All of its nodes are gone."""
        return all(one.gone_heard is not None for one in self.sources)

    @property
    def going(self) -> bool:
        """The end of one of them has begun: whatever is made in their place is made already, where that goes first."""
        return any(one.going_at is not None or one.gone_heard is not None for one in self.sources)

    @property
    def pools(self) -> tuple[str, ...]:
        """The pools that they are of, each once."""
        return tuple(dict.fromkeys(one.pool for one in self.sources if one.pool))

    @property
    def began(self) -> int | None:
        """When the first of them was chosen, epoch seconds by the cluster's clocks."""
        return min((one.began for one in self.sources if one.began is not None), default=None)

    @property
    def took_s(self) -> int | None:
        """Seconds from the choice to the end of the last of them, by the cluster's clocks; None where not known."""
        ends = [one.gone_at for one in self.sources]
        known = [one for one in ends if one is not None]
        return between(self.began, max(known)) if known and len(known) == len(ends) else None

    @property
    def watched_s(self) -> int | None:
        """The same as we saw it; None where we did not see all of it."""
        ends = [one.gone_heard for one in self.sources if one.gone_heard is not None]
        if self.earlier or not self.over or not ends:
            return None
        return max(0, int(max(ends) - min(one.heard for one in self.sources)))


class Episodes(msgspec.Struct, frozen=True):
    """The newest of them, in the order in which they were heard of."""

    stories: tuple[Episode, ...] = ()

    @property
    def running(self) -> tuple[Episode, ...]:
        """Those that are not over."""
        return tuple(one for one in self.stories if not one.over)


NO_EPISODES = Episodes()
