"""What is worked out of pods that wait costs nothing where none does."""

from __future__ import annotations

import subprocess
import sys

from nodeview.insights.outlook import NO_OUTLOOKS


def test_the_first_paint_loads_no_scheduling() -> None:
    said = "import sys, nodeview.frame; print([name for name in sys.modules if name.startswith('nodeview.scheduling')])"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_nothing_is_due_where_nothing_was_worked_out() -> None:
    assert NO_OUTLOOKS.next_moment is None
