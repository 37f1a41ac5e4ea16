"""The last line: the keys worth knowing here."""

from __future__ import annotations

from collections.abc import Sequence

from nodeview.ui.commands import Command, Place, commands_of
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.views import Tone

SIGNS = {"escape": "esc"}


class Keys(TextLines):
    """Keys and their words, for one place; those that do not fit are in the help, which is found last to go."""

    def __init__(self, ink: Ink, place: Place, *, priced: bool = True, acting: bool = False, id: str = "keys") -> None:
        """The keys of a place, and those that work everywhere; of prices, and of changes, only where there are such."""
        super().__init__(ink, id=id)
        self.place = place
        self.priced = priced
        self.acting = acting

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """One line."""
        here = [_key(one) for one in commands_of(self.place, priced=self.priced, acting=self.acting) if one.brief]
        everywhere = [_key(one) for one in commands_of("app") if one.brief]
        gap = next((gap for gap in (2, 1) if _room((*here, *everywhere), gap) <= width), 0)
        while here and _room((*here, *everywhere), gap) > width:
            here.pop()
        while everywhere and _room((*here, *everywhere), gap) > width:
            everywhere.pop()
        parts: list[Part] = []
        for sign, word in (*here, *everywhere):
            parts += [self.ink.part(f" {sign} ", Tone.STRONG), self.ink.part(word + " " * gap, Tone.MUTED)]
        return [parts]


def _key(command: Command) -> tuple[str, str]:
    """A key as it is shown, and its word."""
    key = command.keys.split(",")[0]
    return SIGNS.get(key, key), command.brief


def _room(keys: Sequence[tuple[str, str]], gap: int) -> int:
    """Columns that these take, the gap after the last one included."""
    return sum(len(sign) + len(word) + 2 + gap for sign, word in keys)
