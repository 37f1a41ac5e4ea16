"""The `oidc` auth provider of a kubeconfig: an id-token, and the refresh token that gets the next one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nodeview.errors import CredentialError, NodeviewError
from nodeview.wire.credentials import Clock, CredentialState, is_header_safe, jwt_expiry
from nodeview.wire.kubeconfig_writing import save_auth_provider
from nodeview.wire.renewal import Credential, RenewedCredentials
from nodeview.wire.tls import Trust

EXPIRY_MARGIN_S = 10.0
"""An id-token is done with this long before its end, as in client-go."""
LOG_IN_AGAIN = "Run `kubectl get nodes`, which may renew it, log in again, or use an exec plugin such as kubelogin."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OidcUser:
    """What a kubeconfig says of one user of the `oidc` auth provider."""

    title: str
    """As a sentence names it: `user "anna"`."""
    name: str
    file: Path
    id_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    issuer: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    trust: Trust = field(default_factory=Trust)

    @property
    def renewable(self) -> bool:
        """Whether there is all that it takes to ask the issuer for another token."""
        return bool(self.refresh_token and self.issuer and self.client_id)


class OidcCredentials(RenewedCredentials):
    """An id-token, used until it expires; then the one that somebody put in the kubeconfig, or the issuer's next."""

    def __init__(
        self,
        user: OidcUser,
        environ: Mapping[str, str],
        read_again: Callable[[], OidcUser | None] = lambda: None,
        *,
        clock: Clock = time.time,
    ) -> None:
        """`environ` may name a proxy to the issuer; `read_again` gives the user as the file has it now."""
        super().__init__("oidc id-token", clock=clock)
        self._user = user
        self._environ = environ
        self._read_again = read_again
        self._unsaved = ""
        self._unsaved_at: float | None = None

    async def headers(self) -> dict[str, str]:
        """The id-token; raises `CredentialError` when there is none and none can be had."""
        if self._credential is None and self._holds(self._user.id_token):
            self.hold(_credential(self._user.id_token))
        return await super().headers()

    def expires_at(self) -> float | None:
        """The `exp` of the id-token at hand, or of the kubeconfig's before the first request."""
        return super().expires_at() if self._credential else jwt_expiry(self._user.id_token)

    def state(self) -> CredentialState:
        """The expiry, why there is no newer token, and whether the newest could not be saved."""
        state = super().state()
        return state if state.failure else state._replace(failed_at=self._unsaved_at, failure=self._unsaved)

    async def obtain(self) -> Credential:
        """The kubeconfig's token if that is another by now, or else the issuer's."""
        self._look_again()
        held = self._credential.token if self._credential else ""
        if self._user.id_token != held and self._holds(self._user.id_token):
            return _credential(self._user.id_token)
        if not self._user.renewable:
            what = "has expired" if self._user.id_token else "is missing"
            raise CredentialError(
                f"The id-token of {self._user.title} (auth-provider oidc) {what}, and the kubeconfig has not all that"
                " it takes to renew it.",
                hint=LOG_IN_AGAIN,
            )
        from nodeview.wire.oidc_issuer import renewed_tokens  # late: it loads aiohttp

        id_token, refresh_token = await renewed_tokens(self._user, self._environ)
        if not is_header_safe(id_token):
            raise CredentialError(f"The issuer {self._user.issuer} gave a token that cannot be sent in a header.")
        await self._save(id_token, refresh_token)
        return _credential(id_token)

    def _holds(self, token: str) -> bool:
        """Whether an id-token can be used for some time yet."""
        expiry = jwt_expiry(token)
        return bool(token) and is_header_safe(token) and (expiry is None or self._clock() < expiry - EXPIRY_MARGIN_S)

    def _look_again(self) -> None:
        try:
            found = self._read_again()
        except NodeviewError as error:
            log.warning("%s", error)
            return
        if found is not None and (not self._unsaved or self._holds(found.id_token)):
            self._user = found

    async def _save(self, id_token: str, refresh_token: str) -> None:
        """Keep the new tokens for all who use this kubeconfig; a refresh token may be good for one use only."""
        values = {"id-token": id_token, "refresh-token": refresh_token or self._user.refresh_token}
        user = self._user
        self._user = OidcUser(
            user.title, user.name, user.file, id_token, values["refresh-token"],
            user.issuer, user.client_id, user.client_secret, user.trust,
        )  # fmt: skip
        try:
            await asyncio.to_thread(save_auth_provider, user.file, user.name, values)
        except (OSError, ValueError) as error:
            why = (error.strerror or "").lower() if isinstance(error, OSError) else "it is not as it was"
            self._unsaved = (
                f"The renewed id-token of {user.title} cannot be saved in {user.file} ({why}), so only nodeview has it."
            )
            self._unsaved_at = self._clock()
            log.warning("%s", self._unsaved)
        else:
            self._unsaved, self._unsaved_at = "", None


def _credential(token: str) -> Credential:
    expiry = jwt_expiry(token)
    return Credential(token, None, None if expiry is None else expiry - EXPIRY_MARGIN_S)
