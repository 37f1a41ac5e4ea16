"""What a server says of itself."""

from __future__ import annotations

import pytest

from nodeview.errors import NotFound, Unreachable
from nodeview.records.resource import ServerVersion
from nodeview.wire.connection import connection_of
from nodeview.wire.discovery import parse_version, served_versions, server_version
from nodeview.wire.transport import Transport
from tests.wire.misbehaving import Fault, Misbehaving, Reply, Request, html, misbehaving, status


def answering(body: bytes) -> Fault:
    async def fault(server: Misbehaving, request: Request, reply: Reply) -> None:
        await reply.whole(body)

    return fault


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ({"major": "1", "minor": "34", "gitVersion": "v1.34.2-eks-1a2b3c4"}, (1, 34, "v1.34.2-eks-1a2b3c4")),
        ({"major": "1", "minor": "30+", "gitVersion": "v1.30.14-gke.1000"}, (1, 30, "v1.30.14-gke.1000")),
        ({"major": "1", "minor": "29+"}, (1, 29, "v1.29")),
        ({"major": "", "minor": "", "gitVersion": "v0.0.0-master+$Format:%H$"}, (0, 0, "v0.0.0-master+$Format:%H$")),
        ({"major": "", "minor": ""}, None),
        ({}, None),
        ([], None),
        ("v1.30", None),
        ({"gitVersion": None, "major": 1, "minor": 31}, (1, 31, "v1.31")),
    ],
)
def test_versions_as_servers_write_them(said: object, version: tuple[int, int, str] | None) -> None:
    assert parse_version(said) == (ServerVersion(*version) if version else None)


async def test_the_version_of_a_server() -> None:
    async with misbehaving() as server:
        transport = Transport(connection_of(server.url, "", "test"))
        assert await server_version(transport) == ServerVersion(1, 34, "v1.34.2-eks-1a2b3c4")
        server.fault("version", "other", answering(b'{"nginx":true}'))
        with pytest.raises(Unreachable, match="names no version"):
            await server_version(transport)
        server.fault("version", "html", html(200))
        with pytest.raises(Unreachable, match="text/html instead of JSON"):
            await server_version(transport)
        await transport.close()


async def test_the_versions_of_a_group() -> None:
    async with misbehaving() as server:
        transport = Transport(connection_of(server.url, "", "test"))
        body = b'{"kind":"APIGroup","name":"karpenter.sh","versions":[{"version":"v1"},{"version":"v1beta1"}]}'
        server.fault("other", "group", answering(body))
        assert await served_versions(transport, "karpenter.sh") == ("v1", "v1beta1")
        assert await served_versions(transport, "karpenter.sh") == ()
        server.fault("other", "odd", answering(b"[]"))
        assert await served_versions(transport, "karpenter.sh") == ()
        with pytest.raises(NotFound):
            await transport.get_json("/apis/karpenter.sh")
        server.fault("other", "403", status(403, "Forbidden"))
        with pytest.raises(Exception, match="403"):
            await served_versions(transport, "karpenter.sh")
        await transport.close()
