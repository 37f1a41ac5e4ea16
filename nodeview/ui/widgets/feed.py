"""The bottom of the dashboard: what waits, and what happened last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from nodeview.cluster import Happening
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.views import PendingView, Tone, duration, printable, short_name

KIND_TONES: dict[str, Tone] = {
    "joined": Tone.COMING,
    "left": Tone.MUTED,
    "preempted": Tone.CAUTION,
    "evicted": Tone.CAUTION,
    "stream": Tone.CAUTION,
}
MOST = 5


class Feed(TextLines):
    """A line of pending pods when there are any, then the newest happenings, the newest last."""

    def __init__(self, desk: Desk, *, id: str = "feed") -> None:
        """Empty until a frame comes."""
        super().__init__(desk.ink, id=id)
        self.desk = desk

    def wanted_height(self, room: int) -> int:
        """Lines it would like on a screen of so many."""
        if self.desk.frame is None or room < 14:
            return 0
        lines = 0 if room < 20 else 2 if room < 36 else MOST
        return int(bool(self.desk.frame.view.pending)) + min(lines, len(self.desk.frame.feed))

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """All lines, for the present frame and moment."""
        frame = self.desk.frame
        if frame is None or not height:
            return []
        waiting = frame.view.pending
        lines = [self._pending(waiting)] if waiting else []
        room = height - len(lines)
        return lines + [self._happening(one) for one in (frame.feed[-room:] if room > 0 else ())]

    def _pending(self, waiting: Sequence[PendingView]) -> list[Part]:
        tone = Tone.CAUTION if any(one.kind == "unschedulable" for one in waiting) else Tone.PLAIN
        first, rest = pending_words(waiting, self.desk.clock())
        return [self.ink.part(f" {first}", tone), self.ink.part(rest, Tone.MUTED)]

    def _happening(self, one: Happening) -> list[Part]:
        # Local time of the day: what a person compares with the clock on the wall.
        when = datetime.fromtimestamp(one.at).strftime("%H:%M:%S")  # noqa: DTZ006
        return [
            self.ink.part(f" {when}  ", Tone.MUTED),
            self.ink.part(f"{one.kind:<10} ", KIND_TONES.get(one.kind, Tone.PLAIN)),
            self.ink.part(printable(short_name(one.subject)), Tone.PLAIN),
            self.ink.part(f"  {printable(one.message)}" if one.message else "", Tone.MUTED),
        ]


def pending_words(waiting: Sequence[PendingView], now: float) -> tuple[str, str]:
    """`7 pending: 4 unschedulable, 1 gated`, and then: `· oldest 2m · ` with the reason that most of them share."""
    kinds = Counter(one.kind for one in waiting)
    counted = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    oldest = duration(now - min(one.created for one in waiting))
    reasons = Counter(one.reason for one in waiting if one.kind == "unschedulable" and one.reason)
    reason = f" · {printable(reasons.most_common(1)[0][0])}" if reasons else ""
    return f"{len(waiting):,} pending: {counted}", f" · oldest {oldest}{reason}"
