"""What is read from an Event on a preemption, and durations that are added up without being kept."""

from __future__ import annotations

import random
import statistics

import pytest

from nodeview.cluster import Times
from nodeview.cluster.preemption import Durations, Said, between, read_preempted
from nodeview.records import ObjectKey, ObjectRef
from tests.cluster.events import an_event, uid

POD = ObjectRef("Pod", "shop", "checkout", uid(100))
MESSAGES = {
    f"Preempted by pod {uid(7)} on node n-1": Said("n-1", uid(7)),  # type: ignore[arg-type]
    "Preempted by a pod on node n-1": Said("n-1"),  # type: ignore[arg-type]
    "Preempted by shop/cart on node n-1": Said("n-1", "", ObjectKey("shop", "cart")),  # type: ignore[arg-type]
    "Preempted by pod not-a-uid on node n-1": Said(None),
    "Preempted by shop/cart on node n-1 and then some": Said(None),
    "[bold]Preempted by\x1b[31m" + "x" * 10_000: Said(None),
    "": Said(None),
}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: one[:40])
def test_every_generation_of_the_message(message: str) -> None:
    assert read_preempted(an_event(message)) == MESSAGES[message]


def test_related_counts_most_where_it_is_a_pod() -> None:
    said = read_preempted(an_event(f"Preempted by pod {uid(7)} on node n-1", related=POD))
    assert said == Said("n-1", uid(100), POD.key)  # type: ignore[arg-type]
    node = ObjectRef("Node", "", "n-1", "u")
    assert read_preempted(an_event("", related=node)) == Said(None)


def test_seconds_between_moments_of_two_clocks() -> None:
    assert [between(10, end) for end in (7, 8, 9, 10, 14, None)] == [None, None, 0, 0, 4, None]
    assert between(None, 3) is None


def test_median_and_worst_agree_with_those_of_a_list() -> None:
    rng = random.Random(4)
    for count in (1, 2, 3, 10, 101):
        kept = [rng.randrange(0, 40) for _ in range(count)]
        durations = Durations()
        for one in kept:
            durations.replace(None, one)
        assert durations.times() == Times(statistics.median(kept), max(kept))


def test_one_that_turns_out_otherwise_is_replaced() -> None:
    durations = Durations()
    durations.replace(None, 5)
    durations.replace(5, 9)
    assert durations.times() == Times(9, 9)
    durations.replace(9, None)
    assert durations.times() == Times(None, None)
