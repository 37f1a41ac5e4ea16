"""Which cluster a connection leads to and as whom, in plain values that hold no secret."""

from __future__ import annotations

from urllib.parse import urlsplit

from nodeview.frame import Credential, Identity
from nodeview.wire.connection import Connection
from nodeview.wire.credentials import CredentialState


def identity_of(connection: Connection) -> Identity:
    """All that a screen may say of a connection before anything was asked."""
    return Identity(
        connection.context,
        connection.cluster,
        connection.server,
        insecure=connection.insecure,
        proxy=proxy_host(connection.proxy),
        acting_as=acting_as(connection.impersonate),
        credential=credential_of(connection.credentials.state()),
    )


def credential_of(state: CredentialState) -> Credential:
    """The same, for those who may not know the wire."""
    return Credential(state.kind, state.expires_at, state.failed_at, state.failure)


def proxy_host(proxy: str | None) -> str:
    """Host and port of a proxy's URL, which may hold a password; empty for a direct connection."""
    if not proxy:
        return ""
    parts = urlsplit(proxy)
    host = parts.hostname or "a proxy"
    return f"{host}:{parts.port}" if parts.port else host


def acting_as(headers: tuple[tuple[str, str], ...]) -> str:
    """Whom the headers of impersonation name, and the groups; uid and extra fields are left out."""
    names = [value for name, value in headers if name == "Impersonate-User"]
    groups = [value for name, value in headers if name == "Impersonate-Group"]
    if not names:
        return ""
    return f"{names[0]} ({', '.join(groups)})" if groups else names[0]
