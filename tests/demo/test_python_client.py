"""The official Python client takes the demo's server for a Kubernetes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from nodeview.demo.scenarios import play
from nodeview.demo.server import Server, Settings
from nodeview.demo.world import World
from tests.demo.conftest import TOKEN, listen

aio = pytest.importorskip("kubernetes.aio")


@pytest.fixture
async def world() -> AsyncIterator[tuple[World, Any]]:
    """A quiet world and a client of it."""
    world = play("quiet", 0, 1_790_000_000.0)
    runner, url = await listen(Server(world.store, lambda: world.now, Settings(TOKEN)))
    configuration = aio.client.Configuration()
    configuration.host = url
    configuration.api_key = {"authorization": f"Bearer {TOKEN}"}
    client = aio.client.ApiClient(configuration)
    yield world, client
    await client.close()
    await runner.cleanup()


async def test_listing_in_pages(world: tuple[World, Any]) -> None:
    core = aio.client.CoreV1Api(world[1])
    names, token = [], None
    while True:
        page = await core.list_pod_for_all_namespaces(limit=100, _continue=token)
        names += [(one.metadata.namespace, one.metadata.name) for one in page.items]
        token = page.metadata._continue
        if not token:
            break
    assert sorted(names) == sorted(key for key in world[0].store.tables["pods"].entries)
    assert len(names) > 250


async def test_watching(world: tuple[World, Any]) -> None:
    core = aio.client.CoreV1Api(world[1])
    page = await core.list_namespaced_pod("shop", limit=1)
    world[0].step(40)
    seen = []
    async with aio.watch.Watch().stream(
        core.list_pod_for_all_namespaces, resource_version=page.metadata.resource_version, timeout_seconds=1
    ) as stream:
        async for event in stream:
            seen.append((event["type"], event["object"].metadata.name))
    assert {kind for kind, _ in seen} >= {"ADDED", "MODIFIED"}


async def test_patching_and_evicting(world: tuple[World, Any]) -> None:
    core = aio.client.CoreV1Api(world[1])
    node = world[0].nodes()[0]["metadata"]["name"]
    patched = await core.patch_node(
        node, {"spec": {"unschedulable": True}}, _content_type="application/merge-patch+json"
    )
    assert patched.spec.unschedulable
    world[0].step(1)
    again = await core.read_node(node)
    assert [one.key for one in again.spec.taints] == ["node.kubernetes.io/unschedulable"]
    pods = (await core.list_namespaced_pod("shop", label_selector="app.kubernetes.io/name=ledger")).items
    eviction = aio.client.V1Eviction(metadata=aio.client.V1ObjectMeta(name=pods[0].metadata.name, namespace="shop"))
    with pytest.raises(aio.client.ApiException) as refused:
        await core.create_namespaced_pod_eviction(pods[0].metadata.name, "shop", eviction)
    assert refused.value.status == 429
    cause = json.loads(refused.value.body)["details"]["causes"][0]
    assert cause["reason"] == "DisruptionBudget"
    assert cause["message"] == "The disruption budget ledger needs 3 healthy pods and has 3 currently"
    free = (await core.list_namespaced_pod("shop", label_selector="app.kubernetes.io/name=recommendations")).items[0]
    eviction = aio.client.V1Eviction(metadata=aio.client.V1ObjectMeta(name=free.metadata.name, namespace="shop"))
    await core.create_namespaced_pod_eviction(free.metadata.name, "shop", eviction)
    ending = await core.read_namespaced_pod(free.metadata.name, "shop")
    assert ending.metadata.deletion_timestamp
    world[0].step(8)
    names = [one.metadata.name for one in (await core.list_namespaced_pod("shop")).items]
    assert free.metadata.name not in names
