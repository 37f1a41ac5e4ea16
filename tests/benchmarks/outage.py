"""A minute without a server, and peers that are gone without a word: with the real pace, in real time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

from nodeview.frame import Frame
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.views import Assumptions
from nodeview.wire.connection import connection_of
from tests.benchmarks.figures import Figure, NotRun
from tests.faults.cluster import Cluster, clustered
from tests.faults.leaks import collector_kept
from tests.faults.relay import relayed

OUTAGE_S = 60.0
SERVER, CLIENT = "10.77.0.2", "10.77.0.1"
NAMESPACES = ("unshare", "--user", "--map-root-user", "--net")


class House:
    """The house on one server, and the newest frame."""

    def __init__(self, informer: Informer) -> None:
        self.informer = informer
        self.frame: Frame | None = None
        self.pulling = asyncio.create_task(self._pull())

    async def _pull(self) -> None:
        while True:
            self.frame = await self.informer.next()

    async def until(self, right: Callable[[Frame], bool], seconds: float) -> float:
        """Wait until a frame is right; how long that took."""
        begun = time.monotonic()
        async with asyncio.timeout(seconds):
            while self.frame is None or not right(self.frame):
                await asyncio.sleep(0.02)
        return time.monotonic() - begun


@asynccontextmanager
async def house_on(url: str) -> AsyncIterator[House]:
    """Opened, listed and watching."""
    with collector_kept():
        informer = await open_informer(connection_of(url, "", "bench"), Assumptions(), Watched())
        house = House(informer)
        try:
            await house.until(whole, 20)
            await asyncio.sleep(1)
            yield house
        finally:
            house.pulling.cancel()
            await asyncio.gather(house.pulling, return_exceptions=True)
            await informer.close()


def whole(frame: Frame) -> bool:
    """Everything is listed, and nothing lags."""
    return frame.complete and all(one.state == "synced" for one in frame.view.streams)


def lagging(frame: Frame) -> bool:
    """Nodes and pods are said to be old."""
    return all(one.state == "lagging" for one in frame.view.streams if one.resource in ("nodes", "pods"))


def outage() -> list[Figure | NotRun]:
    """Connections refused for a minute: how often we ask meanwhile, and how soon all is right afterwards."""
    return asyncio.run(_outage())


async def _outage() -> list[Figure | NotRun]:
    asked: Counter[str] = Counter()
    async with clustered() as server, relayed(server.url) as line, house_on(line.url) as house:
        transport = house.informer._transport
        proper = transport.stream

        def counted(path: str, *given: Any, **more: Any) -> Any:
            asked[path] += 1
            return proper(path, *given, **more)

        with patch.object(transport, "stream", counted):
            await line.refuse()
            told = await house.until(lagging, 10)
            await asyncio.sleep(OUTAGE_S - told)
            during = Counter(asked)
            server.node("new")
            await line.listen()
            back = await house.until(lambda frame: whole(frame) and "new" in frame.view.nodes, 30)
    probes = during.pop("/version", 0)
    beside = f"{len(during)} streams, loopback, plain http, refused for {OUTAGE_S:g} s"
    return [
        Figure("outage: said to be old after", told, "s", 5, beside),
        Figure("outage: probes of the whole cluster", probes, "", 25, beside),
        Figure("outage: requests of the busiest stream", max(during.values()), "", 3, beside),
        Figure("outage: synced again after", back, "s", 5, beside),
    ]


def blackhole() -> list[Figure | NotRun]:
    """A peer that is gone without a word: where the kernel can tell, and where a proxy keeps the line."""
    found: list[Figure | NotRun] = []
    kernel = subprocess.Popen(
        [*NAMESPACES, sys.executable, "-m", "tests.benchmarks.outage", "client"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    found.append(asyncio.run(_kept_by_a_proxy()))
    out, err = kernel.communicate(timeout=120)
    if kernel.returncode:
        return [*found, NotRun("blackhole: noticed by the kernel after", (err.strip().splitlines() or ["?"])[-1][:80])]
    noticed, back = json.loads(out)
    beside = "routes of a network namespace taken away, plain http"
    return [
        *found,
        Figure("blackhole: noticed by the kernel after", noticed, "s", 45, beside),
        Figure("blackhole: synced again after", back, "s", None, beside),
    ]


async def _kept_by_a_proxy() -> Figure:
    async with clustered() as server, relayed(server.url) as line, house_on(line.url) as house:
        server.bookmark_of()
        await house.until(lambda frame: all(one.bookmarked for one in frame.view.streams), 10)
        line.freeze()
        noticed = await house.until(lagging, 110)
        line.thaw()
        await house.until(whole, 60)
        return Figure("blackhole: noticed behind a proxy after", noticed, "s", 100, "bookmarks seen, plain http")


async def _client() -> None:
    """In a network namespace of its own, with the server in another: prints when the blackhole was noticed."""
    server = subprocess.Popen(
        ["unshare", "--net", sys.executable, "-m", "tests.benchmarks.outage", "server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        assert server.stdout.readline() == "there\n"
        _ip("link", "add", "ours", "type", "veth", "peer", "name", "theirs", "netns", str(server.pid))
        _ip("addr", "add", f"{CLIENT}/24", "dev", "ours")
        _ip("link", "set", "ours", "up")
        print("up", file=server.stdin, flush=True)
        port = server.stdout.readline().strip()
        async with house_on(f"http://{SERVER}:{port}") as house:
            print("gone", file=server.stdin, flush=True)
            noticed = await house.until(lagging, 100)
            await asyncio.sleep(5)
            print("back", file=server.stdin, flush=True)
            back = await house.until(whole, 100)
        print(json.dumps([noticed, back]))
    finally:
        server.stdin.close()
        server.wait(10)


async def _server() -> None:
    print("there", flush=True)
    await _line()
    _ip("link", "set", "lo", "up")
    _ip("addr", "add", f"{SERVER}/24", "dev", "theirs")
    _ip("link", "set", "theirs", "up")
    cluster = Cluster()
    for name in ("n1", "n2"):
        cluster.node(name)
    cluster.pod("p1")
    listening = await asyncio.start_server(cluster.handle, SERVER, 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    while said := await _line():
        _ip("route", "add" if said == "gone" else "del", "blackhole", f"{CLIENT}/32")
    os._exit(0)  # what is connected may be unreachable


async def _line() -> str:
    said: str = await asyncio.to_thread(sys.stdin.readline)
    return said.strip()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_client() if sys.argv[1] == "client" else _server())
