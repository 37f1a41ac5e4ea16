"""A person at the whole program: keys in, text out, and a real cluster behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from nodeview.cli.screen_actions import ScreenActions
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.live.price_desk import PriceDesk
from nodeview.ui.app import NodeviewApp
from nodeview.ui.options import UiOptions
from nodeview.views import Assumptions
from nodeview.wire.connection import Connection

PATIENCE = 8.0
"""Seconds until something that does not come to be seen is given up."""


class Person:
    """Presses keys and reads."""

    def __init__(self, app: NodeviewApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    def text(self) -> str:
        """All that is on the screen now."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    def lines(self) -> list[str]:
        """The same, line by line."""
        return self.text().splitlines()

    async def until(self, right: Callable[[str], bool], what: str, patience: float = PATIENCE) -> str:
        """Wait until the screen is right; gives it."""
        end = time.monotonic() + patience
        while not right(text := self.text()):
            assert time.monotonic() < end, f"{what} is not to be seen:\n{text}"
            await self.pilot.pause(0.02)
        return text

    async def sees(self, *words: str) -> str:
        """Wait until all of this is on the screen."""
        return await self.until(lambda text: all(word in text for word in words), repr(words))

    async def press(self, *keys: str, shows: str = "", hides: str = "") -> str:
        """Press keys, which bring up what was not there, or take away what was."""
        before = self.text()
        assert not shows or shows not in before, f"{shows!r} was there before {keys}:\n{before}"
        assert not hides or hides in before, f"{hides!r} was not there before {keys}:\n{before}"
        await self.pilot.press(*keys)
        return await self.until(
            lambda text: (not shows or shows in text) and (not hides or hides not in text),
            f"{shows!r} without {hides!r}",
        )

    async def type(self, words: str) -> None:
        """Type words."""
        await self.pilot.press(*("space" if letter == " " else letter for letter in words))


@asynccontextmanager
async def sitting_at(
    where: Connection,
    width: int = 120,
    height: int = 40,
    options: UiOptions | None = None,
    prices: PriceDesk | None = None,
    acts: Callable[[Informer], ScreenActions] | None = None,
) -> AsyncIterator[Person]:
    """The dashboard of a cluster, connected and complete, in a terminal of this size; nodes are priced by `prices`, and
    `acts` plans and writes."""
    made: list[ScreenActions] = []
    informers: list[Informer] = []

    async def open_frames() -> Informer:
        informers.append(await open_informer(where, Assumptions(), Watched(), prices=prices))
        made.extend([acts(informers[-1])] if acts is not None else [])
        return informers[-1]

    app = NodeviewApp(open_frames, options or UiOptions(), acts=lambda: made[-1] if made else None)
    try:
        async with app.run_test(size=(width, height)) as pilot:
            yield Person(app, pilot)
    finally:
        await asyncio.gather(*(one.close() for one in made))
        await asyncio.gather(*(one.close() for one in informers))
