"""How we get in, kept up to date: a connection as its files and its plugins have it now."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from ssl import SSLContext
from typing import NamedTuple

from nodeview.errors import CredentialError, NodeviewError
from nodeview.wire.certificate import expiry_of
from nodeview.wire.connection import Connection
from nodeview.wire.credentials import Clock, Credentials, CredentialState
from nodeview.wire.tls import UNFIT, present

LOOK_EVERY_S = 60.0
"""How often the files are looked at while all is well; after a refusal they are looked at at once."""
LOOK_WAITING_S = 2.0
"""And while nothing works without other credentials."""

log = logging.getLogger(__name__)


class Shown(NamedTuple):
    """With what one request went out."""

    headers: Mapping[str, str]
    ssl: SSLContext | None
    credentials: Credentials
    certificate: tuple[str, str] | None


class Access:
    """The headers and the ssl context of one connection, asked for before each request.

    The kubeconfig and the certificate files are read again when they have changed. What they then say of the
    user and of certificates is taken over; another server, or acting as somebody else, is not: that would be
    another cluster under the same name.
    """

    def __init__(self, connection: Connection, clock: Clock = time.monotonic, wall: Clock = time.time) -> None:
        """`clock` is any steady clock, `wall` that of the epoch, in seconds."""
        self.generation = 0
        """Goes up when connections made before present a certificate that is no longer ours."""
        self._now = connection
        self._clock = clock
        self._wall = wall
        self._looked_at = clock()
        self._ssl = connection.ssl
        self._plugin_pair: tuple[str, str] | None = None
        self._failure = ""
        self._failed_at: float | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def credentials(self) -> Credentials:
        """Those of now."""
        return self._now.credentials

    @property
    def presents(self) -> bool:
        """Whether a client certificate is shown."""
        return self._now.pair is not None or self._plugin_pair is not None

    async def show(self) -> Shown:
        """What the next request is to go out with. Raises `CredentialError`."""
        expiry = self.credentials.expires_at()
        if self._clock() - self._looked_at >= LOOK_EVERY_S or (expiry is not None and expiry <= self._wall()):
            self.look()
        asked = self.credentials
        try:
            headers = await asked.headers()
        except CredentialError:
            if not self.look() and self.credentials is asked:
                raise
            headers = await self.credentials.headers()
        self._present_the_plugins()
        return Shown(headers, self._ssl, self.credentials, self.credentials.client_certificate())

    async def after_refusal(self, shown: Shown, *, tls: bool) -> bool:
        """After a 401, or a failure of TLS: whether there are other credentials by now, to ask with once more.

        Raises `CredentialError` when there are none and it is known why those are no good.
        """
        if self.look() or self.credentials is not shown.credentials or self._ssl is not shown.ssl:
            return True
        if self.credentials.client_certificate() is not shown.certificate:
            return True
        if (not tls or shown.certificate is not None) and await self.credentials.refresh(shown.headers):
            return True
        self._lament_expiry()
        return False

    async def renewed(self, within: float) -> None:
        """Wait until there are other credentials, for so many seconds at the most."""
        asked, context = self.credentials, self._ssl
        waiting = asyncio.ensure_future(asked.renewed())
        try:
            async with asyncio.timeout(within):
                while not self.look() and self.credentials is asked and self._ssl is context:
                    done, _ = await asyncio.wait([waiting], timeout=LOOK_WAITING_S)
                    if done:
                        return
        except TimeoutError:
            pass
        finally:
            waiting.cancel()

    def look(self) -> bool:
        """Read the files again if they have changed; True when that gave us something else to show or to trust."""
        self._looked_at = self._clock()
        origin = self._now.origin
        if origin is None or not origin.changed():
            return False
        try:
            fresh = origin.read()
        except NodeviewError as error:
            self._fail(error.sentence)  # it may be half written: it will be read again
            return False
        ours, theirs = ((one.server, one.tls_server_name, one.impersonate) for one in (self._now, fresh))
        if ours != theirs:
            self._now = dataclasses.replace(self._now, origin=fresh.origin)
            self._fail(f'The context "{self._now.context}" leads elsewhere by now; nodeview stays where it is.')
            return False
        self._failure, self._failed_at = "", None
        return self._take_over(fresh)

    def state(self) -> CredentialState:
        """How things stand, for a person."""
        state = self.credentials.state()
        if not state.failure and self._failure:
            state = state._replace(failure=self._failure, failed_at=self._failed_at)
        pair = self.credentials.client_certificate()
        expiry = expiry_of(pair[0]) if pair is not None and state.expires_at is None else None
        return state._replace(expires_at=expiry) if expiry is not None else state

    async def close(self) -> None:
        """Close the credentials, those that were replaced as well."""
        await asyncio.gather(self.credentials.close(), *self._closing)

    def _take_over(self, fresh: Connection) -> bool:
        before = self._now
        same_user = fresh.user == before.user and fresh.pair == before.pair
        same_tls = (fresh.trust, fresh.pair) == (before.trust, before.pair)
        if same_user:
            fresh = dataclasses.replace(fresh, credentials=before.credentials)
        else:
            task = asyncio.ensure_future(before.credentials.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        self._now = fresh
        if not same_tls:
            self._ssl, self._plugin_pair = fresh.ssl, None
            self.generation += 1
        if same_user and same_tls:
            return False
        log.info("the files of the context have changed: %s", "certificates" if not same_tls else "user")
        return True

    def _present_the_plugins(self) -> None:
        """Make another ssl context when the plugin gave another certificate."""
        pair = self.credentials.client_certificate()
        if pair is None or pair is self._plugin_pair or self._now.ssl is None:
            return
        context = self._now.trust.context()
        if not present(context, pair[0].encode(), pair[1].encode()):
            raise CredentialError(f"The exec plugin's client certificate cannot be used: {UNFIT}.")
        if self._plugin_pair is not None:
            self.generation += 1
        self._ssl, self._plugin_pair = context, pair

    def _lament_expiry(self) -> None:
        """Say so when the kubeconfig's certificate has expired, since a server says less."""
        pair = self._now.pair
        expiry = expiry_of(pair[0]) if pair else None
        if expiry is not None and expiry <= self._wall():
            when = datetime.fromtimestamp(expiry, UTC)
            raise CredentialError(
                f"The client certificate of {self._now.user_title} expired on {when:%Y-%m-%d at %H:%M} UTC.",
                hint="Renew it; nodeview takes the new one as soon as it is there.",
            )

    def _fail(self, sentence: str) -> None:
        if sentence != self._failure:
            log.warning("%s", sentence)
            self._failure, self._failed_at = sentence, self._wall()
