"""Requests, and the sentences of those that fail."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import json
import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest

from nodeview.errors import (
    ApiError,
    CredentialError,
    Expired,
    Forbidden,
    Incomplete,
    NodeviewError,
    NotFound,
    Unauthorized,
    Unreachable,
)
from nodeview.wire.answers import TOO_LARGE, failure_of, seconds_of
from nodeview.wire.connection import connection_of
from nodeview.wire.credentials import FixedCredentials
from nodeview.wire.transport import Transport
from tests.wire.misbehaving import (
    PATH,
    Fault,
    Misbehaving,
    Reply,
    Request,
    dropped,
    html,
    misbehaving,
    reset,
    status,
    truncated,
)


async def read(transport: Transport, *, compress: bool = False) -> bytes:
    """The whole body of the list."""
    parts = []
    async with transport.stream(PATH, {}, read_timeout=1.0, compress=compress) as body:
        while part := await body.read():
            parts.append(part)
    return b"".join(parts)


async def test_reads_headers_and_parameters_arrive_as_they_were_meant() -> None:
    async with misbehaving() as server:
        connection = connection_of(server.url + "/", "secret", "test")
        impersonate = (("Impersonate-User", "eve"), ("Impersonate-Group", "a"), ("Impersonate-Group", "b"))
        transport = Transport(dataclasses.replace(connection, impersonate=impersonate))
        listed = await transport.get_json(PATH, {"continue": "", "labelSelector": "a=b,c in (d, e),f!=g&h%"})
        assert len(listed["items"]) == 3
        (request,) = server.requests
        assert request.params["labelSelector"] == "a=b,c in (d, e),f!=g&h%"
        assert request.headers["authorization"] == "Bearer secret"
        assert request.headers["impersonate-user"] == "eve"
        assert request.headers["impersonate-group"] == "b", "the last of two"
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["user-agent"].startswith("nodeview/")
        await transport.close()


FAILURES: dict[str, tuple[Fault, type[NodeviewError], str]] = {
    "401": (status(401, "Unauthorized"), Unauthorized, "401 Unauthorized"),
    "403": (status(403, "Forbidden", "eve cannot"), Forbidden, "eve cannot"),
    "404": (status(404, "NotFound"), NotFound, "404"),
    "410": (status(410, "Expired"), Expired, "410"),
    "502": (html(502), ApiError, "The API server answered 502."),
    "200 html": (html(200), Unreachable, "text/html instead of JSON"),
    "no answer": (dropped, Unreachable, "hung up without an answer"),
    "reset": (reset, Incomplete, "in the middle of its answer"),
    "truncated": (truncated(0.5), Incomplete, "in the middle of its answer"),
    "truncated without a length": (truncated(0.5, chunked=False), Incomplete, "not JSON"),
    "redirect": (status(302, headers={"Location": "http://127.0.0.1:1/x"}), Unreachable, "on to http://127.0.0.1:1,"),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures_are_told_apart(name: str) -> None:
    fault, kind, sentence = FAILURES[name]
    async with misbehaving() as server:
        transport = Transport(connection_of(server.url, "", "test"))
        server.fault("list", name, fault, times=2)
        with pytest.raises(kind, match=sentence) as caught:
            await transport.get_json(PATH)
        assert type(caught.value) is kind
        assert server.performed[name] >= 1
        await transport.close()


async def test_nobody_listens() -> None:
    transport = Transport(connection_of("http://127.0.0.1:1", "", "test"))
    with pytest.raises(Unreachable, match=r"http://127.0.0.1:1 cannot be reached: .*refused"):
        await transport.get_json("/version")
    assert not await transport.answers()
    await transport.close()


async def test_a_name_that_nobody_knows() -> None:
    transport = Transport(connection_of("http://nobody.invalid", "", "test"))
    with pytest.raises(Unreachable, match="its name is not known here"):
        await transport.get_json("/version")
    await transport.close()


async def test_tls_to_a_server_without_it() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = dataclasses.replace(
        connection_of(f"https://127.0.0.1:{port}", "", "test"), ssl=ssl.create_default_context()
    )
    transport = Transport(connection)
    with pytest.raises(Unreachable, match="TLS failed"):
        await transport.get_json("/version")
    await transport.close()
    server.close()


async def test_a_silence_is_cut_short() -> None:
    async def mute(server: Misbehaving, request: Request, reply: Reply) -> None:
        await asyncio.sleep(30)

    async with misbehaving() as server:
        transport = Transport(connection_of(server.url, "", "test"))
        server.fault("list", "mute", mute)
        with pytest.raises(Unreachable, match="no answer in time"):
            async with transport.stream(PATH, {}, read_timeout=0.1):
                pass
        await transport.close()


async def test_leaving_a_body_before_its_end_closes_its_connection() -> None:
    async with misbehaving(2000) as server:
        transport = Transport(connection_of(server.url, "", "test"))
        async with transport.stream(PATH, {}) as body:
            assert await body.read()
        await asyncio.sleep(0.05)
        assert not server._writers
        assert len(await read(transport)) > 100_000
        await transport.close()


async def test_compressed_where_it_helps() -> None:
    async def zipped(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(gzip.compress(server.page(request) or b""), headers={"Content-Encoding": "gzip"})

    async with misbehaving(500) as server:
        transport = Transport(connection_of(server.url, "", "test"))
        assert not transport.compress, "on loopback it would only cost"
        transport.compress = True
        server.fault("list", "zipped", zipped)
        assert (await read(transport, compress=True)).startswith(b'{"kind":"ThingList"')
        assert server.requests[0].headers["accept-encoding"] == "gzip"
        transport.note_speed(2_000_000, 1.0)
        assert transport.compress
        transport.note_speed(60_000_000, 1.0)
        assert not transport.compress
        transport.note_speed(2_000_000, 1.0)
        assert not transport.compress, "on loopback it is never wanted"
        await transport.close()


async def test_a_link_that_was_fast_and_is_slow_is_compressed_again_unless_that_was_spoiled() -> None:
    transport = Transport(connection_of("http://192.0.2.1", "", "far"))
    assert transport.compress
    transport.note_speed(60_000_000, 1.0)
    assert not transport.compress
    transport.note_speed(20_000_000, 1.0)
    assert not transport.compress, "between fast and slow all stays as it is"
    transport.note_speed(900_000, 10.0)
    assert not transport.compress, "so little says nothing of the link"
    transport.note_speed(5_000_000, 1.0)
    assert transport.compress
    transport.note_garbled()
    transport.note_speed(5_000_000, 1.0)
    assert not transport.compress


async def test_compressed_and_cut_off() -> None:
    async def torn(server: Misbehaving, request: Request, reply: Reply) -> None:
        zipped = gzip.compress(os.urandom(100_000))
        await reply.start(chunked=False, headers={"Content-Encoding": "gzip"})
        await reply.send(zipped[:50_000])
        reply.hang_up()

    async with misbehaving() as server:
        transport = Transport(connection_of(server.url, "", "test"))
        server.fault("list", "torn", torn)
        with pytest.raises(Incomplete):
            await transport.get_json(PATH)
        assert server.performed["torn"] == 1
        await transport.close()


async def test_a_write_is_made_once() -> None:
    async with misbehaving() as server:
        transport = Transport(connection_of(server.url, "", "test"))
        code, body = await transport.request("PATCH", PATH, {}, b"{}", "application/merge-patch+json")
        assert code == 200
        assert body.startswith(b"{")
        assert server.requests[0].headers["content-type"] == "application/merge-patch+json"
        server.fault("list", "dropped", dropped, times=5)
        with pytest.raises(Unreachable):
            await transport.request("PATCH", PATH, {}, b"{}")
        assert server.performed["dropped"] == 1
        await transport.close()


async def test_after_close_nothing_is_asked() -> None:
    async with misbehaving() as server:
        transport = Transport(connection_of(server.url, "", "test"))
        await transport.get_json("/version")
        await transport.close()
        with pytest.raises(Unreachable, match="is closed"):
            await transport.get_json("/version")
        await asyncio.sleep(0.01)
        assert not server._writers


async def test_no_credentials_no_request() -> None:
    class Failing(FixedCredentials):
        async def headers(self) -> Mapping[str, str]:
            raise CredentialError("The exec plugin failed.")

    async with misbehaving() as server:
        connection = dataclasses.replace(connection_of(server.url, "", "test"), credentials=Failing("token", {}))
        transport = Transport(connection)
        with pytest.raises(CredentialError):
            await transport.get_json("/version")
        assert not server.requests
        assert await transport.answers(), "what is wrong is not the server, as far as anyone knows"
        await transport.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            b'{"kind":"Status","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}}',
            TOO_LARGE,
        ),
        (
            b'{"kind":"Status","reason":"Timeout","details":{"causes":[{"message":"Too large resource version"}]}}',
            TOO_LARGE,
        ),
        (b'{"kind":"Status","reason":"Timeout","message":"Too large resource version: 9, current: 8"}', TOO_LARGE),
        (b'{"kind":"Status","reason":"Timeout","message":"slow"}', "Timeout"),
        (b"<html>", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_a_version_from_the_future_in_all_its_encodings(body: bytes, reason: str) -> None:
    assert failure_of(504, None, body).reason == reason


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 20.0),
        ("soon", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, now=100.0) == seconds


def test_only_the_wire_imports_aiohttp() -> None:
    house = Path(__file__).parents[2] / "nodeview"
    speakers = ("transport", "answers", "body", "session", "oidc_issuer", "price_list")
    allowed = {house / "wire" / f"{name}.py" for name in speakers}
    found = {path for path in house.rglob("*.py") if "import aiohttp" in path.read_text(encoding="utf-8")}
    assert {path for path in found if path.parent.name != "demo"} <= allowed


def test_a_refused_eviction_names_the_budget_that_refuses_it() -> None:
    cause = {"reason": "DisruptionBudget", "message": "The disruption budget web needs 2 and has 2"}
    said = {"kind": "Status", "message": "Cannot evict pod.", "details": {"causes": [cause]}}
    error = failure_of(429, None, json.dumps(said).encode())
    assert error.message == "Cannot evict pod. The disruption budget web needs 2 and has 2"
