"""Where the streams of one cluster wait out an outage, so that one asks instead of twenty."""

from __future__ import annotations

import asyncio
import random
from typing import Protocol

from nodeview.wire.pace import Pace

PROBE_JITTER = 0.1


class Answering(Protocol):
    """A server that can be asked whether it is there: a `Transport`."""

    async def answers(self) -> bool:
        """Ask once, within a bounded time; never raises."""
        ...


class Gate:
    """Open while the API server answers. Streams that fail twice shut it, and wait until a probe succeeds.

    Whoever waits first probes for all; when it is cancelled the next one does. So there is no task to own.
    """

    def __init__(
        self,
        server: Answering,
        pace: Pace | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """`pace` says how often the server is probed, and within which time streams pass once it answers."""
        self._server = server
        self._pace = pace or Pace()
        self._rng = rng or random.Random()
        self._probing = asyncio.Lock()
        self._open = True
        self.probes = 0
        """How many were made, ever."""
        self.outages = 0
        """How many have ended, ever: servers that were away for at least one probe, and answered again."""
        self._away = False
        """The last probe was in vain."""

    @property
    def is_open(self) -> bool:
        """False while the cluster is believed to be out of reach."""
        return self._open

    def shut(self) -> None:
        """Believe the server to be out of reach, until a probe says otherwise."""
        self._open = False

    async def passed(self) -> bool:
        """Wait until the gate is open. True when that meant waiting out an outage, or the end of one; False when it
        was open, or the first probe found nothing wrong: then the trouble is the caller's own."""
        before = self.outages
        while not self._open:
            async with self._probing:
                if not self._open:
                    await self._ask()
        waited = self.outages > before
        if waited:
            await asyncio.sleep(self._rng.uniform(0, self._pace.probe_spread))
        return waited

    async def _ask(self) -> None:
        """Probe once; in vain, let some time pass before the next."""
        self.probes += 1
        self._open = await self._server.answers()
        self.outages += self._open and self._away
        self._away = not self._open
        if self._away:
            await asyncio.sleep(self._pace.probe_every * self._rng.uniform(1 - PROBE_JITTER, 1 + PROBE_JITTER))
