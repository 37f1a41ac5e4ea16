"""Why a node that should go is still here, told while a rotation waits for it, from frames pulled for just that."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from nodeview.cluster import Snapshot
from nodeview.frame import Frame, Frames
from nodeview.insights import proof_of
from nodeview.records import NodeName

EVERY_S = 5.0
"""Between two frames: what keeps a node changes slowly."""


class Stays:
    """Pulls a frame now and then, and knows from the last one what keeps each node. Close it at the end."""

    def __init__(self, frames: Frames, frame: Frame | None = None, every_s: float = EVERY_S) -> None:
        """It begins to pull only once something is asked of it."""
        self._frames = frames
        self._frame = frame
        self._every_s = every_s
        self._pulling: asyncio.Task[None] | None = None
        self._asked: dict[NodeName, float] = {}
        """Since when each is asked about: a frame of before knows nothing of the node as it is."""

    def why(self, snapshot: Snapshot, name: NodeName, now: float) -> str:
        """What keeps it, as a sentence; empty where that cannot be said."""
        if self._pulling is None:
            self._pulling = asyncio.create_task(self._pull(), name="frames for what stays")
        asked = self._asked.setdefault(name, now)
        if self._frame is None or self._frame.at < asked:
            return ""
        stay = self._frame.insights.staying.first(name, now)
        return proof_of(stay, _clock, now) if stay is not None else ""

    async def close(self) -> None:
        """Pull no more."""
        if self._pulling is not None:
            self._pulling.cancel()
            await asyncio.gather(self._pulling, return_exceptions=True)

    async def _pull(self) -> None:
        while True:
            self._frame = await self._frames.next()
            await asyncio.sleep(self._every_s)


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M UTC")
