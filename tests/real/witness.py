"""Whoever reads nodeview's reports: of a child process as a person runs it, or of an informer with another pace."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from nodeview.live.informer import Watched, open_informer
from nodeview.report.rendering import ReportOptions, json_of
from nodeview.views import Assumptions
from nodeview.wire.connection import connect
from nodeview.wire.pace import Pace
from tests.cli.running import environment
from tests.real.judging import Json, differences, unsettled

LINE_BYTES = 64 * 1024 * 1024
Truth = Callable[[], tuple[list[Json], list[Json]]]


class Said(NamedTuple):
    """That a stream's data may be old: in which report, since when (both epoch seconds), and why."""

    at: float
    resource: str
    state: str
    since: float | None
    reason: str
    in_feed: bool = False
    """Between two reports: by a line that says when, and not since when."""


class Witness:
    """Reads report after report, and remembers the last and what was said of old data."""

    def __init__(self) -> None:
        self.report: Json = {}
        self.reports = 0
        self.said: list[Said] = []
        self.pid: int | None = None
        """Of the child process, where there is one."""
        self._news = asyncio.Event()

    def read(self, report: Json) -> None:
        """Take the next report."""
        self.report = report
        self.reports += 1
        at = datetime.fromisoformat(report["at"]).timestamp()
        for name, one in report["streams"].items():
            if one["state"] in ("lagging", "forbidden", "absent"):
                since = None if one["age_s"] is None else at - one["age_s"]
                self.said.append(Said(at, name, one["state"], since, one["reason"] or ""))
        for line in report["feed"]:  # what came and went between two reports
            state, colon, reason = line["message"].partition(": ")
            if line["kind"] == "stream" and colon:
                told = datetime.fromisoformat(line["at"]).timestamp()
                self.said.append(Said(told, line["subject"], state, None, reason, in_feed=True))
        self._news.set()

    async def until(self, true: Callable[[Json], bool], seconds: float, what: str) -> Json:
        """The first report from now on, or the last, of which this is true."""
        try:
            async with asyncio.timeout(seconds):
                while not self.report or not true(self.report):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            streams = {name: one["state"] for name, one in self.report.get("streams", {}).items()}
            raise AssertionError(f"not within {seconds:g} s: {what}; streams {streams}") from None
        return self.report

    async def agrees(self, truth: Truth, seconds: float) -> list[str]:
        """Wait until nothing differs from what the server has now; gives what still does when the time is up."""
        nodes, pods = await asyncio.to_thread(truth)
        try:
            async with asyncio.timeout(seconds):
                while wrong := self._wrong(nodes, pods):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return wrong
        return []

    def _wrong(self, nodes: list[Json], pods: list[Json]) -> list[str]:
        if not self.report:
            return ["there is no report"]
        return differences(self.report, nodes, pods) + unsettled(self.report)

    def lags(self, after: float, *resources: str) -> list[Said]:
        """What was said of these resources, or any, in reports of after this instant, once for each reason."""
        once: dict[tuple[str, str, str], Said] = {}
        for one in self.said:
            if one.at >= after and (not resources or one.resource in resources):
                once.setdefault((one.resource, one.state, one.reason), one)
        return list(once.values())


@asynccontextmanager
async def child(kubeconfig: Path, home: Path) -> AsyncIterator[Witness]:
    """`nodeview report -o json --watch`, with the paces it has by itself."""
    witness = Witness()
    command = [sys.executable, "-m", "nodeview", "report", "-o", "json", "--watch", "--kubeconfig", str(kubeconfig)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env=environment(home),
        limit=LINE_BYTES,
    )
    assert process.stdout is not None
    witness.pid = process.pid
    reading = asyncio.create_task(_lines(process.stdout, witness))
    try:
        yield witness
        assert process.returncode is None, "nobody had to start it again"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


async def _lines(out: asyncio.StreamReader, witness: Witness) -> None:
    while line := await out.readline():
        witness.read(json.loads(line))


@asynccontextmanager
async def inside(kubeconfig: Path, pace: Pace) -> AsyncIterator[Witness]:
    """An informer in this process, whose frames are read as the reports they would be."""
    witness = Witness()
    informer = await open_informer(connect(str(kubeconfig), None, {}), Assumptions(), Watched(), pace=pace)
    reading = asyncio.create_task(_frames(informer, witness))
    try:
        yield witness
        assert not reading.done(), reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await informer.close()


async def _frames(informer: Any, witness: Witness) -> None:
    while True:
        witness.read(json_of(await informer.next(), ReportOptions()))


def now() -> float:
    """Epoch seconds, as reports have them: to the millisecond."""
    return round(time.time(), 3)
