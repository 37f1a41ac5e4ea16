"""The parts of the benchmark of streams: what it measures by must itself be right."""

from __future__ import annotations

import json
import statistics

import pytest

from tests.benchmarks.pods import pods
from tests.benchmarks.streams import followed, served


def test_pods_are_as_large_and_as_varied_as_in_life() -> None:
    every = [one.json(one.values["version"]) for one in pods(4000)]
    read = [json.loads(one)["metadata"] for one in every]
    assert 9_500 < statistics.mean(map(len, every)) < 10_500
    assert len({(one["namespace"], one["name"]) for one in read}) == 4000
    assert [one["namespace"] for one in read] == sorted(one["namespace"] for one in read)
    assert len({one["ownerReferences"][0]["uid"] for one in read}) > 350
    assert {one["ownerReferences"][0]["kind"] for one in read} == {"ReplicaSet", "DaemonSet", "StatefulSet", "Job"}
    managed = sum(len(json.dumps(one["managedFields"], separators=(",", ":"))) for one in read)
    assert 0.3 < managed / sum(map(len, every)) < 0.4


@pytest.mark.parametrize("kind", ["plain", "gzip", "TLS"])
def test_a_stream_is_followed_and_measured(kind: str) -> None:
    with served(1200) as server:
        found = followed(server, server.asked(kind, rates=(2000,), spell_s=0.4, idle_s=0.1, settle_s=0.2))
        (spell,) = found.spells
        assert found.pods in (1199, 1200)
        assert (found.wrong, found.trouble) == (0, "")
        assert found.cpu_s > 0
        assert 30 < found.settled_mb <= found.peak_mb
        assert spell.events > 200
        assert 0 < spell.late_s < 5
        assert len(spell.lags_ms) == len(found.idle_ms) == 4
