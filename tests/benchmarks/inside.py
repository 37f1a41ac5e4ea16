"""The dashboard with a probe in it: run in a pty as `python -m tests.benchmarks.inside PROBE_FILE ARGUMENTS...`.

Every half second the probe appends a line of JSON: CPU and memory so far, frames painted and derived, whether the
frame is complete, the lags of a ticker on the loop, and for each key the time until it was painted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

TICK_S = 0.005


class Probe:
    """What is counted in the process, and written out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.frames = self.painted = self.nodes = self.pods = 0
        self.complete: dict[str, float] | None = None
        self.lags: list[float] = []
        self.keys: list[float] = []
        self.key_at: float | None = None
        self.tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Start to tick and to write, once there is a loop."""
        if not self.tasks:
            self.tasks = [asyncio.create_task(self.tick()), asyncio.create_task(self.write())]

    async def tick(self) -> None:
        """Measure how late the loop wakes a sleeper."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(TICK_S)
            self.lags.append(time.perf_counter() - begun - TICK_S)

    async def write(self) -> None:
        """Append a line twice a second."""
        while True:
            await asyncio.sleep(0.5)
            self.dump()

    def dump(self) -> None:
        """Append a line."""
        said = {
            "at": time.monotonic(), "cpu_s": time.process_time(), "frames": self.frames, "painted": self.painted,
            "complete": self.complete, "lags": self.lags, "keys": self.keys, "nodes": self.nodes, "pods": self.pods,
        }  # fmt: skip
        self.lags, self.keys = [], []
        with self.path.open("a") as file:
            file.write(json.dumps(said) + "\n")

    def derived(self, frame: Any) -> None:
        """A frame was handed out."""
        self.frames += 1
        self.nodes, self.pods = len(frame.view.nodes), frame.view.totals.pods.total
        if frame.complete and self.complete is None:
            self.complete = {"at": time.monotonic(), "cpu_s": time.process_time()}

    def displayed(self) -> None:
        """The screen was painted."""
        self.painted += 1
        if self.key_at is not None:
            self.keys.append(time.monotonic() - self.key_at)
            self.key_at = None


def install(probe: Probe) -> None:
    """Put the probe into the app and the informer."""
    from textual import events

    from nodeview.live.informer import Informer
    from nodeview.ui.app import NodeviewApp

    derive = Informer.next

    async def following(self: Informer) -> Any:
        probe.begin()
        frame = await derive(self)
        probe.derived(frame)
        return frame

    Informer.next = following  # type: ignore[method-assign]
    post_display, on_event = NodeviewApp.post_display_hook, NodeviewApp.on_event

    def displayed(self: NodeviewApp) -> None:
        post_display(self)
        probe.displayed()

    async def heard(self: NodeviewApp, event: events.Event) -> None:
        if isinstance(event, events.Key):
            probe.key_at = event.time
        await on_event(self, event)

    NodeviewApp.post_display_hook = displayed  # type: ignore[method-assign, assignment]
    NodeviewApp.on_event = heard  # type: ignore[method-assign, assignment]


def main() -> int:
    """Run the dashboard with the probe."""
    from nodeview.cli import main as nodeview

    install(Probe(Path(sys.argv[1])))
    return nodeview(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
