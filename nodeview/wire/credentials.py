"""How we say who we are, and keep being able to: one `Credentials` per connection.

Client certificates of a kubeconfig are in the connection's ssl context; here are headers, and the
certificates of exec plugins, which change. A secret is in no repr and in no error.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from nodeview.errors import CredentialError
from nodeview.wire.exec_plugin import TIME_LIMIT_S, ExecCredential, ExecPlugin, is_header_safe, run_plugin

TOKEN_FILE_PERIOD_S = 60.0
REFRESH_PAUSE_S = 10.0
"""The least time between two runs of a plugin that a 401 asked for, and after a failed one."""
RENEWAL_LEAST_S = 60.0
RENEWAL_SHARE = 0.2
"""A credential is renewed this long, or this share of its life if that is longer, before it expires."""
SHORTEST_LIFE_S = 60.0
"""How long a credential is used that looks expired on arrival: our clock may be wrong."""

Clock = Callable[[], float]

log = logging.getLogger(__name__)


class Credentials(Protocol):
    """What a transport asks before each request, and after each 401."""

    async def headers(self) -> Mapping[str, str]:
        """The headers that say who we are; may run a plugin. Raises `CredentialError`."""

    async def refresh(self, rejected: Mapping[str, str]) -> bool:
        """After a 401 to these headers: True when asking again is worth it, once. Raises `CredentialError`.

        Many may ask at once; the plugin runs once.
        """

    def client_certificate(self) -> tuple[str, str] | None:
        """The certificate and key (PEM) of an exec plugin, after `headers()`; see `Connection.renewed`.

        The same tuple until it changes. None when the ssl context has all there is.
        """

    def expires_at(self) -> float | None:
        """When what `headers()` last gave expires, in seconds since the epoch; None when never or unknown."""

    async def close(self) -> None:
        """Stop what runs in the background, plugins included."""


class FixedCredentials:
    """Credentials that never change: a token, basic auth, a certificate in the ssl context, or none."""

    def __init__(self, kind: str, headers: Mapping[str, str]) -> None:
        """`kind` is for the reader: `token`, `basic`, `certificate`, `none`."""
        self._kind = kind
        self._headers = dict(headers)

    def __repr__(self) -> str:
        return f"FixedCredentials({self._kind!r})"

    async def headers(self) -> Mapping[str, str]:
        """The headers as given."""
        return self._headers

    async def refresh(self, rejected: Mapping[str, str]) -> bool:
        """False: there are no others."""
        return False

    def client_certificate(self) -> tuple[str, str] | None:
        """None: a fixed certificate is in the ssl context."""
        return None

    def expires_at(self) -> float | None:
        """None: unknown."""
        return None

    async def close(self) -> None:
        """Nothing runs."""


class OidcCredentials(FixedCredentials):
    """The id-token that kubectl's `oidc` auth provider left in the kubeconfig, for as long as it is valid."""

    def __init__(self, user: str, token: str, clock: Clock = time.time) -> None:
        """`token` may be empty; `user` is as a sentence names it, `user "anna"`."""
        super().__init__("oidc", bearer(token))
        self._user = user
        self._clock = clock
        self._expires_at = jwt_expiry(token)

    async def headers(self) -> Mapping[str, str]:
        """The id-token; raises `CredentialError` when there is none or it has expired."""
        if self._headers and (self._expires_at is None or self._clock() < self._expires_at):
            return self._headers
        what = "has expired" if self._headers else "is missing"
        raise CredentialError(
            f"The id-token of {self._user} (auth-provider oidc) {what}, and nodeview cannot renew it.",
            hint="Run `kubectl get nodes`, which renews it, or use an exec plugin such as kubelogin.",
        )

    def expires_at(self) -> float | None:
        """The `exp` of the token."""
        return self._expires_at


class TokenFile(FixedCredentials):
    """A token in a file that somebody else renews, as for a service account; read again every minute."""

    def __init__(self, path: Path, fallback: str = "", clock: Clock = time.monotonic) -> None:
        """`fallback` is the token to use while the file cannot be read, as client-go has it."""
        super().__init__("token file", bearer(fallback))
        self._path = path
        self._clock = clock
        self._read_at: float | None = None

    async def headers(self) -> Mapping[str, str]:
        """The token, at most a minute old; the last one while the file is gone, which a rotation may do."""
        if self._read_at is None or self._clock() - self._read_at >= TOKEN_FILE_PERIOD_S:
            self._read()
        return self._headers

    async def refresh(self, rejected: Mapping[str, str]) -> bool:
        """Read the file now; True when it holds another token than the rejected one."""
        if self._headers == rejected:
            self._read()
        return self._headers != rejected

    def _read(self) -> None:
        token, why = "", "is empty"
        try:
            token = self._path.read_text(encoding="utf-8").strip()
        except OSError as error:
            why = f"cannot be read ({(error.strerror or '').lower()})"
        except UnicodeDecodeError:
            why = "is not text"
        if token and is_header_safe(token):
            self._headers = bearer(token)
            self._read_at = self._clock()
        elif not self._headers:
            why = "holds what cannot be sent in a header" if token else why
            raise CredentialError(f"The token file {self._path} {why}.")


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


def no_credentials() -> Credentials:
    """For a server that asks for none, or for a certificate that is in the ssl context."""
    return FixedCredentials("none", {})


def static_token(token: str) -> Credentials:
    """A bearer token that never changes; it must be fit for a header (`is_header_safe`)."""
    return FixedCredentials("token", bearer(token))


def basic_auth(username: str, password: str) -> Credentials:
    """User name and password, as HTTP Basic."""
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return FixedCredentials("basic", {"Authorization": f"Basic {pair}"})


def bearer(token: str) -> dict[str, str]:
    """The header for a token, none for an empty one."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def jwt_expiry(token: str) -> float | None:
    """The `exp` of a JSON web token, in seconds since the epoch, unverified; None when it has none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return float(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None
