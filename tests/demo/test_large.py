"""The scenario large: real JSON, as large as asked for, churning at the rate asked for."""

from __future__ import annotations

import json
from collections import Counter

from nodeview.demo.large import LargeWorld, Size
from nodeview.demo.resources import DEPLOYMENTS, KINDS, NODECLAIMS, NODES, PODS, REPLICASETS
from nodeview.demo.store import Write

START = 1_790_000_000.0


def build(churn: float = 0.0, heartbeats: bool = False, seed: int = 0) -> LargeWorld:
    """A small large cluster."""
    return LargeWorld(seed, START, 1.0, Size(60, 1_000, churn, heartbeats))


def test_objects_are_whole_and_of_the_size_of_real_ones() -> None:
    world = build()
    for kind in KINDS:
        for entry in world.store[kind].entries.values():
            assert entry.raw.startswith(kind.prefix)
            obj = json.loads(entry.raw)
            assert b"@" not in entry.raw.replace(b"@sha256:", b"")
            assert obj["metadata"]["name"] == entry.key[1]
            assert obj["metadata"].get("namespace", "") == entry.key[0]
            assert obj["metadata"]["resourceVersion"] == str(entry.version)
            head = entry.head["metadata"]
            assert {key: obj["metadata"]["labels"][key] for key in head.get("labels", ())} == head.get("labels", {})
    pods = [len(entry.raw) for entry in world.store[PODS].entries.values()]
    nodes = [len(entry.raw) for entry in world.store[NODES].entries.values()]
    assert len(pods) == 1_000
    assert len(nodes) == 60
    assert 9_000 < sum(pods) / len(pods) < 12_000
    assert 13_000 < sum(nodes) / len(nodes) < 17_000


def test_the_chain_of_owners_can_be_followed() -> None:
    world = build()
    sets = {one["metadata"]["uid"]: one for one in world.store.objects(REPLICASETS)}
    deployments = {one["metadata"]["uid"] for one in world.store.objects(DEPLOYMENTS)}
    nodes = {one["metadata"]["name"] for one in world.store.objects(NODES)}
    owned = Counter[str]()
    for pod in world.store.objects(PODS):
        owner = sets[pod["metadata"]["ownerReferences"][0]["uid"]]
        assert owner["metadata"]["ownerReferences"][0]["uid"] in deployments
        owned[owner["metadata"]["uid"]] += 1
        assert pod["spec"]["nodeName"] in nodes
    assert {sets[uid]["spec"]["replicas"] for uid in owned} == set(owned.values())
    claims = {one["status"]["providerID"] for one in world.store.objects(NODECLAIMS)}
    assert claims == {one["spec"]["providerID"] for one in world.store.objects(NODES)}


def test_churn_is_of_the_rate_and_the_kinds_asked_for() -> None:
    world = build(churn=100)
    writes: list[Write] = []
    world.store[PODS].listeners.append(writes.append)
    for _ in range(100):
        world.step(0.1)
    assert 995 <= len(writes) <= 1_005
    verbs = Counter(write.verb for write in writes)
    assert 80 <= verbs["ADDED"] == verbs["DELETED"] <= 120
    assert len(world.store[PODS].entries) == 1_000


def test_heartbeats_are_one_per_node_in_five_minutes() -> None:
    world = build(heartbeats=True)
    writes: list[Write] = []
    world.store[NODES].listeners.append(writes.append)
    world.step(150)
    assert 29 <= len(writes) <= 31
    quiet = build()
    version = quiet.store.version
    quiet.step(150)
    assert quiet.store.version == version


def test_a_deleted_pod_is_replaced() -> None:
    world = build()
    key = next(iter(world.store[PODS].entries))
    world.store.delete(PODS, key, START)
    assert world.store.get(PODS, *key)
    world.step(1)
    assert world.store.get(PODS, *key)
    world.step(2.5)
    assert world.store.get(PODS, *key) is None
    assert len(world.store[PODS].entries) == 1_000


def test_the_same_seed_makes_the_same_cluster() -> None:
    first, second, other = build(churn=50, seed=4), build(churn=50, seed=4), build(churn=50, seed=5)
    for world in (first, second, other):
        world.step(10)
    raw = [[entry.raw for entry in world.store[PODS].ordered()] for world in (first, second, other)]
    assert raw[0] == raw[1] != raw[2]
