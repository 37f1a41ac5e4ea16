"""The demo as a child process: one line when ready, gone with its parent, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

Child = subprocess.Popen[str]


def start(*arguments: str) -> tuple[Child, dict[str, Any]]:
    """A demo that is ready, and the line it said."""
    command = [sys.executable, "-m", "nodeview.demo", *arguments]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout
    return child, json.loads(child.stdout.readline())


@pytest.fixture
def quiet() -> Iterator[tuple[Child, dict[str, Any]]]:
    """A quiet demo; ended and its pipes closed afterwards."""
    child, said = start("quiet")
    yield child, said
    child.kill()
    child.communicate(timeout=10)


def get(said: dict[str, Any], path: str, token: str | None = None) -> Any:
    """What a path answers."""
    headers = {"Authorization": f"Bearer {said['token'] if token is None else token}"}
    with urllib.request.urlopen(urllib.request.Request(said["url"] + path, headers=headers), timeout=10) as answer:
        return json.loads(answer.read())


def test_it_says_where_it_listens_and_asks_for_its_token(quiet: tuple[Child, dict[str, Any]]) -> None:
    child, said = quiet
    assert said["pid"] == child.pid
    assert said["url"].startswith("http://127.0.0.1:")
    assert get(said, "/version")["gitVersion"] == "v1.34.2"
    assert len(get(said, "/api/v1/nodes")["items"]) > 15
    assert get({**said, "url": f"{said['url']}/{said['token']}"}, "/version", token="")["major"] == "1"
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        get(said, "/version", token="wrong")
    refused.value.close()


def test_it_ends_with_its_parents_end_of_the_pipe(quiet: tuple[Child, dict[str, Any]]) -> None:
    child, _ = quiet
    assert child.stdin
    child.stdin.close()
    assert child.wait(5) == 0
    child.stdin = None
    assert child.communicate() == ("", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_when_told_to(number: int, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    child, said = start("quiet", "--kubeconfig", str(kubeconfig))
    assert said["token"] in kubeconfig.read_text()
    assert kubeconfig.stat().st_mode & 0o077 == 0
    os.kill(child.pid, number)
    out, error = child.communicate(timeout=5)
    assert (child.returncode, out, error) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_it_ends_when_its_parent_is_killed() -> None:
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'nodeview.demo', 'quiet'], stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    said = json.loads(parent.stdout.readline())
    parent.kill()
    parent.wait(5)
    until = time.monotonic() + 5
    while Path(f"/proc/{said['pid']}/cmdline").exists() and time.monotonic() < until:
        time.sleep(0.02)
    parent.stdout.close()
    with pytest.raises(ProcessLookupError):
        os.kill(said["pid"], 0)
