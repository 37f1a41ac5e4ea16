"""What an exception of boto3 means to a person: which prices go without, the one sentence to show, when to try again.

Exceptions are told apart by the names of their classes, so that this module loads no boto3. No sentence holds
what AWS said itself, which may name accounts and keys.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from nodeview.wire.aws_calls import Call
from nodeview.wire.price_protocol import Failure, FailureKind
from nodeview.wire.redaction import printable

MINUTE = 60.0
TOLERATED_SKEW_S = 240
"""AWS refuses signatures from five minutes on; below, a clock is not what is wrong."""

UNREACHABLE = frozenset(("EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError"))
_TIMES_OUT = frozenset(("ReadTimeoutError",))
_THROTTLED = frozenset(
    ("ThrottlingException", "Throttling", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException")
)
_DENIED = frozenset(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"))
_EXPIRED = frozenset(("ExpiredToken", "ExpiredTokenException"))
_OUR_OPERATIONS = frozenset(("GetProducts", "DescribeSpotPriceHistory"))
_CLOCK = frozenset(
    (
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "RequestInTheFuture",
    )
)
_KEY = frozenset(
    ("UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "SignatureDoesNotMatch", "RequestExpired")
)


def failure_of(error: Exception, call: Call, profile: str | None, now: float) -> Failure:
    """The failure that an exception of this call amounts to; `now` is our clock, to be held against AWS's."""
    named = printable(profile).replace("\n", " ") if profile else None
    kind, sentence, retry_s = _of_class(error, named) or _of_answer(error, call, named, now)
    return Failure(kind, sentence, call.offers, retry_s)


def code_of(error: Exception) -> str:
    """The error code of an answer (`AccessDeniedException`), or else the name of the exception."""
    said = _part(error, "Error").get("Code")
    return str(said) if said else type(error).__name__


def is_unreachable(error: Exception) -> bool:
    """Whether no connection came about, so that another endpoint may do better."""
    return bool(_names(error) & UNREACHABLE)


Said = tuple[FailureKind, str, float | None]


def _of_class(error: Exception, profile: str | None) -> Said | None:
    """What went wrong before AWS answered: mostly that there are no credentials."""
    names = _names(error)
    named = f'AWS profile "{profile}"' if profile else "the AWS profile"
    option = _option(profile)
    login: Said = ("expired", f"prices: AWS session expired - run: aws login{option}", 5 * MINUTE)
    sso: Said = ("expired", f"prices: AWS session expired - run: aws sso login{option}", 5 * MINUTE)
    mfa: Said = ("profile", f"prices: {named} asks for an MFA code, which cannot be typed here", 15 * MINUTE)
    wrong = f"prices: {named} cannot be used - run: aws configure{option}"
    table: dict[str, Said] = {
        "ImportError": ("no-boto3", "", None),
        "NoCredentialsError": ("no-credentials", "prices: no AWS credentials", 15 * MINUTE),
        "ProfileNotFound": (
            "profile",
            f"prices: {named} does not exist - run: aws configure{option}",
            15 * MINUTE,
        ),
        "PartialCredentialsError": (
            "profile",
            f"prices: {named} has half an access key - run: aws configure{option}",
            15 * MINUTE,
        ),
        "MfaAsked": mfa,
        "RefreshWithMFAUnsupportedError": mfa,
        "LoginError": login,
        "TokenRetrievalError": sso,
        "SSOError": sso,
        "NoAuthTokenError": sso,
        "CredentialRetrievalError": (
            "profile",
            f"prices: the credentials of {named} cannot be had - run: aws sts get-caller-identity{option}",
            15 * MINUTE,
        ),
        "MissingDependencyException": ("login", "install nodeview[crt] for aws login profiles", None),
        "InvalidConfigError": ("profile", wrong, 15 * MINUTE),
        "ConfigParseError": ("profile", wrong, 15 * MINUTE),
        "ConfigNotFound": ("profile", wrong, 15 * MINUTE),
        "UnknownCredentialError": ("profile", wrong, 15 * MINUTE),
        "NoRegionError": ("profile", f"prices: {named} names no region - run: aws configure{option}", 15 * MINUTE),
    }
    if names & UNREACHABLE:
        return "unreachable", "prices: AWS unreachable", MINUTE
    if names & _TIMES_OUT:
        return "trouble", "prices: AWS answers too slowly", MINUTE
    return next((said for name, said in table.items() if name in names), None)


def _of_answer(error: Exception, call: Call, profile: str | None, now: float) -> Said:
    """What AWS answered."""
    code, option = code_of(error), _option(profile)
    operation = str(getattr(error, "operation_name", ""))
    if code in _THROTTLED:
        return "throttled", "", MINUTE
    if code in _CLOCK and (skew := _skew(error, now)) is not None and abs(skew) > TOLERATED_SKEW_S:
        return "clock", f"prices: local clock is wrong by {abs(round(skew))} s", 15 * MINUTE
    if code in _EXPIRED:
        return "expired", f"prices: AWS session expired - run: aws sso login{option}", 5 * MINUTE
    if operation and operation not in _OUR_OPERATIONS and code in (*_DENIED, "ForbiddenException"):
        return "key", f"prices: no permission {_action_of(operation)}", 15 * MINUTE
    if operation and operation not in _OUR_OPERATIONS and code == "UnauthorizedException":
        return "expired", f"prices: AWS session expired - run: aws sso login{option}", 5 * MINUTE
    if code in _KEY:
        return "key", f"prices: AWS refuses the access key - run: aws configure{option}", 15 * MINUTE
    if code == "OptInRequired":
        return _denied(call, f"spot prices estimated: {call.region} is not enabled for the account")
    if code in _DENIED:
        return _denied(call, "spot prices estimated: no permission ec2:DescribeSpotPriceHistory")
    return "trouble", "prices: AWS answers with errors", MINUTE


def _option(profile: str | None) -> str:
    """What a command line needs to mean the same profile."""
    return f" --profile {shlex.quote(profile)}" if profile else ""


def _denied(call: Call, of_spot: str) -> Said:
    if call.kind == "spot":
        return "denied-spot", of_spot, 60 * MINUTE
    return "denied", "prices: no permission pricing:GetProducts", 60 * MINUTE


def _action_of(operation: str) -> str:
    return f"sso:{operation}" if operation == "GetRoleCredentials" else f"sts:{operation}"


def _skew(error: Exception, now: float) -> float | None:
    """By how many seconds our clock is ahead of AWS's, by the Date of its answer."""
    headers = _part(error, "ResponseMetadata").get("HTTPHeaders")
    try:
        return now - parsedate_to_datetime(str(headers["date"])).timestamp() if isinstance(headers, Mapping) else None
    except (KeyError, ValueError, TypeError):
        return None


def _part(error: Exception, name: str) -> Mapping[str, object]:
    response = getattr(error, "response", None)
    part = response.get(name) if isinstance(response, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _names(error: Exception) -> set[str]:
    return {one.__name__ for one in type(error).__mro__}
