"""The moving cluster: the same seed makes the same one, and what a scenario promises happens."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeview.demo.resources import EVENTS, KINDS, NODECLAIMS, NODES, PDBS, PODS, Obj
from nodeview.demo.scenarios import SCENARIOS, play
from nodeview.demo.store import Write
from nodeview.demo.world import World

START = 1_790_000_000.0
MOVING = [name for name in SCENARIOS if name != "large"]
CPU = {"m": 1, "": 1000}


def milli(text: str) -> int:
    """Milli-cores, read apart from the demo's own reading."""
    return int(text[:-1]) if text.endswith("m") else int(float(text) * 1000)


def mebi(text: str) -> int:
    """MiB of the notations that pods and nodes here use."""
    factors = {"Ki": 1 / 1024, "Mi": 1, "Gi": 1024}
    return int(float(text[:-2]) * factors[text[-2:]])


def over_committed(world: World) -> list[str]:
    """Nodes whose pods ask for more than there is."""
    used: Counter[tuple[str, str]] = Counter()
    for pod in world.store.objects(PODS):
        node = pod["spec"].get("nodeName")
        if node and pod["status"]["phase"] not in ("Succeeded", "Failed"):
            for one in [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]:
                asked = one["resources"].get("requests") or {"cpu": "0", "memory": "0Mi"}
                used[node, "cpu"] += milli(asked["cpu"])
                used[node, "memory"] += mebi(asked["memory"])
    found = []
    for node in world.store.objects(NODES):
        name, gives = node["metadata"]["name"], node["status"]["allocatable"]
        if used[name, "cpu"] > milli(gives["cpu"]) or used[name, "memory"] > mebi(gives["memory"]):
            found.append(name)
    return found


def heard(world: World, kind: Any = PODS) -> list[Write]:
    """Everything that is written of a kind from now on."""
    writes: list[Write] = []
    world.store[kind].listeners.append(writes.append)
    return writes


def picture(world: World) -> dict[str, list[bytes]]:
    """All objects as bytes."""
    return {kind.plural: [entry.raw for entry in world.store[kind].ordered()] for kind in KINDS}


def reason(pod: Obj) -> str:
    """Why a pod is about to end, as its condition says."""
    for one in pod["status"].get("conditions", ()):
        if one["type"] == "DisruptionTarget":
            return str(one["reason"])
    return ""


@pytest.mark.parametrize("scenario", MOVING)
def test_the_same_seed_and_steps_make_the_same_cluster(scenario: str) -> None:
    first, second, other = play(scenario, 7, START), play(scenario, 7, START), play(scenario, 8, START)
    for _ in range(4):
        first.step(5)
    second.step(20)
    other.step(20)
    assert picture(first) == picture(second)
    assert picture(first) != picture(other)


def test_a_busy_cluster_is_lively_when_it_is_first_seen() -> None:
    world = play("busy", 0, START)
    nodes, pods = world.nodes(), world.store.objects(PODS)
    assert 20 <= len(nodes) <= 45
    assert 300 <= len(pods) <= 800
    assert world.pods_on("")
    assert len(world.store[NODECLAIMS].entries) > sum(
        "eks.amazonaws.com/nodegroup" not in one["metadata"]["labels"] for one in nodes
    )
    assert world.store[NODES].terminating
    ages = {one["metadata"]["creationTimestamp"][:10] for one in nodes}
    assert len(ages) > 3


@pytest.mark.parametrize("scenario", MOVING)
def test_something_is_written_every_two_seconds(scenario: str) -> None:
    world = play(scenario, 1, START)
    still = 0
    for _ in range(30):
        before = world.store.version
        world.step(2)
        still += world.store.version == before
    assert still <= (3 if scenario == "busy" else 20)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(MOVING))
def test_no_node_is_ever_over_committed(seed: int, scenario: str) -> None:
    world = play(scenario, seed, START)
    for _ in range(8):
        world.step(5)
        assert over_committed(world) == []


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_versions_only_grow_and_each_write_follows_from_the_one_before(seed: int) -> None:
    world = play("busy", seed, START)
    known = {entry.key: entry.obj["metadata"]["uid"] for entry in world.store[PODS].entries.values()}
    writes = heard(world)
    world.step(30)
    assert writes
    version = 0
    for write in writes:
        assert write.version > version
        version = write.version
        assert (write.verb == "ADDED") == (write.entry.key not in known)
        if write.verb == "DELETED":
            del known[write.entry.key]
        else:
            known[write.entry.key] = write.entry.obj["metadata"]["uid"]
    assert known.keys() == world.store[PODS].entries.keys()


