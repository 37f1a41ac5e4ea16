"""Credentials that somebody must renew: once for all who ask, before they expire, and again after a failure."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import dataclass, field

from nodeview.errors import CredentialError
from nodeview.wire.credentials import Clock, CredentialState, FixedCredentials, bearer

REFRESH_PAUSE_S = 10.0
"""The least time between two renewals that a 401 asked for, and after a failed one."""
RETRY_MOST_S = 30.0
"""While renewals fail, a quick one is tried again this often at the least."""
SLOW_RETRY_MOST_S = 300.0
"""And one that takes long, such as a plugin that opens a browser and waits for a person, this often."""
PATIENCE_S = 10.0
"""Who had credentials before waits so long for the next; then what is known is said to be old."""
RENEWAL_LEAST_S = 60.0
RENEWAL_SHARE = 0.2
"""A credential is renewed this long, or this share of its life if that is longer, before it expires."""
SHORTEST_LIFE_S = 60.0
"""How long a credential is used that looks expired on arrival: our clock may be wrong."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Credential:
    """What was handed out: a token, or a certificate with its key (PEM), or both."""

    token: str = field(repr=False)
    certificate: tuple[str, str] | None = field(repr=False)
    expires_at: float | None
    """Seconds since the epoch, None when it does not expire."""

    def same_as(self, other: Credential | None) -> bool:
        """Whether the server would see the same in both; their expiry may differ."""
        return other is not None and (self.token, self.certificate) == (other.token, other.certificate)


class RenewedCredentials(FixedCredentials):
    """A credential that is kept until it expires and renewed in the background before.

    One renewal at a time, whoever asks. While the old credential is valid a failed renewal costs nothing;
    afterwards the failure is given to all who ask, and the renewal is tried again in the background, at
    the pace of `RETRY_MOST_S`, until a person has done what it takes.
    """

    def __init__(self, kind: str, *, clock: Clock = time.time) -> None:
        """`clock` is the wall clock, in seconds since the epoch."""
        super().__init__(kind, {})
        self._clock = clock
        self._credential: Credential | None = None
        self._renew_at = self._usable_until = math.inf
        self._running: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._failure: CredentialError | None = None
        self._failed_wall: float | None = None
        self._failures = 0
        self._retry_at = self._refreshed_at = -math.inf
        self._news = asyncio.Event()
        self._closed = False

    async def obtain(self) -> Credential:
        """Get a new one, however long it takes. Raises `CredentialError`."""
        raise NotImplementedError

    async def headers(self) -> dict[str, str]:
        """The token of a valid credential, or no header when there is a certificate alone."""
        now = self._clock()
        if self._credential is None or now >= self._usable_until:
            await self._renew()
        elif now >= self._renew_at and self._failure is None:
            self._start()
        return self._headers

    async def refresh(self, rejected: object) -> bool:
        """Renew, unless someone did since; True when that gave something else than was rejected."""
        before = self._credential
        if before is not None and self._headers != rejected:
            return True
        now = asyncio.get_running_loop().time()
        if self._running is None and self._failure is None and now - self._refreshed_at < REFRESH_PAUSE_S:
            return False
        self._refreshed_at = now
        await self._renew()
        return self._credential is not None and not self._credential.same_as(before)

    async def renewed(self) -> None:
        """Wait until the next renewal that succeeds."""
        await self._news.wait()

    def client_certificate(self) -> tuple[str, str] | None:
        """The certificate and key that were handed out last."""
        return self._credential.certificate if self._credential else None

    def expires_at(self) -> float | None:
        """When the credential at hand expires."""
        return self._credential.expires_at if self._credential else None

    def state(self) -> CredentialState:
        """The kind, the expiry of what is at hand, and why there is nothing newer, if so."""
        if self._failure is None:
            return CredentialState(self._kind, self.expires_at())
        return CredentialState(self._kind, self.expires_at(), self._failed_wall, str(self._failure))

    async def close(self) -> None:
        """Stop a renewal that runs, and start none any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    def hold(self, credential: Credential) -> None:
        """Use this from now on, and renew it in time."""
        if not credential.same_as(self._credential):
            self._credential = credential
            self._headers = bearer(credential.token)
        now, expires_at = self._clock(), credential.expires_at
        if expires_at is None:
            self._renew_at = self._usable_until = math.inf
            self._after(None)
            return
        self._usable_until = expires_at if expires_at > now else now + SHORTEST_LIFE_S
        life = self._usable_until - now
        self._renew_at = now + max(life / 2, life - max(RENEWAL_LEAST_S, RENEWAL_SHARE * life))
        self._after(self._renew_at - now)

    async def _renew(self) -> None:
        """Wait for a new credential; whoever is cancelled here leaves the renewal to the others."""
        early = asyncio.get_running_loop().time() < self._retry_at
        if self._failure is not None and self._running is None and early:
            raise CredentialError(self._failure.sentence, hint=self._failure.hint)
        renewal = self._start()
        try:
            async with asyncio.timeout(PATIENCE_S if self._credential is not None else None):
                await asyncio.shield(renewal)
        except TimeoutError:
            raise CredentialError(
                f"New credentials ({self._kind}) have not come for {PATIENCE_S:g} s.",
                hint="nodeview goes on waiting for them.",
            ) from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not renewal.cancelled() or (task is not None and task.cancelling()):
                raise
            raise CredentialError("The connection is closed.") from None  # the renewal was cancelled, and not we

    def _start(self) -> asyncio.Task[None]:
        if self._closed:
            raise CredentialError("The connection is closed.")
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="renewal of credentials")
            self._running.add_done_callback(self._ended)
        return self._running

    async def _run(self) -> None:
        began = asyncio.get_running_loop().time()
        try:
            credential = await self.obtain()
        except CredentialError as error:
            self._failed(error, asyncio.get_running_loop().time() - began)
            raise
        except Exception as error:  # a fault of ours is no reason never to try again
            ours = CredentialError(f"New credentials ({self._kind}) cannot be had: {type(error).__name__} in nodeview.")
            self._failed(ours, asyncio.get_running_loop().time() - began)
            raise ours from None
        self._failure, self._failed_wall, self._failures = None, None, 0
        self.hold(credential)
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _failed(self, error: CredentialError, took: float) -> None:
        log.warning("no new credentials: %s", error)
        self._failure, self._failed_wall = error, self._clock()
        pause = min(RETRY_MOST_S, REFRESH_PAUSE_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, 10)
        if took > pause:
            pause = min(SLOW_RETRY_MOST_S, took * 2.0**self._failures)
        self._retry_at = asyncio.get_running_loop().time() + pause
        self._after(pause)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running = None
        if not task.cancelled():
            task.exception()  # it was logged, and is told to whoever waits

    def _after(self, delay: float | None) -> None:
        """Renew after so many seconds, whether anyone asks or not; never for None."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if delay is not None and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(delay, self._start)
