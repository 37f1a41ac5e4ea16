"""What keeps a node, from frames that are pulled for it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from nodeview.cluster import Snapshot
from nodeview.frame import Frame
from nodeview.insights import Stay
from nodeview.live.stays import Stays
from nodeview.records import NodeName

NOTHING = cast(Snapshot, None)


class _Frames:
    def __init__(self, stay: Stay | None, at: float = 200.0) -> None:
        self.pulled = 0
        self._stay = stay
        self._at = at

    async def next(self) -> Frame:
        self.pulled += 1
        staying = SimpleNamespace(first=lambda name, now: self._stay if name == "n1" else None)
        return cast(Frame, SimpleNamespace(at=self._at, insights=SimpleNamespace(staying=staying)))


async def _why(frames: Any, name: str) -> str:
    stays = Stays(frames, every_s=0.0)
    try:
        said = stays.why(NOTHING, NodeName(name), 100.0)
        assert said == ""  # no frame yet
        async with asyncio.timeout(5):
            while frames.pulled < 2:
                await asyncio.sleep(0)
        return stays.why(NOTHING, NodeName(name), 100.0)
    finally:
        await stays.close()


async def test_it_is_told_with_its_moment() -> None:
    stay = Stay("budget", "budget of pool api allows none until", 64_800.0)
    assert await _why(_Frames(stay), "n1") == "budget of pool api allows none until 18:00 UTC"
    assert await _why(_Frames(stay), "n2") == ""


async def test_a_frame_of_before_the_node_was_empty_says_nothing_of_it() -> None:
    assert await _why(_Frames(Stay("not_empty", "2 pods on it"), at=99.0), "n1") == ""


async def test_nothing_is_pulled_before_it_is_asked() -> None:
    frames = _Frames(None)
    stays = Stays(frames)
    await asyncio.sleep(0)
    await stays.close()
    assert frames.pulled == 0
