"""What a node went through, as values: turns, and runs of pods that came and went. Moments are ours, epoch seconds."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.provisioners import Phase

TurnKind = Literal["joined", "left", "phase", "changed"]


class Turn(msgspec.Struct, frozen=True, gc=False):
    """What was heard of a node in one moment."""

    at: float
    kind: TurnKind
    phase: Phase | None = None
    """What it turned to, or joined in; None where its phase did not change."""
    reason: str = ""
    """Why it is in that phase, in a short phrase."""
    words: tuple[str, ...] = ()
    """What else turned: `cordoned by kubectl`, `taint dedicated:NoSchedule gone`, a phrase each."""


class PodMoves(msgspec.Struct, frozen=True, gc=False):
    """Pods that came and went, one after the other, from `at` to `until`."""

    at: float
    until: float
    came: int = 0
    went: int = 0
    """Those that ended by themselves among them."""
    evicted: int = 0
    """Of those that went, by the Eviction API."""
    preempted: int = 0

    def with_(self, later: PodMoves) -> PodMoves:
        """Both as one."""
        return PodMoves(
            self.at,
            later.until,
            self.came + later.came,
            self.went + later.went,
            self.evicted + later.evicted,
            self.preempted + later.preempted,
        )


class Past(msgspec.Struct, frozen=True):
    """One node's past since we watch, the oldest first."""

    lines: tuple[Turn | PodMoves, ...] = ()
    forgotten: int = 0
    """Turns before these, which are not kept."""


NO_PAST = Past()
