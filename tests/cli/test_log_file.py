"""The log file takes what must not be printed, and begins anew before it is too big."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nodeview.cli.log_file import MOST_BYTES, log_path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def logged(code: str) -> subprocess.CompletedProcess[str]:
    setup = "import logging; from nodeview.cli.log_file import log_to_file; "
    return subprocess.run([sys.executable, "-c", setup + code], capture_output=True, text=True, check=True)


def test_warnings_go_to_the_file_and_nowhere_else(home: Path) -> None:
    done = logged("log_to_file(debug=False); logging.getLogger('x').warning('heard'); logging.debug('not this')")
    text = log_path().read_text()
    assert "WARNING x: heard" in text
    assert "not this" not in text
    assert done.stdout + done.stderr == ""


def test_with_debug_everything_goes_there(home: Path) -> None:
    logged("log_to_file(debug=True); logging.getLogger('aiohttp').debug('each step')")
    assert "each step" in log_path().read_text()


def test_nothing_to_say_makes_no_file(home: Path) -> None:
    logged("log_to_file(debug=False)")
    assert not log_path().exists()


def test_a_big_file_is_begun_anew(home: Path) -> None:
    log_path().write_bytes(b"x" * (MOST_BYTES + 1))
    logged("log_to_file(debug=False); logging.warning('new')")
    assert log_path().stat().st_size < 1000


def test_a_log_that_cannot_be_written_is_no_complaint(home: Path) -> None:
    (home / "state").write_text("a file where the folder should be")
    done = logged("log_to_file(debug=False); logging.warning('lost')")
    assert done.stderr == ""
