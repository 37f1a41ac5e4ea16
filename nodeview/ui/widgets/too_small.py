"""What is said on a terminal that is too small for anything else."""

from __future__ import annotations

from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.views import Tone

LEAST_WIDTH, LEAST_HEIGHT = 60, 8


def is_too_small(width: int, height: int) -> bool:
    """Whether nothing useful fits."""
    return width < LEAST_WIDTH or height < LEAST_HEIGHT


class TooSmall(TextLines):
    """Covers a screen while the terminal is too small."""

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """One sentence, over as many lines as it needs."""
        sentence = f"nodeview needs at least {LEAST_WIDTH}×{LEAST_HEIGHT}; this is {width}×{height}"
        lines, line = [], ""
        for word in self.ink.words(sentence).split():
            longer = f"{line} {word}".strip()
            if line and len(longer) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        return [[self.ink.part(one, Tone.CAUTION)] for one in (*lines, line)]
