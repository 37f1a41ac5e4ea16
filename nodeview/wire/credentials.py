"""How we say who we are, and keep being able to: one `Credentials` per connection.

Client certificates of a kubeconfig are in the connection's ssl context; here are headers, and the
certificates of exec plugins, which change. A secret is in no repr and in no error.
"""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from nodeview.errors import CredentialError
from nodeview.wire.exec_plugin import is_header_safe

TOKEN_FILE_PERIOD_S = 60.0

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