def test_a_spike_preempts_balloons_and_they_are_refilled() -> None:
    world = play("preemption", 3, START)
    writes, events = heard(world), heard(world, EVENTS)
    balloons = {pod["metadata"]["uid"] for pod in world.store.objects(PODS) if pod["spec"].get("priority") == -5}
    assert len(balloons) >= 3
    world.step(45)  # one spike, and not the next
    preempted = {
        write.entry.obj["metadata"]["uid"] for write in writes if reason(write.entry.obj) == "PreemptionByScheduler"
    }
    assert preempted
    gone = {write.entry.obj["metadata"]["uid"]: write.entry.obj for write in writes if write.verb == "DELETED"}
    assert preempted <= gone.keys()
    assert all(gone[uid]["status"]["phase"] == "Running" for uid in preempted)
    said = [write.entry.obj for write in events if write.entry.obj["reason"] == "Preempted"]
    assert said
    preemptors = {one["message"].split()[3] for one in said}
    nominated = {
        write.entry.obj["metadata"]["uid"] for write in writes if "nominatedNodeName" in write.entry.obj["status"]
    }
    assert preemptors <= nominated
    assert all(one["eventTime"] and one["firstTimestamp"] is None and "related" not in one for one in said)
    refilled = {
        write.entry.obj["metadata"]["uid"]
        for write in writes
        if write.entry.obj["spec"].get("priority") == -5 and write.entry.obj["spec"].get("nodeName")
    }
    assert refilled - balloons


@pytest.mark.slow
def test_preemptions_come_again() -> None:
    world = play("preemption", 0, START)
    events = heard(world, EVENTS)
    world.step(75)
    early = sum(write.entry.obj["reason"] == "Preempted" for write in events)
    world.step(120)
    assert sum(write.entry.obj["reason"] == "Preempted" for write in events) > early > 0


def test_consolidation_ends_nodes_and_loses_no_pod() -> None:
    world = play("consolidation", 2, START)
    before = len(world.nodes())
    writes = heard(world, NODES)
    world.step(90)
    assert len(world.nodes()) <= before - 4
    gone = [write for write in writes if write.verb == "DELETED"]
    assert gone
    for write in gone:
        taints = {one["key"] for one in write.entry.obj["spec"]["taints"]}
        assert "karpenter.sh/disrupted" in taints
        assert "deletionTimestamp" in write.entry.obj["metadata"]
        assert not write.entry.obj["spec"].get("unschedulable")
    assert not [
        pod for pod in world.store.objects(PODS) if pod["spec"].get("nodeName") in {w.entry.key[1] for w in gone}
    ]


def test_a_node_arrives_step_by_step() -> None:
    world = play("busy", 5, START)
    writes = heard(world, NODES)
    world.step(40)
    name = next(write.entry.key for write in writes if write.verb == "ADDED")
    story = [write.entry.obj for write in writes if write.entry.key == name]
    assert {one["key"] for one in story[0]["spec"]["taints"]} >= {
        "karpenter.sh/unregistered",
        "node.kubernetes.io/not-ready",
    }
    assert story[0]["status"]["conditions"] == []
    readies = [one["status"] for step in story for one in step["status"]["conditions"] if one["type"] == "Ready"]
    assert readies[0] == "False"
    assert "True" in readies


def test_an_upgrade_rolls_versions() -> None:
    world = play("upgrade", 0, START)

    def versions() -> Counter[str]:
        return Counter(node["status"]["nodeInfo"]["kubeletVersion"] for node in world.nodes())

    before = versions()
    world.step(120)
    after = versions()
    assert after["v1.33.5-eks-113cf36"] <= before["v1.33.5-eks-113cf36"] - 4
    assert after["v1.34.2-eks-ecaa3a6"] >= before["v1.34.2-eks-ecaa3a6"] + 4


def test_evictions_keep_within_budgets() -> None:
    world = play("consolidation", 4, START)
    for _ in range(60):
        world.step(1)
        for budget in world.store.objects(PDBS):
            assert budget["status"]["disruptionsAllowed"] >= 0
