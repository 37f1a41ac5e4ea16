"""A text that may be longer than the screen: facts, help, the scheduler's words."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from nodeview.ui.commands import bindings
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.views import Tone, cell_width

Content = Callable[[int], list[list[Part]]]
"""All lines, for this width."""
WHEEL = 3


class Page(TextLines, can_focus=True):
    """Lines to scroll in; only those in sight are painted."""

    BINDINGS = bindings("page")

    def __init__(self, ink: Ink, content: Content, *, id: str) -> None:
        """`content` is asked again at every `renew`."""
        super().__init__(ink, id=id)
        self.top = 0
        self._content = content
        self._length = 0

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """The lines in sight; the last one says how many follow."""
        lines = self._content(width)
        self._length = len(lines)
        self.top = min(max(self.top, 0), max(len(lines) - height, 0))
        shown = lines[self.top : self.top + height]
        below = len(lines) - self.top - height
        if below > 0 and height > 1:
            shown[-1] = [self.ink.part(f" … {below + 1} more lines", Tone.MUTED)]
        return shown

    def action_scroll(self, lines: int) -> None:
        """Show later or earlier lines."""
        self.top = min(max(self.top + lines, 0), max(self._length - self.size.height, 0))
        self.renew()

    def action_turn_page(self, pages: int) -> None:
        """A screen further or back."""
        self.action_scroll(pages * max(self.size.height - 2, 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Later lines."""
        event.stop()
        self.action_scroll(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Earlier lines."""
        event.stop()
        self.action_scroll(-WHEEL)


def wrapped(text: str, width: int) -> list[str]:
    """A text broken at spaces into lines of at most `width` cells; a word longer than that is cut in pieces."""
    lines, line = [], ""
    for word in text.split():
        while cell_width(word) > width > 0:
            fits = _fitting(word, width)
            lines += [line, word[:fits]] if line else [word[:fits]]
            line, word = "", word[fits:]
        longer = f"{line} {word}" if line else word
        if line and cell_width(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _fitting(word: str, width: int) -> int:
    count = min(len(word), width)
    while count > 1 and cell_width(word[:count]) > width:
        count -= 1
    return max(count, 1)
