"""The connection, check by check, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.diagnosis.finding import Check, Diagnosis
from nodeview.views import printable

SKEW_S = 5.0
"""Clocks that differ by more make ages wrong, and tokens too new or too old."""
SOON_S = 300.0
"""Credentials that end sooner are worth a word."""
SLOW_S = 1.0


def checks_of(found: Diagnosis) -> tuple[Check, ...]:
    """All checks in the order in which a request meets what they are about; what was not reached is unknown."""
    return tuple(_checks(found))


def _checks(found: Diagnosis) -> Iterator[Check]:
    identity = found.identity
    where = f" of {found.source}" if found.source else ""
    yield Check("kubeconfig", "ok", f"context {printable(identity.context)}{printable(where)}")
    yield _server(found)
    yield _encryption(found)
    yield Check("proxy", "ok", printable(identity.proxy) if identity.proxy else "none")
    yield _credentials(found)
    yield _user(found)
    yield _clock(found)
    yield from found.here


def _server(found: Diagnosis) -> Check:
    identity, reached = found.identity, found.reached
    name = printable(identity.server)
    if reached.ending in ("unreachable", "failed"):
        return Check("server", "failed", printable(reached.said), _advice(found))
    if reached.ending == "no_credentials":
        return Check("server", "unknown", f"{name}, not asked without credentials")
    version = f" {printable(identity.version.text)}" if identity.version else ""
    if reached.answer_s is None:
        return Check("server", "ok", f"{name}{version}, answers")
    first = "" if reached.first_s is None else f" (the first time {_ms(reached.first_s)})"
    slow = reached.answer_s > SLOW_S
    hint = "Each page of a list takes that much longer." if slow else ""
    said = f"{name}{version}, answers in {_ms(reached.answer_s)}{first}"
    return Check("server", "caution" if slow else "ok", said, hint)


def _advice(found: Diagnosis) -> str:
    said = found.reached.said
    if "certificate" in said or "TLS" in said:
        return "Look at certificate-authority of the cluster in the kubeconfig, and at proxies that open TLS."
    if "proxy" in said:
        return "Look at proxy-url of the kubeconfig, and at HTTPS_PROXY and NO_PROXY."
    return "Look at the network, a VPN or proxy, and whether the API server runs." if said.count(". ") == 0 else ""


def _encryption(found: Diagnosis) -> Check:
    if found.identity.server.startswith("http:"):
        hint = "No credentials are sent over it."
        return Check("encryption", "caution", "none: the server is reached by plain http", hint)
    if found.identity.insecure:
        hint = "Replace insecure-skip-tls-verify by the cluster's certificate-authority."
        return Check("encryption", "caution", "TLS, but nobody looks at the server's certificate", hint)
    if found.reached.ending in ("answered", "rejected"):
        return Check("encryption", "ok", "TLS, and the server's certificate is trusted")
    return Check("encryption", "unknown", "TLS, which was not come to")


def _credentials(found: Diagnosis) -> Check:
    credential, reached = found.identity.credential, found.reached
    kind = printable(credential.kind) or "unknown"
    if reached.ending == "no_credentials":
        return Check("credentials", "failed", f"{kind}: {printable(reached.said)}")
    left = None if credential.expires_at is None else credential.expires_at - found.at
    ends = "" if left is None else f", expired {_span(-left)} ago" if left <= 0 else f", expires in {_span(left)}"
    if reached.ending == "rejected":
        hint = "Sign in again; `kubectl get nodes` should fail in the same way."
        return Check("credentials", "failed", f"{kind}{ends}: the API server rejects them (401)", hint)
    if credential.failure:
        return Check("credentials", "caution", f"{kind}{ends}; renewal failed: {printable(credential.failure)}")
    if kind == "none":
        return Check("credentials", "caution", "none: we are anonymous", "Check the user of the context.")
    hint = "It is not renewed by itself; streams end then." if left is not None and left < SOON_S else ""
    renewed = kind.startswith("exec")
    return Check("credentials", "caution" if hint and not renewed else "ok", f"{kind}{ends}", "" if renewed else hint)


def _user(found: Diagnosis) -> Check:
    acting = f", acting as {printable(found.identity.acting_as)}" if found.identity.acting_as else ""
    if found.user is None:
        return Check("user", "unknown", f"{printable(found.not_said) or 'not asked'}{acting}")
    groups = f" ({', '.join(map(printable, found.groups))})" if found.groups else ""
    return Check("user", "ok", f"{printable(found.user)}{groups}{acting}")


def _clock(found: Diagnosis) -> Check:
    skew = found.reached.skew_s
    if skew is None:
        return Check("clock", "unknown", "the server did not tell the time")
    if abs(skew) <= SKEW_S:
        return Check("clock", "ok", "agrees with the server's")
    side = "ahead of" if skew > 0 else "behind"
    hint = "All ages are off by as much, and tokens may be too new or too old. Set this machine's clock."
    return Check("clock", "caution", f"{_span(abs(skew))} {side} the server's", hint)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.0f} s"


def _span(seconds: float) -> str:
    whole = max(0, int(seconds))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if whole >= 2 * size:
            return f"{whole // size}{unit}"
    return f"{whole}s"
