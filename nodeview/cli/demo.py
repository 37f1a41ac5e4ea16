"""`nodeview demo`: the dashboard on a cluster of our own, in a child process that ends when we do."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, TYPE_CHECKING

from nodeview.cli.log_file import log_path
from nodeview.errors import NodeviewError
from nodeview.settings import Sources

if TYPE_CHECKING:
    from nodeview.wire.connection import Connection

PATIENCE_S = 2.0
"""How long the child may take to end by itself."""
PASSED_ON = ("seed", "speed", "nodes", "pods", "churn")

Child = subprocess.Popen[bytes]


def run_demo(sources: Sources, options: argparse.Namespace) -> int:
    """Show the demo until the person leaves; returns the exit code."""
    from nodeview.cli.dashboard import show

    settings = sources.settings("demo")
    with ExitStack() as closing:

        async def connection() -> Connection:
            # After the first paint: beside it, the child's start would make it late.
            child = closing.enter_context(demo_server(demo_arguments(options)))
            url, token = await address_of(child)
            from nodeview.wire.connection import connection_of  # imported by now, in a thread

            return connection_of(url, token, "demo")

        return show(settings, connection, "demo", "table", lasting=False)


def demo_arguments(options: argparse.Namespace) -> list[str]:
    """The command line of the child, after the interpreter's name."""
    given = [(name, value) for name in PASSED_ON if (value := getattr(options, name)) is not None]
    return ["-m", "nodeview.demo", options.scenario, *(f"--{name}={value}" for name, value in given)]


@contextmanager
def demo_server(arguments: list[str]) -> Iterator[Child]:
    """The child for as long as the block lasts; it holds the other end of a pipe, whose closing ends it in any case.

    Its own session keeps a Ctrl-C in our terminal from it, so that it always ends the same way.
    """
    with _log() as log:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        _end(child)


def _end(child: Child) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@contextmanager
def _log() -> Iterator[IO[bytes] | int]:
    try:
        file = log_path().open("ab")
    except OSError:
        yield subprocess.DEVNULL
        return
    with file:
        yield file


async def address_of(child: Child) -> tuple[str, str]:
    """The child's URL and token, which it tells on one line as soon as it listens."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), child.stdout)
    try:
        said = json.loads(await reader.readline())
        return str(said["url"]), str(said["token"])
    except (ValueError, KeyError, TypeError):
        raise NodeviewError("The demo cluster did not start.", hint=f"Its words are in {log_path()}.") from None
    finally:
        transport.close()
