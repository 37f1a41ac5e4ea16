"""What can happen to the process: cancelled, put to sleep, torn down, out of files, with a clock that is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from nodeview.live import informer as house
from nodeview.live.informer import Watched, open_informer
from nodeview.views import Assumptions
from nodeview.wire.connection import connection_of
from nodeview.wire.exec_credentials import ExecCredentials
from nodeview.wire.exec_plugin import API_VERSIONS, ExecPlugin
from tests.faults.catalogue import ELSEWHERE, NAIVE_SURVIVES, provokes
from tests.faults.cluster import Cluster, clustered
from tests.faults.leaks import nothing_left
from tests.faults.outages import hung
from tests.faults.stage import STREAMS, Stage
from tests.faults.torrents import resident
from tests.faults.watching_stage import PLURALS, now, said_of_one, watched, watches
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request, stalled, status

ELSEWHERE["P7"] = "tests/cli/test_stopping.py::test_control_c_ends_it_with_the_plugin"
ELSEWHERE["P5"] = "tests/soak/test_soak.py::test_a_flood_of_events_leaves_nothing_behind"
NAIVE_SURVIVES.update(
    (f"P1 cancelled after each turn of the loop: {moment}", "its one session is closed by its own `async with`")
    for moment in ("all in order", "before the head of a list", "in the middle of a list", "in a backoff")
)
NAIVE_SURVIVES["P1 cancelled while an exec plugin runs"] = "the plugin is started by the house above it"


# P1


async def half(server: Misbehaving, request: Request, reply: Reply) -> None:
    """Half of a list, and no more until the client leaves."""
    body = server.page(request) or b""
    await reply.start()
    await reply.send(body[: len(body) // 2])
    server.performed["reached"] += 1
    await reply.until_left()


async def unanswered(server: Misbehaving, request: Request, reply: Reply) -> None:
    """No head until the client leaves."""
    server.performed["reached"] += 1
    await reply.until_left()


async def refused(server: Misbehaving, request: Request, reply: Reply) -> None:
    """A failure that is waited out."""
    server.performed["reached"] += 1
    await status(500, "InternalError", "not now")(server, request, reply)


MOMENTS: dict[str, Fault | None] = {
    "all in order": None,
    "before the head of a list": unanswered,
    "in the middle of a list": half,
    "in a backoff": refused,
}


@provokes("P1", each=MOMENTS)
async def cancelled_after_each_turn_of_the_loop(stage: Stage, fault: Fault | None) -> None:
    """After one turn, after two, and so on until it has got where it stays; nothing may be left of any."""
    if fault is not None:
        stage.server.fault("pods list", "pods list", fault, times=10_000)
    turns, whole = 0, False
    while not whole:
        turns += 1 + turns // 40
        whole = await _cancelled_after(stage.server, turns, fault is not None)
    assert turns > 15, f"only {turns} turns: nothing was interrupted"
    stage.server.performed["cancelled"] += turns
    stage.server._faults.clear()
    await stage.performed("cancelled", 15)
    await stage.open()
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(turns * (STREAMS + 12))


async def _cancelled_after(server: Cluster, turns: int, faulty: bool) -> bool:
    """Open the house, and close it after so many turns; whether it had got to where it stays."""
    server.performed["reached"] = 0
    async with nothing_left():
        opening = asyncio.create_task(open_informer(connection_of(server.url, "", "stage"), Assumptions(), Watched()))
        for _ in range(turns):
            await asyncio.sleep(0)
        if not opening.done():
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
            return False
        informer = opening.result()
        streams = informer._store.snapshot().streams
        there = server.performed["reached"] > 0 if faulty else all(one.state == "synced" for one in streams)
        await informer.close()
        return there


def a_plugin(folder: Path, script: str, clock: Callable[[], float] = time.time) -> ExecCredentials:
    """Credentials of a plugin that is this shell script; `$HERE` is the folder."""
    plugin = ExecPlugin(user='user "anna"', command="/bin/sh", args=("-c", script))
    return ExecCredentials(plugin, {**os.environ, "HERE": str(folder)}, clock=clock)


@provokes("P1")
async def cancelled_while_an_exec_plugin_runs(stage: Stage) -> None:
    with TemporaryDirectory() as folder:
        pid = Path(folder, "pid")
        for turns in (1, 2, 3, 5, 8, 13, 21, 0):
            credentials = a_plugin(Path(folder), 'sleep 60 & echo $! > "$HERE/pid"; wait')
            where = dataclasses.replace(connection_of(stage.server.url, "", "stage"), credentials=credentials)
            async with nothing_left():
                opening = asyncio.create_task(open_informer(where, Assumptions(), Watched()))
                for _ in range(turns):
                    await asyncio.sleep(0)
                if not turns:
                    await stage.until(lambda: pid.exists() and bool(pid.read_text().strip()))
                opening.cancel()
                await asyncio.gather(opening, return_exceptions=True)
        assert _ended(int(pid.read_text())), "what the plugin started is left"
    stage.server.performed["interrupted"] += 1
    await stage.performed("interrupted")
    await stage.open()
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(2 * STREAMS + 2)


def _ended(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    return True


# P2


@provokes("P2", retry_first=0.6, retry_most=0.6)
async def the_machine_sleeps_and_wakes(stage: Stage) -> None:
    slept = 0.0

    def wall() -> float:
        return time.time() + slept

    reflector = vars(house)["Reflector"]  # or the naive one
    with patch.object(house, "Reflector", functools.partial(reflector, wall=wall)):
        await stage.open()
    await watched(stage)
    woke = now()
    slept = 3600.0
    stage.server.performed["slept"] += 1
    await stage.performed("slept")
    await stage.until(lambda: len({one.kind for one in watches(stage, woke)}) == len(PLURALS))
    again = sorted(one.at for one in watches(stage, woke))
    assert again[-1] - woke < 2.0, "at once"
    assert again[-1] - again[0] > 0.15, f"a stampede: {again}"
    await stage.agreed()
    said_of_one(stage, "This machine was asleep")
    stage.requests_under(1, "pods list")
    stage.requests_under(2, "pods watch")


# P3


@provokes("P3")
async def everything_is_torn_down_within_a_second(stage: Stage) -> None:
    """In every state that a stream can be in; and another house on the same server is none the worse for it."""
    stage.server.fault("nodes page", "held", stalled, times=100)
    stage.server.fault("pods list", "held", half, times=100)
    stage.server.fault("nodepools watch", "held", hung, times=100)
    stage.server.fault("jobs list", "held", status(500, "InternalError", "not now"), times=1000)
    stage.server.fault("replicasets list", "held", status(403, "Forbidden", "replicasets is forbidden"), times=100)
    await stage.open()
    await stage.performed("held", 2)
    await stage.until(lambda: bool(stage.seen) and stage.seen[-1].streams["replicasets.apps"]["state"] == "forbidden")
    begun = now()
    await stage.close()
    assert now() - begun < 1.0, f"took {now() - begun:.1f} s"
    await stage.until(lambda: not stage.server._writers)
    assert now() - begun < 1.0, f"took {now() - begun:.1f} s until the last socket was closed"
    stage.server._faults.clear()
    came = len(stage.server.requests)
    await asyncio.sleep(0.15)
    assert len(stage.server.requests) == came, "it is closed"
    await stage.open()
    await stage.agreed()
    stage.said_old("replicasets.apps", "replicasets is forbidden", state="forbidden")
    stage.requests_under(3 * STREAMS + 6)


# P4


SKEWS: dict[str, float] = {"an hour ahead": 3600.0, "an hour behind": -3600.0}


@provokes("P4", each=SKEWS)
async def our_clock_is_wrong_and_tokens_expire(stage: Stage, skew: float) -> None:
    """Ahead of the server, every token looks expired when it comes; behind, the server rejects what looks valid."""
    with TemporaryDirectory() as folder:
        token, runs = Path(folder, "token"), Path(folder, "runs")
        expires = datetime.fromtimestamp(time.time() + 900, UTC).isoformat()
        answer = {"apiVersion": API_VERSIONS[0], "kind": "ExecCredential"}
        said = json.dumps(answer | {"status": {"expirationTimestamp": expires, "token": "%s"}})
        script = f"""echo run >> "$HERE/runs"; printf '{said}' "$(cat "$HERE/token")\""""
        credentials = a_plugin(Path(folder), script, clock=lambda: time.time() + skew)
        where = dataclasses.replace(connection_of(stage.server.url, "", "stage"), credentials=credentials)
        token.write_text("first")
        stage.server.token = "first"
        await stage.open(where)
        await watched(stage)
        stage.server.token = "second"  # by the server's clock the first has expired
        token.write_text("second")
        stage.server.cut_all()
        await stage.performed("unauthorized")
        await stage.agreed()
        await stage.close()
        ran = len(runs.read_text().splitlines())
        assert ran <= 5, f"the plugin ran {ran} times"
    said_of_one(stage, "broke off")
    stage.requests_under(1, "pods list")
    stage.requests_under(4, "pods watch")


