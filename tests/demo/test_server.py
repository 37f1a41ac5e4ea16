"""What only time, size or many writes bring about, and so no recording of a real API server has."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from nodeview.demo.resources import NODES, PODS
from nodeview.demo.watching import Pace
from tests.demo.conftest import TOKEN, Running
from tests.demo.conversation import node, pod

AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def fill(api: Running, count: int, padding: int = 0) -> None:
    """Put nodes into the store."""
    for number in range(count):
        made = node(f"n-{number:04}") | {"spec": {}, "status": {}}
        made["metadata"]["annotations"] = {"pad": "x" * padding}
        api.store.create(NODES, made, 0.0)


async def get(api: Running, path: str, **headers: str) -> tuple[int, Any, aiohttp.typedefs.LooseHeaders]:
    """One answer: code, decoded body, headers."""
    async with (
        aiohttp.ClientSession(headers=AUTHORIZED) as session,
        session.get(api.url + path, headers=headers) as answer,
    ):
        return answer.status, await answer.json(), answer.headers


async def lines(api: Running, path: str, most: int) -> list[Any]:
    """The first events of a watch."""
    found: list[Any] = []
    async with aiohttp.ClientSession(headers=AUTHORIZED) as session, session.get(api.url + path) as answer:
        async for line in answer.content:
            found.append(json.loads(line))
            if len(found) == most:
                break
    return found


async def test_pages_are_of_one_moment(api: Running) -> None:
    fill(api, 10)
    _, first, _ = await get(api, "/api/v1/nodes?limit=4")
    version = first["metadata"]["resourceVersion"]
    api.store.remove(NODES, ("", "n-0005"))
    fill_late = node("n-0005a") | {"spec": {}, "status": {}}
    api.store.create(NODES, fill_late, 0.0)
    names = [one["metadata"]["name"] for one in first["items"]]
    token = first["metadata"]["continue"]
    while token:
        _, page, _ = await get(api, f"/api/v1/nodes?limit=4&continue={token}")
        assert page["metadata"]["resourceVersion"] == version
        names += [one["metadata"]["name"] for one in page["items"]]
        token = page["metadata"].get("continue")
    assert names == [f"n-{number:04}" for number in range(10)]


async def test_an_expired_page_is_gone_and_offers_to_go_on(api: Running) -> None:
    fill(api, 10)
    _, first, _ = await get(api, "/api/v1/nodes?limit=4")
    api.server.lister.expire()
    code, body, _ = await get(api, f"/api/v1/nodes?limit=4&continue={first['metadata']['continue']}")
    assert (code, body["reason"]) == (410, "Expired")
    code, page, _ = await get(api, f"/api/v1/nodes?limit=4&continue={body['metadata']['continue']}")
    assert code == 200
    assert [one["metadata"]["name"] for one in page["items"]] == ["n-0004", "n-0005", "n-0006", "n-0007"]


async def test_pages_within_a_namespace_and_by_labels(api: Running) -> None:
    for namespace in ("a", "a-b", "b"):
        for number in range(5):
            made = pod(f"p-{number}") | {"status": {"phase": "Pending"}}
            made["metadata"] = {"name": f"p-{number}", "namespace": namespace, "labels": {"odd": str(number % 2)}}
            api.store.create(PODS, made, 0.0)
    _, everything, _ = await get(api, "/api/v1/pods")
    order = [(one["metadata"]["namespace"], one["metadata"]["name"]) for one in everything["items"]]
    assert order == sorted(order, key="/".join)
    found: list[Any] = []
    path = token = "/api/v1/namespaces/a/pods?limit=2&labelSelector=odd%3D0"
    while token:
        _, page, _ = await get(api, path)
        found += page["items"]
        token = page["metadata"].get("continue", "")
        path = f"/api/v1/namespaces/a/pods?limit=2&labelSelector=odd%3D0&continue={token}"
    assert [one["metadata"]["name"] for one in found] == ["p-0", "p-2", "p-4"]
    assert "kind" not in found[0]


async def test_large_bodies_are_zipped_for_who_takes_it(api: Running) -> None:
    fill(api, 40, padding=4_000)
    assert (await get(api, "/api/v1/nodes", **{"Accept-Encoding": "gzip"}))[2]["Content-Encoding"] == "gzip"  # type: ignore[index]
    assert "Content-Encoding" not in (await get(api, "/api/v1/nodes", **{"Accept-Encoding": "identity"}))[2]
    assert "Content-Encoding" not in (await get(api, "/api/v1/nodes?limit=1", **{"Accept-Encoding": "gzip"}))[2]


async def test_very_large_listings_are_streamed(api: Running) -> None:
    fill(api, 2_500)
    _, body, headers = await get(api, "/api/v1/nodes?resourceVersion=0&limit=10")
    assert len(body["items"]) == 2_500
    assert headers["Transfer-Encoding"] == "chunked"  # type: ignore[index]


async def test_a_watch_tells_what_enters_and_leaves_its_selection(api: Running) -> None:
    fill(api, 1)
    version = api.store.version

    def relabel(value: str) -> None:
        obj = api.store[NODES].entries["", "n-0000"].thaw()
        obj["metadata"]["labels"]["talk"] = value
        api.store.update(NODES, obj)

    for value in ("no", "maybe", "yes", "yes"):
        relabel(value)
    api.store.remove(NODES, ("", "n-0000"))
    path = f"/api/v1/nodes?watch=1&labelSelector=talk%3Dyes&resourceVersion={version}"
    found = await lines(api, path, 4)
    assert [one["type"] for one in found] == ["DELETED", "ADDED", "MODIFIED", "DELETED"]
    versions = [int(one["object"]["metadata"]["resourceVersion"]) for one in found]
    assert versions == sorted(set(versions))


async def test_a_watch_from_before_the_window_is_too_old(api: Running) -> None:
    fill(api, 3)
    version = api.store.version
    fill_more = node("later") | {"spec": {}, "status": {}}
    api.store.create(NODES, fill_more, 0.0)
    api.store.compact(NODES)
    found = await lines(api, f"/api/v1/nodes?watch=1&resourceVersion={version}", 5)
    assert [(one["type"], one["object"]["code"], one["object"]["reason"]) for one in found] == [
        ("ERROR", 410, "Expired")
    ]


async def test_bookmarks_come_at_their_pace_and_before_the_end(api: Running) -> None:
    api.server.settings.pace = Pace(bookmark=0.1, before_end=0.5)
    fill(api, 1)
    version = api.store.version
    watching = asyncio.create_task(
        lines(api, f"/api/v1/nodes?watch=1&allowWatchBookmarks=1&timeoutSeconds=1&resourceVersion={version}", 99)
    )
    await asyncio.sleep(0.05)
    api.store.create(PODS, pod("other") | {"status": {}}, 0.0)
    found = await watching
    assert {one["type"] for one in found} == {"BOOKMARK"}
    assert 3 <= len(found) <= 6
    assert found[-1]["object"]["metadata"]["resourceVersion"] == str(api.store.version)


async def test_a_watch_that_is_left_is_forgotten(api: Running) -> None:
    fill(api, 1)
    await lines(api, "/api/v1/nodes?watch=1&resourceVersion=0", 1)
    for _ in range(50):
        if not api.store[NODES].listeners:
            break
        await asyncio.sleep(0.02)
        fill_one = node(f"wake-{api.store.version}") | {"spec": {}, "status": {}}
        api.store.create(NODES, fill_one, 0.0)
    assert api.store[NODES].listeners == []


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_health(api: Running, path: str) -> None:
    async with aiohttp.ClientSession(headers=AUTHORIZED) as session, session.get(api.url + path) as answer:
        assert (answer.status, await answer.text()) == (200, "ok")


async def test_discovery(api: Running) -> None:
    groups = {one["name"] for one in (await get(api, "/apis"))[1]["groups"]}
    assert groups >= {"apps", "batch", "policy", "scheduling.k8s.io", "karpenter.sh", "authorization.k8s.io"}
    core = {one["name"] for one in (await get(api, "/api/v1"))[1]["resources"]}
    assert core >= {"nodes", "pods", "pods/eviction", "events", "namespaces"}
    assert (await get(api, "/apis/karpenter.sh/v1"))[1]["groupVersion"] == "karpenter.sh/v1"
