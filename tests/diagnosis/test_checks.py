"""The connection, in sentences."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.diagnosis import Check, Diagnosis, Reached, checks_of
from nodeview.frame import Credential
from tests.builders import NOW
from tests.diagnosis.build import a_diagnosis


def check(found: Diagnosis, id: str) -> Check:
    return next(one for one in checks_of(found) if one.id == id)


def known(**identity: Any) -> Diagnosis:
    found = a_diagnosis()
    return replace(found, identity=replace(found.identity, **identity))


def test_all_well() -> None:
    checks = checks_of(a_diagnosis())
    assert {one.verdict for one in checks} == {"ok"}
    assert {one.id: one.said for one in checks} == {
        "kubeconfig": "context prod-blue of /home/anna/.kube/config",
        "server": "https://example.invalid v1.34.2, answers in 3 ms (the first time 120 ms)",
        "encryption": "TLS, and the server's certificate is trusted",
        "proxy": "none",
        "credentials": "token",
        "user": "system:serviceaccount:ops:viewer (system:authenticated)",
        "clock": "agrees with the server's",
        "terminal": "120 × 40, 16 million colours, unicode",
    }


def test_a_server_that_is_out_of_reach_leaves_the_rest_unknown() -> None:
    said = "https://example.invalid cannot be reached: connection refused."
    found = a_diagnosis(reached=Reached("unreachable", said), user=None, groups=(), permissions=())
    assert check(found, "server") == Check(
        "server", "failed", said, "Look at the network, a VPN or proxy, and whether the API server runs."
    )
    assert {check(found, id).verdict for id in ("encryption", "user", "clock")} == {"unknown"}


def test_a_certificate_that_is_not_trusted_points_at_the_authority() -> None:
    said = "https://example.invalid cannot be reached: its certificate is not trusted (self-signed certificate)."
    found = a_diagnosis(reached=Reached("unreachable", said), user=None)
    assert "certificate-authority" in check(found, "server").hint
    proxied = Reached("unreachable", "https://example.invalid cannot be reached: the proxy answered 407 no.")
    assert "proxy-url" in check(a_diagnosis(reached=proxied), "server").hint


def test_what_is_not_checked_or_not_encrypted_is_a_caution() -> None:
    assert check(known(insecure=True), "encryption").verdict == "caution"
    assert check(known(server="http://127.0.0.1:1"), "encryption").verdict == "caution"


@pytest.mark.parametrize(
    ("credential", "verdict", "said"),
    [
        (Credential("token", NOW + 3600), "ok", "token, expires in 60m"),
        (Credential("token", NOW + 100), "caution", "token, expires in 100s"),
        (Credential("exec plugin aws", NOW + 100), "ok", "exec plugin aws, expires in 100s"),
        (Credential("exec plugin aws", NOW + 100, NOW, "x."), "caution", "exec plugin aws, expires in 100s; renewal"),
        (Credential("none"), "caution", "none: we are anonymous"),
    ],
)
def test_credentials_and_how_long_they_hold(credential: Credential, verdict: str, said: str) -> None:
    found = check(known(credential=credential), "credentials")
    assert found.verdict == verdict
    assert found.said.startswith(said)


def test_credentials_that_the_server_rejects_or_that_cannot_be_had() -> None:
    expired = replace(a_diagnosis(), reached=Reached("rejected", "401"))
    identity = replace(expired.identity, credential=Credential("token", NOW - 7200))
    found = check(replace(expired, identity=identity), "credentials")
    assert found.verdict == "failed"
    assert found.said == "token, expired 2h ago: the API server rejects them (401)"
    gone = a_diagnosis(reached=Reached("no_credentials", 'The exec plugin "aws" was not found. Install it.'))
    assert 'The exec plugin "aws" was not found. Install it.' in check(gone, "credentials").said
    assert check(gone, "server").verdict == "unknown"


@pytest.mark.parametrize(
    ("skew", "verdict", "said"),
    [
        (4.9, "ok", "agrees"),
        (-4.9, "ok", "agrees"),
        (300.0, "caution", "5m ahead of the server's"),
        (-12.3, "caution", "12s behind the server's"),
        (None, "unknown", "the server did not tell the time"),
    ],
)
def test_the_clock(skew: float | None, verdict: str, said: str) -> None:
    found = check(a_diagnosis(reached=Reached("answered", "", 0.1, 0.1, skew)), "clock")
    assert (found.verdict, found.said.startswith(said)) == (verdict, True)


def test_who_we_are_where_the_server_does_not_say_and_whom_we_act_as() -> None:
    assert check(a_diagnosis(user=None, not_said="the server does not say"), "user").verdict == "unknown"
    assert check(known(acting_as="jane (ops)"), "user").said.endswith(", acting as jane (ops)")
