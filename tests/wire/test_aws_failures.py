"""Each exception of boto3 is one kind of failure with one exact sentence."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import botocore.exceptions as boto
import pytest

from nodeview.pricing import Offer
from nodeview.wire.aws_calls import Call
from nodeview.wire.aws_failures import code_of, failure_of, is_unreachable
from nodeview.wire.aws_prices import MfaAsked

NOW = 1_795_000_000.0
OFFER = Offer("on-demand", "eu-west-1", "m5.large")
LIST = Call("ec2", "eu-west-1", (OFFER,))
SPOT = Call("spot", "eu-west-1", (Offer("spot", "eu-west-1", "m5.large"),), "Linux/UNIX")


def answered(code: str, operation: str = "GetProducts", ahead: float = 0.0) -> boto.ClientError:
    metadata = {"HTTPHeaders": {"date": formatdate(NOW - ahead, usegmt=True)}}
    return boto.ClientError(
        {"Error": {"Code": code, "Message": "arn:aws:iam::1:x"}, "ResponseMetadata": metadata}, operation
    )


EXPIRED = "prices: AWS session expired - run: aws sso login --profile corp"
CASES: list[tuple[Exception, Call, str, str, float | None]] = [
    (ImportError("boto3"), LIST, "no-boto3", "", None),
    (boto.NoCredentialsError(), LIST, "no-credentials", "prices: no AWS credentials", 900),
    (
        boto.ProfileNotFound(profile="corp"),
        LIST,
        "profile",
        'prices: AWS profile "corp" does not exist - run: aws configure --profile corp',
        900,
    ),
    (
        boto.PartialCredentialsError(provider="env", cred_var="x"),
        LIST,
        "profile",
        'prices: AWS profile "corp" has half an access key - run: aws configure --profile corp',
        900,
    ),
    (
        boto.CredentialRetrievalError(provider="process", error_msg="secret"),
        LIST,
        "profile",
        'prices: the credentials of AWS profile "corp" cannot be had - run: aws sts get-caller-identity --profile corp',
        900,
    ),
    (
        MfaAsked(),
        LIST,
        "profile",
        'prices: AWS profile "corp" asks for an MFA code, which cannot be typed here',
        900,
    ),
    (
        boto.RefreshWithMFAUnsupportedError(),
        LIST,
        "profile",
        'prices: AWS profile "corp" asks for an MFA code, which cannot be typed here',
        900,
    ),
    (boto.SSOTokenLoadError(error_msg="no token"), LIST, "expired", EXPIRED, 300),
    (boto.TokenRetrievalError(provider="sso", error_msg="expired"), LIST, "expired", EXPIRED, 300),
    (boto.UnauthorizedSSOTokenError(), LIST, "expired", EXPIRED, 300),
    (answered("UnauthorizedException", "GetRoleCredentials"), LIST, "expired", EXPIRED, 300),
    (answered("ExpiredTokenException"), LIST, "expired", EXPIRED, 300),
    (answered("ExpiredToken", "DescribeSpotPriceHistory"), SPOT, "expired", EXPIRED, 300),
    (
        boto.LoginRefreshRequired(),
        LIST,
        "expired",
        "prices: AWS session expired - run: aws login --profile corp",
        300,
    ),
    (boto.MissingDependencyException(msg="crt"), LIST, "login", "install nodeview[crt] for aws login profiles", None),
    (answered("AccessDeniedException"), LIST, "denied", "prices: no permission pricing:GetProducts", 3600),
    (
        answered("UnauthorizedOperation", "DescribeSpotPriceHistory"),
        SPOT,
        "denied-spot",
        "spot prices estimated: no permission ec2:DescribeSpotPriceHistory",
        3600,
    ),
    (
        answered("OptInRequired", "DescribeSpotPriceHistory"),
        SPOT,
        "denied-spot",
        "spot prices estimated: eu-west-1 is not enabled for the account",
        3600,
    ),
    (answered("AccessDenied", "AssumeRole"), LIST, "key", "prices: no permission sts:AssumeRole", 900),
    (
        answered("UnrecognizedClientException"),
        LIST,
        "key",
        "prices: AWS refuses the access key - run: aws configure --profile corp",
        900,
    ),
    (
        answered("AuthFailure", "DescribeSpotPriceHistory"),
        SPOT,
        "key",
        "prices: AWS refuses the access key - run: aws configure --profile corp",
        900,
    ),
    (
        answered("SignatureDoesNotMatch"),
        LIST,
        "key",
        "prices: AWS refuses the access key - run: aws configure --profile corp",
        900,
    ),
    (answered("RequestTimeTooSkewed", ahead=901), LIST, "clock", "prices: local clock is wrong by 901 s", 900),
    (answered("SignatureDoesNotMatch", ahead=-86400), LIST, "clock", "prices: local clock is wrong by 86400 s", 900),
    (
        answered("RequestExpired", "DescribeSpotPriceHistory", ahead=4000),
        SPOT,
        "clock",
        "prices: local clock is wrong by 4000 s",
        900,
    ),
    (
        answered("InvalidSignatureException", ahead=700),
        LIST,
        "clock",
        "prices: local clock is wrong by 700 s",
        900,
    ),
    (boto.EndpointConnectionError(endpoint_url="u"), LIST, "unreachable", "prices: AWS unreachable", 60),
    (boto.ConnectTimeoutError(endpoint_url="u"), LIST, "unreachable", "prices: AWS unreachable", 60),
    (boto.ProxyConnectionError(proxy_url="u"), LIST, "unreachable", "prices: AWS unreachable", 60),
    (boto.ReadTimeoutError(endpoint_url="u"), LIST, "trouble", "prices: AWS answers too slowly", 60),
    (boto.ConnectionClosedError(endpoint_url="u"), LIST, "trouble", "prices: AWS answers with errors", 60),
    (answered("InternalErrorException"), LIST, "trouble", "prices: AWS answers with errors", 60),
    (answered("ThrottlingException"), LIST, "throttled", "", 60),
    (answered("RequestLimitExceeded", "DescribeSpotPriceHistory"), SPOT, "throttled", "", 60),
    (ZeroDivisionError(), LIST, "trouble", "prices: AWS answers with errors", 60),
]


@pytest.mark.parametrize(("error", "call", "kind", "sentence", "retry_s"), CASES, ids=lambda one: type(one).__name__)
def test_an_exception_is_a_failure(
    error: Exception, call: Call, kind: str, sentence: str, retry_s: float | None
) -> None:
    failure = failure_of(error, call, "corp", NOW)
    assert (failure.kind, failure.sentence, failure.retry_s) == (kind, sentence, retry_s)
    assert failure.offers == call.offers


def test_without_a_profile_none_is_named() -> None:
    said = failure_of(boto.UnauthorizedSSOTokenError(), LIST, None, NOW).sentence
    assert said == "prices: AWS session expired - run: aws sso login"


def test_a_profile_is_quoted_for_a_shell_and_paints_nothing() -> None:
    said = failure_of(boto.UnauthorizedSSOTokenError(), LIST, "my\x1b[31m corp\n", NOW).sentence
    assert said == "prices: AWS session expired - run: aws sso login --profile 'my corp '"


@pytest.mark.parametrize("headers", [None, {}, {"date": "yesterday"}, {"date": None}])
def test_without_a_date_nothing_is_said_of_the_clock(headers: Any) -> None:
    error = boto.ClientError(
        {"Error": {"Code": "RequestTimeTooSkewed"}, "ResponseMetadata": {"HTTPHeaders": headers}}, "GetProducts"
    )
    assert failure_of(error, LIST, None, NOW).kind == "trouble"


def test_what_kind_of_error_goes_to_another_endpoint() -> None:
    assert is_unreachable(boto.EndpointConnectionError(endpoint_url="u"))
    assert not is_unreachable(answered("AccessDeniedException"))


def test_a_code_is_that_of_the_answer_or_else_the_name() -> None:
    assert code_of(answered("ThrottlingException")) == "ThrottlingException"
    assert code_of(boto.NoCredentialsError()) == "NoCredentialsError"
