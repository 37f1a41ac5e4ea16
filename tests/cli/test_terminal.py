"""Whether there is a terminal."""

from __future__ import annotations

import os
import pty
import sys
from io import StringIO

import pytest

from nodeview.cli.terminal import need_terminal
from nodeview.errors import UsageError


def test_without_one_it_says_what_works_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stdin__", StringIO())
    with pytest.raises(UsageError, match=r"The dashboard needs a terminal\. .*`nodeview report`"):
        need_terminal()
    monkeypatch.setattr(sys, "__stdin__", None)
    with pytest.raises(UsageError):
        need_terminal()


def test_stdin_and_stderr_are_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "__stdin__", terminal)
        monkeypatch.setattr(sys, "__stderr__", terminal)
        need_terminal()
        monkeypatch.setattr(sys, "__stderr__", StringIO())
        with pytest.raises(UsageError):
            need_terminal()
    os.close(ours)
