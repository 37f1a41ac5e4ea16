"""The demo's child: it tells where it listens, and it never outlives us."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from nodeview.cli import demo
from nodeview.cli.arguments import parse
from nodeview.cli.demo import address_of, demo_arguments, demo_server
from nodeview.errors import NodeviewError
from tests.cli.running import OnTerminal, children_of, environment, is_gone

QUIET = demo_arguments(parse(["demo", "quiet"]).options)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def test_what_is_asked_of_the_demo_is_passed_on() -> None:
    options = parse(
        ["demo", "large", "--seed", "7", "--nodes", "20", "--pods", "300", "--churn", "5", "--speed", "2"]
    ).options
    passed = ["--seed=7", "--speed=2.0", "--nodes=20", "--pods=300", "--churn=5.0"]
    assert demo_arguments(options) == ["-m", "nodeview.demo", "large", *passed]
    assert QUIET == ["-m", "nodeview.demo", "quiet"]


async def test_it_tells_where_it_listens_and_ends_with_the_block() -> None:
    with demo_server(QUIET) as child:
        url, token = await asyncio.wait_for(address_of(child), 20)
        request = urllib.request.Request(f"{url}/api/v1/nodes", headers={"Authorization": f"Bearer {token}"})
        answer = await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=10).read())
        assert b"NodeList" in answer
        assert child.poll() is None
        begun = time.monotonic()
    assert child.poll() == 0
    assert time.monotonic() - begun < demo.PATIENCE_S


async def test_a_child_that_does_not_start_is_a_sentence_and_its_words_are_in_the_log(home: Path) -> None:
    words = r"The demo cluster did not start\. Its words are in .*nodeview\.log"
    with demo_server(["-c", "raise SystemExit('no such thing')"]) as child, pytest.raises(NodeviewError, match=words):
        await asyncio.wait_for(address_of(child), 20)
    assert "no such thing" in (home / "state/nodeview/log/nodeview.log").read_text()


async def test_waiting_for_the_child_can_be_cancelled() -> None:
    with demo_server(["-c", "import sys; sys.stdin.read()"]) as child, pytest.raises(TimeoutError):
        await asyncio.wait_for(address_of(child), 0.2)


def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PATIENCE_S", 0.2)
    with demo_server(["-c", "import time; time.sleep(60)"]) as child:
        pass
    assert child.returncode == -signal.SIGKILL


PARENT = f"""
import asyncio, time
from nodeview.cli.demo import address_of, demo_server
with demo_server({QUIET!r}) as child:
    asyncio.run(address_of(child))
    print(child.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_the_parent_ends_the_child(number: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=environment(tmp_path),
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_gone(pid, 0.1)
        # As a terminal does: to the whole group.
        os.killpg(parent.pid, number)
        parent.wait(10)
    assert is_gone(pid, 2.0)


@pytest.mark.parametrize("way", ["q", "ctrl-c", "kill -9"])
def test_the_demo_on_a_terminal_leaves_nothing_behind(way: str, tmp_path: Path) -> None:
    with OnTerminal(tmp_path, "demo", "quiet") as terminal:
        terminal.until("live")
        terminal.until("nodes")
        (child,) = children_of(terminal.child.pid)
        if way == "kill -9":
            terminal.child.kill()
        else:
            terminal.press("q" if way == "q" else "\x03")
        code = terminal.end()
    assert code == (-signal.SIGKILL if way == "kill -9" else 0)
    assert is_gone(child, 2.0)


def test_the_demo_needs_a_terminal_and_starts_no_child_without(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nodeview", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("nodeview: The dashboard needs a terminal.")
