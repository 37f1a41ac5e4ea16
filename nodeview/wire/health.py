"""What a stream says of its own health, and how it waits when something fails."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from nodeview.errors import ApiError, CredentialError, Forbidden, NodeviewError, NotFound, Unauthorized
from nodeview.records import Change, Current, Lagging, LagState, Listing, Resource, Synced
from nodeview.wire.gate import Gate
from nodeview.wire.pace import Backoff, Pace


class Health:
    """Of one stream, which is a listing and a watch: tells `Lagging`, `Current` and `Synced` when they are due."""

    def __init__(
        self,
        resource: Resource[Any],
        emit: Callable[[Change], None],
        gate: Gate,
        pace: Pace,
        rng: random.Random,
        wall: Callable[[], float],
        renewed: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`wall` is the clock of the epoch, in seconds; `renewed` waits so long for other credentials."""
        self.heard_at: float | None = None
        """When the last byte came, in seconds since the epoch."""
        self.last_reason = ""
        """Why it lagged the last time."""
        self.watch_broken = False
        """Whether the last watch failed, and the next has not been heard yet."""
        self._resource = resource
        self._emit = emit
        self._gate = gate
        self._pace = pace
        self._rng = rng
        self._wall = wall
        self._renewed = renewed
        self._started_at = wall()
        self._synced = False
        self._listed = False
        """Whether pages came since we lagged: they say that all is being listed, so a refusal must be said again."""
        self._lag: Lagging | None = None

    @property
    def outages(self) -> int:
        """How many of the whole server have ended, ever; also those that this stream has not noticed."""
        return self._gate.outages

    def heard(self) -> None:
        """Bytes of a list came."""
        self.heard_at = self._wall()
        self._listed = True

    def watch_answered(self) -> None:
        """The headers of a watch came. After a failure that alone makes nothing younger."""
        if not self.watch_broken:
            self.heard_at = self._wall()

    def watch_heard(self) -> None:
        """Bytes of a watch came."""
        self.heard_at = self._wall()
        if self.watch_broken:
            self.watch_mended()

    def watch_mended(self) -> None:
        """The watch is alive: what lagged because of it lags no more, unless a listing is what it lacks."""
        if not self.watch_broken:
            return
        self.heard_at = self._wall()
        self.watch_broken = False
        if self._synced and self._lag is not None:
            self._lag = None
            self._emit(Current(self._resource))

    def listing(self) -> None:
        """A listing begins, and its watch will be another."""
        self._synced = self.watch_broken = False

    def synced(self, listing: Listing) -> None:
        """A listing is complete. When its watch has failed meanwhile, the stream goes on lagging."""
        self._synced = True
        self._emit(Synced(self._resource, listing))
        if not self.watch_broken:
            self._lag = None
        elif self._lag is not None:
            self._emit(self._lag)

    def lagging(self, reason: str, state: LagState = "lagging") -> None:
        """Say since when and why what is known may be old; once for each reason."""
        self.last_reason = reason
        repeated = self._lag is not None and (self._lag.reason, self._lag.state) == (reason, state)
        if repeated and not (self._listed and state != "lagging"):
            return
        self._listed = False
        if self._lag is not None:
            since = self._lag.since  # bytes of attempts that came to nothing made nothing younger
        else:
            since = self._started_at if self.heard_at is None else self.heard_at
        self._lag = Lagging(self._resource, since, reason, state)
        self._emit(self._lag)

    async def wait_out(self, error: NodeviewError, backoff: Backoff) -> None:
        """Say that we lag and why, and wait for as long as this failure asks."""
        wait = backoff.next(asyncio.get_running_loop().time())
        pace, uniform = self._pace, self._rng.uniform
        match error:
            case Forbidden():
                self.lagging(error.message or error.sentence, "forbidden")
                wait = uniform(pace.forbidden_least, pace.forbidden_most)
            case Unauthorized():
                self.lagging("The API server rejects the credentials.")
                wait = max(wait, pace.rejected)
            case CredentialError():
                self.lagging(str(error))
                wait = max(wait, pace.rejected)
            case NotFound():
                state: LagState = "absent" if self._resource.optional else "lagging"
                self.lagging(f"This cluster does not serve {self._resource.id}.", state)
                wait = pace.absent * uniform(0.9, 1.1)
            case ApiError(retry_after=float() as seconds):
                self.lagging(error.sentence)
                wait = min(seconds, pace.retry_after_most) + 0.1 * wait
            case _:
                self.lagging(error.sentence)
                if backoff.failures >= 2 and _is_outage(error):
                    self._gate.shut()
                    if await self._gate.passed():
                        backoff.reset()
                        return
        if isinstance(error, Unauthorized | CredentialError):
            await self._renewed(wait)
        else:
            await asyncio.sleep(wait)


def _is_outage(error: NodeviewError) -> bool:
    """Whether the whole server may be gone, and not just this request."""
    return not isinstance(error, ApiError) or error.code >= 500
