"""The bottom of the dashboard: what waits, and what happened last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from nodeview.cluster import Happening
from nodeview.frame import Frame
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.pending_lines import pending_line
from nodeview.views import Tone, cell_width, line_tone, line_words, printable, short_name, shorten_end

MOST = 5
LOOKED_AT = 200
"""Lines among which those to be shown are looked for."""
RECENT_S = 60.0
"""What happened so long before the newest line competes with it for room."""


def newest_lines(frame: Frame, room: int) -> tuple[Happening, ...]:
    """The newest of what happened, the newest last; the newest episode that still runs is among them from two on.

    Where much happens at once no kind takes more than half of the room from the others, and nodes whose coming or
    going is part of a story have no line of their own beside it.
    """
    if room <= 0:
        return ()
    newest = _of_all_kinds(frame.feed[-LOOKED_AT:], room)
    running = frame.insights.episodes.running
    if room < 2 or not running or any(one.line == running[-1].story.line for one in newest):
        return newest
    told = next((one for one in reversed(frame.feed) if one.line == running[-1].story.line), None)
    return newest if told is None else (told, *(newest[1:] if len(newest) == room else newest))


def _of_all_kinds(feed: Sequence[Happening], room: int) -> tuple[Happening, ...]:
    stories = {one.node for one in feed if one.kind == "claim"}
    lines = [one for one in feed if one.kind != "joined" or one.node not in stories]
    recent = lines[-1].at - RECENT_S if lines else 0.0
    taken: Counter[str] = Counter()
    chosen: list[Happening] = []
    others: list[Happening] = []
    for one in reversed(lines):
        taken[one.kind] += 1
        fair = one.at >= recent and taken[one.kind] <= max(room // 2, 1)
        (chosen if fair else others).append(one)
    return tuple(sorted([*chosen, *others][:room], key=lambda one: one.line))


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
        return lines + [self._happening(one, width) for one in newest_lines(frame, room)]

    def _happening(self, one: Happening, width: int) -> list[Part]:
        # Local time of the day: what a person compares with the clock on the wall.
        when = datetime.fromtimestamp(one.at).strftime("%H:%M:%S")  # noqa: DTZ006
        subject = printable(short_name(one.subject))
        room = width - cell_width(f" {when}  {one.kind:<10} {subject}  ")
        return [
            self.ink.part(f" {when}  ", Tone.MUTED),
            self.ink.part(f"{one.kind:<10} ", line_tone(one)),
            self.ink.part(subject, Tone.PLAIN),
            self.ink.part(f"  {shorten_end(line_words(one), room)}" if one.message else "", Tone.MUTED),
        ]
