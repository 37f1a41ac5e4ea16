"""How we say who we are, and keep being able to: one `Credentials` per connection.

Client certificates of a kubeconfig are in the connection's ssl context; here are headers, and the
certificates of exec plugins, which change. A secret is in no repr and in no error.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from nodeview.errors import CredentialError

TOKEN_FILE_PERIOD_S = 60.0
TOKEN_FILE_WAITING_S = 2.0
"""How often a token file is read while nothing works without another token."""

Clock = Callable[[], float]

log = logging.getLogger(__name__)


class CredentialState(NamedTuple):
    """How things stand with the credentials, in words that hold no secret; moments in seconds since the epoch."""

    kind: str
    """As a person reads it: `token`, `certificate`, `exec plugin aws`."""
    expires_at: float | None = None
    """When what is in use expires; None when never or unknown."""
    failed_at: float | None = None
    failure: str = ""
    """What the last attempt to renew them ended with, and what to do; empty once one has succeeded."""


class Credentials(Protocol):
    """What a transport asks before each request, and after each 401."""

    async def headers(self) -> Mapping[str, str]:
        """The headers that say who we are; may run a plugin. Raises `CredentialError`."""

    async def refresh(self, rejected: Mapping[str, str]) -> bool:
        """After a 401 to these headers: True when asking again is worth it, once. Raises `CredentialError`.

        Many may ask at once; the plugin runs once.
        """

    async def renewed(self) -> None:
        """Wait until `headers()` would give something else; for ever when it never will."""

    def client_certificate(self) -> tuple[str, str] | None:
        """The certificate and key (PEM) of an exec plugin, after `headers()`; see `Access`.

        The same tuple until it changes. None when the ssl context has all there is.
        """

    def expires_at(self) -> float | None:
        """When what `headers()` last gave expires, in seconds since the epoch; None when never or unknown."""

    def state(self) -> CredentialState:
        """What they are and how long they hold, for a person."""

    async def close(self) -> None:
        """Stop what runs in the background, plugins included."""


class FixedCredentials:
    """Credentials that never change: a token, basic auth, a certificate in the ssl context, or none."""

    def __init__(self, kind: str, headers: Mapping[str, str], expires_at: float | None = None) -> None:
        """`kind` is for the reader: `token`, `basic`, `certificate`, `none`; `expires_at` is of a certificate."""
        self._kind = kind
        self._headers = dict(headers)
        self._expires_at = expires_at

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._kind!r})"

    async def headers(self) -> Mapping[str, str]:
        """The headers as given."""
        return self._headers

    async def refresh(self, rejected: Mapping[str, str]) -> bool:
        """False: there are no others."""
        return False

    async def renewed(self) -> None:
        """Wait for ever: they never change."""
        await asyncio.Event().wait()

    def client_certificate(self) -> tuple[str, str] | None:
        """None: a fixed certificate is in the ssl context."""
        return None

    def expires_at(self) -> float | None:
        """The `exp` of a token that is a JSON web token, or what was given; None when neither is known."""
        return self._expires_at or jwt_expiry(self._headers.get("Authorization", ""))

    def state(self) -> CredentialState:
        """The kind, and when it expires if that is known."""
        return CredentialState(self._kind, self.expires_at())

    async def close(self) -> None:
        """Nothing runs."""


class TokenFile(FixedCredentials):
    """A token in a file that somebody else renews, as for a service account; read again every minute."""

    def __init__(self, path: Path, fallback: str = "", clock: Clock = time.monotonic, wall: Clock = time.time) -> None:
        """`fallback` is the token to use while the file cannot be read, as client-go has it."""
        super().__init__("token file", bearer(fallback))
        self._path = path
        self._clock = clock
        self._wall = wall
        self._read_at: float | None = None
        self._failure = ""
        self._failed_at: float | None = None

    async def headers(self) -> Mapping[str, str]:
        """The token, at most a minute old; the last one while the file is gone, which a rotation may do."""
        if self._read_at is None or self._clock() - self._read_at >= TOKEN_FILE_PERIOD_S:
            self._read()
        if not self._headers:
            raise CredentialError(self._failure)
        return self._headers

    async def refresh(self, rejected: Mapping[str, str]) -> bool:
        """Read the file now; True when it holds another token than the rejected one."""
        if self._headers == rejected:
            self._read()
        return self._headers != rejected

    async def renewed(self) -> None:
        """Read the file every few seconds until it holds another token."""
        before = self._headers
        while self._headers == before:
            await asyncio.sleep(TOKEN_FILE_WAITING_S)
            self._read()

    def state(self) -> CredentialState:
        """The expiry of the token at hand, and why the file cannot be read, if so."""
        return CredentialState(self._kind, self.expires_at(), self._failed_at, self._failure)

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
            self._failure, self._failed_at = "", None
            return
        why = "holds what cannot be sent in a header" if token else why
        if not self._failure:
            log.warning("the token file %s %s", self._path, why)
        self._failure, self._failed_at = f"The token file {self._path} {why}.", self._wall()


def no_credentials() -> Credentials:
    """For a server that asks for none."""
    return FixedCredentials("none", {})


def certificate_alone(expires_at: float | None) -> Credentials:
    """For a client certificate, which is in the ssl context, and when it expires."""
    return FixedCredentials("certificate", {}, expires_at)


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


def is_header_safe(value: str) -> bool:
    """Whether a value can be sent in an HTTP header: printable ASCII, so no line break."""
    return value.isascii() and value.isprintable()


def jwt_expiry(token: str) -> float | None:
    """The `exp` of a JSON web token, in seconds since the epoch, unverified; None when it has none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return float(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None
