"""The demo server as a child process, and its raw JSON, for tests that need a whole cluster."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nodeview.wire.connection import Connection, connection_of


@dataclass(slots=True)
class DemoChild:
    """A running demo server; it ends with its stdin, so with us at the latest."""

    url: str
    token: str
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """Where it listens on the loopback."""
        return int(self.url.rpartition(":")[2])

    def connection(self, token: str | None = None) -> Connection:
        """A way to it, with its token or another."""
        return connection_of(self.url, self.token if token is None else token, "demo")

    def items(self, resource: str) -> list[dict[str, Any]]:
        """All objects of a core resource, as the server has them now."""
        found: list[dict[str, Any]] = self.get(f"/api/v1/{resource}")["items"]
        return found

    def get(self, path: str) -> Any:
        """What one GET answers."""
        return self.send("GET", path)

    def send(self, method: str, path: str, body: Any = None, content: str = "application/json") -> Any:
        """What one request answers; raises on every failure."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def stop(self) -> None:
        """End it by letting go of its stdin, or else by force."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(5)


KNOWN_TOKEN = """
import secrets, sys
secrets.token_urlsafe = lambda size: "known"
from nodeview.demo.__main__ import main
sys.exit(main())
"""


def start_demo(scenario: str = "quiet", *flags: str, known_token: bool = False) -> DemoChild:
    """Start a demo server and return as soon as it listens; with a known token it can be started again."""
    program = ["-c", KNOWN_TOKEN] if known_token else ["-m", "nodeview.demo"]
    process = subprocess.Popen(
        [sys.executable, *program, scenario, *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    return DemoChild(said["url"], said["token"], process)


@contextlib.contextmanager
def demo_child(scenario: str = "quiet", *flags: str) -> Iterator[DemoChild]:
    """A demo server for as long as the block lasts."""
    child = start_demo(scenario, *flags)
    try:
        yield child
    finally:
        child.stop()
