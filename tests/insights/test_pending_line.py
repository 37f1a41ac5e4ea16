"""The pieces of the line of what waits."""

from __future__ import annotations

from nodeview.insights import pending_pieces
from nodeview.records import NodeName, OwnerRef
from nodeview.views import Assumptions, Tone
from tests.builders import NOW, a_node, a_shape
from tests.insights.build import GIB, NANO, Cluster, starting, waiting

BALLOON = a_shape(requests={"cpu": 8 * NANO, "memory": GIB}, priority=-10, images=("registry.k8s.io/pause:3.9",))


def pieces(*pods: object, given: Assumptions | None = None) -> tuple[list[tuple[str, Tone]], int]:
    given = given or Assumptions()
    groups = Cluster(given).listed(nodes=[a_node()], pods=pods).groups()
    return pending_pieces(groups, given, NOW)


def test_work_comes_before_balloons_and_gated() -> None:
    said, left = pieces(
        waiting("balloon", shape=BALLOON, created=NOW - 14, owner=OwnerRef("ReplicaSet", "b")),
        waiting("gate", None, gated=True),
        waiting("a"),
        waiting("b"),
    )
    assert [words for words, _ in said] == [
        "2 worker-1 (no node has 8 vCPU free · 2m)",
        "1 balloon (refilling · 14s)",
        "1 gated",
    ]
    assert left == 0


def test_ages_turn_amber_and_red_by_the_settings_and_the_worst_comes_first() -> None:
    late = waiting("late", owner=OwnerRef("Job", "late"), created=NOW - 1)
    young = waiting("young", owner=OwnerRef("Job", "young"), created=NOW)
    given = Assumptions(waits_long=1, waits_too_long=100)
    assert [(words[:7], tone) for words, tone in pieces(young, late, waiting("a"), given=given)[0]] == [
        ("1 worke", Tone.ALARM),
        ("1 late ", Tone.CAUTION),
        ("1 young", Tone.PLAIN),
    ]


def test_pods_that_start_are_told_when_that_takes_long() -> None:
    assert pieces(starting("a", "node-1", created=NOW - 5)) == ([], 0)
    stuck = starting("a", "node-1", created=NOW - 120, reason="ImagePullBackOff")
    assert pieces(stuck)[0][0][0] == "1 worker-1 starting (its image cannot be pulled · 2m)"


def test_of_many_groups_a_few_are_told_and_the_others_counted() -> None:
    pods = [waiting(f"pod-{one}", owner=OwnerRef("Job", f"job-{one}")) for one in range(40)]
    said, left = pieces(*pods)
    assert len(said) + left == 40
    assert left > 20


def test_of_the_nominated_the_place_is_told() -> None:
    promised = waiting("a", nominated=NodeName("node-1"))
    assert [words for words, _ in pieces(promised)[0]] == ["1 worker-1 (→ node-1 · 2m)"]
    assert [words for words, _ in pieces(promised, waiting("b", nominated=NodeName("node-2")))[0]] == [
        "2 worker-1 (→ 2 nodes · 2m)"
    ]
