"""Facts as lines: headings, and under each what it is about and what is said of it."""

from __future__ import annotations

from datetime import datetime

from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.page import wrapped
from nodeview.views import Tone, cell_width, printable, shorten_end

KEY = 22
"""Columns of what a fact is about."""
VALUE_AT_LEAST = 20
DAY_S = 86400


class FactLines:
    """Lines of one page in the making; what does not fit beside its key goes on below."""

    def __init__(self, ink: Ink, width: int) -> None:
        """None yet."""
        self.lines: list[list[Part]] = []
        self.width = width
        self._ink = ink

    def heading(self, text: str, aside: str = "") -> None:
        """What the rows below are about, and in muted words what else is to be known of them."""
        parts = [self._ink.part(f" {text}", Tone.STRONG)]
        if aside:
            room = self.width - cell_width(text) - 4
            parts.append(self._ink.part(f"  {shorten_end(printable(aside), room)}", Tone.MUTED))
        self.lines.append(parts)

    def row(self, key: str, value: str, tone: Tone = Tone.PLAIN, indent: int = KEY) -> None:
        """One fact, in as many lines as it takes."""
        key = printable(key)
        label = f"   {key}{' ' * (indent - cell_width(key))} "
        room = max(self.width - cell_width(label), VALUE_AT_LEAST)
        for place, line in enumerate(wrapped(printable(value), room) or [""]):
            first = label if not place else " " * cell_width(label)
            self.lines.append([self._ink.part(first, Tone.MUTED), self._ink.part(line, tone)])


def moment_words(at: float, now: float) -> str:
    """Local time, as the clock on the wall says it; the day instead of the seconds where it was another."""
    moment = datetime.fromtimestamp(at).astimezone()
    today = datetime.fromtimestamp(now).astimezone().date()
    if moment.date() == today:
        return moment.strftime("%H:%M:%S")
    return moment.strftime("%a %H:%M" if abs(now - at) < 6 * DAY_S else "%Y-%m-%d")
