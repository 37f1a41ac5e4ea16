"""Running nodeview as a person does: in a process of its own, with a home of its own."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyte

PATIENCE_S = 30.0


class Done(NamedTuple):
    """How it ended."""

    code: int
    out: str
    err: str


def environment(home: Path, **more: str) -> Mapping[str, str]:
    """The environment of a person with an empty home, whose dashboard asks nobody in the world for prices."""
    # LINES and COLUMNS, which a parallel run of tests sets, would hold more than the size of the terminal.
    foreign = ("NODEVIEW", "KUBE", "XDG", "LINES", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "HOME": str(home), "NODEVIEW_PRICES": "cached", **more}


async def nodeview(home: Path, *arguments: str, **environ: str) -> Done:
    """Run it to its end, without a terminal."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "nodeview",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(home, **environ),
    )
    try:
        out, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    except TimeoutError:
        child.kill()
        await child.wait()
        raise
    return Done(child.returncode or 0, out.decode(), err.decode())


class OnTerminal:
    """nodeview on a terminal of its own, in a session of its own."""

    def __init__(self, home: Path, *arguments: str, size: tuple[int, int] = (24, 80), **environ: str) -> None:
        """Start it; `size` is (rows, columns)."""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.child = subprocess.Popen(
            [sys.executable, "-m", "nodeview", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=environment(home, TERM="xterm-256color", **environ),
        )
        os.close(theirs)
        self.written = ""
        self._screen = pyte.Screen(size[1], size[0])
        self._stream = pyte.ByteStream(self._screen)

    def __enter__(self) -> OnTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        os.close(self._ours)

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(self._screen.display)

    def until(self, words: str, patience_s: float = PATIENCE_S) -> str:
        """Wait until the terminal shows these words; it or the end of the program ends the wait."""
        deadline = time.monotonic() + patience_s
        while words not in self.text and time.monotonic() < deadline and self._read():
            pass
        assert words in self.text, self.text
        return self.text

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._ours, keys.encode())

    def end(self, patience_s: float = 10.0) -> int:
        """Wait for the program to end by itself; its exit code."""
        deadline = time.monotonic() + patience_s
        while self._read() and time.monotonic() < deadline:
            pass
        return self.child.wait(max(0.1, deadline - time.monotonic()))

    def _read(self) -> bool:
        """Show what was written meanwhile; False once nobody can write any more."""
        if not select.select([self._ours], [], [], 0.05)[0]:
            return True
        try:
            written = os.read(self._ours, 1 << 16)
        except OSError:
            return False
        self._stream.feed(written)
        self.written += written.decode(errors="replace")
        return bool(written)


def children_of(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int, within_s: float) -> bool:
    """Whether a process ends in time; a zombie has ended."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False
