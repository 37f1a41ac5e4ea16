"""Widgets that paint whole lines themselves: the only kind that is painted ten times a second."""

from __future__ import annotations

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from nodeview.ui.tones import Ink, Part


class LineWidget(Widget):
    """Hands out finished strips and goes round Textual's per-line work; borders and padding belong on a container.

    A line must be exactly as wide as asked, every segment must have a style (NO_COLOR crashes without), and an
    unchanged line must be the same `Strip` object as before: what is derived of it is cached on it.
    """

    ALLOW_SELECT = False

    def __init__(self, ink: Ink, *, id: str | None = None) -> None:
        """Paint with this ink until `dip` brings another."""
        super().__init__(id=id)
        self.ink = ink

    def line(self, y: int, width: int) -> Strip:
        """One visible line, the topmost being 0; `y` may lie below what there is to show."""
        raise NotImplementedError

    def dip(self, ink: Ink) -> None:
        """Take another ink (the theme has changed) and paint everything again."""
        self.ink = ink
        self.refresh()

    def repaint_line(self, y: int) -> None:
        """Have one visible line painted again."""
        self.refresh(Region(0, y, self.size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of this region, filtered for NO_COLOR and the like, for `Widget.render_lines` would do it."""
        width = self.size.width
        strips = [self.line(y, width) for y in range(crop.y, crop.bottom)]
        filters = self.get_line_filters()
        if filters:
            background = self.background_colors[1]
            for one in filters:
                strips = [strip.apply_filter(one, background) for strip in strips]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips


class TextLines(LineWidget):
    """Some lines of text, laid out again when told; only lines that came out differently are painted."""

    def __init__(self, ink: Ink, *, id: str | None = None) -> None:
        """Nothing to say yet."""
        super().__init__(ink, id=id)
        self._lines: list[list[Part]] = []
        self._strips: dict[int, Strip] = {}
        self.lines_changed = 0
        """How many lines came out differently so far; for tests."""

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """What there is to say now, at most `height` lines; shorter lines are filled, longer ones cut."""
        raise NotImplementedError

    def renew(self) -> None:
        """Lay out again, and paint what differs."""
        width, height = self.size
        if not width:
            return
        before, self._lines = self._lines, self.layout_lines(width, height)[:height]
        for y in range(max(len(before), len(self._lines))):
            if _line_of(before, y) != _line_of(self._lines, y):
                self._strips.pop(y, None)
                self.lines_changed += 1
                self.repaint_line(y)

    def on_resize(self, event: Resize) -> None:
        """Other sizes need another layout."""
        self._strips.clear()
        self._lines = []
        self.renew()
        self.refresh()

    def dip(self, ink: Ink) -> None:
        """Take another ink."""
        super().dip(ink)
        self._strips.clear()
        self.renew()

    def line(self, y: int, width: int) -> Strip:
        """One laid-out line."""
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != width:
            strip = self._strips[y] = self.ink.strip(_line_of(self._lines, y), width)
        return strip


def _line_of(lines: list[list[Part]], y: int) -> list[Part]:
    return lines[y] if y < len(lines) else []


def spread(left: list[Part], right: list[Part], width: int, ink: Ink) -> list[Part]:
    """Two groups at the two ends of a line; the right one goes when there is no room for both."""
    room = width - sum(len(text) for text, _ in left) - sum(len(text) for text, _ in right)
    return [*left, ink.part(" " * room), *right] if room >= 1 or not right else left
