"""What a failed request amounts to, as one of our errors with a sentence that a person can use."""

from __future__ import annotations

import email.utils
import os
import ssl
import time

import aiohttp
import msgspec

from nodeview.errors import ApiError, Expired, NodeviewError, Unreachable, api_error

TOO_LARGE = "ResourceVersionTooLarge"
"""The reason we give an error whose cause says that the server is behind the version we asked for."""
BUDGET = "DisruptionBudget"
"""The reason of a cause that says which PodDisruptionBudget refuses an eviction."""
_TOO_LARGE_SAID = "too large resource version"


class _Cause(msgspec.Struct):
    reason: str | None = None
    message: str | None = None


class _Details(msgspec.Struct):
    causes: list[_Cause] | None = None
    retry_after: float | None = msgspec.field(name="retryAfterSeconds", default=None)


class _Metadata(msgspec.Struct):
    token: str | None = msgspec.field(name="continue", default=None)


class Status(msgspec.Struct):
    """A `Status` object, of an answer or of an ERROR event; all of it may be missing."""

    kind: str | None = None
    code: int | None = None
    reason: str | None = None
    message: str | None = None
    details: _Details | None = None
    metadata: _Metadata | None = None


def failure_of(code: int, retry_after: str | None, body: bytes) -> ApiError:
    """The error of an answer: its HTTP code, its Retry-After header and its body, a `Status` or anything."""
    try:
        status = msgspec.json.decode(body, type=Status, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        status = Status()
    return failure_said(status, code, seconds_of(retry_after))


def failure_said(status: Status, code: int = 0, retry_after: float | None = None) -> ApiError:
    """The error that a `Status` describes; `code` counts where the Status has none."""
    reason, message, details = status.reason or "", status.message or "", status.details or _Details()
    if retry_after is None and details.retry_after:
        retry_after = details.retry_after
    said = [message, *(text for cause in details.causes or () for text in (cause.reason, cause.message))]
    if any(text and (text == TOO_LARGE or _TOO_LARGE_SAID in text.lower()) for text in said):
        reason = TOO_LARGE
    budgets = [cause.message for cause in details.causes or () if cause.reason == BUDGET and cause.message]
    message = " ".join(one for one in (message, *budgets) if one)
    error = api_error(code or status.code or 0, reason, message[:500], retry_after)
    if isinstance(error, Expired) and status.metadata is not None:
        error.token = status.metadata.token or ""
    return error


def is_too_large(error: NodeviewError) -> bool:
    """Whether the server is behind the version that we asked for."""
    return isinstance(error, ApiError) and error.reason == TOO_LARGE


def seconds_of(retry_after: str | None, now: float | None = None) -> float | None:
    """A Retry-After header in seconds, which may be a number or a date; None when it is neither."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            then = email.utils.parsedate_to_datetime(retry_after).timestamp()
        except ValueError:
            return None
        seconds = then - (time.time() if now is None else now)
    return max(0.0, seconds) if seconds < float("inf") else None


def foreign_answer(content_type: str, server: str) -> Unreachable | None:
    """The error of a 200 that no API server sends: a web page of a proxy or a captive portal."""
    if "json" in content_type or content_type == "application/octet-stream":  # aiohttp's word for none at all
        return None
    return Unreachable(
        f"{server} answered with {content_type} instead of JSON.",
        hint="Something between here and the API server answers in its place; look at the network or proxy.",
    )


def unheard(error: BaseException, server: str) -> Unreachable:
    """The error of a request that got no answer."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            why = f"its certificate is not trusted ({_verification(error.certificate_error)})"
        case aiohttp.ClientHttpProxyError():
            why = f"the proxy answered {error.status} {error.message}"
        case aiohttp.ClientProxyConnectionError():
            why = f"the proxy cannot be connected to ({_said(error.os_error)})"
        case aiohttp.ClientConnectorDNSError():
            why = "its name is not known here"
        case aiohttp.ClientConnectorSSLError():
            why = f"TLS failed ({error.os_error})"
        case aiohttp.ClientConnectorError():
            why = _said(error.os_error)
        case aiohttp.ConnectionTimeoutError():
            why = "no connection within 10 s"
        case TimeoutError():
            why = "no answer in time"
        case aiohttp.ServerDisconnectedError():
            why = "it hung up without an answer"
        case OSError():
            why = _said(error)
        case _:
            why = f"its answer is not HTTP ({type(error).__name__})"
    return Unreachable(f"{server} cannot be reached: {why}.")


def _said(error: OSError) -> str:
    """In the system's words, since asyncio has its own for a refused connection."""
    return (os.strerror(error.errno) if error.errno and error.errno > 0 else str(error) or "no connection").lower()


def _verification(error: Exception) -> str:
    message = getattr(error, "verify_message", "") if isinstance(error, ssl.SSLCertVerificationError) else ""
    return message or str(error)
