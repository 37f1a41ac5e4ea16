"""Keeping secrets out of what strangers say: a plugin's stderr, a server's or a proxy's message."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus, unquote, urlsplit

SHORTEST = 4
"""Anything shorter is no secret, and to cut it out of a sentence would leave none."""

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b.")
_LOOK_SECRET = re.compile(r"eyJ[\w.-]{10,}|k8s-aws-v1\.[\w-]+|[A-Za-z0-9+/=_%-]{48,}")


def printable(text: str) -> str:
    """A text of a stranger without terminal escapes and control characters; its line breaks stay."""
    return "".join(c for c in _ESCAPES.sub("", text) if c.isprintable() or c == "\n")


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """A text with `…` for what looks like a token or a key, and for known secrets in any of their forms."""
    return _LOOK_SECRET.sub("…", without_known(text, known))


def without_known(text: str, known: Iterable[str]) -> str:
    """A text with `…` for these secrets in any of their forms, and else as it is."""
    for secret in known:
        if len(secret) >= SHORTEST:
            for form in forms_of(secret):
                text = text.replace(form, "…")
    return text


def secrets_of(headers: Mapping[str, str], proxy: str | None) -> tuple[str, ...]:
    """What must not be quoted of the headers that say who we are, and of a proxy's URL."""
    found = []
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if value:
        found.append(value)
    if scheme == "Basic":
        found.append(base64.b64decode(value).decode().partition(":")[2])
    if proxy and (password := urlsplit(proxy).password):
        found += [password, unquote(password)]
    return tuple(found)


def forms_of(secret: str) -> tuple[str, ...]:
    """How a secret may be written: as it is, in base64 of either alphabet, percent-encoded; the longest first."""
    raw = secret.encode()
    forms = {secret, quote(secret, safe=""), quote_plus(secret), quote(secret)}
    for encoded in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        forms |= {encoded.decode(), encoded.decode().rstrip("=")}
    return tuple(sorted(forms, key=len, reverse=True))
