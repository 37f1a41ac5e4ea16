"""Events by the million through a reflector and a store: what is known in the end, and what it has grown by."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodeview.cluster import ClusterStore
from nodeview.records import PODS, ServerVersion
from nodeview.wire.connection import connection_of
from nodeview.wire.gate import Gate
from nodeview.wire.reflector import Reflector
from nodeview.wire.transport import Transport

CHURN = 0.01
"""Of all pods, how many events make a second of a cluster's life; here a second takes as long as it takes."""
GROWTH = 0.05
SETTLING = 15
"""Events of each pod, on average, before the memory is looked at first: tables of Python grow once while their keys
are replaced, and no more after every pod was replaced a few times."""
LEAST = 100_000
STEPS = 10


@dataclass(frozen=True)
class Flood:
    """What came of it."""

    events: int
    pods: int
    seconds: float
    cpu_s: float
    settled: int
    """After how many events the memory was looked at first."""
    first_mib: float
    last_mib: float
    steps_mib: tuple[float, ...]
    """After each tenth of the events."""
    wrong: int
    """Pods that are not as the server has them."""
    lags: int

    @property
    def growth(self) -> float:
        """Of the memory, as a share."""
        return self.last_mib / self.first_mib - 1

    @property
    def failed(self) -> bool:
        """Something is wrong, or grew."""
        return bool(self.wrong or self.lags) or self.growth > GROWTH

    def __str__(self) -> str:
        simulated, each = self.events / self.pods / CHURN, self.cpu_s / self.events * 1e6
        return (
            f"{self.events:,} events of {self.pods:,} pods ({simulated:,.0f} s of 1 % churn a second) in "
            f"{self.seconds:.1f} s, {each:.0f} µs of CPU each; {self.wrong} pods wrong, {self.lags} lags\n"
            f"RSS {self.first_mib:.1f} MiB after {self.settled:,}, then {self.last_mib:.1f} ({self.growth:+.1%}), "
            f"by tenths {' '.join(f'{one:.1f}' for one in self.steps_mib)}"
        )


def rss_mib(pid: int | str = "self") -> float:
    """Memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def served(pods: int, events: int) -> AsyncIterator[str]:
    """The server in a process of its own; its URL."""
    command = [sys.executable, "-m", "tests.soak.server", str(pods), str(events)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.stdin.close()
        await process.wait()


async def flooded(pods: int, events: int) -> Flood:
    """Let them all through."""
    settled = max(min(LEAST, events // 10), SETTLING * pods)
    async with served(pods, events) as url:
        transport = Transport(connection_of(url, "", "flood"))
        store = ClusterStore()
        store.follow(PODS)
        lags = 0

        def hear(change: Any) -> None:
            nonlocal lags
            lags += type(change).__name__ == "Lagging"
            store.apply(change, time.time())

        version = ServerVersion(1, 34, "v1.34.2")
        reflector = Reflector(transport, PODS, version, hear, Gate(transport), rng=random.Random(5))
        task = asyncio.create_task(reflector.run())
        began, cpu = time.monotonic(), time.process_time()
        first, steps = 0.0, list[float]()
        try:
            while reflector.events < events:
                await asyncio.sleep(0.05)
                store.snapshot()
                if not first and reflector.events >= settled:
                    first = rss_mib()
                if reflector.events * STEPS >= events * (len(steps) + 1):
                    steps.append(rss_mib())
            seconds, cpu_s, last = time.monotonic() - began, time.process_time() - cpu, rss_mib()
            wrong = len(set(_known(store)) ^ set(await asyncio.to_thread(_truth, url)))
        finally:
            task.cancel()
            await asyncio.wait([task])
            await transport.close()
        return Flood(reflector.events, pods, seconds, cpu_s, settled, first, last, tuple(steps), wrong, lags)


def _known(store: ClusterStore) -> list[tuple[str, str, int]]:
    return [(pod.name, pod.uid, pod.restarts) for pods in store.snapshot().pods.values() for pod in pods.values()]


def _truth(url: str) -> list[tuple[str, str, int]]:
    with urllib.request.urlopen(f"{url}/truth", timeout=30) as answer:
        return [(name, *rest) for name, rest in json.loads(answer.read()).items()]


def flood(pods: int, events: int) -> int:
    """Print what came of it; 1 when something is wrong."""
    if events < 2 * SETTLING * pods:
        print(f"{pods:,} pods need {2 * SETTLING * pods:,} events before memory can be judged", file=sys.stderr)
        return 2
    came = asyncio.run(flooded(pods, events))
    print(came)
    return int(came.failed)
