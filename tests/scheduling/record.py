"""Records what the real scheduler says of random pods: ``python -m tests.scheduling.record``, with KUBEBUILDER_ASSETS.

A line is a world (its nodes and the pods on them) or, after its world, a pod with the scheduler's verdict.
"""

from __future__ import annotations

import json
import sys
from random import Random

from tests.scheduling import worlds
from tests.scheduling.judge import (
    VECTORS,
    VOLUME_VECTORS,
    Bench,
    Json,
    differs,
    our_verdict,
    read_storage,
    rooms_of,
    scheduling,
)

WORLDS, PODS, NODES = 4, 80, 12


def record() -> int:
    """Write the vectors; gives how many of our verdicts differ."""
    lines: list[Json] = []
    wrong = 0
    with scheduling() as bench:
        for seed in range(WORLDS):
            bench.furnish(seed)
            nodes, pods = bench.items("nodes"), bench.items("pods")
            rooms = rooms_of(nodes, pods)
            bench.settle(NODES)
            lines.append({"nodes": nodes, "pods": pods})
            rng = Random(1_000 + seed)
            for number in range(PODS):
                pod, said = bench.ask(worlds.looking(number, NODES, rng), NODES)
                lines.append({"pod": pod, "said": said})
                difference = differs(said, our_verdict(pod, rooms), len(rooms))
                if difference:
                    wrong += 1
                    print(f"world {seed}, pod {number}: {difference}\n  {json.dumps(pod['spec'])}", file=sys.stderr)
            bench.clear()
    VECTORS.parent.mkdir(exist_ok=True)
    VECTORS.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    return wrong


def record_volumes() -> int:
    """The same of one world with volumes, and pods that mount them."""
    lines: list[Json] = []
    wrong = 0
    with scheduling() as bench:
        lines.append(volume_world(bench, seed=9))
        rooms, storage = rooms_of(lines[0]["nodes"], lines[0]["pods"]), read_storage(*_storage(lines[0]))
        rng = Random(2_000)
        for number in range(PODS):
            pod, said = bench.ask(worlds.mounting(number, NODES, lines[0]["claims"], rng), NODES)
            lines.append({"pod": pod, "said": said})
            difference = differs(said, our_verdict(pod, rooms, storage), len(rooms))
            if difference:
                wrong += 1
                print(f"pod {number}: {difference}\n  {json.dumps(pod['spec'])}", file=sys.stderr)
    VOLUME_VECTORS.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    return wrong


def volume_world(bench: Bench, seed: int) -> Json:
    """A world with volumes and claims, which the scheduler knows when this returns."""
    volumes, claims = bench.store(seed)
    bench.furnish(seed)
    bench.settle(NODES)
    return {"nodes": bench.items("nodes"), "pods": bench.items("pods"), "volumes": volumes, "claims": claims}


def _storage(world: Json) -> tuple[list[Json], list[Json]]:
    return world["claims"], world["volumes"]


if __name__ == "__main__":
    print(f"{record()} of {WORLDS * PODS} verdicts differ, {record_volumes()} of {PODS} with volumes")
