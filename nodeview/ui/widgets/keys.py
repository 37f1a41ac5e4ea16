"""The last line: the keys worth knowing here."""

from __future__ import annotations

from nodeview.ui.commands import Place, commands_of
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.views import Tone

SIGNS = {"escape": "esc"}


class Keys(TextLines):
    """Keys and their words, for one place; those that do not fit are in the help."""

    def __init__(self, ink: Ink, place: Place, *, id: str = "keys") -> None:
        """The keys of a place, and those that work everywhere."""
        super().__init__(ink, id=id)
        self.place = place

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """One line."""
        parts: list[Part] = []
        room = width
        for one in commands_of(self.place, "app"):
            key = one.keys.split(",")[0]
            sign = SIGNS.get(key, key)
            room -= len(sign) + len(one.brief) + 4 if one.brief else 0
            if one.brief and room >= 0:
                parts += [self.ink.part(f" {sign} ", Tone.STRONG), self.ink.part(f"{one.brief}  ", Tone.MUTED)]
        return [parts]
