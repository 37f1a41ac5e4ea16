"""The transport and the reflector against a real kube-apiserver: TLS, compression, pages, watches, CRDs."""

from __future__ import annotations

import asyncio
import json
import os
import random
from typing import Any

import pytest

from nodeview.records.change import Change, Lagging
from nodeview.records.resource import Resource
from nodeview.wire.connection import connect
from nodeview.wire.discovery import served_versions, server_version
from nodeview.wire.gate import Gate
from nodeview.wire.pace import Pace
from nodeview.wire.reflector import Reflector
from nodeview.wire.transport import Transport
from tests.control_plane import running
from tests.wire.things import Mirror, Thing, read_things, until

pytestmark = pytest.mark.cluster

CONFIG_MAPS: Resource[Thing] = Resource("", ("v1",), "configmaps", lambda server: read_things)
WIDGETS: Resource[Thing] = Resource("wire.test", ("v2", "v1"), "widgets", lambda server: read_things, optional=True)
CRD: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.wire.test"},
    "spec": {
        "group": "wire.test",
        "scope": "Cluster",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
        "versions": [
            {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
        ],
    },
}


def names(mirror: Mirror, prefix: str) -> set[str]:
    return {name for name in mirror.rows if name.startswith(prefix)}


def configmap(name: str) -> bytes:
    said = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"text": "x" * 2000}}
    return json.dumps(said).encode()


async def write(transport: Transport, method: str, path: str, body: Any = None) -> None:
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    await transport.request(method, path, body=data)


async def follow(transport: Transport, resource: Resource[Thing], mirror: Mirror) -> asyncio.Task[None]:
    version = await server_version(transport)
    pace = Pace(absent=0.2, retry_first=0.05, retry_after_most=0.2)
    rng = random.Random(3)
    reflector = Reflector(transport, resource, version, mirror.apply, Gate(transport), pace=pace, rng=rng)
    return asyncio.create_task(reflector.run())


@pytest.mark.parametrize("compress", [False, True])
async def test_pages_and_a_watch(compress: bool) -> None:
    prefix, path = f"wire-{compress}-".lower(), "/api/v1/namespaces/default/configmaps"
    transport = Transport(connect(str(running().kubeconfig), None, os.environ))
    transport.compress = compress
    async with asyncio.TaskGroup() as group:
        for number in range(600):
            group.create_task(write(transport, "POST", path, configmap(f"{prefix}{number}")))
    mirror = Mirror()
    task = await follow(transport, CONFIG_MAPS, mirror)
    await until(lambda: mirror.synced == 1, 20)
    assert len(names(mirror, prefix)) == 600
    await write(transport, "DELETE", f"{path}/{prefix}0")
    await write(transport, "POST", path, configmap(f"{prefix}new"))
    await until(lambda: f"{prefix}new" in mirror.rows and f"{prefix}0" not in mirror.rows)
    assert not mirror.lags()
    task.cancel()
    await asyncio.wait([task])
    await transport.close()


@pytest.mark.slow
async def test_a_crd_that_comes_and_goes() -> None:
    transport = Transport(connect(str(running().kubeconfig), None, os.environ))
    assert await served_versions(transport, "wire.test") == ()
    mirror = Mirror()
    task = await follow(transport, WIDGETS, mirror)

    def state() -> str:
        last: Change = mirror.changes[-1]
        return last.state if isinstance(last, Lagging) else type(last).__name__

    await until(lambda: bool(mirror.changes) and state() == "absent")
    crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    await write(transport, "POST", crds, CRD)
    await until(lambda: mirror.synced == 1, 20)
    widget = {"apiVersion": "wire.test/v1", "kind": "Widget", "metadata": {"name": "wire-one"}}
    await write(transport, "POST", "/apis/wire.test/v1/widgets", widget)
    await until(lambda: "wire-one" in mirror.rows, 20)
    assert await served_versions(transport, "wire.test") == ("v1",)
    await write(transport, "DELETE", f"{crds}/widgets.wire.test")
    await until(lambda: state() == "absent", 20)
    assert not mirror.rows
    task.cancel()
    await asyncio.wait([task])
    await transport.close()
