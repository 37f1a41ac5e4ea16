"""Fenceposts of rollouts, judged by what kubectl's own library answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nodeview.scheduling import Fenceposts, fenceposts, rolling_bounds
from nodeview.scheduling.surge import pods_of

VECTORS = [
    json.loads(line) for line in (Path(__file__).parent / "vectors" / "fenceposts.jsonl").read_text().splitlines()
]


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 300


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{case['maxSurge']}-{case['maxUnavailable']}")
def test_as_the_library(case: dict[str, Any]) -> None:
    assert not case["error"]
    found = fenceposts(case["maxSurge"], case["maxUnavailable"], case["replicas"])
    assert found == (case["surge"], case["unavailable"])


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "comes_to"),
    [
        (1, "25%", "25%", (1, 0)),
        (1, 0, "25%", (0, 1)),
        (1, 0, 1, (0, 1)),
        (2, "0%", "1%", (0, 1)),
        (2, "1%", "25%", (1, 0)),
        (4, "25%", "25%", (1, 1)),
        (10, "100%", 0, (10, 0)),
        (3, "30%", "30%", (1, 0)),
        (4, None, None, (1, 1)),
    ],
)
def test_by_hand(replicas: int, surge: int | str, unavailable: int | str, comes_to: tuple[int, int]) -> None:
    assert fenceposts(surge, unavailable, replicas) == Fenceposts(*comes_to)


@pytest.mark.parametrize(
    ("kind", "strategy", "surge", "unavailable", "comes_to"),
    [
        ("Deployment", "RollingUpdate", "50%", 0, (5, 0)),
        ("Deployment", "Recreate", None, None, (0, 10)),
        ("StatefulSet", "RollingUpdate", None, None, (0, 1)),
        ("StatefulSet", "RollingUpdate", None, "15%", (0, 2)),
        ("DaemonSet", "RollingUpdate", None, None, (0, 1)),
        ("DaemonSet", "RollingUpdate", None, "15%", (0, 2)),
        ("DaemonSet", "RollingUpdate", "15%", 0, (2, 0)),
        ("Rollout", "Canary", "50%", None, (0, 2)),
        ("Rollout", "Canary", "50%", 0, (0, 1)),
    ],
)
def test_each_kind_in_its_own_way(
    kind: str, strategy: str, surge: int | str | None, unavailable: int | str | None, comes_to: tuple[int, int]
) -> None:
    assert rolling_bounds(kind, strategy, surge, unavailable, 10) == comes_to


def test_what_is_no_share_is_the_default() -> None:
    assert pods_of("a lot", 8, up=True) == pods_of(None, 8, up=True) == 2
