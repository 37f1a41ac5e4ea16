"""What is said of a connection holds no secret."""

from __future__ import annotations

import pytest
from msgspec.structs import astuple

from nodeview.live.introduction import acting_as, identity_of, proxy_host
from nodeview.wire.connection import connection_of


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        (None, ""),
        ("http://anna:s3cret@proxy.corp:3128/", "proxy.corp:3128"),
        ("https://proxy.corp", "proxy.corp"),
        ("http://[::1]:8080", "::1:8080"),
    ],
)
def test_of_a_proxy_the_host_and_port_alone(proxy: str | None, said: str) -> None:
    assert proxy_host(proxy) == said


def test_whom_we_act_as() -> None:
    assert acting_as(()) == ""
    assert acting_as((("Impersonate-User", "jane"),)) == "jane"
    groups = (("Impersonate-User", "jane"), ("Impersonate-Group", "a"), ("Impersonate-Group", "b"))
    assert acting_as((*groups, ("Impersonate-Uid", "7"))) == "jane (a, b)"


def test_an_identity_names_the_kind_of_the_credentials_and_holds_no_secret() -> None:
    identity = identity_of(connection_of("http://127.0.0.1:1/", "s3cret", "tiny"))
    assert (identity.context, identity.server, identity.credential.kind) == ("tiny", "http://127.0.0.1:1", "token")
    assert "s3cret" not in str(astuple(identity))
    assert identity_of(connection_of("http://127.0.0.1:1", "", "tiny")).credential.kind == "none"
