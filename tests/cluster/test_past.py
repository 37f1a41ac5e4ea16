"""What a node went through, as values."""

from __future__ import annotations

from nodeview.cluster import PodMoves


def test_two_runs_of_pods_are_one_from_the_first_to_the_last() -> None:
    first, later = PodMoves(1, 5, came=3, went=1, evicted=1), PodMoves(9, 12, came=1, went=4, preempted=2)
    assert first.with_(later) == PodMoves(1, 12, came=4, went=5, evicted=1, preempted=2)
