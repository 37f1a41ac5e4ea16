"""Batches: how many nodes at once, zones apart, and what happens to workloads on several."""

from __future__ import annotations

import pytest

from nodeview.actions.batches import batches_of, may_move_twice
from nodeview.actions.options import RotationOptions, why_no_batch
from nodeview.actions.plan import Plan
from tests.actions.world import World, message
from tests.builders import a_node

FOUR = tuple(f"node-{n}" for n in range(1, 5))


def four() -> World:
    zones = ("a", "b", "a", "b", "a")
    labels = [{"topology.kubernetes.io/zone": zone} for zone in zones]
    return World(*[a_node(f"node-{n}", labels=label) for n, label in enumerate(labels, 1)])


def names(world: World, **options: object) -> list[list[str]]:
    return [[one.name for one in batch.targets] for batch in batches_of(world.scope(*FOUR, **options))]


@pytest.mark.parametrize(
    ("options", "batches"),
    [
        ({}, [["node-1", "node-2", "node-3", "node-4"]]),
        ({"max_in_flight": "3"}, [["node-1", "node-2", "node-3"], ["node-4"]]),
        ({"max_in_flight": "50%"}, [["node-1", "node-2"], ["node-3", "node-4"]]),
        ({"cordon": "batch"}, [["node-1"], ["node-2"], ["node-3"], ["node-4"]]),
        ({"one_zone_at_a_time": True}, [["node-1", "node-3"], ["node-2", "node-4"]]),
        ({"one_zone_at_a_time": True, "max_in_flight": "1"}, [["node-1"], ["node-3"], ["node-2"], ["node-4"]]),
    ],
)
def test_nodes_at_work_at_once(options: dict[str, object], batches: list[list[str]]) -> None:
    assert names(four(), **options) == batches


@pytest.mark.parametrize(
    ("text", "nodes", "size"), [("1", 10, 1), ("25%", 10, 3), ("1%", 10, 1), ("9", 4, 4), ("", 4, 4)]
)
def test_sizes(text: str, nodes: int, size: int) -> None:
    assert RotationOptions(max_in_flight=text).batch_of(nodes) == size


def test_what_is_no_size() -> None:
    assert why_no_batch("1") == why_no_batch("100%") == ""
    for text in ("0", "0%", "-1", "101%", "x", "1.5", "²"):
        assert why_no_batch(text)


def steps(plan: Plan) -> list[str]:
    return [f"{one.verb} {one.subject.name}{'?' if one.if_needed else ''}" for one in plan.steps]


def test_in_batches_open_targets_are_taken_last_and_pods_that_came_there_move_again() -> None:
    world = four().deployment("web", on=("node-1", "node-2", "node-5"))
    plan = world.plan("node-1", "node-2", cordon="batch", settle_s=60)
    assert steps(plan) == [
        "prefer-elsewhere node-2",
        "cordon node-1",
        "restart web",
        "await-rollout web",
        "await-empty node-1",
        "settle 2",
        "cordon node-2",
        "restart web?",
        "await-rollout web?",
        "await-empty node-2",
    ]
    assert [one.stage for one in plan.steps] == sorted(one.stage for one in plan.steps)
    assert [one.verb for one in plan.undo] == ["end-prefer-elsewhere", "uncordon", "uncordon"]
    assert plan.steps[5].deadline_s == 60
    assert message(plan, "batches") == "2 batches; up to 3 pods may move twice"


def test_what_had_no_pods_on_a_later_target_is_looked_for_there_too_since_it_may_come_there() -> None:
    world = four().deployment("web", on=("node-1",)).deployment("api", on=("node-2",))
    plan = world.plan("node-1", "node-2", cordon="batch")
    restarts = [(one.subject.name, one.if_needed) for one in plan.steps if one.verb == "restart"]
    assert restarts == [("web", False), ("api", False), ("web", True)]
    assert message(plan, "batches") == "2 batches; up to 1 pod may move twice"


def test_of_very_many_only_those_with_pods_on_a_later_target_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodeview.actions.batches.MOST_AGAIN", 1)
    world = four().deployment("web", on=("node-1",)).deployment("api", on=("node-1", "node-2"))
    plan = world.plan("node-1", "node-2", cordon="batch")
    restarts = [(one.subject.name, one.if_needed) for one in plan.steps if one.verb == "restart"]
    assert restarts == [("api", False), ("web", False), ("api", True)]
    assert "use fewer batches" in message(plan, "batches")


def test_where_all_are_cordoned_first_nothing_moves_twice() -> None:
    world = four().deployment("web", on=("node-1", "node-2", "node-5"))
    plan = world.plan("node-1", "node-2", max_in_flight="1")
    assert steps(plan) == [
        "cordon node-1",
        "cordon node-2",
        "restart web",
        "await-rollout web",
        "await-empty node-1",
        "await-empty node-2",
    ]
    assert message(plan, "batches") == "2 batches"
    scope = world.scope("node-1", "node-2")
    assert may_move_twice(scope, batches_of(scope)) == 0