# P5


@provokes("P5", nodes=50, pods=400)
async def a_short_soak(stage: Stage) -> None:
    """The short form of tests/soak: 2 % churn at every turn, and a cut of everything now and then."""
    await stage.open()
    await watched(stage)
    server, before = stage.server, resident()
    for turn in range(40):
        for step in range(10):
            number = (turn * 7 + step * 101) % 400 + 1
            server.pod(f"p{number:04}", f"turn {turn}", node=f"n{(number + turn) % 50 + 1}")
        server.remove("pods", f"shop/p{turn + 1:04}")
        server.node(f"n{turn % 50 + 1}", f"turn {turn}")
        if turn % 20 == 10:
            server.cut_all()
            server.performed["cut"] += 1
        await asyncio.sleep(0.01)
    await stage.performed("cut", 2)
    assert server.count("pods list") == 1, "nothing was missed"
    await stage.agreed()
    said_of_one(stage, "broke off")
    assert resident() - before < 24 << 20, f"memory grew by {(resident() - before) >> 20} MB"
    stage.requests_under(1, "pods list")
    stage.requests_under(6, "pods watch")


# P6


class Child:
    """The house in a process of its own, which says what it sees, a line for each frame."""

    def __init__(self, server: Cluster, process: asyncio.subprocess.Process, *, naive: bool) -> None:
        self.server = server
        self.process = process
        self.soon = 2.0 if naive else 10.0
        self.seen: list[dict[str, Any]] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.seen.append(json.loads(line))

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until the newest frame is right."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.soon):
                while not (self.seen and condition(self.seen[-1])):
                    await asyncio.sleep(0.02)
                return
        raise AssertionError(f"never seen: {self.seen[-1:]}")

    async def end(self) -> None:
        """Ask it to end, and see that it does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        await self.process.wait()
        await self._reading


@asynccontextmanager
async def in_a_child(naive: bool) -> AsyncIterator[Child]:
    """A cluster, and a house of its own process on it."""
    async with nothing_left(), clustered() as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.child", server.url, *(["naive"] if naive else [])),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        child = Child(server, process, naive=naive)
        try:
            yield child
        finally:
            await child.end()


@provokes("P6", on=in_a_child)
async def no_more_files_can_be_opened(child: Child) -> None:
    await child.until(lambda one: one["header"].startswith("● live") and one["nodes"] == 3)
    assert child.process.pid is not None
    soft, hard = resource.prlimit(child.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(child.process.pid, resource.RLIMIT_NOFILE, (3, hard))
    before = len(child.server.requests)
    child.server.cut_all()
    await child.until(lambda one: "too many open files" in one["header"])
    said = child.seen[-1]
    assert said["header"].startswith("▲ "), said["header"]
    lagging = [one for one in said["streams"].values() if one["state"] == "lagging"]
    assert any("too many open files" in one["reason"] and one["age_s"] is not None for one in lagging)
    assert len(child.server.requests) == before, "nothing can be asked meanwhile"
    resource.prlimit(child.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
    child.server.node("n4")
    await child.until(lambda one: one["header"].startswith("● live") and one["nodes"] == 4)
    assert len(child.server.requests) - before <= STREAMS * 4 + 30
    await child.end()
    assert child.process.returncode == 0, "nothing else came of it"
