"""The words of steps; their order is in test_rotate and test_batches."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.actions.steps import emptying_words, restart_words, strategy_words
from tests.actions.world import World


@pytest.mark.parametrize(
    ("kind", "how", "words"),
    [
        ("Deployment", {"max_surge": 1, "max_unavailable": 0}, "surge first: 1 more at a time, never below 2"),
        ("Deployment", {"max_surge": 0, "max_unavailable": 1}, "1 fewer at a time: never below 1 of 2"),
        ("Deployment", {"strategy": "Recreate"}, "Recreate: all 2 stop before new ones start"),
        ("StatefulSet", {"max_unavailable": None}, "one at a time from the highest ordinal: never below 1 of 2"),
        ("Rollout", {"strategy": "Canary"}, "by eviction, 1 at a time: never below 1 of 2"),
    ],
)
def test_how_a_workload_rolls(kind: str, how: dict[str, Any], words: str) -> None:
    on = ("node-1", "node-2")
    group = "argoproj.io" if kind == "Rollout" else "apps"
    world = World()
    one = (
        world.deployment("web", on=on, **how)
        if kind == "Deployment"
        else world.owned("web", kind, on, group=group, **how)
    )
    (affected,) = one.scope().affected
    assert strategy_words(affected) == words
    assert restart_words(affected) == "2 pods restart to move 1"


def test_who_leaves_a_node() -> None:
    world = World().deployment("web", on=("node-1", "node-1")).owned("agent", "DaemonSet")
    assert emptying_words(world.scope().leaving) == "2 pods leave · 1 daemon pod stays"
    assert emptying_words([]) == "nothing has to leave"
