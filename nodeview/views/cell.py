"""What a cell says, before anyone chooses a colour."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Tone(StrEnum):
    """Meaning before colour; a word or a glyph always says the same."""

    PLAIN = "plain"
    MUTED = "muted"
    GOOD = "good"
    CAUTION = "caution"
    ALARM = "alarm"
    COMING = "coming"
    STRONG = "strong"


class Fill(msgspec.Struct, frozen=True):
    """A bar: the share that is real work and the share that balloons hold, each of the whole (0.0–1.0, or above)."""

    real: float
    balloon: float = 0.0
    used: float | None = None
    """Where a tick says how much is really used; None where that is not known."""


class Cell(msgspec.Struct, frozen=True):
    """One cell of a table. `reason` says why a dash is a dash, or what a short word stands for."""

    text: str
    tone: Tone = Tone.PLAIN
    fill: Fill | None = None
    reason: str = ""


def dash(reason: str) -> Cell:
    """Unknown, with its reason: never 0."""
    return Cell("–", Tone.MUTED, reason=reason)
