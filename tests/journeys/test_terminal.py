"""The story of `nodeview demo` in a real terminal: one process tree, from the command to the prompt."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.running import OnTerminal, children_of, is_gone


class Window(OnTerminal):
    """A terminal whose window changes."""

    def resize(self, rows: int, columns: int) -> None:
        """As a window manager does."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        os.kill(self.child.pid, signal.SIGWINCH)


@contextmanager
def closing_window(home: Path, *arguments: str) -> Iterator[Window]:
    """A terminal with nodeview in it, which ends with the block."""
    window = Window(home, *arguments, size=(40, 120))
    with window:
        yield window


def test_a_story_in_a_terminal(tmp_path: Path) -> None:
    with closing_window(tmp_path, "demo", "busy", "--speed", "0.01") as terminal:
        terminal.until("● live")
        text = terminal.until("29 nodes")
        (child,) = children_of(terminal.child.pid)
        assert "hidden by" not in text
        terminal.press("/")
        terminal.until("words, pool=api")
        terminal.press("pool=api\r")
        text = terminal.until("21 hidden by pool=api")
        assert "ip-10-0-3-103" not in text
        assert "8 nodes" not in text
        terminal.press("g")
        terminal.until("Group by")
        terminal.press("j")
        terminal.press("\r")
        terminal.until("api · 8 nodes")
        terminal.press("\x1b")
        terminal.until("batch · 2 nodes")
        for rows, columns, words in ((5, 20, "60×8"), (24, 80, "AGE▼"), (8, 60, "AGE▼"), (6, 200, "60×8")):
            terminal.resize(rows, columns)
            terminal.until(words)
        terminal.resize(60, 200)
        terminal.until("batch · 2 nodes")
        terminal.press("?")
        terminal.until("joined a moment ago")
        terminal.press("q")
        assert terminal.end() == 0
    assert is_gone(child, 2.0)
    after = terminal.written.rpartition("\x1b[?1049l")[2]
    assert "\x1b[?1049l" in terminal.written, "the screen before is given back"
    assert "Traceback" not in after
    assert not any(letter.isalpha() for letter in printed(after)), f"nothing is said after leaving: {after!r}"


def printed(text: str) -> str:
    """The text without what steers the terminal."""
    return re.sub(r"\x1b(\[[0-9;?<>=]*[A-Za-z]|[=>78]|\][^\x07]*\x07)", "", text)
