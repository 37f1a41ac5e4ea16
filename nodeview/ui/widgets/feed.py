"""The bottom of the dashboard: what waits, and what happened last."""

from __future__ import annotations

from datetime import datetime

from nodeview.cluster import Happening
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.pending_lines import pending_line
from nodeview.views import Tone, line_tone, line_words, printable, short_name

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
        waits = bool(pending_line(self.desk.frame, self.desk.clock(), 80, self.ink))
        return int(waits) + min(lines, len(self.desk.frame.feed))

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """All lines, for the present frame and moment."""
        frame = self.desk.frame
        if frame is None or not height:
            return []
        pending = pending_line(frame, self.desk.clock(), width, self.ink)
        lines = [pending] if pending else []
        room = height - len(lines)
        return lines + [self._happening(one) for one in (frame.feed[-room:] if room > 0 else ())]

    def _happening(self, one: Happening) -> list[Part]:
        # Local time of the day: what a person compares with the clock on the wall.
        when = datetime.fromtimestamp(one.at).strftime("%H:%M:%S")  # noqa: DTZ006
        return [
            self.ink.part(f" {when}  ", Tone.MUTED),
            self.ink.part(f"{one.kind:<10} ", line_tone(one)),
            self.ink.part(printable(short_name(one.subject)), Tone.PLAIN),
            self.ink.part(f"  {line_words(one)}" if one.message else "", Tone.MUTED),
        ]
