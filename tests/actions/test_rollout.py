"""Rollouts: every vector as kubectl answers it, read from its JSON by our own reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nodeview.actions.rollout import is_rolling, rollout_state
from nodeview.records import DAEMON_SETS, DEPLOYMENTS, STATEFUL_SETS, Condition, Resource, ServerVersion, Workload
from tests.actions.world import a_workload, rolling

LINES = (Path(__file__).parent / "vectors" / "rollouts.jsonl").read_text().splitlines()
VECTORS = [json.loads(line) for line in LINES]
TABLES: dict[str, Resource[Workload]] = {
    "Deployment": DEPLOYMENTS,
    "StatefulSet": STATEFUL_SETS,
    "DaemonSet": DAEMON_SETS,
}


def read(body: dict[str, Any]) -> Workload:
    batch = TABLES[body["kind"]].reader(ServerVersion(1, 34, "v1.34.0"))(json.dumps([body]).encode())
    (found,) = batch.records
    return found


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 600


@pytest.mark.parametrize("kind", list(TABLES))
def test_as_kubectl_says(kind: str) -> None:
    cases = [case for case in VECTORS if case["object"]["kind"] == kind]
    assert len(cases) > 150
    for case in cases:
        state = rollout_state(read(case["object"]))
        errs = bool(state.failed or state.unwatched)
        assert (state.done, errs) == (case["done"], case["error"]), case


def test_a_stale_watch_cannot_say_done() -> None:
    done = a_workload(rolling=rolling(3, generation=4, observed_generation=4))
    assert rollout_state(done).done
    assert rollout_state(done, 4).done
    assert not rollout_state(done, 5).done
    assert not rollout_state(a_workload("s", "StatefulSet"), 3).done
    assert not rollout_state(a_workload("d", "DaemonSet"), 3).done
    assert not rollout_state(a_workload("r", "Rollout"), 3).done


def test_an_argo_rollout_is_done_when_it_says_it_restarted_then() -> None:
    asked = rolling(3, strategy="Canary", restarted_at="2026-11-21T15:00:00Z")
    assert not rollout_state(a_workload(kind="Rollout", rolling=asked)).done
    told = rolling(3, strategy="Canary", restarted_at="2026-11-21T15:00:00Z", settled_at="2026-11-21T15:00:00Z")
    assert rollout_state(a_workload(kind="Rollout", rolling=told)).done
    never = rolling(3, strategy="Canary")
    assert rollout_state(a_workload(kind="Rollout", rolling=never)).done
    short = rolling(3, strategy="Canary", available=2)
    assert not rollout_state(a_workload(kind="Rollout", rolling=short)).done


def test_what_is_not_known_is_never_done() -> None:
    assert not rollout_state(a_workload(rolling=None)).done
    assert not is_rolling(a_workload(rolling=None))


@pytest.mark.parametrize(
    ("kind", "how", "goes"),
    [
        ("Deployment", {}, False),
        ("Deployment", {"updated": 1}, True),
        ("Deployment", {"current": 4}, True),
        ("Deployment", {"observed_generation": 1}, True),
        ("Deployment", {"available": 2}, False),
        ("Deployment", {"available": 2, "conditions": (Condition("Progressing", "True", "ReplicaSetUpdated"),)}, True),
        (
            "Deployment",
            {"available": 2, "conditions": (Condition("Progressing", "True", "NewReplicaSetAvailable"),)},
            False,
        ),
        (
            "Deployment",
            {"updated": 1, "conditions": (Condition("Progressing", "False", "ProgressDeadlineExceeded"),)},
            False,
        ),
        ("StatefulSet", {"tuned": True, "partition": 0, "ready": 2}, False),
        ("StatefulSet", {"tuned": True, "partition": 0, "ready": 2, "update_revision": "b"}, True),
        ("StatefulSet", {"tuned": True, "partition": 0, "updated": 1, "update_revision": "b"}, True),
        ("StatefulSet", {"tuned": True, "partition": 2, "updated": 1, "ready": 2, "update_revision": "b"}, False),
        ("StatefulSet", {"strategy": "OnDelete", "updated": 0, "update_revision": "b"}, False),
        ("DaemonSet", {"updated": 2}, True),
        ("DaemonSet", {"available": 2}, False),
        ("Rollout", {"restarted_at": "2026-11-21T15:00:00Z"}, True),
        ("Rollout", {"available": 2}, False),
    ],
)
def test_in_flight_is_told_from_short_of_pods(kind: str, how: dict[str, Any], goes: bool) -> None:
    assert is_rolling(a_workload(kind=kind, rolling=rolling(3, **how))) is goes
