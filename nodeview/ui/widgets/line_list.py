"""Lines of words with a cursor that rests on one of them, and stays on it while the others change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from nodeview.ui.tones import Ground, Ink, Part
from nodeview.ui.widgets.line_widget import LineWidget
from nodeview.views import Tone, cell_width, shorten_end

WHEEL = 3
Said = tuple[str, Tone]


class Line(msgspec.Struct, frozen=True, eq=False):
    """One line: by what it is known from one moment to the next, and its words, or who tells them when it is in sight:
    of thousands of lines a screen shows forty."""

    key: str
    told: tuple[Said, ...] | Callable[[], Iterable[Said]] = ()
    heading: bool = False

    @property
    def said(self) -> tuple[Said, ...]:
        """Its words."""
        return self.told if isinstance(self.told, tuple) else tuple(self.told())


class LineList(LineWidget, can_focus=True):
    """Scrolls with its cursor. Lines that read the same are not painted again."""

    def __init__(self, ink: Ink, *, id: str) -> None:
        """Without lines."""
        super().__init__(ink, id=id)
        self.lines: Sequence[Line] = ()
        self.top = 0
        self.cursor = 0
        self.moved: Callable[[], None] = _nothing
        """Called when a person moved the cursor."""
        self._strips: dict[int, tuple[object, Strip]] = {}
        self._shown: dict[int, Strip] = {}

    @property
    def cursor_key(self) -> str:
        """The line that the cursor is on; empty without lines."""
        return self.lines[self.cursor].key if self.lines else ""

    def put(self, lines: Sequence[Line]) -> None:
        """Show these; the cursor stays on its line, or where that was, and on the same line of the screen."""
        key, offset = self.cursor_key, self.cursor - self.top
        self.lines = lines
        if key and (place := next((at for at, one in enumerate(lines) if one.key == key), None)) is not None:
            if place != self.cursor:
                self.top = max(place - offset, 0) if self.top else 0
            self.cursor = place
        self._settle()
        for y in range(self.size.height):
            if self.line(y, self.size.width) is not self._shown.get(y):
                self.repaint_line(y)

    def move_to(self, place: int) -> None:
        """Put the cursor on this line (clamped) and bring it into sight."""
        self.cursor = place
        self._settle()
        self.refresh()
        self.moved()

    def move_to_next(self, prefix: str) -> None:
        """To the next line whose key begins so, from the last to the first."""
        places = [at for at, one in enumerate(self.lines) if one.key.startswith(prefix)]
        if places:
            self.move_to(next((at for at in places if at > self.cursor), places[0]))

    def action_move(self, lines: int) -> None:
        """So many lines down."""
        self.move_to(self.cursor + lines)

    def action_page(self, pages: int) -> None:
        """So many screens down."""
        self.move_to(self.cursor + pages * max(self.size.height - 2, 1))

    def action_edge(self, end: int) -> None:
        """The first line (0) or the last (1)."""
        self.move_to((len(self.lines) - 1) * end)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Later lines."""
        event.stop()
        self.action_move(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Earlier lines."""
        event.stop()
        self.action_move(-WHEEL)

    def on_click(self, event: events.Click) -> None:
        """The cursor goes there."""
        if self.top + event.y < len(self.lines):
            self.move_to(self.top + event.y)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._strips.clear()
        self._shown.clear()
        self._settle()
        self.refresh()

    def dip(self, ink: Ink) -> None:
        """Take another ink."""
        self._strips.clear()
        super().dip(ink)

    def _settle(self) -> None:
        self.cursor = min(max(self.cursor, 0), max(len(self.lines) - 1, 0))
        body = max(self.size.height, 1)
        shown = body - 1 if len(self.lines) > body > 1 else body  # the last line says how many follow
        if self.cursor < self.top:
            self.top = self.cursor
        if self.cursor >= self.top + shown:
            self.top = self.cursor - shown + 1
        self.top = min(self.top, max(len(self.lines) - body, 0))

    def line(self, y: int, width: int) -> Strip:
        """One line in sight; the last one says how many follow."""
        height, place = self.size.height, self.top + y
        below = len(self.lines) - self.top - height
        if y == height - 1 > 0 and below > 0:
            said: tuple[Said, ...] = ((f"… {below + 1:,} more below", Tone.MUTED),)
            ground = Ground.PLAIN
        elif place >= len(self.lines):
            said, ground = (), Ground.PLAIN
        else:
            one = self.lines[place]
            said, ground = one.said, Ground.HEADER if one.heading else Ground.PLAIN
            ground = Ground.CURSOR if place == self.cursor else ground
        look = (said, ground, width)
        kept = self._strips.get(y)
        if kept is None or kept[0] != look:
            kept = self._strips[y] = (look, self._strip(said, ground, width))
        return kept[1]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint, and remember what was painted."""
        for y in range(crop.y, crop.bottom):
            self._shown[y] = self.line(y, self.size.width)
        return super().render_lines(crop)

    def _strip(self, said: tuple[Said, ...], ground: Ground, width: int) -> Strip:
        here = ground is Ground.CURSOR
        parts: list[Part] = [self.ink.part("▸" if here else " ", Tone.STRONG, ground)]
        room = width - 1
        for text, tone in said:
            if room <= 0:
                break
            text = self.ink.words(text)
            text = shorten_end(text, room) if cell_width(text) > room else text
            parts.append(self.ink.part(text, tone, ground))
            room -= cell_width(text)
        return self.ink.strip(parts, width, ground)


def _nothing() -> None:
    """Nobody listens."""
