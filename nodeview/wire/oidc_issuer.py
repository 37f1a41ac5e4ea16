"""Asking an OpenID Connect issuer for the next id-token (OAuth 2.0, RFC 6749 section 6), as kubectl's plugin does."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit

import aiohttp
import msgspec

from nodeview.errors import CredentialError, NodeviewError
from nodeview.wire.answers import unheard
from nodeview.wire.proxy import proxy_for
from nodeview.wire.redaction import printable, without_secrets
from nodeview.wire.session import way_through

if TYPE_CHECKING:
    from nodeview.wire.oidc import OidcUser

TIME_LIMIT_S = 30.0
LARGEST_ANSWER = 1 << 20
DISCOVERY = "/.well-known/openid-configuration"


async def renewed_tokens(user: OidcUser, environ: Mapping[str, str]) -> tuple[str, str]:
    """The new id-token, and the new refresh token or an empty one when the old stays good.

    Raises `CredentialError` with the issuer's own words, and never a secret.
    """
    try:
        context = user.trust.context()
    except ValueError:
        raise CredentialError(f"idp-certificate-authority of {user.title} holds no certificate in PEM.") from None
    try:
        async with asyncio.timeout(TIME_LIMIT_S), aiohttp.ClientSession(trust_env=False) as session:
            asking = _Asking(session, context, user, environ)
            return await asking.for_tokens(await asking.for_endpoint())
    except TimeoutError:
        raise CredentialError(f"The issuer {user.issuer} gave no answer within {TIME_LIMIT_S:g} s.") from None


class _Asking:
    """One conversation with an issuer."""

    def __init__(
        self, session: aiohttp.ClientSession, context: Any, user: OidcUser, environ: Mapping[str, str]
    ) -> None:
        self._session = session
        self._context = context
        self._user = user
        self._environ = environ

    async def for_endpoint(self) -> str:
        """The URL that hands out tokens."""
        code, said = await self._ask("GET", self._user.issuer.rstrip("/") + DISCOVERY)
        endpoint = said.get("token_endpoint")
        if code != 200 or not isinstance(endpoint, str):
            raise CredentialError(
                f"{self._user.issuer}{DISCOVERY} names no token endpoint (it answered {code}).",
                hint="Look at idp-issuer-url in the kubeconfig.",
            )
        return endpoint

    async def for_tokens(self, endpoint: str) -> tuple[str, str]:
        """The tokens that the refresh token is good for; the client says who it is in either of the usual ways."""
        user = self._user
        form = {"grant_type": "refresh_token", "refresh_token": user.refresh_token}
        code = 0
        said: dict[str, Any] = {}
        if user.client_secret:
            login = base64.b64encode(f"{quote_plus(user.client_id)}:{quote_plus(user.client_secret)}".encode()).decode()
            code, said = await self._ask("POST", endpoint, form, {"Authorization": f"Basic {login}"})
        if code == 401 or said.get("error") in ("invalid_client", "invalid_request") or not code:
            secret = {"client_secret": user.client_secret} if user.client_secret else {}
            code, said = await self._ask("POST", endpoint, form | {"client_id": user.client_id} | secret)
        if code != 200:
            raise CredentialError(
                f"The issuer {user.issuer} does not renew the id-token of {user.title}: {self._reason(code, said)}.",
                hint="Log in again, as you did to get this kubeconfig.",
            )
        id_token, refresh_token = said.get("id_token"), said.get("refresh_token")
        if not isinstance(id_token, str) or not id_token:
            raise CredentialError(f"The issuer {user.issuer} answered without an id_token.")
        return id_token, refresh_token if isinstance(refresh_token, str) else ""

    def _reason(self, code: int, said: Mapping[str, object]) -> str:
        words = " ".join(
            text for key in ("error", "error_description") if isinstance(text := said.get(key), str) and text
        )
        secrets = (self._user.refresh_token, self._user.client_secret, self._user.id_token)
        return (without_secrets(printable(words), secrets)[:300] or f"it answered {code}").rstrip(".")

    async def _ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """The code and the JSON object of an answer, empty when it is none. Redirects are not followed."""
        if urlsplit(url).scheme != "https":
            raise CredentialError(
                f"The issuer {self._user.issuer} is to be asked without TLS, so no secret is told to it."
            )
        try:
            way = way_through(proxy_for(url, "", self._environ), tunnel=True)
            async with self._session.request(
                method, url, data=form, headers=headers, ssl=self._context, allow_redirects=False, **way
            ) as response:
                body = await response.content.read(LARGEST_ANSWER)
                while part := await response.content.read(LARGEST_ANSWER - len(body)):
                    body += part
        except (aiohttp.ClientError, OSError, ValueError) as error:
            why = unheard(error, f"The issuer {self._user.issuer}").sentence
            raise CredentialError(f"The id-token of {self._user.title} cannot be renewed: {why}") from None
        except NodeviewError as error:
            raise CredentialError(error.sentence, hint=error.hint) from None
        try:
            said = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            said = {}
        return response.status, said if isinstance(said, dict) else {}
