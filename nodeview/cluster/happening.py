"""What happened, a line each; and how each stream is doing."""

from __future__ import annotations

from typing import Literal

import msgspec

HappeningKind = Literal[
    "joined",
    "left",
    "cordoned",
    "uncordoned",
    "phase",
    "preempted",
    "evicted",
    "episode",
    "scaled",
    "claim",
    "price",
    "stream",
]
StreamState = Literal["synced", "listing", "lagging", "forbidden", "absent"]


class Happening(msgspec.Struct, frozen=True):
    """One line of the feed: `at` in epoch seconds, `number` counts up and never repeats."""

    number: int
    at: float
    kind: HappeningKind
    subject: str
    message: str


class Stream(msgspec.Struct, frozen=True):
    """The health of one resource's stream."""

    resource: str
    state: StreamState
    heard_at: float | None
    """When the last byte came, epoch seconds; None before the first."""
    bookmarked: bool = False
    """It delivered a bookmark, so silence means something."""
    since: float | None = None
    """Since when it lags."""
    reason: str = ""
    synced_once: bool = False
    """What is shown of it was complete at some time."""
    unread: int = 0
    """Objects that could not be read; the log names them."""

    @property
    def left_out(self) -> str:
        """What of it is in no sum, since it could not be read; empty where all is."""
        return f"{self.unread:,} {self.resource} could not be read" if self.unread else ""
