"""The house put together: a server on one side, a terminal on the other."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import pytest

from tests.cli.api_server import ApiServer, serving
from tests.cli.running import OnTerminal
from tests.raw import raw_node, raw_pod


def a_server() -> ApiServer:
    return ApiServer(nodes=[raw_node("node-1"), raw_node("node-2")], pods=[raw_pod("pod-1", node="node-1")])


async def on_terminal(home: Path, server: ApiServer, *arguments: str) -> OnTerminal:
    return OnTerminal(home, *arguments, "--kubeconfig", str(server.kubeconfig(home)), size=(24, 100))


async def shown(terminal: OnTerminal, words: str) -> str:
    """The server answers on the same loop, so that waiting must not hold it up."""
    return await asyncio.to_thread(terminal.until, words)


async def ended(terminal: OnTerminal) -> int:
    return await asyncio.to_thread(terminal.end)


@pytest.mark.parametrize("key", ["q", "\x03"])
async def test_nodes_are_shown_and_leaving_is_no_failure(tmp_path: Path, key: str) -> None:
    async with serving(a_server()) as server:
        with await on_terminal(tmp_path, server) as terminal:
            await shown(terminal, "node-2")
            await shown(terminal, "2 nodes")
            terminal.press(key)
            assert await ended(terminal) == 0


async def test_a_stop_signal_puts_the_terminal_right(tmp_path: Path) -> None:
    async with serving(a_server()) as server:
        with await on_terminal(tmp_path, server) as terminal:
            await shown(terminal, "node-2")
            terminal.child.terminate()
            assert await ended(terminal) == 128 + signal.SIGTERM
            assert "\x1b[?1049l" in terminal.written


async def test_flags_reach_the_screen(tmp_path: Path) -> None:
    async with serving(a_server()) as server:
        with await on_terminal(tmp_path, server, "-resources", "pods", "--filter", "node-2", "--ascii") as terminal:
            text = await shown(terminal, "node-2")
            assert "node-1" not in text
            assert text.isascii()
            terminal.press("q")
            assert await ended(terminal) == 0


async def test_who_is_not_known_is_told_so_after_the_screen(tmp_path: Path) -> None:
    server = a_server()
    server.code = 401
    async with serving(server):
        with await on_terminal(tmp_path, server) as terminal:
            assert await ended(terminal) == 4
            assert "nodeview: The API server answered 401" in terminal.text
            assert "Traceback" not in terminal.text


async def test_nobody_there_is_told_so_after_the_screen(tmp_path: Path) -> None:
    server = ApiServer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with await on_terminal(tmp_path, server) as terminal:
            assert await ended(terminal) == 3
            assert "nodeview: " in terminal.text
            assert "Traceback" not in terminal.text


async def test_an_unknown_context_is_one_line_and_no_screen(tmp_path: Path) -> None:
    with await on_terminal(tmp_path, a_server(), "--context", "nope") as terminal:
        assert await ended(terminal) == 2
        lines = [line for line in terminal.text.splitlines() if line.strip()]
        assert lines[0].startswith('nodeview: There is no context "nope"')
