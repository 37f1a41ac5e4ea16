"""Interrupted, or left by its terminal, while an exec plugin runs: no plugin is left, and the terminal is right."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.running import environment, is_gone

HANGS = 'echo $$ > "$HOME/plugin"; sleep 60 & echo $! > "$HOME/child"; wait'


class AtTheTerminal:
    """nodeview in the foreground of a terminal that is its own, as under a shell; its exec plugin hangs."""

    def __init__(self, home: Path, *arguments: str) -> None:
        plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/sh", "args": ["-c", HANGS]}
        config = {
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "anna"}}],
            "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:1"}}],
            "users": [{"name": "anna", "user": {"exec": {**plugin, "interactiveMode": "Never"}}}],
        }
        (home / "config").write_text(json.dumps(config))
        self.home = home
        self.ours, theirs = pty.openpty()
        self.before = termios.tcgetattr(theirs)
        self.theirs = theirs
        self.child = subprocess.Popen(
            [sys.executable, "-m", "nodeview", *arguments, "--kubeconfig", str(home / "config")],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env=environment(home, TERM="xterm-256color"),
        )
        self.written = b""

    def plugin(self) -> list[int]:
        """The plugin and what it started, once they run."""
        deadline = time.monotonic() + 20
        files = [self.home / "plugin", self.home / "child"]
        while not all(one.exists() and one.read_text().strip() for one in files):
            self.read()
            assert time.monotonic() < deadline, self.written
        return [int(one.read_text()) for one in files]

    def read(self) -> None:
        """Take what is written, so that it does not block."""
        with contextlib.suppress(OSError):
            if select.select([self.ours], [], [], 0.02)[0]:
                self.written += os.read(self.ours, 1 << 16)

    def end(self, patience_s: float = 5.0) -> int:
        """Wait until it has ended by itself; the exit code as a shell gives it."""
        deadline = time.monotonic() + patience_s
        while self.child.poll() is None and time.monotonic() < deadline:
            self.read()
        self.read()
        code = self.child.wait(0.1)
        return code if code >= 0 else 128 - code


@contextmanager
def at_the_terminal(home: Path, *arguments: str) -> Iterator[AtTheTerminal]:
    made = AtTheTerminal(home, *arguments)
    try:
        yield made
    finally:
        if made.child.poll() is None:
            made.child.kill()
        made.child.wait()
        for descriptor in (made.ours, made.theirs):
            with contextlib.suppress(OSError):
                os.close(descriptor)


@pytest.mark.parametrize(
    ("arguments", "code"), [((), 0), (("report",), 130), (("report", "-o", "json", "--watch"), 130)]
)
def test_control_c_ends_it_with_the_plugin(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    with at_the_terminal(tmp_path, *arguments) as terminal:
        plugin = terminal.plugin()
        os.write(terminal.ours, b"\x03")
        assert terminal.end() == code
        assert all(is_gone(pid, 1.0) for pid in plugin)
        assert termios.tcgetattr(terminal.theirs) == terminal.before
        assert b"Traceback" not in terminal.written
        if not arguments:
            assert b"\x1b[?1049l" in terminal.written, "the alternate screen is left"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_dashboard_with_the_plugin(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with at_the_terminal(tmp_path) as terminal:
        plugin = terminal.plugin()
        terminal.child.send_signal(number)
        assert terminal.end() == code
        assert all(is_gone(pid, 1.0) for pid in plugin)
        assert termios.tcgetattr(terminal.theirs) == terminal.before
        assert b"\x1b[?1049l" in terminal.written
        assert b"Traceback" not in terminal.written


@pytest.mark.parametrize("arguments", [(), ("report",)])
def test_a_terminal_that_closes_ends_it_with_the_plugin(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with at_the_terminal(tmp_path, *arguments) as terminal:
        plugin = terminal.plugin()
        os.close(terminal.theirs)
        os.close(terminal.ours)
        assert terminal.end() == 128 + signal.SIGHUP
        assert all(is_gone(pid, 1.0) for pid in plugin)
