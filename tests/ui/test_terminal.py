"""The truth of a terminal: what arrives there is what we think we show, and nothing is left behind."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator

import pyte
import pytest

WIDTH, HEIGHT = 100, 30
PROGRAM = """
import asyncio, sys, time
from nodeview.errors import Unreachable
from nodeview.ui.app import NodeviewApp
from nodeview.ui.options import UiOptions
from tests.builders import NOW
from tests.ui.frames import Clock, Script, a_frame, a_node_view, waiting

def views(pods): return [a_node_view(one, pods=(one + pods) % 8) for one in range(1, 60)]

class Churn(Script):
    async def next(self):
        if self._frames:
            return await super().next()
        await asyncio.sleep(0.01)
        self.number = getattr(self, "number", 1) + 1
        if self.number > 20:
            await asyncio.sleep(100)
        return a_frame(views(self.number), number=self.number, pending=[waiting()] * (self.number % 2))

class Refused(Script):
    async def open(self):
        raise Unreachable("The API server refused the connection.")

class Broken(Script):
    async def next(self):
        raise KeyError("boom")

class Moving(Clock):
    def __call__(self):
        return NOW + time.monotonic() - STARTED

STARTED = time.monotonic()
kind = {"churn": Churn, "still": Churn, "refused": Refused, "broken": Broken}[sys.argv[1]]
app = NodeviewApp(kind(a_frame(views(0))).open, UiOptions(fps=50), Moving() if sys.argv[1] == "churn" else Clock())
app.run()
print("failure:", app.failure)
sys.exit(app.return_code or 0)
"""


class Terminal:
    """A program in a pseudo-terminal, and an emulator of what it shows."""

    def __init__(self, kind: str) -> None:
        """Start the program."""
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.raw = b""
        self._stream = pyte.ByteStream(self.screen)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.pop("NO_COLOR", None)
            # Some shells export the size; a terminal that is resized is nevertheless to be believed.
            os.environ.update(
                LINES="7", COLUMNS="31", TERM="xterm-256color", COLORTERM="truecolor", PYTHONPATH=os.getcwd()
            )
            os.execv(sys.executable, [sys.executable, "-c", PROGRAM, kind])
        self.resize(WIDTH, HEIGHT)

    def resize(self, width: int, height: int) -> None:
        """Another size of window."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
        self.screen.resize(height, width)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def until(self, met: Callable[[str], bool], seconds: float = 15) -> str:
        """Read until the screen looks so; the text of the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if met(self.text) or not self._read(0.05):
                break
        assert met(self.text), self.text
        return self.text

    def rest(self, seconds: float) -> int:
        """Read for so long; how many bytes came."""
        before, end = len(self.raw), time.monotonic() + seconds
        while time.monotonic() < end and self._read(end - time.monotonic()):
            pass
        return len(self.raw) - before

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._fd], [], [], max(seconds, 0))[0]:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.raw += data
        # pyte takes the kitty keyboard protocol's private sequences for text.
        self._stream.feed(data.replace(b"\x1b[>1u", b"").replace(b"\x1b[<u", b"").replace(b"\x1b[>4;1m", b""))
        return bool(data)

    def wait(self) -> int:
        """Read to the end; the exit code."""
        while self._read(10):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        """End it, if it has not ended."""
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self._fd)


@pytest.fixture
def churn() -> Iterator[Terminal]:
    terminal = Terminal("churn")
    yield terminal
    terminal.close()


@pytest.mark.slow
def test_after_churn_sorting_and_scrolling_a_full_repaint_shows_the_same(churn: Terminal) -> None:
    churn.until(lambda text: "ip-10-0-0-1 " in text)
    churn.press("jjj>>>>S")
    for _ in range(5):
        # Rows stay put for two seconds after a key of the cursor; sorting then takes it along, perhaps to the top.
        churn.rest(2.5)
        if "above" in churn.text:
            break
        churn.press("\x1b[6~")
    assert "above" in churn.text
    churn.rest(4.0)
    partly = churn.text.split("\n")[1:]
    churn.press("?")
    churn.until(lambda text: "Signs" in text or "Keys" in text)
    churn.press("\x1b")
    churn.until(lambda text: "above" in text)
    churn.rest(0.5)
    assert churn.text.split("\n")[1:] == partly


def test_it_stands_a_terminal_that_shrinks_and_grows(churn: Terminal) -> None:
    churn.until(lambda text: "ip-10-0-0-1 " in text)
    for width, height in ((20, 5), (300, 100), (20, 5)):
        churn.resize(width, height)
        churn.until(lambda text: ("needs" in text) is (width < 60))  # noqa: B023
    churn.resize(WIDTH, HEIGHT)
    churn.until(lambda text: "ip-10-0-0-1 " in text)


@pytest.mark.slow
def test_nothing_is_written_while_nothing_happens() -> None:
    terminal = Terminal("still")
    try:
        terminal.until(lambda text: "ip-10-0-0-1 " in text)
        terminal.rest(2.0)
        assert terminal.rest(2.5) == 0
    finally:
        terminal.close()


@pytest.mark.parametrize("key", ["q", "\x03"])
def test_leaving_gives_the_terminal_back_and_is_no_failure(churn: Terminal, key: str) -> None:
    churn.until(lambda text: "ip-10-0-0-1 " in text)
    churn.press(key)
    assert churn.wait() == 0
    assert b"\x1b[?1049l" in churn.raw
    after = churn.raw.rpartition(b"\x1b[?1049l")[2]
    assert b"failure: None" in after


@pytest.mark.parametrize(
    ("kind", "code", "sentence"), [("refused", 3, b"refused the connection"), ("broken", 1, b"boom")]
)
def test_a_failure_is_one_sentence_after_the_screen_is_gone(kind: str, code: int, sentence: bytes) -> None:
    terminal = Terminal(kind)
    try:
        assert terminal.wait() == code
        after = terminal.raw.rpartition(b"\x1b[?1049l")[2]
        assert sentence in after
        assert b"Traceback" not in terminal.raw
    finally:
        terminal.close()
