"""Credentials of an exec plugin: run once for all who ask, and renewed before they expire."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping

from nodeview.errors import CredentialError
from nodeview.wire.credentials import Clock, FixedCredentials, bearer
from nodeview.wire.exec_plugin import TIME_LIMIT_S, ExecCredential, ExecPlugin, run_plugin

REFRESH_PAUSE_S = 10.0
"""The least time between two runs of a plugin that a 401 asked for, and after a failed one."""
RENEWAL_LEAST_S = 60.0
RENEWAL_SHARE = 0.2
"""A credential is renewed this long, or this share of its life if that is longer, before it expires."""
SHORTEST_LIFE_S = 60.0
"""How long a credential is used that looks expired on arrival: our clock may be wrong."""

log = logging.getLogger(__name__)


class ExecCredentials(FixedCredentials):
    """What an exec plugin hands out, kept until it expires and renewed in the background before.

    One run at a time, whoever asks. While the old credential is valid a failed renewal costs nothing;
    afterwards the failure is given to all who ask, for some seconds without another run.
    """

    def __init__(
        self,
        plugin: ExecPlugin,
        environ: Mapping[str, str],
        *,
        clock: Clock = time.time,
        time_limit: float = TIME_LIMIT_S,
    ) -> None:
        """`clock` is the wall clock, in seconds since the epoch; `time_limit` is of one run, in seconds."""
        super().__init__("exec", {})
        self._plugin = plugin
        self._environ = environ
        self._clock = clock
        self._time_limit = time_limit
        self._credential: ExecCredential | None = None
        self._renew_at = self._usable_until = math.inf
        self._running: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._failure: CredentialError | None = None
        self._failed_at = self._refreshed_at = -math.inf
        self._closed = False

    async def headers(self) -> Mapping[str, str]:
        """The token of a valid credential, or no header when the plugin gave a certificate alone."""
        now = self._clock()
        if self._credential is None or now >= self._usable_until:
            await self._renew()
        elif now >= self._renew_at and not self._lately(self._failed_at):
            self._start()
        return self._headers

    async def refresh(self, rejected: Mapping[str, str]) -> bool:
        """Run the plugin, unless someone did since; True when it gave something else than was rejected."""
        before = self._credential
        if before is not None and self._headers != rejected:
            return True
        if self._running is None and self._lately(self._refreshed_at):
            return False
        self._refreshed_at = asyncio.get_running_loop().time()
        await self._renew()
        return self._credential is not None and not self._credential.same_as(before)

    def client_certificate(self) -> tuple[str, str] | None:
        """The certificate and key that the plugin gave last."""
        return self._credential.certificate if self._credential else None

    def expires_at(self) -> float | None:
        """The expirationTimestamp of the credential at hand."""
        return self._credential.expires_at if self._credential else None

    async def close(self) -> None:
        """Kill a plugin that runs, and start none any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _renew(self) -> None:
        """Wait for a new credential; whoever is cancelled here leaves the run to the others."""
        if self._failure is not None and self._running is None and self._lately(self._failed_at):
            raise CredentialError(self._failure.sentence, hint=self._failure.hint)
        await asyncio.shield(self._start())

    def _start(self) -> asyncio.Task[None]:
        if self._closed:
            raise CredentialError("The connection is closed.")
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="exec plugin")
            self._running.add_done_callback(self._ended)
        return self._running

    async def _run(self) -> None:
        credential = await run_plugin(self._plugin, self._environ, self._time_limit)
        if not credential.same_as(self._credential):
            self._credential = credential
            self._headers = bearer(credential.token)
        self._failure = None
        self._plan_renewal(credential.expires_at)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running = None
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.warning("no new credentials: %s", error if isinstance(error, CredentialError) else type(error))
        self._failed_at = asyncio.get_running_loop().time()
        if isinstance(error, CredentialError):
            self._failure = error
            if self._credential is not None and self._clock() < self._usable_until:
                self._renew_after(REFRESH_PAUSE_S)

    def _plan_renewal(self, expires_at: float | None) -> None:
        now = self._clock()
        if expires_at is None:
            self._renew_at = self._usable_until = math.inf
            return
        self._usable_until = expires_at if expires_at > now else now + SHORTEST_LIFE_S
        life = self._usable_until - now
        self._renew_at = now + max(life / 2, life - max(RENEWAL_LEAST_S, RENEWAL_SHARE * life))
        self._renew_after(self._renew_at - now)

    def _renew_after(self, delay: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed:
            self._timer = asyncio.get_running_loop().call_later(delay, self._start)

    @staticmethod
    def _lately(moment: float) -> bool:
        """Whether a moment of the loop's clock is less than a pause ago."""
        return asyncio.get_running_loop().time() - moment < REFRESH_PAUSE_S
