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

ASIDE = frozenset(
    {
        "deployments.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "rollouts.argoproj.io",
        "poddisruptionbudgets.policy",
        "persistentvolumeclaims",
        "persistentvolumes",
        "volumeattachments.storage.k8s.io",
        "verticalpodautoscalers.autoscaling.k8s.io",
        "configmaps",
    }
)
"""Resources without which nothing in the picture is wrong: what they would add says itself that it is unknown."""


class Happening(msgspec.Struct, frozen=True):
    """One line of the feed: `at`, when it was heard first, in epoch seconds.

    `number` counts up and never repeats; a line whose story went on has a new one, in its old place.
    """

    number: int
    at: float
    kind: HappeningKind
    subject: str
    message: str
    namespace: str = ""
    """Of what it is about; empty where that is in none."""
    node: str = ""
    """The node that it happened on, or to; empty where there is none."""
    alarm: bool = False
    """Somebody should look at it."""
    line: int = 0
    """The number that it was told with first, which stays when its story goes on."""


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
    rate: float | None = None
    """Events a second, of late; None while that cannot be told yet."""
    relists: int = 0
    """How often it had to be listed again."""
    state_since: float | None = None
    """Since when it is in its state, epoch seconds; None before the first change."""
    last_at: float | None = None
    """When it was told last that it lags or may not be read, epoch seconds; None when it never was."""
    last_reason: str = ""
    """Why that was."""

    @property
    def true_at(self) -> float | None:
        """When what is known of it was last known to be true, epoch seconds; None when nothing was ever heard.

        That is the last byte of a stream in order. Bytes of attempts that came to nothing make nothing younger.
        """
        if self.heard_at is None or self.since is None or self.state != "lagging":
            return self.heard_at
        return min(self.heard_at, self.since)

    @property
    def aside(self) -> bool:
        """The picture is whole without it, so that who may not read it needs no alarm."""
        return self.resource in ASIDE

    @property
    def left_out(self) -> str:
        """What of it is in no sum, since it could not be read; empty where all is."""
        return f"{self.unread:,} {self.resource} could not be read" if self.unread else ""
