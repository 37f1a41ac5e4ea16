"""`python -m tests.benchmarks.follower ASKED`: one stream and the state it is folded into, measured from within.

A process of its own without a screen: a Reflector of pods, a ClusterStore, the collector treated as the informer does.
`ASKED` is JSON of an `Asked`; what is printed is JSON of a `Found`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import random
import re
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import msgspec

from nodeview.cluster import ClusterStore
from nodeview.live.collector import THRESHOLDS
from nodeview.records import PODS, Change, Deleted, ServerVersion, Upserted
from nodeview.wire.connection import connection_of
from nodeview.wire.gate import Gate
from nodeview.wire.reflector import Reflector
from nodeview.wire.tls import Trust
from nodeview.wire.transport import Transport

TICK_S = 0.005
SNAPSHOT_S = 0.1
"""A screen derives frames as often."""


class Asked(msgspec.Struct):
    """What to follow, and how."""

    url: str
    control: str
    """Where the server is told the rate of its events, over plain http."""
    authority: str = ""
    gzip: bool = False
    rates: tuple[int, ...] = ()
    spell_s: float = 20.0
    settle_s: float = 2.0
    """Before a spell, once its events come."""
    idle_s: float = 4.0


class Spell(msgspec.Struct):
    """A spell of events at one rate."""

    rate: int
    events: int
    """Told during the spell whose CPU was measured."""
    seconds: float
    percent: float
    """CPU of a core, in a spell without the ticker."""
    late_s: float
    """The most that any event of both spells came after it was due."""
    lags_ms: tuple[float, ...]
    """p50, p99, p99.9 and worst lag of a ticker, in a spell of its own."""


class Found(msgspec.Struct):
    """What was measured."""

    pods: int
    cpu_s: float
    wall_s: float
    peak_mb: float
    settled_mb: float
    idle_ms: tuple[float, ...]
    """Lags of the ticker before anything is asked: p50, p99, p99.9, worst."""
    list_ms: tuple[float, ...]
    spells: tuple[Spell, ...] = ()
    wrong: int = 0
    """Pods that are not as the server has them in the end."""
    trouble: str = ""
    """Why the stream lagged, if it ever did."""


class Ticker:
    """How late the loop wakes a sleeper."""

    def __init__(self) -> None:
        self._lags: list[float] = []
        self._task = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(TICK_S)
            self._lags.append(time.perf_counter() - begun - TICK_S)

    async def stop(self) -> tuple[float, ...]:
        """The lags of all its ticks: p50, p99, p99.9 and the worst, in ms."""
        self._task.cancel()
        await asyncio.wait([self._task])
        lags = sorted(self._lags)
        return tuple(round(lags[int(part * (len(lags) - 1))] * 1000, 2) for part in (0.5, 0.99, 0.999, 1))


class House:
    """A store, and what comes in."""

    def __init__(self, asked: Asked) -> None:
        connection = connection_of(asked.url.replace("https:", "http:"), "", "bench")
        if asked.authority:
            trust = Trust(asked.authority.encode())
            connection = dataclasses.replace(connection, server=asked.url, trust=trust, ssl=trust.context())
        self.asked = asked
        self.transport = Transport(connection)
        if asked.gzip:
            self.transport.compress = True  # which loopback does not ask for by itself
            self.transport.note_speed = lambda *_: None  # type: ignore[method-assign]
        self.store = ClusterStore()
        self.store.follow(PODS)
        self.late_s = 0.0
        version = ServerVersion(1, 34, "v1.34.2")
        self.reflector = Reflector(
            self.transport, PODS, version, self._hear, Gate(self.transport), rng=random.Random(5)
        )

    def _hear(self, change: Change) -> None:
        now = time.time()
        self.store.apply(change, now)
        if isinstance(change, Upserted) and change.listing is None and change.versions:
            self.late_s = max(self.late_s, now - change.versions[0] / 1e6)
        elif isinstance(change, Deleted):
            self.late_s = max(self.late_s, now - change.version / 1e6)

    async def frames(self, seconds: float) -> None:
        """Look at the state as a screen does, for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await asyncio.sleep(SNAPSHOT_S)
            self.store.snapshot()

    async def control(self, path: str) -> Any:
        """Tell the server something; its answer."""
        return await asyncio.to_thread(_asked, self.asked.control + path)


async def follow(asked: Asked) -> Found:
    """List, and then watch at each rate."""
    house = House(asked)
    ticker = Ticker()
    await asyncio.sleep(asked.idle_s)
    idle = await ticker.stop()
    gc.collect()
    gc.disable()
    ticker, cpu, wall = Ticker(), time.process_time(), time.monotonic()
    task = asyncio.create_task(house.reflector.run())
    try:
        while not house.store.settled:
            await house.frames(SNAPSHOT_S)
        found = Found(0, time.process_time() - cpu, time.monotonic() - wall, 0, 0, idle, await ticker.stop())
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()
        found.peak_mb, found.settled_mb = _memory_mb("VmHWM"), _memory_mb("VmRSS")
        for rate in asked.rates:
            found.spells += (await _spell(house, rate),)
        await _judge(house, found)
        return found
    finally:
        task.cancel()
        await asyncio.wait([task])
        await house.transport.close()


async def _spell(house: House, rate: int) -> Spell:
    await house.control(f"/rate/{rate}")
    await house.frames(house.asked.settle_s)
    house.late_s = 0.0
    seconds, events = house.asked.spell_s, house.reflector.events
    cpu, wall = time.process_time(), time.monotonic()
    await house.frames(seconds)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    events = house.reflector.events - events
    ticker = Ticker()
    await house.frames(seconds)
    lags = await ticker.stop()
    await house.control("/rate/0")
    await house.frames(house.asked.settle_s / 2)
    return Spell(rate, events, wall, cpu / wall * 100, house.late_s, lags)


async def _judge(house: House, found: Found) -> None:
    truth = await house.control("/truth")
    async with asyncio.timeout(30):
        while house.reflector.events < truth["sent"]:
            await house.frames(SNAPSHOT_S)
    rows = [pod for pods in house.store.snapshot().pods.values() for pod in pods.values()]
    known = {pod.name: [pod.uid, pod.restarts] for pod in (*rows, *house.store.snapshot().waiting.values())}
    found.pods, found.trouble = len(known), house.reflector.last_reason
    found.wrong = len(known.keys() ^ truth["pods"].keys())
    found.wrong += sum(known[name] != truth["pods"].get(name, known[name]) for name in known)


def _asked(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return msgspec.json.decode(answer.read())


def _memory_mb(field: str) -> float:
    found = re.search(rf"{field}:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(follow(msgspec.json.decode(sys.argv[1], type=Asked)))).decode())
