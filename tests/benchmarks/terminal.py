"""A program in a real pty, with what the kernel says of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

TICKS = os.sysconf("SC_CLK_TCK")
SIZE = (200, 64)


class Terminal:
    """Runs a command in a terminal of its own, reads all that it writes, and presses keys."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.begun = time.monotonic()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        self.written = 0
        self.first_at: float | None = None
        self._tail = b""
        self._wanted: bytes | None = None
        self.seen_at: float | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> None:
        while True:
            try:
                select.select([self._fd], [], [])
                chunk = os.read(self._fd, 1 << 16)
            except OSError:
                return
            if not chunk:
                return
            now = time.monotonic()
            self.written += len(chunk)
            self._tail = (self._tail + chunk)[-(1 << 17) :]
            if self._wanted is None or self.seen_at is not None:
                continue
            if self._wanted in re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", self._tail):
                self.seen_at = now

    def expect(self, text: str) -> None:
        """From now on look for this text; `seen_at` tells when it came."""
        self._wanted, self.seen_at, self._tail = text.encode(), None, b""

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def must_live(self) -> None:
        """Raise SystemExit with its last words where the program has ended."""
        if os.waitpid(self.pid, os.WNOHANG)[0]:
            raise SystemExit(f"it ended: {self._tail.decode(errors='replace')[-2000:]}")

    def cpu_s(self) -> float:
        """CPU seconds of the process so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_mb(self) -> float:
        """The most resident memory it ever had, in MB."""
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) * 1024 / 1e6 if found else float("nan")

    def close(self) -> None:
        """End the program."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self._fd)
