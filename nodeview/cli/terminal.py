"""Whether there is a terminal to draw on."""

from __future__ import annotations

import sys

from nodeview.errors import UsageError


def need_terminal() -> None:
    """Raise `UsageError` where there is none: the screen reads stdin and is drawn on stderr."""
    ends = (sys.__stdin__, sys.__stderr__)
    if not all(end is not None and end.isatty() for end in ends):
        raise UsageError("The dashboard needs a terminal.", hint="For one picture without a screen: `nodeview report`.")
