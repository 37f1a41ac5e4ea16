"""How often the next frame may come, so that deriving never starves what feeds it."""

from __future__ import annotations

FRAME_S = 0.1
"""Ten frames a second."""
SYNCING_S = 0.5
"""At most two a second until everything is synced."""
TICK_S = 1.0
"""At least one a second: ages and the streams' age move on."""
SHARE = 0.1
"""Deriving takes at most this share of the loop,"""
SYNCING_SHARE = 0.05
"""and less while all it makes is soon overtaken."""


def rest(spent_s: float, *, complete: bool, frame_s: float = FRAME_S) -> float:
    """Seconds between the start of a frame that took `spent_s` to derive and the start of the next."""
    if complete:
        return max(frame_s, spent_s / SHARE)
    return max(SYNCING_S, spent_s / SYNCING_SHARE)
