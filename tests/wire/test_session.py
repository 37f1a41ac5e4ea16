"""Where a request goes, and where it does not: redirects, proxies, and what a failure of TLS looks like."""

from __future__ import annotations

import base64
import dataclasses
import ssl

import aiohttp
import pytest

from nodeview.errors import ApiError, Unreachable
from nodeview.wire.connection import connection_of
from nodeview.wire.session import is_hang_up, is_loopback, is_tls_failure, way_through
from nodeview.wire.transport import MOST_REDIRECTS, Transport
from tests.wire.misbehaving import PATH, Fault, Misbehaving, misbehaving, status


def sent_on(code: int, to: str) -> Fault:
    return status(code, headers={"Location": to})


def transport_to(server: Misbehaving) -> Transport:
    connection = connection_of(server.url, "secret", "test")
    return Transport(dataclasses.replace(connection, impersonate=(("Impersonate-User", "eve"),)))


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_on_the_same_server_is_followed(code: int) -> None:
    async with misbehaving() as server:
        transport = transport_to(server)
        server.fault("list", "absolute", sent_on(code, f"{server.url}/version"))
        assert (await transport.get_json(PATH))["major"] == "1"
        server.fault("list", "relative", sent_on(code, "/version?pretty=1"))
        assert (await transport.get_json(PATH))["major"] == "1"
        assert server.requests[-1].headers["authorization"] == "Bearer secret"
        assert server.requests[-1].params == {"pretty": "1"}
        await transport.close()


@pytest.mark.parametrize("place", ["{other}/x", "//{bare}/x", "https://{here}/x", "http://anna:pw@{bare}/x"])
async def test_a_redirect_to_another_server_is_not(place: str) -> None:
    async with misbehaving() as server, misbehaving() as other:
        transport = transport_to(server)
        bare, here = other.url.removeprefix("http://"), server.url.removeprefix("http://")
        server.fault("list", "sent on", sent_on(302, place.format(other=other.url, bare=bare, here=here)))
        with pytest.raises(
            Unreachable, match=r"sends us on to https?://127\.0\.0\.1:\d+, where nodeview does not"
        ) as one:
            await transport.get_json(PATH)
        assert "pw" not in str(one.value)
        assert "sign in" in one.value.hint
        assert other.requests == []
        await transport.close()


async def test_a_redirect_that_leads_nowhere() -> None:
    async with misbehaving() as server:
        transport = transport_to(server)
        server.fault("list", "circle", sent_on(302, PATH), times=50)
        with pytest.raises(Unreachable, match="round in a circle"):
            await transport.get_json(PATH)
        assert server.performed["circle"] == 1 + MOST_REDIRECTS
        server._faults.clear()
        server.fault("list", "bad", sent_on(302, "http://[::1/"))
        with pytest.raises(Unreachable, match="sends us on to nowhere"):
            await transport.get_json(PATH)
        server.fault("list", "none", status(302))
        with pytest.raises(ApiError, match="302"):
            await transport.get_json(PATH)
        await transport.close()


async def test_a_write_is_never_sent_on() -> None:
    async with misbehaving() as server:
        transport = transport_to(server)
        server.fault("list", "sent on", sent_on(307, "/version"))
        with pytest.raises(ApiError, match="307"):
            await transport.request("PATCH", PATH, {}, b"{}")
        assert len(server.requests) == 1
        await transport.close()


def test_a_proxys_password_is_in_no_url() -> None:
    header = {"Proxy-Authorization": "Basic " + base64.b64encode("anna:p@ß".encode()).decode()}
    through = way_through("http://anna:p%40%C3%9F@proxy:3128", tunnel=True)
    assert (str(through["proxy"]), through["proxy_headers"]) == ("http://proxy:3128", header)
    assert way_through("http://anna:p%40%C3%9F@proxy:3128", tunnel=False)["headers"] == header
    assert [str(value) for value in way_through("https://proxy:1", tunnel=True).values()] == ["https://proxy:1"]
    assert way_through(None, tunnel=True) == {}


def test_failures_that_other_credentials_may_cure() -> None:
    wrapped = aiohttp.ClientOSError("x")
    wrapped.__cause__ = ssl.SSLError("alert")
    assert is_tls_failure(wrapped)
    assert not is_tls_failure(aiohttp.ClientOSError("x"))
    assert is_hang_up(aiohttp.ServerDisconnectedError())
    assert is_hang_up(ConnectionResetError())
    assert not is_hang_up(aiohttp.ClientOSError("x"))


def test_this_machine() -> None:
    assert [is_loopback(host) for host in ("127.0.0.9", "::1", "localhost")] == [True] * 3
    assert not is_loopback("example.com")
