"""Our verdicts against those of the real kube-scheduler: recorded ones, and where it is at hand, new ones."""

from __future__ import annotations

import json
from random import Random

import pytest

from nodeview.scheduling import Room
from tests.scheduling import worlds
from tests.scheduling.judge import (
    VECTORS,
    VOLUME_VECTORS,
    WORDS,
    Json,
    counts_of,
    differs,
    our_verdict,
    read_storage,
    rooms_of,
    scheduling,
)
from tests.scheduling.record import NODES, volume_world


def recorded() -> list[tuple[list[Room], Json, Json]]:
    """Rooms, pod and the scheduler's verdict of each vector."""
    found: list[tuple[list[Room], Json, Json]] = []
    rooms: list[Room] = []
    for line in VECTORS.read_text().splitlines():
        said = json.loads(line)
        if "nodes" in said:
            rooms = rooms_of(said["nodes"], said["pods"])
        else:
            found.append((rooms, said["pod"], said["said"]))
    return found


def test_every_recorded_verdict_is_ours() -> None:
    wrong = [
        f"{pod['metadata']['name']}: {difference}"
        for rooms, pod, said in recorded()
        if (difference := differs(said, our_verdict(pod, rooms), len(rooms)))
    ]
    assert not wrong


def test_every_recorded_verdict_on_a_pod_with_volumes_is_ours() -> None:
    world, *asked = [json.loads(line) for line in VOLUME_VECTORS.read_text().splitlines()]
    rooms, storage = rooms_of(world["nodes"], world["pods"]), read_storage(world["claims"], world["volumes"])
    verdicts = [(one["said"], our_verdict(one["pod"], rooms, storage)) for one in asked]
    assert not [difference for said, ours in verdicts if (difference := differs(said, ours, len(rooms)))]
    assert sum(WORDS["volume"] in said.get("counts", ()) for said, _ in verdicts) > 20
    without = [differs(one["said"], our_verdict(one["pod"], rooms), len(rooms)) for one in asked]
    assert sum(map(bool, without)) > 10, "it is their volumes that make the difference"


def test_the_vectors_know_every_reason() -> None:
    verdicts = [said for _, _, said in recorded()]
    words = {word for said in verdicts for word in said.get("counts", ())}
    assert len(verdicts) >= 300
    assert sum("node" in said for said in verdicts) > 50
    assert words == {
        "Insufficient cpu",
        "Insufficient ephemeral-storage",
        "Insufficient example.com/gpu",
        "Insufficient memory",
        "Too many pods",
        "node(s) didn't have free ports for the requested pod ports",
        "node(s) didn't match Pod's node affinity/selector",
        "node(s) didn't match pod affinity rules",
        "node(s) didn't match pod anti-affinity rules",
        "node(s) didn't match pod topology spread constraints",
        "node(s) didn't match pod topology spread constraints (missing required label)",
        "node(s) didn't satisfy existing pods anti-affinity rules",
        "node(s) didn't satisfy plugin(s) [NodeAffinity]",
        "node(s) had untolerated taint(s)",
        "node(s) were unschedulable",
    }


def test_a_verdict_that_is_not_the_schedulers_is_seen() -> None:
    ours = {"counts": {"Too many pods": 2}, "fits": []}
    assert not differs({"nodes": 2, "counts": {"Too many pods": 2}}, ours, 2)
    assert differs({"nodes": 2, "counts": {"Too many pods": 1}}, ours, 2)
    assert differs({"nodes": 3, "counts": {"Too many pods": 2}}, ours, 2)
    assert differs({"node": "a"}, ours, 2)
    assert differs({"nodes": 2, "counts": {"Too many pods": 2}}, {"counts": {}, "fits": ["a"]}, 2)


def test_the_sentence_is_read() -> None:
    text = (
        "0/20 nodes are available: 16 Insufficient cpu, 4 node(s) had untolerated taint(s). no new claims to "
        "deallocate, preemption: 0/20 nodes are available: 20 Preemption is not helpful for scheduling."
    )
    assert counts_of(text) == {
        "nodes": 20,
        "counts": {"Insufficient cpu": 16, "node(s) had untolerated taint(s)": 4},
    }


@pytest.mark.slow
@pytest.mark.cluster
def test_the_scheduler_says_of_random_pods_what_we_say() -> None:
    with scheduling() as bench:
        rooms = bench.furnish(seed=77)
        bench.settle(len(rooms))
        rng = Random(78)
        asked = [bench.ask(worlds.looking(number, len(rooms), rng), len(rooms)) for number in range(60)]
    wrong = [difference for pod, said in asked if (difference := differs(said, our_verdict(pod, rooms), len(rooms)))]
    assert not wrong
    assert sum("counts" in said for _, said in asked) > 20


@pytest.mark.slow
@pytest.mark.cluster
def test_the_scheduler_says_of_random_pods_with_volumes_what_we_say() -> None:
    with scheduling() as bench:
        world = volume_world(bench, seed=78)
        rooms, storage = rooms_of(world["nodes"], world["pods"]), read_storage(world["claims"], world["volumes"])
        rng = Random(79)
        for number in range(60):
            pod, said = bench.ask(worlds.mounting(number, NODES, world["claims"], rng), NODES)
            assert not differs(said, our_verdict(pod, rooms, storage), len(rooms)), pod
