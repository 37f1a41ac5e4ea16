"""What all screens of one app share."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from nodeview.frame import Frame
from nodeview.ui.options import UiOptions
from nodeview.ui.runs import Acts, Runs
from nodeview.ui.tones import Ink


class Desk(msgspec.Struct, eq=False):
    """The options, the clock, the ink, and the frame on show; the app alone changes them."""

    options: UiOptions
    clock: Callable[[], float]
    """Epoch seconds."""
    ink: Ink
    frame: Frame | None = None
    ask_prices: Callable[[], bool] = lambda: False
    """Asks for all prices anew; False where there is nobody to ask."""
    acts: Acts | None = None
    """Who plans and writes; None before there is a connection, and where nothing may be written."""
    runs: Runs = msgspec.field(default_factory=Runs)
    """What is being carried out, or was."""
